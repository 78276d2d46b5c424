package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// variable adds a variable: what a user's holds nobody knows here. A value that
// is assigned stays in the session, and comes out as well.
func (b *flow) variable(e *sql.Expr, n *ast.VariableExpr, u use) {
	if n.Value == nil {
		if !n.IsSystem && !b.given[strings.ToLower(n.Name)] {
			unknown(e, "a user variable")
		}
		return
	}
	v := b.priced(n.Value)
	b.leave(v.expr)
	b.adopt(e, v, u)
}

// value is an expression that is part of several, and how many parts it has.
type value struct {
	expr  sql.Expr
	parts int
}

// priced is an expression as it comes out, with what it comes to.
func (b *flow) priced(n ast.ExprNode) value {
	before := b.left
	return value{expr: b.expr(n, sql.UseValue), parts: before - b.left}
}

// adopt adds to e what is in a value already. Its queries are shared.
func (b *flow) adopt(e *sql.Expr, v value, u use) {
	if !b.spend(v.parts) {
		return
	}
	for _, r := range v.expr.Refs {
		b.refer(e, r, use{r.Use.Within(u.as), u.compared})
	}
	for _, q := range v.expr.Queries {
		e.Queries = append(e.Queries, sql.Subquery{Query: q.Query, Use: q.Use.Within(u.as)})
	}
	if v.expr.Opaque != "" {
		unknown(e, v.expr.Opaque)
	}
}
