package lineage

import (
	"cmp"
	"maps"
	"slices"
)

// walk is one resolution.
type walk struct {
	index     *Index
	path      []string
	tests     map[Origin]bool // whether all of a column's tests are for equality; nil in views
	writes    map[Write]bool
	relations map[Relation]bool
	unknown   string
	fields    map[string]bool
	beyond    bool // what is unknown may come from any relation
	work      int
	depth     int
	looking   []*expression // common table expressions that are being looked into
	viewing   []*relation   // views that are
	around    bool          // what came out hangs on the views that it is in
}

// fail makes the whole unknown; the first reason stays.
func (w *walk) fail(why string) {
	if w.unknown == "" {
		w.unknown = why
	}
}

// spend counts work, and tells whether there may be so much.
func (w *walk) spend(n int) bool {
	if w.work += n; w.work > maxWork {
		w.fail("it comes to more columns than are followed")
		return false
	}
	return true
}

// enter goes one query deeper; leave comes back.
func (w *walk) enter() bool {
	if w.depth++; w.depth > maxDepth {
		w.fail("it is nested deeper than is followed")
		return false
	}
	return w.unknown == "" || w.work <= maxWork
}

func (w *walk) leave() { w.depth-- }

// tested notes that a column decides what comes out.
func (w *walk) tested(c column, equal bool) {
	if w.tests == nil {
		return
	}
	if c.unknown != "" {
		w.fail("a test: " + c.unknown)
	}
	equal = equal && !c.derived
	for _, o := range c.origins {
		old, known := w.tests[o]
		w.tests[o] = equal && (old || !known)
	}
}

// compareBools puts false first.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// lineage is what the walk came to.
func (w *walk) lineage(out row) *Lineage {
	l := &Lineage{Unknown: w.unknown, Beyond: w.beyond, Fields: w.fields}
	if out.open != "" {
		l.Unknown = cmp.Or(l.Unknown, out.open)
		out.columns = nil
	}
	for _, c := range out.columns {
		l.Columns = append(l.Columns, Column{Name: c.name, Origins: c.origins, Derived: c.derived, Unknown: c.unknown})
	}
	for _, o := range slices.SortedFunc(maps.Keys(w.tests), compareOrigins) {
		l.Tests = append(l.Tests, Test{o, w.tests[o]})
	}
	l.Writes = slices.SortedFunc(maps.Keys(w.writes), func(a, b Write) int {
		return cmp.Or(compareOrigins(a.To, b.To), compareOrigins(a.From, b.From), compareBools(a.Derived, b.Derived))
	})
	l.Relations = sortedRelations(w.relations)
	return l
}
