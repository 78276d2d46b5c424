package mask

import "unicode/utf8"

const (
	lastKept     = 4
	lastRequired = 8 // of fewer characters, four would be more than half
)

// last4 keeps the last four letters or digits, with their combining marks, and
// the separators: blanks, dashes and full stops. Every other character becomes
// one *. A value with fewer than eight letters and digits, or with invalid
// UTF-8, becomes ****.
//
//	4111 1111 1111 1111    **** **** **** 1111
//	DE89-3704-0044         ****-****-0044
//	12345                  ****
//
// To be seen are these four, how many characters there were and how they were
// grouped.
func last4(dst, cell []byte) ([]byte, bool) {
	if !utf8.Valid(cell) {
		return hidden(dst)
	}
	total := 0
	for rest := cell; len(rest) > 0; {
		r, n := character(rest)
		if significant(r) {
			total++
		}
		rest = rest[n:]
	}
	if total < lastRequired {
		return hidden(dst)
	}
	left := total
	for rest := cell; len(rest) > 0; {
		r, n := character(rest)
		switch {
		case significant(r) && left <= lastKept:
			dst = append(dst, rest[:n]...)
			left--
		case separator(r):
			dst = append(dst, byte(r))
		default:
			dst = append(dst, '*')
			if significant(r) {
				left--
			}
		}
		rest = rest[n:]
	}
	return dst, true
}
