package classes

// Dates of birth: a date in digits (ISO 8601, or day, month and year in either
// order) beside a word that names it.

// born tells whether the first three groups are a date, and looks whether it
// is that of a birth.
func (s *Scanner) born(g *groups) bool {
	if !calendar(g, &s.buf) {
		return false
	}
	if closed(&s.buf, g.to[2]) && s.named(saysBirth, g.from[0]) {
		s.found(birthDate, g.from[0], g.to[2], High)
	}
	return true
}

// calendar tells whether the first three groups are a date of the years 1900
// to 2099.
func calendar(g *groups, b *[window + ahead]byte) bool {
	sep := g.apart[1]
	if g.n < 3 || sep == ' ' || g.apart[2] != sep || g.n > 3 && g.apart[3] == sep {
		return false
	}
	var v, n [3]int
	for i := range v {
		n[i] = g.to[i] - g.from[i]
		if n[i] != 1 && n[i] != 2 && n[i] != 4 {
			return false
		}
		v[i] = pick(b, g.from[i], n[i])
	}
	year, month, day := v[0], v[1], v[2]
	switch {
	case n[0] == 4 && n[1] <= 2 && n[2] <= 2:
	case n[0] <= 2 && n[1] <= 2 && n[2] == 4:
		year, month, day = v[2], v[1], v[0]
	default:
		return false
	}
	return year >= 1900 && year <= 2099 && (date(month, day) || n[2] == 4 && date(day, month))
}

func date(month, day int) bool { return month >= 1 && month <= 12 && day >= 1 && day <= 31 }
