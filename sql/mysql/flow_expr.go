package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/opcode"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// use is what becomes of an expression's value. compared is set where it decides
// as well which of several values comes out: that tests it too.
type use struct {
	as       sql.Use
	compared bool
}

// derived is the use of what the value is computed from.
func (u use) derived() use { return use{sql.UseDerived.Within(u.as), u.compared} }

// picked is the use of one of several values that the value is. Which one it is
// tells more than an equality of a column does.
func (u use) picked() use {
	if u.as == sql.UseEqual {
		return tested
	}
	return u
}

var tested = use{as: sql.UseTest}

// expr is an expression by what it refers to.
func (b *flow) expr(n ast.ExprNode, as sql.Use) sql.Expr {
	var e sql.Expr
	b.add(&e, n, use{as: as})
	return e
}

// unknown says that an expression is not understood; the first reason stays.
func unknown(e *sql.Expr, why string) {
	if e.Opaque == "" {
		e.Opaque = why
	}
}

func (b *flow) all(e *sql.Expr, list []ast.ExprNode, u use) {
	for _, n := range list {
		b.add(e, n, u)
	}
}

// add adds to e what n refers to. An expression of a type without a case is not
// understood.
func (b *flow) add(e *sql.Expr, n ast.ExprNode, u use) {
	if b.left < 0 {
		return
	}
	switch n := n.(type) {
	case nil, *driver.ValueExpr, *driver.ParamMarkerExpr, *ast.TimeUnitExpr, *ast.TrimDirectionExpr, *ast.GetFormatSelectorExpr:
	case *ast.ColumnNameExpr:
		b.column(e, n.Name, u)
	case *ast.ParenthesesExpr:
		b.add(e, n.Expr, u)
	case *ast.SetCollationExpr:
		b.add(e, n.Expr, u.picked())
	case *ast.SubqueryExpr:
		b.subquery(e, n.Query, u)
	case *ast.ExistsSubqueryExpr:
		b.subquery(e, n.Sel, use{as: sql.UseNothing})
	case *ast.CompareSubqueryExpr:
		b.add(e, n.L, tested)
		b.add(e, n.R, tested)
	case *ast.BinaryOperationExpr:
		b.binary(e, n, u)
	case *ast.UnaryOperationExpr:
		if plus(n) { // which the server leaves out
			b.add(e, n.V, u)
			return
		}
		b.add(e, n.V, u.derived())
	case *ast.PatternInExpr:
		b.among(e, n)
	case *ast.BetweenExpr:
		b.add(e, n.Expr, tested)
		b.add(e, n.Left, tested)
		b.add(e, n.Right, tested)
	case *ast.PatternLikeOrIlikeExpr:
		b.add(e, n.Expr, tested)
		b.add(e, n.Pattern, tested)
	case *ast.PatternRegexpExpr:
		b.add(e, n.Expr, tested)
		b.add(e, n.Pattern, tested)
	case *ast.IsNullExpr:
		b.add(e, n.Expr, tested)
	case *ast.IsTruthExpr:
		b.add(e, n.Expr, tested)
	case *ast.CaseExpr:
		b.add(e, n.Value, tested)
		for _, w := range n.WhenClauses {
			b.add(e, w.Expr, tested)
			b.add(e, w.Result, u.picked())
		}
		b.add(e, n.ElseClause, u.picked())
	case *ast.RowExpr:
		if u.as == sql.UseValue {
			u = u.derived()
		}
		b.all(e, n.Values, u)
	case *ast.MatchAgainst:
		for _, c := range n.ColumnNames {
			b.column(e, c, u.derived())
		}
		b.add(e, n.Against, u.derived())
	case *ast.DefaultExpr:
		if n.Name != nil {
			b.column(e, n.Name, u.derived())
		}
	case *ast.ValuesExpr:
		b.freshValue(e, n.Column.Name, u)
	case *ast.VariableExpr:
		b.variable(e, n, u)
	case *ast.FuncCallExpr:
		b.call(e, n, u)
	case *ast.FuncCastExpr:
		b.add(e, n.Expr, u.derived())
	case *ast.AggregateFuncExpr:
		b.aggregate(e, n, u)
	case *ast.WindowFuncExpr:
		b.overWindow(e, n, u)
	default:
		unknown(e, "an expression of an unknown form")
	}
}

func (b *flow) column(e *sql.Expr, n *ast.ColumnName, u use) {
	if !b.spend(1) {
		return
	}
	table := canonical(n.Schema.O, n.Table.O)
	r := sql.Ref{Schema: table.Schema, Table: table.Name, Name: n.Name.O, Use: u.as}
	b.refer(e, r, u)
}

// refer adds a reference, and another where its value is compared as well.
func (b *flow) refer(e *sql.Expr, r sql.Ref, u use) {
	if u.compared {
		r.Use = sql.UseTest
		e.Refs = append(e.Refs, r)
		if u.as <= sql.UseTest {
			return
		}
	}
	r.Use = u.as
	e.Refs = append(e.Refs, r)
}

// subquery adds a query. One whose value is compared is computed from, so that
// no later equality of it counts as one of a column.
func (b *flow) subquery(e *sql.Expr, n ast.Node, u use) {
	if s, ok := n.(*ast.SubqueryExpr); ok {
		n = s.Query
	}
	switch {
	case u.compared && u.as <= sql.UseTest:
		u = tested
	case u.compared:
		u = u.derived()
	}
	e.Queries = append(e.Queries, sql.Subquery{Query: b.result(n), Use: u.as})
}

func plus(n *ast.UnaryOperationExpr) bool { return n.Op == opcode.Plus }
