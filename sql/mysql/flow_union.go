package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

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
