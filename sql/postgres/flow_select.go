package postgres

import (
	"fmt"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// selects is the query of SELECT, TABLE, VALUES or a set operation.
func (f *flow) selects(n *pg.SelectStmt) *sql.Query {
	q, end := f.begin()
	defer end()
	f.with(n.WithClause)
	switch {
	case n.Op > pg.SetOperation_SETOP_NONE:
		f.operands(n)
	case len(n.ValuesLists) > 0:
		f.values(n.ValuesLists)
	default:
		f.body(n)
	}
	for _, s := range n.SortClause {
		f.item(s.GetSortBy().GetNode())
	}
	f.test(n.LimitOffset)
	f.test(n.LimitCount)
	// FOR UPDATE OF names sources, and waits for rows or leaves them out by what
	// others do with them: no value decides.
	return q
}

func (f *flow) body(n *pg.SelectStmt) {
	q := f.query
	for _, w := range n.WindowClause {
		if d := w.GetWindowDef(); d != nil {
			f.windows = append(f.windows, d)
		}
	}
	f.sources(n.FromClause)
	f.outputs(n.TargetList)
	for _, d := range n.DistinctClause {
		if d.GetNode() == nil { // DISTINCT alone is a list of one empty node
			q.Distinct = true
			continue
		}
		f.item(d)
	}
	f.test(n.WhereClause)
	for _, g := range n.GroupClause {
		f.item(g)
	}
	f.test(n.HavingClause)
	for _, w := range f.windows {
		f.tested(f.within(f.window(w), sql.UseTest))
	}
}

// operands combines two queries. Those of a chain are one list: SELECTs by the
// hundred with UNION between them are not nested.
func (f *flow) operands(n *pg.SelectStmt) {
	q := f.query
	// Which rows of either side come out hangs on rows of the other unless it
	// is UNION ALL.
	q.Distinct = !n.All || n.Op != pg.SetOperation_SETOP_UNION
	var chain []*pg.SelectStmt
	for {
		chain = append(chain, n.Rarg)
		n = n.Larg
		if n.Op <= pg.SetOperation_SETOP_NONE || n.WithClause != nil || len(n.SortClause) > 0 || n.LimitCount != nil || n.LimitOffset != nil {
			break
		}
		q.Distinct = q.Distinct || !n.All || n.Op != pg.SetOperation_SETOP_UNION
	}
	q.Operands = append(q.Operands, f.selects(n))
	for i := len(chain) - 1; i >= 0; i-- {
		q.Operands = append(q.Operands, f.selects(chain[i]))
	}
}

func (f *flow) values(rows []*pg.Node) {
	q := f.query
	for _, row := range rows {
		for i, v := range row.GetList().GetItems() {
			if i == len(q.Outputs) {
				q.Outputs = append(q.Outputs, sql.Output{Name: fmt.Sprintf("column%d", i+1)})
			}
			f.into(&q.Outputs[i].Expr, v, sql.UseValue)
		}
	}
}

// outputs takes in a select list, or RETURNING.
func (f *flow) outputs(list []*pg.Node) {
	for _, n := range list {
		t := n.GetResTarget()
		if t == nil {
			f.fail("a result that is not understood")
			return
		}
		if ref := t.Val.GetColumnRef(); ref != nil {
			if r := reference(ref); r.Whole && r.Name == "" {
				f.query.Outputs = append(f.query.Outputs, sql.Output{Star: true, Of: sql.Name{Schema: r.Schema, Name: r.Table}})
				continue
			}
		}
		if in := t.Val.GetAIndirection().GetIndirection(); len(in) > 0 && in[len(in)-1].GetAStar() != nil {
			f.fail("the columns of a row that an expression makes")
			return
		}
		name := t.Name
		if name == "" {
			name = f.title(t.Val)
		}
		f.query.Outputs = append(f.query.Outputs, sql.Output{Name: name, Expr: f.expr(t.Val, sql.UseValue)})
	}
}

// item notes what ORDER BY, GROUP BY or DISTINCT ON lists: a number is an
// output's, a single name may be.
func (f *flow) item(n *pg.Node) {
	if set := n.GetGroupingSet(); set != nil {
		for _, x := range set.Content {
			f.item(x)
		}
		return
	}
	if row := n.GetRowExpr(); row != nil && row.RowFormat == pg.CoercionForm_COERCE_IMPLICIT_CAST {
		for _, x := range row.Args { // GROUP BY (a, b), and the sets of GROUPING SETS
			f.item(x)
		}
		return
	}
	if c := n.GetAConst(); c != nil {
		f.ordinal(c)
		return
	}
	t := sql.Test{Expr: f.expr(n, sql.UseTest)}
	if ref := n.GetColumnRef(); ref != nil {
		t.Outputs = len(ref.Fields) == 1
	}
	if len(t.Expr.Refs) > 0 || len(t.Expr.Queries) > 0 || t.Expr.Opaque != "" {
		f.query.Tests = append(f.query.Tests, t)
	}
}

// ordinal notes an output by its number. Where the number is not in the key it
// may be any of them, and each is tested.
func (f *flow) ordinal(c *pg.A_Const) {
	i := c.GetIval()
	switch at := int(c.Location); {
	case i == nil:
	case at >= 0 && at < len(f.text) && f.text[at] != '0' && i.Ival > 0:
		f.query.Tests = append(f.query.Tests, sql.Test{Ordinal: int(i.Ival)})
	default:
		f.query.Distinct = true
	}
}
