package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// maxOrdinal is the highest position of an output that stays in a key; servers
// take 4096 columns.
const maxOrdinal = 9999

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
