package classes

// German tax identification numbers: section 139b of the Abgabenordnung and
// the BZSt's description of the check digit (ISO/IEC 7064 MOD 11,10).

// taxIDValid asks for eleven digits, not beginning with 0, of whose first ten
// one stands twice or three times and no other more than once; three of a kind
// do not stand side by side.
func taxIDValid(d []byte) bool {
	if len(d) != 11 || d[0] == 0 || !mod1110(d) {
		return false
	}
	var times [10]int
	for i, c := range d[:10] {
		times[c]++
		if i >= 2 && d[i-1] == c && d[i-2] == c {
			return false
		}
	}
	repeated := 0
	for _, n := range times {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1
}

func (s *Scanner) taxpayer(i, end int) bool {
	var room [11]byte
	if !taxIDValid(digitsOf(room[:0], s.buf[i:end])) {
		return false
	}
	how := Medium
	if s.beside(saysTaxID, i, end) {
		how = High
	}
	s.found(deTaxID, i, end, how)
	return how == High
}
