package postgres

import (
	"reflect"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// place says what the walker does with a type of node.
type place struct {
	handle func(*walker, any)
	plain  bool // it means no more than what its fields hold
}

// nodes has a place for each type of node that the grammar makes. The types that
// only a server's later stages make have none: TestEveryNodeHasItsPlace lists
// them.
var nodes map[reflect.Type]place

func init() {
	nodes = make(map[reflect.Type]place)
	on((*walker).selectStmt)
	on((*walker).insert)
	on((*walker).update)
	on((*walker).delete)
	on((*walker).merge)
	on((*walker).source)
	on((*walker).columnRef)
	on((*walker).typeName)
	on((*walker).typeCast)
	on((*walker).call)
	on((*walker).sample)
	on((*walker).constraint)
	on((*walker).like)
	on((*walker).locking)
	on(func(w *walker, n *pg.A_Star) { w.column("", "", "*") })
	on(func(w *walker, n *pg.ResTarget) { w.nodeList(n.Indirection); w.node(n.Val) })
	on(func(w *walker, n *pg.A_Indirection) { w.node(n.Arg); w.indirection(n.Indirection) })
	on(func(w *walker, n *pg.A_Expr) {
		if n.Kind == pg.A_Expr_Kind_AEXPR_NULLIF {
			w.function("", "nullif")
		}
		w.operators(n)
		w.node(n.Lexpr)
		w.node(n.Rexpr)
	})
	on(func(w *walker, n *pg.IndexElem) {
		if n.Name != "" {
			w.column("", "", n.Name)
		}
		w.node(n.Expr)
		w.nodeList(n.Opclassopts)
	})
	on(func(w *walker, n *pg.SQLValueFunction) { w.function("", valueFunctions[n.Op]) })
	special(func(*pg.CoalesceExpr) string { return "coalesce" })
	special(func(*pg.GroupingFunc) string { return "grouping" })
	special(func(n *pg.MinMaxExpr) string {
		if n.Op == pg.MinMaxOp_IS_LEAST {
			return "least"
		}
		return "greatest"
	})
	special(func(n *pg.XmlExpr) string { return xmlFunctions[n.Op] })
	special(func(*pg.XmlSerialize) string { return "xmlserialize" })
	special(func(*pg.RangeTableFunc) string { return "xmltable" })
	special(func(*pg.MergeSupportFunc) string { return "merge_action" })
	special(func(*pg.JsonTable) string { return "json_table" })
	special(func(*pg.JsonParseExpr) string { return "json" })
	special(func(*pg.JsonScalarExpr) string { return "json_scalar" })
	special(func(*pg.JsonSerializeExpr) string { return "json_serialize" })
	special(func(*pg.JsonObjectConstructor) string { return "json_object" })
	special(func(*pg.JsonArrayConstructor) string { return "json_array" })
	special(func(*pg.JsonArrayQueryConstructor) string { return "json_array" })
	special(func(*pg.JsonObjectAgg) string { return "json_objectagg" })
	special(func(*pg.JsonArrayAgg) string { return "json_arrayagg" })
	special(func(n *pg.JsonFuncExpr) string { return jsonFunctions[n.Op] })
	plain[pg.Alias](true)
	plain[pg.RangeSubselect](true)
	plain[pg.RangeFunction](true)
	plain[pg.RangeTableFuncCol](true)
	plain[pg.BoolExpr](true)
	plain[pg.NullTest](true)
	plain[pg.BooleanTest](true)
	plain[pg.CaseWhen](true)
	plain[pg.RowExpr](true)
	plain[pg.A_ArrayExpr](true)
	plain[pg.A_Indices](true)
	plain[pg.CollateClause](true)
	plain[pg.NamedArgExpr](true)
	plain[pg.MultiAssignRef](true)
	plain[pg.GroupingSet](true)
	plain[pg.CTESearchClause](true)
	plain[pg.List](true)
	plain[pg.ColumnDef](true)
	plain[pg.DefElem](true)
	plain[pg.PartitionElem](true)
	plain[pg.PartitionSpec](true)
	plain[pg.PartitionBoundSpec](true)
	plain[pg.PartitionRangeDatum](true)
	plain[pg.SinglePartitionSpec](true)
	plain[pg.StatsElem](true)
	plain[pg.FunctionParameter](true)
	plain[pg.ReturnStmt](true)
	plain[pg.JsonFormat](true)
	plain[pg.JsonReturning](true)
	plain[pg.JsonValueExpr](true)
	plain[pg.JsonIsPredicate](true)
	plain[pg.JsonBehavior](true)
	plain[pg.JsonOutput](true)
	plain[pg.JsonArgument](true)
	plain[pg.JsonKeyValue](true)
	plain[pg.JsonTableColumn](true)
	plain[pg.JsonTablePathSpec](true)
	plain[pg.JsonAggConstructor](true)
	plain[pg.ObjectWithArgs](true)
	plain[pg.A_Const](false)
	plain[pg.ParamRef](false)
	plain[pg.SetToDefault](false)
	plain[pg.CurrentOfExpr](false)
	plain[pg.RoleSpec](false)
	plain[pg.TriggerTransition](false)
	plain[pg.ReplicaIdentityStmt](false)
	plain[pg.String](false)
	plain[pg.Integer](false)
	plain[pg.Float](false)
	plain[pg.Boolean](false)
	plain[pg.BitString](false)
	operatorPlaces()
	statementPlaces()
}

// on gives a type of node a place where a function takes it in.
func on[T any](f func(*walker, *T)) {
	nodes[reflect.TypeFor[*T]()] = place{handle: func(w *walker, n any) { f(w, n.(*T)) }}
}

// special is a node that is a function of the grammar, and what its fields hold.
func special[T any](name func(*T) string) {
	on(func(w *walker, n *T) {
		f := name(n)
		if f == "" {
			w.fail("a function of the grammar that is not understood")
			return
		}
		w.function("", f)
		if f == "least" || f == "greatest" {
			w.compares("<", ">")
		}
		w.fields(reflect.ValueOf(n))
	})
}

// plain is a node that means what its fields hold, or nothing.
func plain[T any](fields bool) {
	nodes[reflect.TypeFor[*T]()] = place{plain: fields}
}

// indirection walks what stands behind an expression: (t).a, (t).*, x[1].
func (w *walker) indirection(list []*pg.Node) {
	for _, n := range list {
		if s := n.GetString_(); s != nil {
			w.column("", "", s.Sval)
			if w.field(s.Sval); w.first('r', s.Sval) {
				w.a.Fields = append(w.a.Fields, s.Sval)
			}
			if isNative(s.Sval, w.major) {
				w.function("", s.Sval)
			}
			continue
		}
		w.node(n)
	}
}

// locking notes FOR UPDATE and its like. What it names are names of FROM.
func (w *walker) locking(*pg.LockingClause) { addDanger(w.a, sql.DangerLockingRead) }

// sample walks TABLESAMPLE, whose method is a function.
func (w *walker) sample(n *pg.RangeTableSample) {
	w.node(n.Relation)
	w.qualified(strs(n.Method))
	w.nodeList(n.Args)
	w.node(n.Repeatable)
}

var valueFunctions = map[pg.SQLValueFunctionOp]string{
	pg.SQLValueFunctionOp_SVFOP_CURRENT_DATE: "current_date", pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME: "current_time",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N: "current_time", pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP: "current_timestamp",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N: "current_timestamp", pg.SQLValueFunctionOp_SVFOP_LOCALTIME: "localtime",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIME_N: "localtime", pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP: "localtimestamp",
	pg.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N: "localtimestamp", pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE: "current_role",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_USER: "current_user", pg.SQLValueFunctionOp_SVFOP_USER: "user",
	pg.SQLValueFunctionOp_SVFOP_SESSION_USER: "session_user", pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG: "current_catalog",
	pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA: "current_schema",
}

var xmlFunctions = map[pg.XmlExprOp]string{
	pg.XmlExprOp_IS_XMLCONCAT: "xmlconcat", pg.XmlExprOp_IS_XMLELEMENT: "xmlelement", pg.XmlExprOp_IS_XMLFOREST: "xmlforest",
	pg.XmlExprOp_IS_XMLPARSE: "xmlparse", pg.XmlExprOp_IS_XMLPI: "xmlpi", pg.XmlExprOp_IS_XMLROOT: "xmlroot",
	pg.XmlExprOp_IS_DOCUMENT: "xmlisdocument", pg.XmlExprOp_IS_XMLSERIALIZE: "xmlserialize",
}

var jsonFunctions = map[pg.JsonExprOp]string{
	pg.JsonExprOp_JSON_EXISTS_OP: "json_exists", pg.JsonExprOp_JSON_QUERY_OP: "json_query",
	pg.JsonExprOp_JSON_VALUE_OP: "json_value", pg.JsonExprOp_JSON_TABLE_OP: "json_table",
}
