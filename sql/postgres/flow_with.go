package postgres

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// with takes in a WITH clause.
func (f *flow) with(n *pg.WithClause) {
	if n == nil {
		return
	}
	q := f.query
	q.Recursive = n.Recursive
	for _, c := range n.Ctes {
		cte := c.GetCommonTableExpr()
		f.hiding = append(f.hiding, cte.GetCtename())
		made := f.statement(cte.GetCtequery())
		if made == nil {
			made = &sql.Query{Opaque: "a WITH of what was not understood"}
		}
		trail(made, cte)
		q.With = append(q.With, sql.CTE{Name: cte.GetCtename(), Columns: optional(strs(cte.GetAliascolnames())), Query: made})
	}
}

// trail adds the columns that SEARCH and CYCLE make: of each part of a recursive
// query, from all that comes out of it.
func trail(q *sql.Query, cte *pg.CommonTableExpr) {
	var names []string
	if s := cte.GetSearchClause(); s != nil {
		names = append(names, s.SearchSeqColumn)
	}
	if c := cte.GetCycleClause(); c != nil {
		names = append(names, c.CycleMarkColumn, c.CyclePathColumn)
		q.Distinct = true // a row that was there before ends it
	}
	if len(names) == 0 {
		return
	}
	for _, part := range q.Operands {
		if len(part.Operands) > 0 {
			q.Opaque = "SEARCH or CYCLE of nested set operations"
			return
		}
		var all sql.Expr
		for _, o := range part.Outputs {
			if o.Star {
				all.Refs = append(all.Refs, sql.Ref{Schema: o.Of.Schema, Table: o.Of.Name, Whole: true, Use: sql.UseDerived})
			}
			all.Refs = append(all.Refs, o.Expr.Refs...)
			all.Queries = append(all.Queries, o.Expr.Queries...)
			if o.Expr.Opaque != "" {
				all.Opaque = o.Expr.Opaque
			}
		}
		for i := range all.Refs {
			all.Refs[i].Use = all.Refs[i].Use.Within(sql.UseDerived)
		}
		for i := range all.Queries {
			all.Queries[i].Use = all.Queries[i].Use.Within(sql.UseDerived)
		}
		for _, name := range names {
			part.Outputs = append(part.Outputs, sql.Output{Name: name, Expr: all})
		}
	}
}

// target is a table that is written, as a source. No common table expression
// hides it, but lineage would look for one first.
func (f *flow) target(r *pg.RangeVar) sql.Source {
	name := nameOf(r)
	if name.Schema == "" && slices.Contains(f.hiding, name.Name) {
		f.fail("a written table whose name a WITH has too")
	}
	return sql.Source{Table: &name, Alias: r.GetAlias().GetAliasname(), Columns: optional(strs(r.GetAlias().GetColnames()))}
}
