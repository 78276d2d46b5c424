package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// maxAlias is the longest alias that a server keeps whole, in bytes.
const maxAlias = 255

// result is what a query in parentheses, a derived table or the operand of a set
// operation computes.
func (b *flow) result(n ast.Node) *sql.Query {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return b.selection(n)
	case *ast.SetOprStmt:
		return b.union(n)
	case *ast.SetOprSelectList:
		return b.combined(n.With, n.Selects, n.OrderBy, n.Limit)
	case *ast.SubqueryExpr:
		return b.result(n.Query)
	}
	return opaque("a query of an unknown form")
}

// selection is a SELECT, a TABLE or a VALUES.
func (b *flow) selection(n *ast.SelectStmt) *sql.Query {
	q := &sql.Query{Distinct: n.Distinct}
	if !b.spend(1) {
		return q
	}
	b.in(q, n.WindowSpecs, func() {
		b.with(n.With)
		if n.From != nil {
			q.From = b.from(n.From.TableRefs)
		}
		switch n.Kind {
		case ast.SelectStmtKindTable:
			q.Outputs = []sql.Output{{Star: true}}
		case ast.SelectStmtKindValues:
			for _, row := range n.Lists {
				b.row(q, row.Values)
			}
		default:
			q.Outputs = b.outputs(n.Fields)
		}
		b.test(n.Where, false)
		if n.GroupBy != nil {
			b.by(n.GroupBy.Items)
		}
		if n.Having != nil {
			b.test(n.Having.Expr, true)
		}
		for i := range n.WindowSpecs {
			b.windowTests(&n.WindowSpecs[i])
		}
		b.ends(n.OrderBy, n.Limit)
	})
	return q
}

// row adds a row of VALUES: what a column holds may come from any of the rows.
func (b *flow) row(q *sql.Query, values []ast.ExprNode) {
	for i, v := range values {
		if i == len(q.Outputs) && b.spend(1) {
			q.Outputs = append(q.Outputs, sql.Output{})
		}
		if i < len(q.Outputs) {
			b.add(&q.Outputs[i].Expr, v, use{as: sql.UseValue})
		}
	}
}

func originals(list []ast.CIStr) []string {
	var names []string
	for _, n := range list {
		names = append(names, n.O)
	}
	return names
}

// outputs is a select list.
func (b *flow) outputs(list *ast.FieldList) []sql.Output {
	var all []sql.Output
	for _, f := range list.Fields {
		switch {
		case !b.spend(1):
			return nil
		case f.WildCard != nil:
			all = append(all, sql.Output{Star: true, Of: canonical(f.WildCard.Schema.O, f.WildCard.Table.O)})
		default:
			all = append(all, sql.Output{Name: outputName(f), Expr: b.expr(f.Expr, sql.UseValue)})
		}
	}
	return all
}

// outputName is the name that the server gives an output; "" where that is not
// told by the key: the server makes it up of the text, cuts blanks off its
// front, or it is a literal.
func outputName(f *ast.SelectField) string {
	name := f.AsName.O
	if c, ok := inner(f.Expr).(*ast.ColumnNameExpr); ok && name == "" {
		name = c.Name.Name.O
	}
	if name == standInText || len(name) > maxAlias || name != "" && name[0] <= ' ' {
		return ""
	}
	return name
}

// inner is an expression without the parentheses around it.
func inner(n ast.ExprNode) ast.ExprNode {
	for {
		p, ok := n.(*ast.ParenthesesExpr)
		if !ok {
			return n
		}
		n = p.Expr
	}
}
