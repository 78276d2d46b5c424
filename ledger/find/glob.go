package find

import "strings"

// pattern is a text with wildcards, split at them and in lower case: n parts
// have n-1 wildcards between them.
type pattern []string

// lower is the letter case in which texts are compared.
func lower(s string) string { return strings.ToLower(s) }

// matches tells whether the lower-case text s has the form of p, in time
// linear in s for each part.
func (p pattern) matches(s string) bool {
	if len(p) == 1 {
		return s == p[0]
	}
	first, last := p[0], p[len(p)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p[1 : len(p)-1] {
		at := strings.Index(s, part)
		if at < 0 {
			return false
		}
		s = s[at+len(part):]
	}
	return true
}
