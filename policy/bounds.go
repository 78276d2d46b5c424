package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// readsBounds tells whether a statement reads between which values of its key a
// partition is: they are values of a column as much as its statistics are.
func (m *doorMatcher) readsBounds(s *sallyport.Statement) (found bool) {
	if m.names.bound == "" {
		return false
	}
	if slices.ContainsFunc(s.Functions, func(f string) bool { return f[strings.LastIndexByte(f, '.')+1:] == m.names.bound }) {
		return true
	}
	if s.Lineage != nil {
		eachOrigin(s.Lineage, func(o sallyport.Origin) { found = found || o == m.names.bounds })
	}
	return found
}
