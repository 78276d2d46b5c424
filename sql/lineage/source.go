package lineage

import (
	"cmp"
	"slices"

	"github.com/sallyport/sallyport/sql"
)

// from is the row of one item of a FROM; its sources are added to the scope.
func (w *walk) from(f *sql.Source, s *scope, env *expressions) row {
	if !w.enter() {
		w.leave()
		return row{open: w.unknown}
	}
	defer w.leave()
	if f.Join != nil {
		return w.join(f.Join, s, env)
	}
	src := &source{hidden: f.Hidden, name: f.Alias}
	switch {
	case f.Table != nil:
		w.table(src, f, env)
		if f.Alias == "" {
			src.name = f.Table.Name
		}
	case f.Query != nil:
		outer := s.outer
		if f.Lateral {
			outer = s.sofar()
		}
		src.row = w.query(f.Query, outer, env)
	case f.Call != nil:
		c := w.expr(f.Call, s.sofar(), env, nil)
		c.derived = c.derived || len(c.origins) > 0 || c.unknown != ""
		for _, name := range f.Columns {
			c.name = name
			src.row.columns = append(src.row.columns, c)
		}
		if len(f.Columns) == 0 {
			src.row = row{open: "a function whose columns are not known"}
		}
	default:
		src.row = row{open: "a source that was not understood"}
	}
	if f.Call == nil {
		src.row = w.renamed(src.row, f.Columns)
	}
	s.sources = append(s.sources, src)
	if f.Hidden {
		return row{}
	}
	return src.row
}

// sofar is the scope as far as it is built: what stands to the left.
func (s *scope) sofar() *scope {
	return &scope{sources: slices.Clip(s.sources), rows: slices.Clip(s.rows), outer: s.outer}
}

// table is the row of a common table expression, a table or a view.
func (w *walk) table(src *source, f *sql.Source, env *expressions) {
	if f.Table.Schema == "" {
		for e := env; e != nil; e = e.further {
			if w.index.sameRelation(e.name, f.Table.Name) {
				src.row = w.look(e.entry)
				return
			}
		}
	}
	r := w.index.find(*f.Table, w.path)
	if r == nil {
		w.beyond = true
		src.row = row{open: "a table that the catalogue does not have"}
		return
	}
	if f.Alias == "" {
		src.schema = r.Schema
	}
	src.row = w.relation(r)
	src.beside = r.beside
	if r.Partition {
		w.tested(column{unknown: placed}, false)
	}
}

// placed is why nothing is known of what a partition tells: which rows are in it
// hangs on values, by a key that no catalogue here has.
const placed = "which partition a row is in tells of its values"

// relation is the row of a table or of a view.
func (w *walk) relation(r *relation) row {
	w.relations[Relation{r.Schema, r.Name}] = true
	for _, k := range r.kin {
		w.relations[k] = true
	}
	w.beyond = w.beyond || r.coded
	if !w.spend(len(r.Columns)) {
		return row{open: w.unknown}
	}
	switch r.Kind {
	case sql.RelationView, sql.RelationMaterialized:
		return w.view(r)
	case sql.RelationUnknown:
		w.beyond = true
		return row{open: "a relation of a kind that is not known"}
	}
	if r.Partial {
		return row{columns: r.columns, open: notSeen, certain: true}
	}
	return row{columns: r.columns}
}

// notSeen is why a row of a table that the catalogue has a part of is open.
const notSeen = "a table that may have columns which the door's login cannot see: name each column with its table, or let the login see all of the table"

// view is the row of a view. It depends on the catalogue alone, so it is kept.
// What the view itself tests its author has decided.
func (w *walk) view(r *relation) row {
	v, ok := w.index.views.Load(r)
	if !ok {
		switch {
		case slices.Contains(w.viewing, r):
			w.around = true
			return row{open: "a view that is made of itself"}
		case len(w.viewing) >= maxViews:
			w.around = true
			return row{open: "views that are nested deeper than is followed"}
		}
		v = w.lookInto(r)
	}
	kept := v.(*viewColumns)
	for reached := range kept.relations {
		w.relations[reached] = true
	}
	w.beyond = w.beyond || kept.beyond || kept.unknown != ""
	if kept.unknown != "" {
		return row{open: kept.unknown}
	}
	return row{columns: kept.columns}
}

