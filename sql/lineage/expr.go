package lineage

import (
	"cmp"

	"github.com/sallyport/sallyport/sql"
)

// expr is the column that an expression computes. What it tests is noted.
// outputs, where not nil, have names that stand for columns as well.
func (w *walk) expr(e *sql.Expr, s *scope, env *expressions, outputs *names) column {
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
func (w *walk) test(t *sql.Test, s *scope, env *expressions, result *names) {
	out := result.row
	if t.Ordinal > 0 {
		switch {
		case t.Ordinal <= len(out.columns):
			w.tested(out.columns[t.Ordinal-1], false)
		case out.open != "":
			w.tested(column{unknown: out.open}, false)
		}
		return
	}
	if !t.Outputs {
		result = nil
	}
	w.tested(w.expr(&t.Expr, s, env, result), false)
}
