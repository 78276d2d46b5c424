package classes

import "strings"

// Italian codice fiscale: decreto ministeriale of 23 December 1976: six
// letters of the names, year, month and day, the municipality, and a check
// character. Digits may have been replaced by letters (omocodia), the first
// ones last.

const (
	cfMonths = "ABCDEHLMPRST"
	cfDigits = "LMNPQRSTUV" // what stands for 0 to 9 where two people would have the same code
)

// cfOdd is what a character at an odd place counts, 0 to 9 and A to Z; a
// letter at an even place counts its place in the alphabet.
var cfOdd = [36]byte{1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// fiscal looks for a codice fiscale that begins at from.
func (s *Scanner) fiscal(from int) bool {
	var code [16]byte
	sum := 0
	for i := range code {
		c := s.buf[from+i]
		if !is(c, alnum) {
			return false
		}
		c = fold(c)
		if !is(c, digit) {
			c -= 'a' - 'A'
		}
		code[i] = c
		if i == 15 {
			break
		}
		place := int(c - '0')
		if is(c, upper) {
			place = int(c-'A') + 10
		}
		switch {
		case i%2 == 0:
			sum += int(cfOdd[place])
		case is(c, upper):
			sum += place - 10
		default:
			sum += place
		}
	}
	day, ok := cfNumber(code[9:11])
	if _, numbers := cfNumber(code[12:15]); !ok || !numbers || !is(code[11], upper) {
		return false
	}
	if day == 0 || day > 71 || day > 31 && day < 41 || strings.IndexByte(cfMonths, code[8]) < 0 { // women's days are 40 more
		return false
	}
	if code[15] != byte('A'+sum%26) || !closed(&s.buf, from+16) {
		return false
	}
	s.found(itCF, from, from+16, High)
	return true
}

// cfNumber is the number that digits, or the letters that stand for them, are.
func cfNumber(b []byte) (n int, ok bool) {
	for _, c := range b {
		at := int(c - '0')
		if !is(c, digit) {
			if at = strings.IndexByte(cfDigits, c); at < 0 {
				return 0, false
			}
		}
		n = n*10 + at
	}
	return n, true
}
