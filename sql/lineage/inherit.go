package lineage

import "slices"

// relate gives the columns of tables that inherit from each other the origins of
// both: a row of a partition is one of its table, by whichever name it is read.
func (x *Index) relate() {
	for _, r := range x.relations {
		seen := map[*relation]bool{r: true}
		above := []*relation{r}
		for len(above) > 0 {
			child := above[0]
			above = above[1:]
			for _, name := range child.Parents {
				if parent := x.relations[x.key(name.Schema, name.Name)]; parent != nil && !seen[parent] {
					seen[parent] = true
					above = append(above, parent)
					x.shared(r, parent)
					parent.heirs = append(parent.heirs, r)
				}
			}
		}
	}
}

// shared gives two relations' columns of one name the stored origin of the other.
// The system column that tells in which of them a row is tells of its values.
func (x *Index) shared(a, b *relation) {
	for _, r := range []*relation{a, b} {
		for i := range r.beside {
			if r.beside[i].name == "tableoid" {
				r.beside[i].unknown = placed
			}
		}
	}
	a.kin = append(a.kin, Relation{b.Schema, b.Name})
	b.kin = append(b.kin, Relation{a.Schema, a.Name})
	for i := range a.columns {
		for j := range b.columns {
			if !x.sameColumn(a.columns[i].name, b.columns[j].name) {
				continue
			}
			one := Origin{a.Schema, a.Name, a.columns[i].name}
			other := Origin{b.Schema, b.Name, b.columns[j].name}
			a.columns[i].origins = including(a.columns[i].origins, other)
			b.columns[j].origins = including(b.columns[j].origins, one)
		}
	}
}

func including(list []Origin, o Origin) []Origin {
	at, found := slices.BinarySearchFunc(list, o, compareOrigins)
	if found {
		return list
	}
	return slices.Insert(slices.Clip(list), at, o)
}
