package classes

// Passports (ICAO Doc 9303: up to nine letters and digits) and driving
// licences have no check that holds everywhere: both need a word that names
// them.

// document looks for the number of a passport or a driving licence in the word
// from from on, whose first digits are [i, end).
func (s *Scanner) document(from, i, end int) {
	if from == i && s.corsican(i, end) {
		return
	}
	b := &s.buf
	at := wordEnd(b, from)
	n, run := at-from, end-i
	if (n == 9 || n >= 6 && n < 9 && run >= 5) && digitsIn(b[from:at]) >= 4 && closed(b, at) && s.beside(saysPassport, i, at) {
		s.found(passport, from, at, High)
		return
	}
	if n >= 10 || run >= 4 || b[at] == '-' && run >= 3 {
		s.drivers(from, i)
	}
}

// drivers looks for the number of a driving licence from from on: one word, or
// several with dashes between.
func (s *Scanner) drivers(from, i int) bool {
	b := &s.buf
	at := wordEnd(b, from)
	for n := 0; n < 4 && b[at] == '-' && is(b[at+1], alnum); n++ {
		at = wordEnd(b, at+1)
	}
	if n := at - from; n < 6 || n > 20 || i-from > 5 || digitsIn(b[from:at]) < 4 || !closed(b, at) || !s.named(saysLicence, i) || !s.named(saysDriver, i) {
		return false
	}
	s.found(licence, from, at, High)
	return true
}

// wordEnd is where the letters and digits from at on end, or go on beyond what
// a number has.
func wordEnd(b *[window + ahead]byte, at int) int {
	for n := 0; n <= 20 && is(b[at], alnum); n++ {
		at++
	}
	return at
}

func digitsIn(b []byte) (n int) {
	for _, c := range b {
		if is(c, digit) {
			n++
		}
	}
	return n
}
