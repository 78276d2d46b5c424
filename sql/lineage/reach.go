package lineage

import (
	"cmp"
	"maps"
	"slices"

	"github.com/sallyport/sallyport/sql"
)

// Reach is every relation that the names mean, and those that views among them
// are made of, in order. all is false where one of them is not in the catalogue, a
// view's definition is not known or stored code runs behind it: then it may be any.
func (x *Index) Reach(names []sql.Name, path []string) (reached []Relation, all bool) {
	w := &walk{index: x, path: path, relations: map[Relation]bool{}}
	all = true
	for _, n := range names {
		r := x.find(n, path)
		if r == nil {
			all = false
			continue
		}
		if row := w.relation(r); row.open != "" && !row.certain {
			all = false
		}
	}
	return sortedRelations(w.relations), all && w.unknown == "" && !w.beyond
}

func sortedRelations(set map[Relation]bool) []Relation {
	return slices.SortedFunc(maps.Keys(set), func(a, b Relation) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
}
