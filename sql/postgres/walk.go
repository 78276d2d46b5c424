package postgres

import (
	"reflect"
	"strings"
	"sync"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// walker collects what a syntax tree names. It goes by the tree's Go types, so
// that no node is missed for want of a visitor's method; a node type that has no
// place in nodes makes the statement not understood.
type walker struct {
	a      *sql.Analysis
	major  int // the server's version, 0 where it is not known
	err    error
	scopes []map[string]bool // visible names of common table expressions, innermost last
	tables map[tableName]int // index in the analysis
	cols   map[sql.Column]bool
	names  map[string]bool // functions, variables and schemas, with a letter in front
	reads  int             // columns met so far, repetitions included
	asks   bool            // a SELECT that only asks the session
	alone  bool            // a SELECT that is evaluated once, whatever is stored
}

func (w *walker) fail(format string, args ...any) {
	if w.err == nil {
		w.err = unsupported(format, args...)
	}
}

// child walks each of the messages, some of which may be nil.
func (w *walker) child(list ...any) {
	for _, m := range list {
		w.value(reflect.ValueOf(m))
	}
}

// nodeList walks a list of nodes.
func (w *walker) nodeList(lists ...[]*pg.Node) {
	for _, list := range lists {
		for _, n := range list {
			w.node(n)
		}
	}
}

// node walks what a node holds. A list may hold a node with nothing in it.
func (w *walker) node(n *pg.Node) {
	if n == nil || w.err != nil {
		return
	}
	if n.Node == nil {
		if len(n.ProtoReflect().GetUnknown()) > 0 {
			w.fail("a node that is newer than this program")
		}
		return
	}
	w.value(reflect.ValueOf(n.Node).Elem().Field(0))
}

// value walks a pointer to a message, or a list of them.
func (w *walker) value(v reflect.Value) {
	if w.err != nil {
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			w.value(v.Index(i))
		}
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		t := v.Type()
		if t == nodeType {
			w.node(v.Interface().(*pg.Node))
			return
		}
		p, ok := nodes[t]
		switch {
		case !ok:
			w.fail("%s is not understood", strings.TrimPrefix(t.String(), "*pg_query."))
		case p.handle != nil:
			p.handle(w, v.Interface())
		case p.plain:
			w.fields(v)
		}
	case reflect.Interface:
		w.fail("a choice that is not understood")
	}
}

// fields walks the fields of a message that can lead to nodes.
func (w *walker) fields(v reflect.Value) {
	for _, i := range plan(v.Type().Elem()) {
		w.value(v.Elem().Field(i))
	}
}

var (
	nodeType = reflect.TypeFor[*pg.Node]()
	plans    sync.Map // reflect.Type -> []int
)

// plan returns the fields of a message's type that hold messages.
func plan(t reflect.Type) []int {
	if p, ok := plans.Load(t); ok {
		return p.([]int)
	}
	var p []int
	for i := range t.NumField() {
		f := t.Field(i)
		k := f.Type
		if k.Kind() == reflect.Slice {
			k = k.Elem()
		}
		if f.IsExported() && (k.Kind() == reflect.Pointer || k.Kind() == reflect.Interface) {
			p = append(p, i)
		}
	}
	plans.Store(t, p)
	return p
}

func (w *walker) kind(k sql.Kind) {
	for _, x := range w.a.Kinds {
		if x == k {
			return
		}
	}
	w.a.Kinds = append(w.a.Kinds, k)
}

// is notes what kind a statement is, and the word that tells it from others.
func (w *walker) is(k sql.Kind, detail string) {
	w.kind(k)
	if w.a.Kind == sql.KindUnknown {
		w.a.Kind, w.a.Detail = k, detail
	}
}

// admin marks a statement that is about the server itself, or about rights.
func (w *walker) admin(k sql.Kind, detail string) {
	w.is(k, detail)
	addDanger(w.a, sql.DangerAdmin)
}

type tableName struct{ schema, name string }

// table notes a table.
func (w *walker) table(r *pg.RangeVar, access sql.Access) {
	if r != nil {
		w.addTable(r.Schemaname, r.Relname, access)
	}
}

// source notes a table of a FROM clause, unless it is the name of a common table
// expression in sight.
func (w *walker) source(r *pg.RangeVar) {
	if r.Schemaname == "" {
		for i := len(w.scopes) - 1; i >= 0; i-- {
			if w.scopes[i][r.Relname] {
				return
			}
		}
	}
	w.table(r, sql.Read)
}

func (w *walker) addTable(schema, name string, access sql.Access) {
	if showsSessions(schema, name) {
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

// named notes a table by a dotted name: table, schema.table, or with the
// database in front.
func (w *walker) named(parts []string, access sql.Access) {
	switch n := len(parts); {
	case n == 1:
		w.addTable("", parts[0], access)
	case n > 1 && n < 4:
		w.addTable(parts[n-2], parts[n-1], access)
	default:
		w.fail("a table by a name that is not understood")
	}
}

func (w *walker) schema(name string) {
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

func (w *walker) variable(name string) {
	if name = "@@" + strings.ToLower(name); w.first('v', name) {
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

// strs returns the strings of a list of them, nil where something else is in it.
func strs(list []*pg.Node) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		s := n.GetString_()
		if s == nil {
			return nil
		}
		out = append(out, s.Sval)
	}
	return out
}
