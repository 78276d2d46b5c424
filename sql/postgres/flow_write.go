package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

func (f *flow) insert(n *pg.InsertStmt) *sql.Query {
	q, end := f.begin()
	defer end()
	f.with(n.WithClause)
	q.From = []sql.Source{f.target(n.Relation)}
	q.Write = &sql.Writing{Table: nameOf(n.Relation), Columns: f.targets(n.Cols)}
	if n.SelectStmt != nil { // DEFAULT VALUES has none
		q.Write.Source = f.statement(n.SelectStmt)
	}
	if c := n.OnConflictClause; c != nil {
		f.conflict(c, n)
	}
	f.outputs(n.ReturningList)
	return q
}

// targets are the columns that INSERT lists; nil for none.
func (f *flow) targets(list []*pg.Node) []string {
	var names []string
	for _, n := range list {
		t := n.GetResTarget()
		if t == nil {
			f.fail("a column that is written and not understood")
			return nil
		}
		for _, i := range t.Indirection {
			f.tested(f.expr(&pg.Node{Node: &pg.Node_AIndirection{AIndirection: &pg.A_Indirection{Indirection: []*pg.Node{i}}}}, sql.UseTest))
		}
		names = append(names, t.Name)
	}
	return names
}

// conflict takes in ON CONFLICT. Whether a row with the values of its columns is
// there already decides what happens.
func (f *flow) conflict(c *pg.OnConflictClause, n *pg.InsertStmt) {
	q := f.query
	for _, i := range c.GetInfer().GetIndexElems() {
		el := i.GetIndexElem()
		f.test(el.GetExpr())
		if name := el.GetName(); name != "" {
			use := sql.UseTest
			if given(n, name) {
				use = sql.UseEqual
			}
			f.tested(sql.Expr{Refs: []sql.Ref{{Name: name, Use: use}}})
		}
	}
	f.test(c.GetInfer().GetWhereClause())
	if c.Action != pg.OnConflictAction_ONCONFLICT_UPDATE {
		return
	}
	excluded := sql.Source{Table: &q.Write.Table, Alias: "excluded", Hidden: true}
	switch {
	case q.Write.Columns != nil:
		excluded.Table, excluded.Query, excluded.Columns = nil, q.Write.Source, q.Write.Columns
		if q.Write.Source == nil {
			excluded.Query = new(sql.Query)
		}
	case len(n.SelectStmt.GetSelectStmt().GetValuesLists()) == 0:
		// Which of the query's columns a name of excluded is, the table says.
		excluded = sql.Source{Query: &sql.Query{Opaque: "excluded of an INSERT that lists no columns"}, Alias: "excluded", Hidden: true}
	}
	q.From = append(q.From, excluded)
	f.set(c.TargetList)
	f.test(c.WhereClause)
}

// given reports whether a column is given bound parameters in each row of an
// INSERT.
func given(n *pg.InsertStmt, column string) bool {
	for at, c := range n.Cols {
		if c.GetResTarget().GetName() != column {
			continue
		}
		return every(n.SelectStmt.GetSelectStmt().GetValuesLists(), func(row *pg.Node) bool {
			items := row.GetList().GetItems()
			return at < len(items) && bound(items[at])
		})
	}
	return false
}

// set takes in assignments.
func (f *flow) set(list []*pg.Node) {
	w := f.query.Write
	var shared sql.Expr // of SET (a, b) = (…), which the tree holds once a column
	for _, n := range list {
		t := n.GetResTarget()
		if t == nil {
			f.fail("an assignment that is not understood")
			return
		}
		a := sql.Assignment{Column: sql.Ref{Name: t.Name}}
		use := sql.UseValue
		if len(t.Indirection) > 0 {
			use = sql.UseDerived // it becomes a part of the value
		}
		if m := t.Val.GetMultiAssignRef(); m == nil {
			a.Value = f.expr(t.Val, use)
		} else if row := m.Source.GetRowExpr(); row != nil && m.Colno > 0 && int(m.Colno) <= len(row.Args) {
			a.Value = f.expr(row.Args[m.Colno-1], use)
		} else {
			if m.Colno == 1 {
				shared = f.expr(m.Source, use)
			}
			a.Value = shared
		}
		f.steps(&a.Value, t.Indirection, sql.UseDerived)
		w.Set = append(w.Set, a)
	}
}

func (f *flow) update(n *pg.UpdateStmt) *sql.Query {
	q, end := f.begin()
	defer end()
	f.with(n.WithClause)
	q.From = []sql.Source{f.target(n.Relation)}
	q.Write = &sql.Writing{Table: nameOf(n.Relation)}
	f.sources(n.FromClause)
	f.set(n.TargetList)
	f.test(n.WhereClause)
	f.outputs(n.ReturningList)
	return q
}

func (f *flow) delete(n *pg.DeleteStmt) *sql.Query {
	q, end := f.begin()
	defer end()
	f.with(n.WithClause)
	q.From = []sql.Source{f.target(n.Relation)}
	q.Write = &sql.Writing{Table: nameOf(n.Relation), Deletes: true}
	f.sources(n.UsingClause)
	f.test(n.WhereClause)
	f.outputs(n.ReturningList)
	return q
}
