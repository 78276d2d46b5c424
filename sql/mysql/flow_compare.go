package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// binary adds an operation of two values. Chains of operators lean to the left
// and can be long.
func (b *flow) binary(e *sql.Expr, n *ast.BinaryOperationExpr, u use) {
	var right []ast.ExprNode // of a chain, from its end
	for {
		switch n.Op {
		case opcode.EQ, opcode.NE, opcode.NullEQ:
			b.add(e, n.L, comparedWith(n.R))
			b.add(e, n.R, comparedWith(n.L))
		case opcode.LT, opcode.LE, opcode.GT, opcode.GE:
			b.add(e, n.L, tested)
			b.add(e, n.R, tested)
		default:
			u = u.derived()
			right = append(right, n.R)
			if left, ok := n.L.(*ast.BinaryOperationExpr); ok {
				n = left
				continue
			}
			b.add(e, n.L, u)
		}
		break
	}
	for i := len(right) - 1; i >= 0; i-- {
		b.add(e, right[i], u)
	}
}

// among adds an IN: of a list, or of a query.
func (b *flow) among(e *sql.Expr, n *ast.PatternInExpr) {
	u := use{as: sql.UseEqual}
	for _, item := range n.List {
		if !bound(item) {
			u = tested
		}
	}
	if n.Sel != nil {
		b.subquery(e, n.Sel, comparedWith(n.Expr))
		u = tested
	}
	b.add(e, n.Expr, u)
	b.all(e, n.List, comparedWith(n.Expr))
}

// comparedWith is the use of what is compared for equality with other.
func comparedWith(other ast.ExprNode) use {
	if bound(other) {
		return use{as: sql.UseEqual}
	}
	return tested
}

// bound reports whether an expression is a bound parameter, or a row of them.
func bound(n ast.ExprNode) bool {
	switch n := inner(n).(type) {
	case *driver.ParamMarkerExpr:
		return true
	case *ast.RowExpr:
		for _, v := range n.Values {
			if !bound(v) {
				return false
			}
		}
		return true
	}
	return false
}
