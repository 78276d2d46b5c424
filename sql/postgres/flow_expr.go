package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// expr is an expression whose outcome is used so.
func (f *flow) expr(n *pg.Node, use sql.Use) sql.Expr {
	var e sql.Expr
	f.into(&e, n, use)
	return e
}

// all adds several expressions to e.
func (f *flow) all(e *sql.Expr, list []*pg.Node, use sql.Use) {
	for _, n := range list {
		f.into(e, n, use)
	}
}

// into adds what an expression refers to to e. use is what its outcome is used
// for. No expression, nil, refers to nothing.
func (f *flow) into(e *sql.Expr, n *pg.Node, use sql.Use) {
	if n == nil {
		return
	}
	derived := sql.UseDerived.Within(use)
	switch x := n.Node.(type) {
	case *pg.Node_ColumnRef:
		f.column(e, x.ColumnRef, use)
	case *pg.Node_ParamRef, *pg.Node_AConst, *pg.Node_SetToDefault, *pg.Node_SqlvalueFunction, *pg.Node_MergeSupportFunc,
		*pg.Node_CurrentOfExpr, *pg.Node_String_, *pg.Node_Integer, *pg.Node_Float, *pg.Node_Boolean, *pg.Node_BitString:
		// Nothing that is stored.
	case *pg.Node_AExpr:
		f.operation(e, x.AExpr, use)
	case *pg.Node_BoolExpr:
		f.all(e, x.BoolExpr.Args, derived)
	case *pg.Node_NullTest:
		f.into(e, x.NullTest.Arg, sql.UseTest)
	case *pg.Node_BooleanTest:
		f.into(e, x.BooleanTest.Arg, sql.UseTest)
	case *pg.Node_SubLink:
		f.subquery(e, x.SubLink, use)
	case *pg.Node_CaseExpr:
		f.choice(e, x.CaseExpr, use)
	case *pg.Node_CoalesceExpr:
		f.all(e, x.CoalesceExpr.Args, use)
	case *pg.Node_MinMaxExpr:
		for _, a := range x.MinMaxExpr.Args {
			f.compared(e, a, use)
		}
	case *pg.Node_CollateClause:
		f.into(e, x.CollateClause.Arg, use)
	case *pg.Node_NamedArgExpr:
		f.into(e, x.NamedArgExpr.Arg, use)
	case *pg.Node_TypeCast:
		f.into(e, x.TypeCast.Arg, derived)
	case *pg.Node_RowExpr:
		f.all(e, x.RowExpr.Args, derived)
	case *pg.Node_AArrayExpr:
		f.all(e, x.AArrayExpr.Elements, derived)
	case *pg.Node_List:
		f.all(e, x.List.Items, use)
	case *pg.Node_AIndirection:
		f.into(e, x.AIndirection.Arg, derived)
		f.steps(e, x.AIndirection.Indirection, derived)
	case *pg.Node_FuncCall:
		f.call(e, x.FuncCall, use)
	case *pg.Node_GroupingFunc:
		f.all(e, x.GroupingFunc.Args, sql.UseNothing)
	case *pg.Node_XmlExpr:
		f.all(e, x.XmlExpr.Args, derived)
		f.all(e, x.XmlExpr.NamedArgs, derived)
	case *pg.Node_XmlSerialize:
		f.into(e, x.XmlSerialize.Expr, derived)
	case *pg.Node_ResTarget:
		f.into(e, x.ResTarget.Val, use)
		f.steps(e, x.ResTarget.Indirection, derived)
	default:
		if !f.json(e, n, derived) {
			e.Opaque = "an expression that is not understood"
		}
	}
}

// steps adds the subscripts behind an expression. A field has no name of its own.
func (f *flow) steps(e *sql.Expr, list []*pg.Node, use sql.Use) {
	for _, n := range list {
		switch x := n.GetNode().(type) {
		case *pg.Node_String_, *pg.Node_AStar:
		case *pg.Node_AIndices:
			f.into(e, x.AIndices.Lidx, use)
			f.into(e, x.AIndices.Uidx, use)
		default:
			e.Opaque = "a part of a value that is not understood"
		}
	}
}

// column adds a reference.
func (f *flow) column(e *sql.Expr, n *pg.ColumnRef, use sql.Use) {
	r := reference(n)
	if r.Name == "" && !r.Whole {
		e.Opaque = "a column that is not understood"
		return
	}
	r.Use = use
	if last := len(e.Refs) - 1; last >= 0 && e.Refs[last] == r {
		return
	}
	if f.refs++; f.refs <= maxRefs {
		e.Refs = append(e.Refs, r)
	}
}

// reference is the name of a column or of a whole row; the zero Ref where it is
// neither. A single name may be either's.
func reference(n *pg.ColumnRef) (r sql.Ref) {
	fields := n.Fields
	if len(fields) == 0 || len(fields) > 4 {
		return r
	}
	last := fields[len(fields)-1]
	names := strs(fields[:len(fields)-1])
	switch {
	case names == nil:
		return r
	case last.GetAStar() != nil:
		r.Whole = true
	case last.GetString_() != nil:
		r.Name, r.Whole = last.GetString_().Sval, len(fields) == 1
	default:
		return r
	}
	if n := len(names); n > 0 {
		r.Table = names[n-1]
		if n > 1 {
			r.Schema = names[n-2]
		}
	}
	return r
}

// subquery adds a query that stands in an expression.
func (f *flow) subquery(e *sql.Expr, n *pg.SubLink, use sql.Use) {
	q := f.statement(n.Subselect)
	if q == nil {
		e.Opaque = "a subquery that is not understood"
		return
	}
	switch n.SubLinkType {
	case pg.SubLinkType_EXISTS_SUBLINK:
		use = sql.UseNothing
	case pg.SubLinkType_ANY_SUBLINK, pg.SubLinkType_ALL_SUBLINK:
		f.into(e, n.Testexpr, sql.UseTest)
		use = sql.UseTest
	case pg.SubLinkType_EXPR_SUBLINK:
	case pg.SubLinkType_ARRAY_SUBLINK:
		use = sql.UseDerived.Within(use)
	default:
		e.Opaque = "a subquery of a sort that is not understood"
	}
	f.refs++
	e.Queries = append(e.Queries, sql.Subquery{Query: q, Use: use})
}

// choice adds a CASE.
func (f *flow) choice(e *sql.Expr, n *pg.CaseExpr, use sql.Use) {
	f.into(e, n.Arg, sql.UseTest)
	for _, w := range n.Args {
		c := w.GetCaseWhen()
		if c == nil {
			e.Opaque = "a CASE that is not understood"
			continue
		}
		f.into(e, c.Expr, sql.UseTest)
		f.into(e, c.Result, use)
	}
	f.into(e, n.Defresult, use)
}
