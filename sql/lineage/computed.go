package lineage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// makings is what the columns of one relation are computed from, by their places
// in own.
type makings struct {
	of     [][]int  // each column's, through others that are computed; nil for one that is not
	opaque []string // why it may be anything
}

// compute gives each column that its server computes the origins of those that
// it is computed from. A row of an heir is computed as the heir says.
func (x *Index) compute() {
	all := map[*relation]*makings{}
	for _, r := range x.relations {
		if len(r.Computed) > 0 {
			r.own = slices.Concat(r.columns, r.beside)
			all[r] = x.makings(r)
		}
	}
	x.fills = map[Origin][]Origin{}
	for r, m := range all {
		x.fill(r, m)
	}
	for _, r := range x.relations {
		if all[r] == nil && !slices.ContainsFunc(r.heirs, func(h *relation) bool { return all[h] != nil }) {
			continue
		}
		if r.own == nil {
			r.own = slices.Concat(r.columns, r.beside)
		}
		read := slices.Clone(r.own)
		for _, h := range append([]*relation{r}, r.heirs...) {
			if m := all[h]; m != nil {
				x.read(read, h, m)
				r.coded = r.coded || slices.ContainsFunc(h.Computed, func(c sql.Computed) bool { return c.Coded })
			}
		}
		r.columns, r.beside = read[:len(r.columns):len(r.columns)], read[len(r.columns):]
	}
}

// makings closes what columns are computed from over those that are computed.
func (x *Index) makings(r *relation) *makings {
	m := &makings{of: make([][]int, len(r.own)), opaque: make([]string, len(r.own))}
	from := make([][]int, len(r.own))
	places := make(map[string]int, len(r.own))
	for i, c := range r.own {
		places[x.fold(c.name)] = i
	}
	for _, c := range r.Computed {
		if at, ok := places[x.fold(c.Column)]; ok {
			from[at], m.opaque[at] = x.named(c.Value, places, len(r.own))
			if c.Value == nil && r.Partial {
				m.opaque[at] = notSeen
			}
		}
	}
	work := 0
	for at := range from {
		if from[at] == nil {
			continue
		}
		seen, todo := make([]bool, len(from)), []int{at}
		for len(todo) > 0 && work <= maxWork {
			next := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			work += 1 + len(from[next])
			for _, other := range from[next] {
				if !seen[other] {
					seen[other] = true
					todo = append(todo, other)
				}
			}
			m.opaque[at] = cmp.Or(m.opaque[at], m.opaque[next])
		}
		if work > maxWork {
			m.opaque[at] = "columns that are computed from more others than is followed"
		}
		for other, is := range seen {
			if is || other == at {
				m.of[at] = append(m.of[at], other)
			}
		}
	}
	return m
}

// named is the columns that an expression names, all where it was not understood
// or names what is none; never nil.
func (x *Index) named(e *sql.Expr, places map[string]int, columns int) (list []int, opaque string) {
	list = []int{}
	all := e == nil
	if e != nil {
		if opaque = e.Opaque; len(e.Queries) > 0 {
			opaque = cmp.Or(opaque, "a column that is computed by a query")
		}
		for _, r := range e.Refs {
			at, ok := places[x.fold(r.Name)]
			all = all || r.Whole || !ok
			list = append(list, at)
		}
	}
	if all {
		list = list[:0]
		for at := range columns {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return slices.Compact(list), opaque
}

// read adds to columns what those of their names in r are computed from.
func (x *Index) read(columns []column, r *relation, m *makings) {
	for at, list := range m.of {
		if list == nil {
			continue
		}
		for i := range columns {
			c := &columns[i]
			if !x.sameColumn(c.name, r.own[at].name) {
				continue
			}
			c.derived, c.unknown = true, cmp.Or(c.unknown, m.opaque[at])
			for _, from := range list {
				c.unknown = cmp.Or(c.unknown, r.own[from].unknown)
				for _, o := range r.own[from].origins {
					c.origins = including(c.origins, o)
				}
			}
		}
	}
}

// fill notes which columns of r change with which.
func (x *Index) fill(r *relation, m *makings) {
	for at, list := range m.of {
		for _, from := range list {
			if from != at {
				key := Origin{r.Schema, r.Name, r.own[from].name}
				x.fills[key] = append(x.fills[key], Origin{r.Schema, r.Name, r.own[at].name})
			}
		}
	}
}

func (x *Index) fold(name string) string {
	if x.options.FoldColumns {
		return strings.ToLower(name)
	}
	return name
}
