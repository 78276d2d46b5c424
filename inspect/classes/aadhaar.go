package classes

// Indian Aadhaar numbers: UIDAI: twelve digits, the first from 2 to 9, the
// last by the scheme of Verhoeff.

// unique looks for an Aadhaar number in [i, end). In groups of four, as it is
// printed, it is told by itself; else a word has to name it, for one number in
// ten passes the check.
func (s *Scanner) unique(i, end int, printed bool) bool {
	var room [12]byte
	d := digitsOf(room[:0], s.buf[i:end])
	if len(d) != 12 || d[0] < 2 || !verhoeff(d) || uniform(d) {
		return false
	}
	how := Medium
	switch {
	case s.beside(saysAadhaar, i, end):
		how = High
	case !printed:
		return false
	}
	s.found(inAadhaar, i, end, how)
	return how == High
}
