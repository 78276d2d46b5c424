package mysql

import (
	"reflect"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// plainNodes are the nodes that mean no more than what their fields hold.
var plainNodes = typeSet(
	&ast.BetweenExpr{}, &ast.BinaryOperationExpr{}, &ast.CaseExpr{}, &ast.WhenClause{},
	&ast.SubqueryExpr{}, &ast.CompareSubqueryExpr{}, &ast.ExistsSubqueryExpr{}, &ast.TableNameExpr{},
	&ast.DefaultExpr{}, &ast.IsNullExpr{}, &ast.IsTruthExpr{}, &ast.ParenthesesExpr{},
	&ast.PatternInExpr{}, &ast.PatternLikeOrIlikeExpr{}, &ast.PatternRegexpExpr{}, &ast.PositionExpr{},
	&ast.RowExpr{}, &ast.UnaryOperationExpr{}, &ast.ValuesExpr{}, &ast.MatchAgainst{},
	&ast.SetCollationExpr{}, &ast.MaxValueExpr{}, &ast.TimeUnitExpr{}, &ast.GetFormatSelectorExpr{},
	&ast.TrimDirectionExpr{},
	&ast.Assignment{}, &ast.ByItem{}, &ast.FieldList{}, &ast.GroupByClause{}, &ast.HavingClause{},
	&ast.Join{}, &ast.Limit{}, &ast.OnCondition{}, &ast.OrderByClause{}, &ast.SelectField{},
	&ast.TableRefsClause{}, &ast.TableSource{}, &ast.WindowSpec{}, &ast.PartitionByClause{},
	&ast.FrameClause{}, &ast.FrameBound{}, &ast.ColumnNameOrUserVar{}, &ast.IndexHint{},
	&ast.ColumnDef{}, &ast.ColumnOption{}, &ast.ColumnPosition{}, &ast.Constraint{}, &ast.IndexOption{},
	&ast.IndexPartSpecification{}, &ast.AlterTableSpec{}, &ast.AlterOrderItem{},
	&ast.PartitionOptions{}, &ast.PartitionMethod{}, &ast.PartitionDefinition{},
	&ast.OnDeleteOpt{}, &ast.OnUpdateOpt{}, &ast.TableToTable{}, &ast.IndexLockAndAlgorithm{},
	&ast.FieldsClause{}, &ast.LinesClause{},
)

// emptyNodes are the nodes in which nothing is named.
var emptyNodes = typeSet(&driver.ValueExpr{}, &driver.ParamMarkerExpr{}, &ast.DeleteTableList{})

func typeSet(nodes ...any) map[reflect.Type]bool {
	m := make(map[reflect.Type]bool, len(nodes))
	for _, n := range nodes {
		m[reflect.TypeOf(n)] = true
	}
	return m
}

// node walks one node below a statement.
func (w *walker) node(n ast.Node, v reflect.Value) {
	if w.err != nil {
		return
	}
	switch n := n.(type) {
	case *ast.SelectStmt:
		w.selectStmt(n)
	case *ast.SetOprStmt:
		w.with(sql.Read, func() {
			defer w.enter(n.With)()
			w.child(n.SelectList)
			w.child(n.OrderBy)
			w.child(n.Limit)
		})
	case *ast.SetOprSelectList:
		w.with(sql.Read, func() {
			defer w.enter(n.With)()
			w.child(n.Selects)
			w.child(n.OrderBy)
			w.child(n.Limit)
		})
	case *ast.TableName:
		if w.access == 0 {
			w.fail("a table in an unexpected place")
		}
		w.table(n, w.access)
	case *ast.ColumnName:
		w.column(n.Schema.O, n.Table.O, n.Name.O)
	case *ast.ColumnNameExpr:
		w.child(n.Name)
	case *ast.WildCardField:
		w.column(n.Schema.O, n.Table.O, "*")
	case *ast.FuncCallExpr:
		w.call(n)
	case *ast.AggregateFuncExpr:
		w.function("", n.F)
		w.fields(v.Elem())
	case *ast.WindowFuncExpr:
		w.function("", n.Name)
		w.fields(v.Elem())
	case *ast.FuncCastExpr:
		w.function("", "cast")
		w.fields(v.Elem())
	case *ast.VariableExpr:
		w.variable(n)
		w.child(n.Value)
	case *ast.ReferenceDef:
		w.with(sql.Read, func() { w.fields(v.Elem()) })
	case *ast.TableOption:
		w.tableOption(n)
		w.fields(v.Elem())
	case *ast.SelectIntoOption:
		addDanger(w.a, sql.DangerFile)
	default:
		t := v.Type()
		switch {
		case plainNodes[t]:
			w.fields(v.Elem())
		case emptyNodes[t]:
		default:
			w.fail("%s is not understood", strings.TrimPrefix(t.String(), "*ast."))
		}
	}
}

func (w *walker) selectStmt(n *ast.SelectStmt) {
	w.kind(sql.KindSelect)
	if n.LockInfo != nil && n.LockInfo.LockType != ast.SelectLockNone {
		addDanger(w.a, sql.DangerLockingRead)
	}
	w.with(sql.Read, func() {
		defer w.enter(n.With)()
		w.child(n.From)
		w.child(n.Fields)
		w.child(n.Where)
		w.child(n.GroupBy)
		w.child(n.Having)
		for i := range n.WindowSpecs {
			w.child(&n.WindowSpecs[i])
		}
		w.child(n.OrderBy)
		w.child(n.Limit)
		w.child(n.Lists)
		w.child(n.SelectIntoOpt)
	})
}

// enter brings the names of a WITH clause into sight, and returns the function
// that takes them out of it. The body of an expression sees those before it,
// and with RECURSIVE itself. One that MariaDB lets it see further down counts
// as a table too.
func (w *walker) enter(with *ast.WithClause) func() {
	if with == nil {
		return func() {}
	}
	depth := len(w.scopes)
	w.scopes = append(w.scopes, make(map[string]bool, len(with.CTEs)))
	for _, cte := range with.CTEs {
		if with.IsRecursive {
			w.scopes[depth][cte.Name.O] = true
		}
		w.with(sql.Read, func() { w.child(cte.Query) })
		if !with.IsRecursive {
			w.scopes[depth][cte.Name.O] = true
		}
	}
	return func() { w.scopes = w.scopes[:depth] }
}

// localEngines are the storage engines that keep to the server's own files.
var localEngines = map[string]bool{
	"innodb": true, "myisam": true, "aria": true, "memory": true, "heap": true, "archive": true,
	"blackhole": true, "rocksdb": true, "mrg_myisam": true, "merge": true, "sequence": true, "ndb": true,
}

func (w *walker) tableOption(n *ast.TableOption) {
	switch n.Tp {
	case ast.TableOptionEngine:
		if !localEngines[strings.ToLower(n.StrValue)] {
			addDanger(w.a, sql.DangerNetwork)
		}
	case ast.TableOptionConnection:
		addDanger(w.a, sql.DangerNetwork)
	case ast.TableOptionDataDirectory, ast.TableOptionIndexDirectory, ast.TableOptionTablespace:
		addDanger(w.a, sql.DangerFile)
	}
}
