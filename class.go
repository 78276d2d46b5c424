package sallyport

import (
	"slices"
	"strings"
)

// ClassSet is a set of data classes by name (email, card, secret…). The zero
// value is the empty set. Its values are immutable: With and Union return new
// sets and share what they can.
type ClassSet struct{ names []string } // sorted, without repeats

// Classes makes the set of the given names.
func Classes(names ...string) ClassSet {
	var s ClassSet
	for _, n := range names {
		s = s.With(n)
	}
	return s
}

// With is the set with name in it.
func (s ClassSet) With(name string) ClassSet {
	at, found := slices.BinarySearch(s.names, name)
	if found {
		return s
	}
	return ClassSet{slices.Insert(slices.Clip(s.names), at, name)}
}

// Union is every class of either set.
func (s ClassSet) Union(o ClassSet) ClassSet {
	if len(s.names) == 0 {
		return o
	}
	for _, n := range o.names {
		s = s.With(n)
	}
	return s
}

// Has tells whether name is in the set.
func (s ClassSet) Has(name string) bool {
	_, found := slices.BinarySearch(s.names, name)
	return found
}

// Len is the number of classes.
func (s ClassSet) Len() int { return len(s.names) }

// Names is a copy of the names in order.
func (s ClassSet) Names() []string { return slices.Clone(s.names) }

// String is the names joined by commas.
func (s ClassSet) String() string { return strings.Join(s.names, ",") }
