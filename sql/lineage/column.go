package lineage

import (
	"slices"
	"strings"
)

// column is one column of a source or of a result. Its origins are sorted, have
// no repeats, and are shared: they are never changed in place.
type column struct {
	name    string
	origins []Origin
	derived bool
	unknown string
}

// row is what comes out of a source or a query. Where open is set its columns
// are not all known, and that says why.
type row struct {
	columns []column
	open    string
	// certain is set where it is open and yet a table's own row: what has the name
	// of one of the columns is that column.
	certain bool
}

func compareOrigins(a, b Origin) int {
	if c := strings.Compare(a.Schema, b.Schema); c != 0 {
		return c
	}
	if c := strings.Compare(a.Table, b.Table); c != 0 {
		return c
	}
	return strings.Compare(a.Column, b.Column)
}

// union is every origin of either list.
func (w *walk) union(a, b []Origin) []Origin {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	case len(a) == len(b) && slices.Equal(a, b):
		return a
	}
	if !w.spend(len(a) + len(b)) {
		return a
	}
	all := make([]Origin, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compareOrigins(a[0], b[0]); {
		case c < 0:
			all, a = append(all, a[0]), a[1:]
		case c > 0:
			all, b = append(all, b[0]), b[1:]
		default:
			all, a, b = append(all, a[0]), a[1:], b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// merge is a column whose values are those of either.
func (w *walk) merge(a, b column) column {
	a.origins = w.union(a.origins, b.origins)
	a.derived = a.derived || b.derived
	if a.unknown == "" {
		a.unknown = b.unknown
	}
	return a
}

// same tells whether two rows say the same.
func (r row) same(o row) bool {
	return r.open == o.open && slices.EqualFunc(r.columns, o.columns, func(a, b column) bool {
		return a.name == b.name && a.derived == b.derived && a.unknown == b.unknown && slices.Equal(a.origins, b.origins)
	})
}
