package classes

// US social security numbers: the Social Security Administration's rules for
// area, group and serial, as they stand since randomisation (2011).

// security looks for an SSN of area, group and serial from these places on.
// With dashes it needs no word that names it; without, it does.
func (s *Scanner) security(area, group, serial, end int, dashes bool) bool {
	b := &s.buf
	if group > area+3 { // a separator stands between
		group, serial = area+4, area+7
	}
	a, g, n := pick(b, area, 3), pick(b, group, 2), pick(b, serial, 4)
	switch {
	case a == 0 || a == 666 || a >= 900 || g == 0 || n == 0:
		return false
	case a == 78 && g == 5 && n == 1120, a == 219 && g == 9 && n == 9999: // printed as samples
		return false
	}
	how := Medium
	switch {
	case s.beside(saysSSN, area, end):
		how = High
	case !dashes:
		return false
	}
	s.found(usSSN, area, end, how)
	return true
}

// pick is the number of n digits at i.
func pick(b *[window + ahead]byte, i, n int) (v int) {
	for _, c := range b[i : i+n] {
		v = v*10 + int(c-'0')
	}
	return v
}
