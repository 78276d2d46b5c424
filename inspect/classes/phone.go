package classes

import "bytes"

// Telephone numbers: ITU-T E.164 and E.123. An international one begins with +
// and an assigned country code; a national one needs a word that names it.

// telephone looks for a number whose first digits begin at i.
func (s *Scanner) telephone(i int) {
	b := &s.buf
	from, plus := i, b[i-1] == '+'
	if plus {
		from--
	}
	if b[from-1] == '(' {
		from--
	}
	if is(b[from-1], alnum) || b[from-1] == '_' || b[from-1] == '/' || (b[from-1] == '.' || b[from-1] == '-' || b[from-1] == '+') && is(b[from-2], digit|letter) {
		return
	}
	digits, end, ok := s.dialled(from)
	if !ok {
		return
	}
	how := Medium
	switch {
	case plus:
		if digits < 8 || digits > 15 || !dialCode(b[i:i+3]) {
			return
		}
		if s.beside(saysPhone, i, end) {
			how = High
		}
	case digits < 7 || digits > 14 || s.otherNumber(i, end, digits):
		return
	case !s.beside(saysPhone, i, end):
		return
	}
	s.found(phone, from, s.extension(end), how)
}

// dialled reads a number as people write it, and tells how many digits it has
// and where the last of them ends.
func (s *Scanner) dialled(from int) (digits, end int, ok bool) {
	b := &s.buf
	nested, apart := 0, 0
	for at := from; at-from < 40; at++ {
		switch c := b[at]; {
		case is(c, digit):
			digits++
			apart, end = 0, at+1
		case c == '(' && nested == 0 && digits <= 4:
			nested++
			apart++
		case c == ')' && nested == 1 && is(b[at-1], digit):
			nested = 2
			apart++
		case c == '+' && at <= from+1:
		case (c == ' ' || c == '-' || c == '.' || c == '/') && digits > 0 && (apart == 0 || b[at-1] == ')' || c == '-' && apart == 1 && b[at-1] == ' ' || c == ' ' && apart <= 2):
			apart++
		default:
			return digits, end, digits > 0 && nested != 1 && digits <= 15 && (closed(b, end) || b[end] == 'x')
		}
		if apart > 3 || digits > 16 {
			break
		}
	}
	return 0, 0, false
}

// otherNumber tells whether a national number's digits are a number of another
// class, or a date.
func (s *Scanner) otherNumber(i, end, digits int) bool {
	b := &s.buf
	var room [19]byte
	d := digitsOf(room[:0], b[i:end])
	if payment(d) {
		return true
	}
	n := i
	for is(b[n], digit) {
		n++
	}
	var g groups
	s.group(&g, i, n)
	if g.n >= 3 && calendar(&g, b) {
		return true
	}
	return g.n >= 2 && g.apart[1] == '.' && (g.n == 2 || g.n == 4 && digits <= 12 && g.to[0]-g.from[0] <= 3 && g.to[3]-g.from[3] == 1) ||
		g.lead(3) == 0x324 && g.with("--", b)
}

// extension takes in what is dialled within the house: x or ext and up to five
// digits.
func (s *Scanner) extension(end int) int {
	b := &s.buf
	at := end
	if b[at] == ' ' {
		at++
	}
	switch {
	case b[at] == 'x':
		at++
	case bytes.Equal(b[at:at+3], []byte("ext")):
		at += 3
		for b[at] == '.' || b[at] == ' ' {
			at++
		}
	default:
		return end
	}
	n := at
	for n < at+5 && is(b[n], digit) {
		n++
	}
	if n == at || is(b[n], alnum) {
		return end
	}
	return n
}