// lookInto works out what comes out of a view, and keeps it where it does not
// hang on the views around it.
func (w *walk) lookInto(r *relation) *viewColumns {
	inner := &walk{index: w.index, path: r.Path, relations: map[Relation]bool{}, viewing: append(slices.Clip(w.viewing), r)}
	out := row{open: "a view whose definition is not known"}
	if r.Query != nil {
		if out = inner.query(r.Query, nil, nil); out.open == "" && len(out.columns) != len(r.Columns) {
			out.open = "a view of another number of columns than it says"
		}
		out = inner.renamed(out, r.Columns)
	}
	v := &viewColumns{columns: out.columns, relations: inner.relations, unknown: cmp.Or(inner.unknown, out.open), beyond: inner.beyond}
	w.spend(inner.work)
	if len(w.viewing) == 0 || !inner.around {
		w.index.views.Store(r, v)
	}
	w.around = w.around || len(w.viewing) > 0 && inner.around
	return v
}

// join is the row of a join: what is in both by NATURAL or USING stands once,
// first.
func (w *walk) join(j *sql.Join, s *scope, env *expressions) row {
	before := len(s.rows)
	left := w.from(&j.Left, s, env)
	s.rows = append(s.rows, left) // for what is lateral on the right
	right := w.from(&j.Right, s, env)
	s.rows = s.rows[:before]
	if left.open != "" || right.open != "" {
		if j.Natural || len(j.Using) > 0 {
			w.tested(column{unknown: cmp.Or(left.open, right.open)}, false)
		}
		return row{columns: append(slices.Clip(left.columns), right.columns...), open: cmp.Or(left.open, right.open)}
	}
	using := j.Using
	if j.Natural && (len(unnamed(left)) > 0 || len(unnamed(right)) > 0) {
		why := "a natural join of columns whose names the server makes up"
		w.tested(column{unknown: why}, false)
		return row{columns: append(slices.Clip(left.columns), right.columns...), open: why}
	}
	if j.Natural {
		for _, c := range left.columns {
			if w.columnOf(right, c.name) >= 0 {
				using = append(slices.Clip(using), c.name)
			}
		}
	}
	if !w.spend(len(left.columns) + len(right.columns)) {
		return row{open: w.unknown}
	}
	var out row
	merged := map[*column]bool{}
	for _, name := range using {
		l, r := w.columnOf(left, name), w.columnOf(right, name)
		if l < 0 || r < 0 {
			return row{open: "a column that is not in both of what is joined"}
		}
		w.tested(left.columns[l], false)
		w.tested(right.columns[r], false)
		merged[&left.columns[l]], merged[&right.columns[r]] = true, true
		out.columns = append(out.columns, w.merge(left.columns[l], right.columns[r]))
	}
	for _, side := range []row{left, right} {
		for i := range side.columns {
			if !merged[&side.columns[i]] {
				out.columns = append(out.columns, side.columns[i])
			}
		}
	}
	return out
}

// columnOf is the place of a column in a row, -1 for none.
func (w *walk) columnOf(r row, name string) int {
	return slices.IndexFunc(r.columns, func(c column) bool { return w.index.sameColumn(c.name, name) })
}

// conditions notes what the ON of joins test, once all of the FROM is in sight.
func (w *walk) conditions(f *sql.Source, s *scope, env *expressions) {
	if f.Join == nil {
		return
	}
	w.conditions(&f.Join.Left, s, env)
	w.conditions(&f.Join.Right, s, env)
	if f.Join.On != nil {
		w.tested(w.expr(f.Join.On, s, env, nil), false)
	}
}
