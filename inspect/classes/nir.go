package classes

// French NIR (numéro de sécurité sociale): décret 82-103 and INSEE's
// description: sex, year, month, department, commune, order, and the key, which
// is 97 less the number modulo 97.

// registered looks for an NIR of fifteen digits in [i, end). Corsican ones,
// whose department is 2A or 2B, are found from document.
func (s *Scanner) registered(i, end int) bool {
	var room [15]byte
	d := digitsOf(room[:0], s.buf[i:end])
	if len(d) != 15 || !nirValid(d, value(d[5:7])) {
		return false
	}
	s.found(frNIR, i, end, High)
	return true
}

func nirValid(d []byte, department uint64) bool {
	month := value(d[3:5])
	switch {
	case d[0] != 1 && d[0] != 2 && d[0] != 7 && d[0] != 8: // 7 and 8 are given for a time
		return false
	case month == 0 || month > 12 && month < 20 || month > 42 && month < 50: // beyond 12, it is not known
		return false
	case department == 0 || department == 96:
		return false
	}
	return 97-value(d[:13])%97 == value(d[13:])
}

// corsican looks for an NIR with 2A or 2B in it, whose first digits are
// [i, end): for the key, 2A counts as 19 and 2B as 18.
func (s *Scanner) corsican(i, end int) bool {
	b := &s.buf
	if end-i != 6 || b[end-1] != '2' || b[end] != 'A' && b[end] != 'B' {
		return false
	}
	var d [15]byte
	for n := range d {
		c := b[i+n]
		switch {
		case n == 6:
			d[n] = 9
			if c == 'B' {
				d[n] = 8
			}
			d[n-1] = 1
		case !is(c, digit):
			return false
		default:
			d[n] = c - '0'
		}
	}
	if !closed(b, i+15) || !nirValid(d[:], 20) {
		return false
	}
	s.found(frNIR, i, i+15, High)
	return true
}
