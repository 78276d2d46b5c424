package classes

import "strings"

// Indian permanent account numbers: Income Tax Department: three letters, the
// kind of holder, a letter of the name, four digits and a letter.

const panHolders = "ABCFGHLJPT"

// permanent looks for a PAN that begins at from, in capitals.
func (s *Scanner) permanent(from int) bool {
	b := &s.buf
	for _, c := range b[from : from+5] {
		if !is(c, upper) {
			return false
		}
	}
	if strings.IndexByte(panHolders, b[from+3]) < 0 || !is(b[from+9], upper) || !closed(b, from+10) || pick(b, from+5, 4) == 0 {
		return false
	}
	how := Medium
	if s.beside(saysPAN, from+5, from+10) {
		how = High
	}
	s.found(inPAN, from, from+10, how)
	return true
}
