package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// merge takes in MERGE. In what it returns, the columns of the source stand
// before those of the table.
func (f *flow) merge(n *pg.MergeStmt) *sql.Query {
	q, end := f.begin()
	defer end()
	f.with(n.WithClause)
	target := f.target(n.Relation)
	f.sources([]*pg.Node{n.SourceRelation})
	q.From = append(q.From, target)
	q.Write = &sql.Writing{Table: nameOf(n.Relation)}
	f.test(n.JoinCondition)
	for _, w := range n.MergeWhenClauses {
		c := w.GetMergeWhenClause()
		f.test(c.GetCondition())
		switch c.GetCommandType() {
		case pg.CmdType_CMD_INSERT:
			f.mergeInsert(c)
		case pg.CmdType_CMD_UPDATE:
			f.set(c.TargetList)
		case pg.CmdType_CMD_DELETE, pg.CmdType_CMD_NOTHING:
		default:
			f.fail("a branch of MERGE that is not understood")
		}
	}
	f.outputs(n.ReturningList)
	return q
}

// mergeInsert takes in what a branch inserts. The first is the Source; what
// others give to columns that they name are assignments.
func (f *flow) mergeInsert(c *pg.MergeWhenClause) {
	w := f.query.Write
	columns := f.targets(c.TargetList)
	if w.Source == nil {
		w.Columns, w.SourceJoined = columns, true
		source, end := f.begin()
		for _, v := range c.Values {
			source.Outputs = append(source.Outputs, sql.Output{Expr: f.expr(v, sql.UseValue)})
		}
		end()
		w.Source = source
		return
	}
	if len(columns) < len(c.Values) {
		f.fail("branches of MERGE that insert without naming columns")
		return
	}
	for i, v := range c.Values {
		w.Set = append(w.Set, sql.Assignment{Column: sql.Ref{Name: columns[i]}, Value: f.expr(v, sql.UseValue)})
	}
}

// copy takes in COPY. Of a table without a list the server leaves out columns
// that are generated, which the text does not tell: the number of columns that
// it announces is then another.
func (f *flow) copy(n *pg.CopyStmt) *sql.Query {
	if n.Query != nil {
		return f.statement(n.Query)
	}
	q, end := f.begin()
	defer end()
	q.From = []sql.Source{f.target(n.Relation)}
	columns := optional(strs(n.Attlist))
	f.test(n.WhereClause)
	switch {
	case n.IsFrom:
		q.Write = &sql.Writing{Table: nameOf(n.Relation), Columns: columns, Given: true}
	case columns == nil:
		q.Outputs = []sql.Output{{Star: true}}
	}
	if !n.IsFrom {
		for _, c := range columns {
			q.Outputs = append(q.Outputs, sql.Output{Name: c, Expr: sql.Expr{Refs: []sql.Ref{{Name: c, Use: sql.UseValue}}}})
		}
	}
	return q
}
