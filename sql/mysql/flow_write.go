package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// set is a list of assignments. Servers make them from the left: one has what
// those before it gave to a column.
func (b *flow) set(q *sql.Query, list []*ast.Assignment) []sql.Assignment {
	var all []sql.Assignment
	b.in(q, nil, func() {
		before := assigned{}
		for _, a := range list {
			if !b.spend(1) {
				return
			}
			table := canonical(a.Column.Schema.O, a.Column.Table.O)
			to := sql.Ref{Schema: table.Schema, Table: table.Name, Name: a.Column.Name.O}
			all = append(all, sql.Assignment{Column: to, Value: before.assign(b, a.Column.Name.L, a.Expr).expr})
		}
	})
	return all
}

// assigned holds what columns were given so far, by their names in lower case;
// under "" what was given to columns whose names are not told, which may be any.
type assigned map[string]value

// assign is the value that a column is given now.
func (before assigned) assign(b *flow, column string, n ast.ExprNode) value {
	v := b.priced(n)
	for _, r := range v.expr.Refs[:len(v.expr.Refs):len(v.expr.Refs)] {
		for _, name := range []string{strings.ToLower(r.Name), ""} {
			if old, ok := before[name]; ok && r.Table != freshRows {
				b.adopt(&v.expr, old, use{as: sql.UseDerived.Within(r.Use)})
				v.parts += old.parts
			}
		}
	}
	kept := before[column]
	b.adopt(&kept.expr, v, use{as: sql.UseValue})
	kept.parts += v.parts
	before[column] = kept
	return v
}

// update is an UPDATE of one table or of several.
func (b *flow) update(n *ast.UpdateStmt) *sql.Query {
	q := &sql.Query{Write: &sql.Writing{}}
	b.in(q, nil, func() {
		b.with(n.With)
		q.From = b.from(n.TableRefs.TableRefs)
		if len(q.From) == 1 && q.From[0].Table != nil {
			q.Write.Table = *q.From[0].Table
		}
		b.test(n.Where, false)
		b.ends(n.Order, n.Limit)
	})
	q.Write.Set = b.set(q, n.List)
	return q
}

// delete is a DELETE from one table or from several.
func (b *flow) delete(n *ast.DeleteStmt) *sql.Query {
	q := &sql.Query{Write: &sql.Writing{}}
	b.in(q, nil, func() {
		b.with(n.With)
		q.From = b.from(n.TableRefs.TableRefs)
		if !n.IsMultiTable && q.From[0].Table != nil {
			q.Write.Table = *q.From[0].Table
		}
		b.test(n.Where, false)
		b.ends(n.Order, n.Limit)
	})
	return q
}

// load is a LOAD DATA. What it reads into user variables comes from the file, as
// what it reads into columns does.
func (b *flow) load(n *ast.LoadDataStmt) *sql.Query {
	name := relation(n.Table)
	q := &sql.Query{From: []sql.Source{{Table: &name}}, Write: &sql.Writing{Table: name, Given: true}}
	b.given = map[string]bool{}
	for _, c := range n.ColumnsAndUserVars {
		if c.UserVar != nil {
			b.given[strings.ToLower(c.UserVar.Name)] = true
		}
		if q.Write.Columns == nil {
			q.Write.Columns = []string{}
		}
		if c.ColumnName != nil && b.spend(1) {
			q.Write.Columns = append(q.Write.Columns, c.ColumnName.Name.O)
		}
	}
	q.Write.Set = b.set(q, n.ColumnAssignments)
	return q
}

// createTable is a CREATE TABLE … SELECT; nil for one without a query.
func (b *flow) createTable(n *ast.CreateTableStmt) *sql.Query {
	if n.Select == nil {
		return nil
	}
	for _, c := range n.Cols {
		for _, o := range c.Options {
			if o.Tp == ast.ColumnOptionGenerated {
				return opaque("a new table with columns that are computed")
			}
		}
	}
	return &sql.Query{Write: &sql.Writing{Table: relation(n.Table), Made: true, Source: b.result(n.Select)}}
}

func (b *flow) createView(n *ast.CreateViewStmt) *sql.Query {
	return &sql.Query{Write: &sql.Writing{Table: relation(n.ViewName), Made: true,
		Columns: originals(n.Cols), Source: b.result(n.Select)}}
}
