package postgres

import (
	"reflect"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// operators notes the operators that an expression applies.
func (w *walker) operators(n *pg.A_Expr) {
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		w.compares("<", "<=", ">", ">=")
	default:
		w.operator(n.Name, n.Lexpr == nil)
	}
}

// operator notes an operator by its name as it is written.
func (w *walker) operator(name []*pg.Node, prefix bool) {
	parts := strs(name)
	o := sql.OperatorName{Prefix: prefix}
	switch n := len(parts); n {
	case 0:
		return
	case 1:
		o.Name = parts[0]
	default:
		o.Schema, o.Name = parts[n-2], parts[n-1]
	}
	mark := byte('o')
	if prefix {
		mark = 'p'
	}
	if w.first(mark, o.Schema+"."+o.Name) {
		w.a.Operators = append(w.a.Operators, o)
	}
}

// compares notes operators that no statement writes: the server finds them by the
// types of what it compares.
func (w *walker) compares(names ...string) {
	for _, name := range names {
		if w.first('o', "."+name) {
			w.a.Operators = append(w.a.Operators, sql.OperatorName{Name: name})
		}
	}
}

// grouped notes what GROUP BY, DISTINCT, PARTITION BY and set operations compare
// by: hashed or sorted, as the planner likes.
func (w *walker) grouped() { w.compares("=", "<") }

// typed notes a type.
func (w *walker) typed(names []*pg.Node) {
	parts := strs(names)
	if len(parts) == 0 {
		return
	}
	t := sql.Name{Name: parts[len(parts)-1]}
	if len(parts) > 1 {
		t.Schema = parts[len(parts)-2]
	}
	if w.first('t', t.Schema+"."+t.Name) {
		w.a.Types = append(w.a.Types, t)
	}
}

// operatorPlaces gives nodes that compare without an operator of their own their
// places.
func operatorPlaces() {
	fielded(func(w *walker, n *pg.SortBy) {
		w.operator(n.UseOp, false)
		w.compares("<", ">")
	})
	fielded(func(w *walker, n *pg.CaseExpr) {
		if n.Arg != nil {
			w.compares("=")
		}
	})
	fielded(func(w *walker, n *pg.JoinExpr) {
		if n.IsNatural || len(n.UsingClause) > 0 {
			w.compares("=")
		}
	})
	fielded(func(w *walker, n *pg.SubLink) {
		w.operator(n.OperName, false)
		if n.SubLinkType == pg.SubLinkType_ANY_SUBLINK && len(n.OperName) == 0 {
			w.compares("=") // IN
		}
	})
	fielded(func(w *walker, n *pg.WindowDef) {
		if len(n.PartitionClause) > 0 || n.StartOffset != nil || n.EndOffset != nil {
			w.grouped()
			w.compares("+", "-")
		}
	})
	fielded(func(w *walker, n *pg.InferClause) { w.compares("=") })
	fielded(func(w *walker, n *pg.CTECycleClause) { w.compares("=", "<>") })
}

// fielded is a node of which something is noted beside what its fields hold.
func fielded[T any](note func(*walker, *T)) {
	on(func(w *walker, n *T) {
		note(w, n)
		w.fields(reflect.ValueOf(n))
	})
}
