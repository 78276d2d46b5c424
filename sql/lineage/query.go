package lineage

import (
	"cmp"

	"github.com/sallyport/sallyport/sql"
)

// query is what comes out of a query. outer is what a correlated one may name.
func (w *walk) query(q *sql.Query, outer *scope, env *expressions) row {
	if q == nil {
		return row{open: "a query that was not understood"}
	}
	if !w.enter() || !w.spend(1) {
		w.leave()
		return row{open: w.unknown}
	}
	defer w.leave()
	if q.Opaque != "" {
		w.fail(q.Opaque)
		return row{open: q.Opaque}
	}
	env = w.with(q, outer, env)
	var out row
	s := &scope{outer: outer}
	if len(q.Operands) > 0 {
		out = w.operands(q, outer, env)
	} else {
		for i := range q.From {
			s.rows = append(s.rows, w.from(&q.From[i], s, env))
		}
		for i := range q.From {
			w.conditions(&q.From[i], s, env)
		}
		out = w.outputs(q, s, env)
	}
	result := &names{row: out}
	for i := range q.Tests {
		w.test(&q.Tests[i], s, env, result)
	}
	if q.Distinct {
		w.tested(w.whole(out), false)
	}
	for i := range q.Leaves {
		w.wrote(column{origins: nowhere}, w.expr(&q.Leaves[i], s, env, nil))
	}
	if q.Write != nil {
		w.write(q.Write, s, env)
		out = w.written(q.Write, out)
	}
	return out
}

// operands combines the results of a set operation by position.
func (w *walk) operands(q *sql.Query, outer *scope, env *expressions) row {
	out := w.query(q.Operands[0], outer, env)
	for _, o := range q.Operands[1:] {
		r := w.query(o, outer, env)
		switch {
		case out.open != "" || r.open != "":
			out = row{open: cmp.Or(out.open, r.open)}
		case len(r.columns) != len(out.columns):
			out = row{open: "a set operation of different numbers of columns"}
		default:
			if !w.spend(len(r.columns)) {
				return row{open: w.unknown}
			}
			both := make([]column, len(out.columns))
			for i := range both {
				both[i] = w.merge(out.columns[i], r.columns[i])
			}
			out.columns = both
		}
	}
	return out
}

// outputs is the select list.
func (w *walk) outputs(q *sql.Query, s *scope, env *expressions) row {
	var out row
	add := func(r row) {
		if w.spend(len(r.columns)) {
			out.columns = append(out.columns, r.columns...)
		}
		out.open = cmp.Or(out.open, r.open, w.exhausted())
	}
	for i := range q.Outputs {
		o := &q.Outputs[i]
		switch {
		case o.Star && o.Of.Name != "":
			src := w.named(s, o.Of.Schema, o.Of.Name)
			if src == nil {
				return row{open: "a table that is not in its FROM"}
			}
			add(src.row)
		case o.Star:
			for _, r := range s.rows {
				add(r)
			}
		default:
			c := w.expr(&o.Expr, s, env, nil)
			c.name = o.Name
			add(row{columns: []column{c}})
		}
	}
	return out
}

// exhausted is why nothing more is followed; "" where it is.
func (w *walk) exhausted() string {
	if w.work > maxWork {
		return w.unknown
	}
	return ""
}
