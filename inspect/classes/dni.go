package classes

// Spanish DNI and NIE: Real Decreto 1553/2005 and Orden INT/2058/2008: the
// letter is the number modulo 23.

const dniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"

// identity looks for a DNI of eight digits in [i, end), with its letter behind,
// directly or after a dash.
func (s *Scanner) identity(i, end int) bool {
	return s.dni(i, i, end, uint64(pick(&s.buf, i, 8)))
}

// pointed looks for a DNI that is written as 12.345.678-Z.
func (s *Scanner) pointed(g *groups) bool {
	if g.apart[1] != '.' || g.apart[2] != '.' || g.n != 3 {
		return false
	}
	var room [8]byte
	return s.dni(g.from[0], g.from[0], g.to[2], value(digitsOf(room[:0], s.buf[g.from[0]:g.to[2]])))
}

// foreigner looks for an NIE: X, Y or Z, seven digits and the letter.
func (s *Scanner) foreigner(from int) bool {
	b := &s.buf
	first := b[from] - 'X'
	if first > 2 {
		return false
	}
	for _, c := range b[from+1 : from+8] {
		if !is(c, digit) {
			return false
		}
	}
	return s.dni(from, from+1, from+8, uint64(first)*1e7+uint64(pick(b, from+1, 7)))
}

// dni judges the letter at end; the anchor is at i.
func (s *Scanner) dni(from, i, end int, n uint64) bool {
	b := &s.buf
	if b[end] == '-' {
		end++
	}
	if b[end] != dniLetters[n%23] || n == 0 || !closed(b, end+1) {
		return false
	}
	how := Medium
	if s.beside(saysDNI, i, end+1) {
		how = High
	}
	s.found(esDNI, from, end+1, how)
	return true
}
