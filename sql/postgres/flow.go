package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// maxRefs bounds the references of one statement, in all: a window that many
// columns are over counts in each of them.
const maxRefs = 1 << 16

// flow turns a syntax tree into a sql.Query. What it does not understand it says
// to be opaque, there where it stands.
type flow struct {
	text    []byte   // what the grammar was given
	major   int      // the server's version, 0 where it is not known
	hiding  []string // names of common table expressions in sight
	query   *sql.Query
	windows []*pg.WindowDef // of the WINDOW clause of query
	made    map[*pg.WindowDef]sql.Expr
	refs    int // references and subqueries so far
}

// queryOf is what a statement computes and writes; nil where it is none of
// those that Analysis.Query speaks of.
func queryOf(n *pg.Node, text []byte, major int) *sql.Query {
	f := &flow{text: text, major: major}
	q := f.statement(n)
	if f.refs > maxRefs {
		return &sql.Query{Opaque: "a statement with more references than are followed"}
	}
	return q
}

// statement is the query of a whole statement, or of one that another holds.
func (f *flow) statement(n *pg.Node) *sql.Query {
	switch s := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		q := f.selects(s.SelectStmt)
		if into := intoOf(s.SelectStmt); into != nil {
			return made(into.Rel, into.ColNames, q)
		}
		return q
	case *pg.Node_InsertStmt:
		return f.insert(s.InsertStmt)
	case *pg.Node_UpdateStmt:
		return f.update(s.UpdateStmt)
	case *pg.Node_DeleteStmt:
		return f.delete(s.DeleteStmt)
	case *pg.Node_MergeStmt:
		return f.merge(s.MergeStmt)
	case *pg.Node_CopyStmt:
		return f.copy(s.CopyStmt)
	case *pg.Node_CreateTableAsStmt:
		return made(s.CreateTableAsStmt.Into.GetRel(), s.CreateTableAsStmt.Into.GetColNames(), f.statement(s.CreateTableAsStmt.Query))
	case *pg.Node_ViewStmt:
		return made(s.ViewStmt.View, s.ViewStmt.Aliases, f.statement(s.ViewStmt.Query))
	case *pg.Node_DeclareCursorStmt:
		return f.statement(s.DeclareCursorStmt.Query)
	case *pg.Node_PrepareStmt:
		return f.statement(s.PrepareStmt.Query)
	case *pg.Node_ExplainStmt:
		return f.statement(s.ExplainStmt.Query)
	case *pg.Node_FetchStmt:
		return &sql.Query{Opaque: "rows of a cursor"}
	case *pg.Node_ExecuteStmt:
		return &sql.Query{Opaque: "a statement that was prepared in SQL text"}
	case *pg.Node_DoStmt:
		return &sql.Query{Opaque: "a block of code"}
	case *pg.Node_CallStmt:
		return &sql.Query{Opaque: "a stored procedure"}
	}
	return nil
}

// begin makes the query that what follows belongs to, and returns the function
// that goes back to the one around it.
func (f *flow) begin() (q *sql.Query, end func()) {
	query, windows, hiding := f.query, f.windows, len(f.hiding)
	f.query, f.windows = new(sql.Query), nil
	return f.query, func() { f.query, f.windows, f.hiding = query, windows, f.hiding[:hiding] }
}

// fail makes the query opaque; the first reason stays.
func (f *flow) fail(why string) {
	if f.query.Opaque == "" {
		f.query.Opaque = why
	}
}

// test notes an expression that decides about rows. One that looks at nothing
// decides by nothing that is stored.
func (f *flow) test(n *pg.Node) {
	if n != nil {
		f.tested(f.expr(n, sql.UseTest))
	}
}

func (f *flow) tested(e sql.Expr) {
	if len(e.Refs) > 0 || len(e.Queries) > 0 || e.Opaque != "" {
		f.query.Tests = append(f.query.Tests, sql.Test{Expr: e})
	}
}

func nameOf(r *pg.RangeVar) sql.Name {
	return sql.Name{Schema: r.GetSchemaname(), Name: r.GetRelname()}
}

// intoOf is the INTO of a query, which stands in the first of a set operation.
func intoOf(n *pg.SelectStmt) *pg.IntoClause {
	for n.Larg != nil {
		n = n.Larg
	}
	return n.IntoClause
}

// made is a table or view that comes from a query.
func made(r *pg.RangeVar, columns []*pg.Node, source *sql.Query) *sql.Query {
	if source == nil {
		return &sql.Query{Opaque: "a relation that is made of what was not understood"}
	}
	return &sql.Query{Write: &sql.Writing{Table: nameOf(r), Made: true, Columns: optional(strs(columns)), Source: source}}
}

// optional is a list, nil where it is empty.
func optional(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return names
}
