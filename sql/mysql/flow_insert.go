package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// freshRows is what the rows that an INSERT brings go by: no name that a
// statement can write.
const freshRows = "\x00new"

// fresh is what VALUES(column) means.
type fresh struct {
	columns map[string]bool // in lower case; nil where the statement does not list them
}

// freshValue adds the value that a row would have brought to a column. Without a
// list of columns it may be any of the row's.
func (b *flow) freshValue(e *sql.Expr, n *ast.ColumnName, u use) {
	switch {
	case b.fresh == nil || !b.spend(1): // it is NULL outside of ON DUPLICATE KEY UPDATE
	case b.fresh.columns == nil:
		b.refer(e, sql.Ref{Table: freshRows, Whole: true}, u.derived())
	case b.fresh.columns[n.Name.L]:
		b.refer(e, sql.Ref{Table: freshRows, Name: n.Name.O}, u)
	}
}

// insert is an INSERT or a REPLACE.
func (b *flow) insert(n *ast.InsertStmt) *sql.Query {
	target := tableOf(n.Table)
	if target == nil {
		return opaque("an INSERT into what is no table")
	}
	name := relation(target)
	q := &sql.Query{From: []sql.Source{{Table: &name}}, Write: &sql.Writing{Table: name}}
	if len(n.PartitionNames) > 0 {
		q.Opaque = byPartition // it fails where a value belongs elsewhere
	}
	for _, c := range n.Columns {
		if b.spend(1) {
			q.Write.Columns = append(q.Write.Columns, c.Name.O)
		}
	}
	if n.Select != nil {
		q.Write.Source = b.result(n.Select)
	} else {
		q.Write.Source, q.Write.SourceJoined = b.values(n), true
	}
	if len(n.OnDuplicate) > 0 {
		b.onDuplicate(q, n)
	}
	return q
}

// values are the rows of an INSERT. A value may name the columns before it: it
// has then what they were given.
func (b *flow) values(n *ast.InsertStmt) *sql.Query {
	rows := &sql.Query{}
	b.in(rows, nil, func() {
		for _, row := range n.Lists {
			before := assigned{}
			for i, cell := range row {
				if i == len(rows.Outputs) && b.spend(1) {
					rows.Outputs = append(rows.Outputs, sql.Output{})
				}
				if i >= len(rows.Outputs) {
					return
				}
				column := ""
				if i < len(n.Columns) {
					column = n.Columns[i].Name.L
				}
				b.adopt(&rows.Outputs[i].Expr, before.assign(b, column, cell), use{as: sql.UseValue})
			}
		}
	})
	return rows
}

// onDuplicate notes what ON DUPLICATE KEY UPDATE changes. It can name the row
// that is there, the one that was to come, and what the SELECT is from.
func (b *flow) onDuplicate(q *sql.Query, n *ast.InsertStmt) {
	rows := sql.Source{Query: q.Write.Source, Alias: freshRows, Hidden: true, Columns: q.Write.Columns, Lateral: true}
	b.fresh = &fresh{}
	if q.Write.Columns != nil {
		b.fresh.columns = map[string]bool{}
		for _, c := range n.Columns {
			b.fresh.columns[c.Name.L] = true
		}
	}
	q.From = append(q.From, rows)
	if s := q.Write.Source; n.Select != nil && len(s.Operands) == 0 {
		for _, c := range s.With {
			if strings.EqualFold(c.Name, q.Write.Table.Name) {
				q.Opaque = "a common table expression of the name of the table that is written"
			}
		}
		q.With, q.Recursive = s.With, s.Recursive
		q.From = append(q.From, s.From...)
	}
	q.Write.Set = b.set(q, n.OnDuplicate)
	b.fresh = nil
}

// returning is MariaDB's RETURNING: `*` is all of the table that is written.
func (b *flow) returning(q *sql.Query, list *ast.FieldList) {
	b.in(q, nil, func() { q.Outputs = b.outputs(list) })
	for i := range q.Outputs {
		o := &q.Outputs[i]
		if o.Star && o.Of.Name == "" {
			o.Of = sql.Name{Name: q.Write.Table.Name}
			if a := q.From[0].Alias; a != "" {
				o.Of.Name = a
			}
		}
	}
}
