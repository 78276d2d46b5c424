package classes

import (
	"fmt"
	"slices"
	"strings"
)

// Set is which classes are looked for. It never changes, and scanners share it.
type Set struct {
	on    mask
	sieve sieve
}

// Names is the names of the built-in classes, in the order of the reference.
func Names() []string {
	var all []string
	for _, c := range builtin {
		all = append(all, c.name)
	}
	return all
}

// Groups is the names that stand for several classes.
func Groups() []string { return []string{groupID, groupSecret} }

// Builtin is the set of the named classes and groups; of all where none is
// named.
func Builtin(names ...string) (*Set, error) {
	s := &Set{}
	for i, c := range builtin {
		if len(names) == 0 || slices.Contains(names, c.name) || c.group != "" && slices.Contains(names, c.group) {
			s.on |= class(i).mask()
		}
	}
	for _, n := range names {
		if !slices.Contains(Names(), n) && !slices.Contains(Groups(), n) {
			return nil, fmt.Errorf("there is no class %q: there are %s; %s stand for several", n, strings.Join(Names(), ", "), strings.Join(Groups(), " and "))
		}
	}
	s.sieve = newSieve(s.on)
	return s, nil
}
