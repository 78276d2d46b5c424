package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// maxOrdinal is the highest position of an output that stays in a key; servers
// take 4096 columns.
const maxOrdinal = 9999

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

// union is a set operation, or a query with an ORDER BY around its parentheses.
func (b *flow) union(n *ast.SetOprStmt) *sql.Query {
	return b.combined(n.With, n.SelectList.Selects, n.OrderBy, n.Limit)
}

// combined is a list of queries that are combined by position.
func (b *flow) combined(with *ast.WithClause, list []ast.Node, order *ast.OrderByClause, limit *ast.Limit) *sql.Query {
	if len(list) == 1 {
		return b.wrapped(with, list[0], order, limit)
	}
	q := &sql.Query{}
	if !b.spend(1) {
		return q
	}
	b.in(q, nil, func() {
		b.with(with)
		for _, n := range list {
			q.Distinct = q.Distinct || distinct(n)
			q.Operands = append(q.Operands, b.result(n))
		}
		b.ends(order, limit)
	})
	return q
}

// wrapped is (SELECT …) ORDER BY: names are looked for in the SELECT. The grammar
// notes a WITH of the SELECT's own twice.
func (b *flow) wrapped(with *ast.WithClause, n ast.Node, order *ast.OrderByClause, limit *ast.Limit) (q *sql.Query) {
	if s, ok := n.(*ast.SelectStmt); ok && s.With == with {
		with = nil
	}
	around := &sql.Query{}
	b.in(around, nil, func() {
		b.with(with)
		q = b.result(n)
		b.in(q, nil, func() { b.ends(order, limit) })
	})
	switch {
	case with == nil:
		return q
	case len(q.With) > 0:
		around.Operands = []*sql.Query{q}
		return around
	}
	q.With, q.Recursive = around.With, around.Recursive
	return q
}

// distinct reports whether rows that are equal to others are left out by the
// operator in front of an operand. EXCEPT and INTERSECT compare with ALL too.
func distinct(operand ast.Node) bool {
	var op *ast.SetOprType
	switch n := operand.(type) {
	case *ast.SelectStmt:
		op = n.AfterSetOperator
	case *ast.SetOprSelectList:
		op = n.AfterSetOperator
	}
	return op != nil && *op != ast.UnionAll
}

// with brings common table expressions into sight, until the query that they are
// written before ends.
func (b *flow) with(with *ast.WithClause) {
	if with == nil {
		return
	}
	b.q.Recursive = with.IsRecursive
	if with.IsRecursive {
		for _, c := range with.CTEs {
			b.sees(c.Name.O)
		}
	}
	for _, c := range with.CTEs {
		b.q.With = append(b.q.With, sql.CTE{Name: c.Name.O, Columns: originals(c.ColNameList), Query: b.result(c.Query)})
		if !with.IsRecursive {
			b.sees(c.Name.O)
		}
	}
}

func (b *flow) sees(name string) {
	if b.folded == nil {
		b.folded = map[string][]string{}
	}
	low := strings.ToLower(name)
	b.expressions = append(b.expressions, name)
	b.folded[low] = append(b.folded[low], name)
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

// ends notes what an ORDER BY and a LIMIT test.
func (b *flow) ends(order *ast.OrderByClause, limit *ast.Limit) {
	if order != nil {
		b.by(order.Items)
	}
	if limit != nil {
		b.test(limit.Count, false)
		b.test(limit.Offset, false)
	}
}

// by notes what an ORDER BY or a GROUP BY tests: outputs by position or name, or
// columns. Where a position is not in the key it may be any.
func (b *flow) by(items []*ast.ByItem) {
	for _, item := range items {
		switch n := item.Expr.(type) {
		case *ast.PositionExpr:
			if n.N < 1 || n.N > maxOrdinal {
				b.q.Distinct = true
			} else if b.spend(1) {
				b.q.Tests = append(b.q.Tests, sql.Test{Ordinal: n.N})
			}
		default:
			if position(n) {
				b.q.Distinct = true
			}
			b.test(n, true)
		}
	}
}

// position reports whether a server may take an expression for a position: it
// forgets parentheses and a plus, and MariaDB takes a parameter for one that an
// integer is bound to.
func position(n ast.ExprNode) bool {
	for {
		switch x := n.(type) {
		case *ast.ParenthesesExpr:
			n = x.Expr
		case *ast.UnaryOperationExpr:
			if !plus(x) {
				return false
			}
			n = x.V
		case *driver.ParamMarkerExpr:
			return true
		case *driver.ValueExpr:
			return x.Kind() == driver.KindInt64 || x.Kind() == driver.KindUint64
		default:
			return false
		}
	}
}
