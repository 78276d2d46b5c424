package lineage

import (
	"cmp"
	"slices"

	"github.com/sallyport/sallyport/sql"
)

// nowhere is what a value goes into that goes into no column.
var nowhere = make([]Origin, 1)

// write notes what is written from where.
func (w *walk) write(x *sql.Writing, s *scope, env *expressions) {
	var target row
	listed := 0 // of target: what a list of columns that is left out stands for
	made := Origin{Schema: x.Table.Schema, Table: x.Table.Name}
	switch {
	case x.Table.Name == "":
	case x.Made:
		if made.Schema == "" && len(w.path) > 0 {
			made.Schema = w.path[0]
		}
	default:
		r := w.index.find(x.Table, w.path)
		if r == nil {
			w.fail("a table that the catalogue does not have")
			return
		}
		target = w.relation(r)
		switch {
		case w.behind(x.Table, func(r *sql.Relation) bool { return r.Rules }):
			w.beyond = true
			w.fail("a table whose rules rewrite what is done")
			return
		case target.certain && (x.Columns != nil || !x.Given && x.Source == nil):
		case target.open != "":
			w.fail(target.open)
			return
		}
		if r.Partition {
			w.tested(column{unknown: placed}, false) // it fails where a value belongs elsewhere
		}
		listed = len(target.columns)
		if target.columns = append(slices.Clip(target.columns), r.beside...); r.own != nil {
			target.columns = r.own
		}
	}
	if x.Given {
		w.given(x, target, listed)
	}
	if x.Source != nil {
		w.fill(x, target, listed, made, s, env)
	}
	for i := range x.Set {
		a := &x.Set[i]
		value := w.expr(&a.Value, s, env, nil)
		to := column{unknown: "a column that its table does not have"}
		if at := w.columnOf(target, a.Column.Name); at >= 0 {
			to = target.columns[at]
		} else if x.Table.Name == "" {
			to = w.ref(a.Column, s)
		}
		w.wrote(to, value)
	}
}

// fill notes what the rows of a source are written to.
func (w *walk) fill(x *sql.Writing, target row, listed int, made Origin, s *scope, env *expressions) {
	var outer *scope
	if x.SourceJoined {
		outer = s
	}
	rows := w.query(x.Source, outer, env)
	if rows.open != "" {
		w.fail(rows.open)
		return
	}
	for i, c := range rows.columns {
		to := column{unknown: "a column that its table does not have"}
		switch {
		case x.Made:
			made.Column = c.name
			if i < len(x.Columns) {
				made.Column = x.Columns[i]
			}
			to = column{origins: []Origin{made}}
		case x.Columns == nil && i < listed:
			to = target.columns[i]
		case i < len(x.Columns):
			if at := w.columnOf(target, x.Columns[i]); at >= 0 {
				to = target.columns[at]
			}
		}
		w.wrote(to, c)
	}
}

// given notes the columns that the client sends values for.
func (w *walk) given(x *sql.Writing, target row, listed int) {
	for i := range target.columns[:listed] {
		if x.Columns == nil {
			w.wrote(target.columns[i], column{})
		}
	}
	for _, name := range x.Columns {
		to := column{unknown: "a column that its table does not have"}
		if at := w.columnOf(target, name); at >= 0 {
			to = target.columns[at]
		}
		w.wrote(to, column{})
	}
}

// wrote notes one column that is written from another. Whoever writes a column
// writes those that the server computes from it; what comes out of them is its.
func (w *walk) wrote(to, from column) {
	if why := cmp.Or(to.unknown, from.unknown); why != "" {
		w.fail(why)
	}
	if w.writes == nil || !w.spend(len(to.origins)*max(1, len(from.origins))) {
		return
	}
	for _, t := range to.origins {
		if len(from.origins) == 0 {
			w.writes[Write{To: t}] = true
		}
		if !w.spend(len(w.index.fills[t])) {
			return
		}
		for _, filled := range w.index.fills[t] {
			w.writes[Write{To: filled}] = true
		}
		for _, o := range from.origins {
			w.writes[Write{t, o, from.derived}] = true
		}
	}
}

// written is a result of a statement that writes: what comes out of a column is
// what it was given, by the statement, by a trigger or by a default.
func (w *walk) written(x *sql.Writing, out row) row {
	given := map[Origin]column{}
	for x := range w.writes {
		if x.From != (Origin{}) {
			given[x.To] = w.merge(given[x.To], column{origins: []Origin{x.From}, derived: x.Derived})
		}
	}
	filled := ""
	switch {
	case x.Deletes: // what comes back is what was there
	case w.behind(x.Table, func(r *sql.Relation) bool { return r.Triggers }):
		filled = "a column that a trigger may have given a value"
	case w.behind(x.Table, func(r *sql.Relation) bool { return r.Filled }):
		filled = "a column that a default may have given a value which no lineage tells of"
	}
	w.beyond = w.beyond || filled != "" && len(out.columns) > 0
	out.columns = slices.Clone(out.columns)
	for i, c := range out.columns {
		c.unknown = cmp.Or(c.unknown, filled)
		for _, o := range out.columns[i].origins {
			c = w.merge(c, given[o])
		}
		out.columns[i] = c
	}
	return out
}

// behind tells whether something is so of a relation that is written or of one that
// it shows: the server takes a write to a view for one to the table under it, and
// does there what the table's own rules, triggers and defaults say.
func (w *walk) behind(n sql.Name, is func(*sql.Relation) bool) bool {
	if n.Name == "" {
		return false
	}
	reached, _ := w.index.Reach([]sql.Name{n}, w.path)
	for _, r := range reached {
		if found := w.index.relations[w.index.key(r.Schema, r.Name)]; found != nil && is(found.Relation) {
			return true
		}
	}
	return false
}
