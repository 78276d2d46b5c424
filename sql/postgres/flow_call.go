package postgres

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// picking are the functions that give back one of the values that they are
// given; a second argument says which.
var picking = stringSet("min max any_value first_value last_value nth_value lag lead mode percentile_disc")

// comparing are those of them that choose by comparing the values.
var comparing = stringSet("min max mode percentile_disc")

// leaving are the functions that hand a value to others or keep it, beside what
// they return.
var leaving = stringSet(`set_config pg_notify pg_logical_emit_message setval
lo_put lowrite lo_from_bytea pg_file_write`)

// reading are native functions that read what a name or a text among their
// arguments tells them to.
var reading = stringSet(`query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema
table_to_xml table_to_xmlschema table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema schema_to_xml_and_xmlschema
database_to_xml database_to_xmlschema database_to_xml_and_xmlschema ts_stat ts_rewrite lo_get loread lo_export
pg_get_viewdef pg_logical_slot_get_changes pg_logical_slot_peek_changes pg_logical_slot_get_binary_changes
pg_logical_slot_peek_binary_changes pg_stat_get_activity pg_stat_get_backend_activity pg_cursor pg_prepared_statement`)

// call adds a function call.
func (f *flow) call(e *sql.Expr, n *pg.FuncCall, use sql.Use) {
	name, native := f.callee(n)
	switch {
	case !native:
		e.Opaque = "what a stored function returns"
	case reading[name], strings.HasPrefix(name, "pg_read_"), strings.HasPrefix(name, "pg_ls_"):
		e.Opaque = "what a function reads by itself"
	}
	derived := sql.UseDerived.Within(use)
	own := derived
	switch {
	case !native:
	case picking[name]:
		own = use
	case name == "count" && n.AggDistinct:
		own = sql.UseTest
	case name == "count":
		own = sql.UseNothing
	case leaving[name]:
		own = sql.UseValue
	}
	var args sql.Expr
	for i, a := range n.Args {
		if i == 1 && picking[name] {
			f.into(&args, a, derived)
			continue
		}
		if native && comparing[name] {
			f.compared(&args, a, own)
			continue
		}
		f.into(&args, a, own)
	}
	if native && leaving[name] {
		f.query.Leaves = append(f.query.Leaves, args)
		args = f.within(args, derived)
	}
	if !native || returnsRows[name] {
		f.tested(f.within(sql.Expr{Refs: args.Refs, Queries: args.Queries}, sql.UseTest)) // how many rows there are
	}
	add(e, args)
	for _, s := range n.AggOrder {
		by := s.GetSortBy().GetNode()
		if n.AggWithinGroup {
			f.compared(e, by, own) // the values themselves
			continue
		}
		f.into(e, by, sql.UseTest) // the order in which values are taken up
	}
	f.into(e, n.AggFilter, sql.UseTest)
	f.over(e, n.Over, use)
}

// callee is the name of a function, and whether it is the server's own.
func (f *flow) callee(n *pg.FuncCall) (name string, native bool) {
	parts := strs(n.Funcname)
	switch len(parts) {
	case 1:
		return parts[0], isNative(parts[0], f.major)
	case 2:
		grammar := n.Funcformat == pg.CoercionForm_COERCE_SQL_SYNTAX
		return parts[1], parts[0] == "pg_catalog" && (grammar || isNative(parts[1], f.major))
	}
	return "", false
}

// over adds what the window of a call is made of: the outcome hangs on it.
func (f *flow) over(e *sql.Expr, w *pg.WindowDef, use sql.Use) {
	if w == nil {
		return
	}
	derived := sql.UseDerived.Within(use)
	add(e, f.within(f.window(w), derived))
	if w.Name == "" { // it is defined here, and nowhere else
		f.tested(f.within(f.window(w), sql.UseTest))
	}
	name := w.Name
	if name == "" {
		name = w.Refname
	}
	// A window may go on from one that stands before it.
	for i := len(f.windows) - 1; i >= 0; i-- {
		if d := f.windows[i]; name != "" && d.Name == name {
			add(e, f.within(f.window(d), derived))
			name = d.Refname
		}
	}
	if name != "" {
		e.Opaque = "a window that is not defined"
	}
}

// window is what a window's own definition refers to. It is made once, however
// many calls are over it.
func (f *flow) window(w *pg.WindowDef) sql.Expr {
	if e, ok := f.made[w]; ok {
		return e
	}
	var e sql.Expr
	f.all(&e, w.PartitionClause, sql.UseDerived)
	for _, s := range w.OrderClause {
		f.into(&e, s.GetSortBy().GetNode(), sql.UseDerived)
	}
	f.into(&e, w.StartOffset, sql.UseDerived)
	f.into(&e, w.EndOffset, sql.UseDerived)
	if f.made == nil {
		f.made = map[*pg.WindowDef]sql.Expr{}
	}
	f.made[w] = e
	return e
}

// within is an expression as a part of one that is used so. Nothing is walked
// twice: what nests twice a level has no end.
func (f *flow) within(e sql.Expr, use sql.Use) sql.Expr {
	out := sql.Expr{Opaque: e.Opaque}
	if f.refs += len(e.Refs) + len(e.Queries); f.refs > maxRefs {
		return out
	}
	for _, r := range e.Refs {
		r.Use = r.Use.Within(use)
		out.Refs = append(out.Refs, r)
	}
	for _, q := range e.Queries {
		q.Use = q.Use.Within(use)
		out.Queries = append(out.Queries, q)
	}
	return out
}

// add puts the parts of an expression to another's.
func add(e *sql.Expr, part sql.Expr) {
	e.Refs = append(e.Refs, part.Refs...)
	e.Queries = append(e.Queries, part.Queries...)
	if part.Opaque != "" {
		e.Opaque = part.Opaque
	}
}
