package postgres

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// comparisons are the operators that only say whether something holds.
var comparisons = stringSet("= <> < > <= >= ~~ ~~* !~~ !~~* ~ ~* !~ !~* ^@")

// operation adds an operator with what it is applied to.
func (f *flow) operation(e *sql.Expr, n *pg.A_Expr, use sql.Use) {
	name, native := operator(n)
	if !native {
		e.Opaque = "an operator of a schema, which is stored code"
	}
	own := sql.UseDerived.Within(use)
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_OP:
		if native && comparisons[name] {
			own = sql.UseTest
		}
	case pg.A_Expr_Kind_AEXPR_NULLIF:
		f.nullif(e, n, use)
		return
	case pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL, pg.A_Expr_Kind_AEXPR_IN,
		pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT,
		pg.A_Expr_Kind_AEXPR_LIKE, pg.A_Expr_Kind_AEXPR_ILIKE, pg.A_Expr_Kind_AEXPR_SIMILAR,
		pg.A_Expr_Kind_AEXPR_BETWEEN, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		own = sql.UseTest
	default:
		e.Opaque = "an operator that is not understood"
	}
	if native && equality(n, name) {
		f.equal(e, n.Lexpr)
		f.equal(e, n.Rexpr)
		return
	}
	f.into(e, n.Lexpr, own)
	f.into(e, n.Rexpr, own)
}

// equal adds one side of an equality with parameters: columns, or rows of them.
func (f *flow) equal(e *sql.Expr, n *pg.Node) {
	if r := n.GetRowExpr(); r != nil {
		for _, a := range r.Args {
			f.equal(e, a)
		}
		return
	}
	f.into(e, n, sql.UseEqual)
}

// operator is an operator's name, and whether it is looked for where the server
// keeps its own: one that is written without a schema is taken for native.
func operator(n *pg.A_Expr) (name string, native bool) {
	switch parts := strs(n.Name); len(parts) {
	case 0:
		return "", n.Kind != pg.A_Expr_Kind_AEXPR_OP
	case 1:
		return parts[0], true
	default:
		return parts[len(parts)-1], len(parts) == 2 && parts[0] == "pg_catalog"
	}
}

// equality reports whether columns are compared with bound parameters, and for
// nothing but equality.
func equality(n *pg.A_Expr, name string) bool {
	switch n.Kind {
	case pg.A_Expr_Kind_AEXPR_OP, pg.A_Expr_Kind_AEXPR_DISTINCT, pg.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		return (name == "=" || name == "<>") && (columns(n.Lexpr) && bound(n.Rexpr) || bound(n.Lexpr) && columns(n.Rexpr))
	case pg.A_Expr_Kind_AEXPR_IN, pg.A_Expr_Kind_AEXPR_OP_ANY, pg.A_Expr_Kind_AEXPR_OP_ALL:
		return (name == "=" || name == "<>") && columns(n.Lexpr) && bound(n.Rexpr)
	}
	return false
}

// columns reports whether an expression is a column, or a row of nothing else.
func columns(n *pg.Node) bool {
	if r := n.GetRowExpr(); r != nil {
		return every(r.Args, columns)
	}
	c := n.GetColumnRef()
	return c != nil && reference(c).Name != ""
}

// exact are the server's types whose = is an equality of whole values. A type that
// somebody has made can have one that is not.
var exact = stringSet(`bool int2 int4 int8 float4 float8 numeric text varchar bpchar char name uuid date time timetz
timestamp timestamptz interval bytea inet cidr macaddr oid bit varbit jsonb`)

// exactly reports whether a cast is to such a type.
func exactly(n *pg.TypeName) bool {
	parts := strs(n.GetNames())
	switch len(parts) {
	case 1:
		return exact[parts[0]]
	case 2:
		return parts[0] == "pg_catalog" && exact[parts[1]]
	}
	return false
}

// bound reports whether an expression is a parameter, with casts perhaps, or
// rows, lists and arrays of nothing else.
func bound(n *pg.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg.Node_ParamRef:
		return true
	case *pg.Node_TypeCast:
		return exactly(x.TypeCast.TypeName) && bound(x.TypeCast.Arg)
	case *pg.Node_RowExpr:
		return every(x.RowExpr.Args, bound)
	case *pg.Node_List:
		return every(x.List.Items, bound)
	case *pg.Node_AArrayExpr:
		return every(x.AArrayExpr.Elements, bound)
	}
	return false
}

func every(list []*pg.Node, is func(*pg.Node) bool) bool {
	for _, n := range list {
		if !is(n) {
			return false
		}
	}
	return len(list) > 0
}

// nullif adds NULLIF: the first comes out, and both are compared.
func (f *flow) nullif(e *sql.Expr, n *pg.A_Expr, use sql.Use) {
	f.compared(e, n.Lexpr, use)
	f.into(e, n.Rexpr, sql.UseTest)
}

// compared adds what comes out, or does not, by how it compares with others.
func (f *flow) compared(e *sql.Expr, n *pg.Node, use sql.Use) {
	first := f.expr(n, use)
	add(e, first)
	for _, r := range f.within(sql.Expr{Refs: first.Refs}, sql.UseTest).Refs {
		if r.Use == sql.UseNothing { // whether it is there tells how the comparison ends
			r.Use = sql.UseTest
		}
		if !slices.Contains(first.Refs, r) {
			e.Refs = append(e.Refs, r)
		}
	}
	add(e, f.within(sql.Expr{Queries: first.Queries}, sql.UseTest))
}
