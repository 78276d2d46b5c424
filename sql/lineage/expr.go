package lineage

import (
	"cmp"

	"github.com/sallyport/sallyport/sql"
)

// expr is the column that an expression computes. What it tests is noted.
// outputs, where not nil, are names that stand for columns as well.
func (w *walk) expr(e *sql.Expr, s *scope, env *expressions, outputs []column) column {
	out := column{unknown: e.Opaque}
	for _, r := range e.Refs {
		w.used(&out, w.refOrOutput(r, s, outputs), r.Use)
	}
	for _, sub := range e.Queries {
		result := w.query(sub.Query, s, env)
		if result.open != "" && sub.Use != sql.UseNothing {
			w.used(&out, column{unknown: result.open}, sub.Use)
		}
		for _, c := range result.columns {
			w.used(&out, c, sub.Use)
		}
	}
	return out
}

// refOrOutput is ref where a name can mean an output as well.
func (w *walk) refOrOutput(r sql.Ref, s *scope, outputs []column) column {
	if r.Table != "" || r.Name == "" || len(outputs) == 0 {
		return w.ref(r, s)
	}
	var named column
	found := false
	add := func(list []column) {
		for _, o := range list {
			named, found = w.merge(named, o), true
		}
	}
	for i := range outputs {
		if w.index.sameColumn(outputs[i].name, r.Name) {
			add(outputs[i : i+1])
		}
	}
	if !found && !r.Whole {
		// It may be an output whose name the server makes up, where no table has it.
		if _, here, _ := w.unqualified(&scope{sources: s.sources, rows: s.rows}, r.Name); !here {
			add(unnamed(row{columns: outputs}))
		}
	}
	if !found {
		return w.ref(r, s)
	}
	if c, also, _ := w.unqualified(s, r.Name); also {
		return w.merge(named, c)
	}
	return named
}

// used adds a column to what an expression computes, as it is used there.
func (w *walk) used(out *column, c column, use sql.Use) {
	switch use {
	case sql.UseNothing:
		if c.derived {
			w.tested(c, false) // whether there is one can be made to hang on the value
		}
	case sql.UseEqual, sql.UseTest:
		w.tested(c, use == sql.UseEqual)
		if w.tests == nil {
			return
		}
	default:
		out.origins = w.union(out.origins, c.origins)
		out.derived = out.derived || c.derived || use != sql.UseValue && (len(c.origins) > 0 || c.unknown != "")
		out.unknown = cmp.Or(out.unknown, c.unknown)
	}
}

// test notes what an expression that decides about rows depends on.
func (w *walk) test(t *sql.Test, s *scope, env *expressions, out row) {
	if t.Ordinal > 0 {
		switch {
		case t.Ordinal <= len(out.columns):
			w.tested(out.columns[t.Ordinal-1], false)
		case out.open != "":
			w.tested(column{unknown: out.open}, false)
		}
		return
	}
	var names []column
	if t.Outputs {
		names = out.columns
	}
	w.tested(w.expr(&t.Expr, s, env, names), false)
}
