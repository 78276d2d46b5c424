package postgres

import (
	"reflect"
	"testing"

	pg "github.com/pganalyze/pg_query_go/v6"
	"github.com/sallyport/sallyport/sql"
)

// expressions are the types of node that an expression may be, and that are
// looked into. Of any other type it is opaque.
var expressions = stringSet(`ColumnRef ParamRef A_Const SetToDefault SQLValueFunction MergeSupportFunc CurrentOfExpr
String Integer Float Boolean BitString A_Expr BoolExpr NullTest BooleanTest SubLink CaseExpr CoalesceExpr MinMaxExpr
CollateClause NamedArgExpr TypeCast RowExpr A_ArrayExpr List A_Indirection FuncCall GroupingFunc XmlExpr XmlSerialize ResTarget
JsonValueExpr JsonKeyValue JsonArgument JsonBehavior JsonParseExpr JsonScalarExpr JsonSerializeExpr JsonIsPredicate
JsonObjectConstructor JsonArrayConstructor JsonArrayQueryConstructor JsonObjectAgg JsonArrayAgg JsonFuncExpr`)

// quiet are the fields of expressions in which no column of a query stands:
// names, types, and what only a server's later stages fill in.
var quiet = stringSet(`A_Expr.Name SubLink.OperName CollateClause.Collname TypeCast.TypeName RowExpr.Colnames FuncCall.Funcname
GroupingFunc.Refs XmlExpr.ArgNames XmlSerialize.TypeName`)

// everyNode makes a node of each type.
func everyNode(f func(name string, n *pg.Node)) {
	fields := (*pg.Node)(nil).ProtoReflect().Descriptor().Oneofs().ByName("node").Fields()
	for i := range fields.Len() {
		n := new(pg.Node)
		n.ProtoReflect().Set(fields.Get(i), n.ProtoReflect().NewField(fields.Get(i)))
		f(string(fields.Get(i).Message().Name()), n)
	}
}

// TestEveryExpressionIsFollowed makes an expression of each type of node, and
// puts a column into each field of it: either the column is found, or the
// expression says that it is opaque.
func TestEveryExpressionIsFollowed(t *testing.T) {
	seen, put := 0, 0
	everyNode(func(name string, n *pg.Node) {
		if e := expressionOf(n); e.Opaque == "" && !expressions[name] {
			t.Errorf("%s is taken for nothing", name)
		}
		if !expressions[name] {
			return
		}
		seen++
		message := reflect.ValueOf(n.Node).Elem().Field(0).Elem()
		for i := range message.NumField() {
			field := message.Type().Field(i)
			where := name + "." + field.Name
			if !field.IsExported() || field.Name == "Xpr" || quiet[where] {
				continue
			}
			message.SetZero()
			if !putProbe(name, message, i, 4) {
				continue
			}
			put++
			if e := expressionOf(n); e.Opaque == "" && !holdsProbe(e) {
				t.Errorf("a column in %s is lost", where)
			}
		}
	})
	if seen != len(expressions) || put < 45 {
		t.Errorf("%d types of expression of %d, and %d fields", seen, len(expressions), put)
	}
}

func expressionOf(n *pg.Node) sql.Expr {
	f := &flow{query: new(sql.Query)}
	return f.expr(n, sql.UseValue)
}

// probeNode is a column, in what may stand in a field.
func probeNode(field string) *pg.Node {
	column := &pg.Node{Node: &pg.Node_ColumnRef{ColumnRef: &pg.ColumnRef{Fields: []*pg.Node{pg.MakeStrNode("probe")}}}}
	switch field {
	case "SubLink.Subselect", "JsonArrayQueryConstructor.Query":
		return &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{WhereClause: column}}}
	case "CaseExpr.Args":
		return &pg.Node{Node: &pg.Node_CaseWhen{CaseWhen: &pg.CaseWhen{Expr: column}}}
	case "FuncCall.AggOrder", "WindowDef.OrderClause", "JsonAggConstructor.AggOrder":
		return &pg.Node{Node: &pg.Node_SortBy{SortBy: &pg.SortBy{Node: column}}}
	case "A_Indirection.Indirection", "ResTarget.Indirection":
		return &pg.Node{Node: &pg.Node_AIndices{AIndices: &pg.A_Indices{Lidx: column}}}
	case "ColumnRef.Fields":
		return pg.MakeStrNode("probe")
	}
	return column
}

// putProbe puts a column into a field, or into the first field that can hold one
// of what the field holds. It reports whether it could.
func putProbe(name string, message reflect.Value, i, depth int) bool {
	field, value := message.Type().Field(i), message.Field(i)
	switch {
	case !field.IsExported() || depth == 0 || field.Name == "Xpr" || field.Name == "Output" || field.Name == "Format":
		return false
	case field.Type == nodeType:
		value.Set(reflect.ValueOf(probeNode(name + "." + field.Name)))
		return true
	case field.Type == reflect.SliceOf(nodeType):
		value.Set(reflect.ValueOf([]*pg.Node{probeNode(name + "." + field.Name)}))
		return true
	case field.Type.Kind() != reflect.Pointer:
		return false
	}
	inner := reflect.New(field.Type.Elem())
	for j := range inner.Elem().NumField() {
		if putProbe(field.Type.Elem().Name(), inner.Elem(), j, depth-1) {
			value.Set(inner)
			return true
		}
	}
	return false
}

// holdsProbe reports whether the column stands anywhere in an expression.
func holdsProbe(e sql.Expr) bool {
	for _, r := range e.Refs {
		if r.Name == "probe" {
			return true
		}
	}
	for _, s := range e.Queries {
		for _, test := range s.Query.Tests {
			if holdsProbe(test.Expr) {
				return true
			}
		}
	}
	return false
}

// TestStatementsHaveAQuery: each type of statement has one that is empty, or
// opaque, or none; only the types that Analysis.Query lists have one.
func TestStatementsHaveAQuery(t *testing.T) {
	have := stringSet(`SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt CopyStmt CreateTableAsStmt ViewStmt FetchStmt
ExecuteStmt DoStmt CallStmt`)
	everyNode(func(name string, n *pg.Node) {
		if q := queryOf(n, nil, 17); (q != nil) != have[name] {
			t.Errorf("%s: %v", name, q)
		}
	})
}

// TestSourcesAreFollowed: what FROM cannot be makes the query opaque.
func TestSourcesAreFollowed(t *testing.T) {
	known := stringSet("RangeVar RangeSubselect JoinExpr RangeTableSample RangeFunction RangeTableFunc JsonTable")
	everyNode(func(name string, n *pg.Node) {
		q := queryOf(&pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{FromClause: []*pg.Node{n}}}}, nil, 17)
		if !known[name] && q.Opaque == "" {
			t.Errorf("%s is a source", name)
		}
	})
}
