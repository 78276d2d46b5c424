package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// from lists what stands in a FROM. The grammar makes a chain of pairs of a list
// with commas: it is a list again.
func (b *flow) from(n ast.ResultSetNode) []sql.Source {
	var right []ast.ResultSetNode // from the right
	for {
		j, ok := n.(*ast.Join)
		if !ok || j.On != nil || j.NaturalJoin || len(j.Using) > 0 {
			break
		}
		if j.Right != nil {
			right = append(right, j.Right)
		}
		n = j.Left
	}
	list := []sql.Source{b.source(n)}
	for i := len(right) - 1; i >= 0; i-- {
		list = append(list, b.source(right[i]))
	}
	return list
}

// source is one thing that rows come from.
func (b *flow) source(n ast.ResultSetNode) sql.Source {
	if !b.spend(1) {
		return sql.Source{}
	}
	switch n := n.(type) {
	case *ast.TableName:
		name := relation(n)
		return sql.Source{Table: &name}
	case *ast.TableSource:
		switch t := n.Source.(type) {
		case *ast.Join:
			return b.source(t)
		case *ast.TableName:
			name := relation(t)
			return sql.Source{Table: &name, Alias: n.AsName.O}
		}
		return sql.Source{Query: b.result(n.Source), Alias: n.AsName.O, Lateral: n.Lateral, Columns: originals(n.ColumnNames)}
	case *ast.Join:
		return b.join(n)
	}
	return sql.Source{Query: opaque("a source of an unknown form")}
}

// join is two sources side by side. Servers turn a RIGHT JOIN round before they
// say which columns NATURAL and USING put first.
func (b *flow) join(n *ast.Join) sql.Source {
	if n.Right == nil {
		return b.source(n.Left)
	}
	j := &sql.Join{Left: b.source(n.Left), Right: b.source(n.Right), Natural: n.NaturalJoin}
	for _, c := range n.Using {
		j.Using = append(j.Using, c.Name.O)
	}
	if n.On != nil {
		on := b.expr(n.On.Expr, sql.UseTest)
		j.On = &on
	}
	return sql.Source{Join: j}
}
