package mysql

import (
	"reflect"
	"strings"
	"sync"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// walker collects what a syntax tree names. It goes by the tree's Go types, so
// that no node is missed for want of a visitor's method; a node type that it
// does not know makes the statement not understood.
type walker struct {
	a      *sql.Analysis
	flags  byte // of the key
	err    error
	access sql.Access
	scopes []map[string]bool // visible names of common table expressions, innermost last
	tables map[tableName]int // index in the analysis
	cols   map[sql.Column]bool
	names  map[string]bool // functions, variables and databases, with a letter in front
	reads  int             // columns met so far, repetitions included
	asks   bool            // a SELECT that only asks the session
}

func (w *walker) fail(format string, args ...any) {
	if w.err == nil {
		w.err = unsupported(format, args...)
	}
}

// with runs f with another access for the tables that it meets.
func (w *walker) with(access sql.Access, f func()) {
	old := w.access
	w.access = access
	f()
	w.access = old
}

// child walks whatever v holds.
func (w *walker) child(v any) {
	if v != nil {
		w.value(reflect.ValueOf(v))
	}
}

func (w *walker) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			w.value(v.Elem())
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if n, ok := v.Interface().(ast.Node); ok {
			w.node(n, v)
			return
		}
		w.value(v.Elem())
	case reflect.Slice, reflect.Array:
		if !reaches(v.Type().Elem()) {
			return
		}
		for i := range v.Len() {
			e := v.Index(i)
			if e.Kind() == reflect.Struct && e.CanAddr() {
				e = e.Addr()
			}
			w.value(e)
		}
	case reflect.Struct:
		w.fields(v)
	case reflect.Map:
		w.fail("syntax tree with a map in it")
	}
}

// fields walks the exported fields of a struct that can lead to nodes.
func (w *walker) fields(v reflect.Value) {
	for _, i := range plan(v.Type()) {
		f := v.Field(i)
		if f.Kind() == reflect.Struct && f.CanAddr() {
			f = f.Addr()
		}
		w.value(f)
	}
}

var (
	nodeType = reflect.TypeFor[ast.Node]()
	plans    sync.Map // reflect.Type -> []int
	reachMap sync.Map // reflect.Type -> bool
)

// plan returns the fields of a struct type that can lead to nodes.
func plan(t reflect.Type) []int {
	if p, ok := plans.Load(t); ok {
		return p.([]int)
	}
	var p []int
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && reaches(f.Type) {
			p = append(p, i)
		}
	}
	plans.Store(t, p)
	return p
}

// reaches reports whether a value of type t can lead to a node.
func reaches(t reflect.Type) bool {
	if r, ok := reachMap.Load(t); ok {
		return r.(bool)
	}
	r := reach(t, map[reflect.Type]bool{})
	reachMap.Store(t, r)
	return r
}

func reach(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer:
		return t.Implements(nodeType) || reach(t.Elem(), seen)
	case reflect.Slice, reflect.Array:
		return reach(t.Elem(), seen)
	case reflect.Map:
		return reach(t.Elem(), seen) || reach(t.Key(), seen)
	case reflect.Struct:
		if reflect.PointerTo(t).Implements(nodeType) {
			return true
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && reach(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

func (w *walker) kind(k sql.Kind) {
	for _, x := range w.a.Kinds {
		if x == k {
			return
		}
	}
	w.a.Kinds = append(w.a.Kinds, k)
}

// table notes a table. An unqualified name that is the name of a common table
// expression in sight is none, except as the target of a write. Whether names
// that differ in case alone are one depends on the server: such a name is a
// table too.
func (w *walker) table(n *ast.TableName, access sql.Access) {
	if n.TableSample != nil {
		w.fail("TABLESAMPLE is not understood")
		return
	}
	if n.AsOf != nil {
		w.with(sql.Read, func() { w.child(n.AsOf.TsExpr) })
	}
	if n.Schema.O == "" && access&sql.Write == 0 {
		for i := len(w.scopes) - 1; i >= 0; i-- {
			if w.scopes[i][n.Name.O] {
				return
			}
		}
	}
	w.addTable(n.Schema.O, n.Name.O, access)
}

type tableName struct{ schema, name string }

func (w *walker) addTable(schema, name string, access sql.Access) {
	if ShowsSessions(schema, name) {
		addDanger(w.a, sql.DangerSessions)
	}
	key := tableName{schema, name}
	if i, ok := w.tables[key]; ok {
		w.a.Tables[i].Access |= access
		return
	}
	if w.tables == nil {
		w.tables = make(map[tableName]int)
	}
	w.tables[key] = len(w.a.Tables)
	w.a.Tables = append(w.a.Tables, sql.Table{Schema: schema, Name: name, Access: access})
}

func (w *walker) database(name string) {
	if name != "" && w.first('d', name) {
		w.a.Databases = append(w.a.Databases, name)
	}
}

func (w *walker) column(schema, table, name string) {
	w.reads++
	c := sql.Column{Schema: schema, Table: table, Name: name}
	if w.cols[c] {
		return
	}
	if w.cols == nil {
		w.cols = make(map[sql.Column]bool)
	}
	w.cols[c] = true
	w.a.Columns = append(w.a.Columns, c)
}

func (w *walker) variable(n *ast.VariableExpr) {
	if n.IsSystem {
		w.addVariable("@@" + strings.ToLower(n.Name))
		return
	}
	w.addVariable("@" + strings.ToLower(n.Name))
	addDanger(w.a, sql.DangerUserVariable)
}

func (w *walker) addVariable(name string) {
	if w.first('v', name) {
		w.a.Variables = append(w.a.Variables, name)
	}
}

// first reports whether a name of a sort is met for the first time.
func (w *walker) first(sort byte, name string) bool {
	key := string(sort) + name
	if w.names[key] {
		return false
	}
	if w.names == nil {
		w.names = make(map[string]bool)
	}
	w.names[key] = true
	return true
}
