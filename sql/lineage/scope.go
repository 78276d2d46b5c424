package lineage

import (
	"github.com/sallyport/sallyport/sql"
)

// source is one thing with columns that a name can be qualified by.
type source struct {
	schema, name string // schema is "" where it has an alias
	row          row
	beside       []column // that a name finds and a `*` does not hold
	hidden       bool
}

// scope is what expressions of one query can name.
type scope struct {
	sources []*source
	rows    []row // of the items of FROM in order, as `*` and names without a qualifier see them
	outer   *scope
}

// expressions are the common table expressions in sight, the nearest first.
type expressions struct {
	name    string
	entry   *expression
	further *expressions
}

// named finds a source by its name, in the nearest scope that has one.
func (w *walk) named(s *scope, schema, name string) *source {
	for ; s != nil; s = s.outer {
		for _, src := range s.sources {
			if w.index.sameRelation(src.name, name) && (schema == "" || w.index.sameRelation(src.schema, schema)) {
				return src
			}
		}
	}
	return nil
}

// qualified is the column of a source that a name means: all of that name, or
// those whose names the server made up, which may be it.
func (w *walk) qualified(src *source, wanted string) (c column) {
	found := false
	for _, name := range []string{wanted, ""} {
		for _, list := range [][]column{src.row.columns, src.beside} {
			for _, x := range list {
				if w.index.sameColumn(x.name, name) {
					if found {
						x = w.merge(c, x)
					}
					c, found = x, true
				}
			}
		}
		if found {
			w.field(wanted, name != "")
			return c
		}
	}
	w.field(wanted, false)
	if src.row.open != "" {
		return column{unknown: src.row.open}
	}
	w.beyond = true // a function that is called with the row, it may be
	return column{unknown: "a column that its table does not have"}
}

// field notes whether a name behind that of a source is one of its columns.
func (w *walk) field(name string, column bool) {
	before, met := w.fields[name]
	if w.fields == nil {
		w.fields = map[string]bool{}
	}
	w.fields[name] = column && (before || !met)
}

// unqualified is the column that a name without a qualifier means, in the
// nearest scope that has one. Where several have one it is all of them. A source
// whose columns are not known may have it too, and so may be a column whose name
// the server made up. named tells whether one has it by its name.
func (w *walk) unqualified(s *scope, name string) (c column, found, named bool) {
	add := func(x column) {
		if found {
			x = w.merge(c, x)
		}
		c, found = x, true
	}
	for ; s != nil; s = s.outer {
		here, open := false, ""
		look := func(list []column) {
			for _, x := range list {
				if w.index.sameColumn(x.name, name) {
					add(x)
					here = true
				}
			}
		}
		for _, r := range s.rows {
			look(r.columns)
			if r.open != "" && !(r.certain && w.columnOf(r, name) >= 0) {
				open = r.open
			}
		}
		if !here {
			for _, src := range s.sources {
				if !src.hidden {
					look(src.beside)
				}
			}
		}
		named = named || here
		if here && open == "" {
			return c, true, true
		}
		if !here {
			for _, r := range s.rows {
				for _, x := range unnamed(r) {
					add(x)
				}
			}
		}
		if open != "" {
			c.unknown, found = open, true
		}
	}
	return c, found, named
}

// unnamed is the columns of a row whose names the server makes up.
func unnamed(r row) (list []column) {
	for _, x := range r.columns {
		if x.name == "" {
			list = append(list, x)
		}
	}
	return list
}

// whole is a column of all that a source's row holds.
func (w *walk) whole(r row) column {
	c := column{derived: true, unknown: r.open}
	for _, x := range r.columns {
		c = w.merge(c, x)
	}
	c.derived = true
	return c
}

// ref is the column that a reference means.
func (w *walk) ref(r sql.Ref, s *scope) column {
	switch {
	case r.Whole && r.Name == "" && r.Table == "":
		c := column{derived: true}
		for _, x := range s.rows {
			c = w.merge(c, w.whole(x))
		}
		return c
	case r.Table != "":
		src := w.named(s, r.Schema, r.Table)
		switch {
		case src == nil:
			return column{unknown: "a table that is not in its FROM"}
		case r.Whole:
			return w.whole(src.row)
		}
		return w.qualified(src, r.Name)
	}
	c, found, named := w.unqualified(s, r.Name)
	if !named && r.Whole {
		if src := w.named(s, "", r.Name); src != nil {
			return w.merge(w.whole(src.row), c)
		}
	}
	if !found {
		return column{unknown: "a column that no table of its FROM has"}
	}
	return c
}
