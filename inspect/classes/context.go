package classes

import "math/bits"

// near is how far before a number the word that names it may begin.
const near = 64

// longest is how long a word that names something is at most.
const longest = 24

// kind is what a word says of the number beside it.
type kind uint8

const (
	saysSSN kind = iota
	saysNHS
	saysNINO
	saysDNI
	saysTaxID
	saysNIR
	saysCF
	saysAadhaar
	saysPAN
	saysCPF
	saysCNPJ
	saysPassport
	saysDriver
	saysLicence
	saysPhone
	saysBirth
	saysCard
	saysIBAN
	saysIP
	saysVersion
	contextKinds int = iota
)

// context is which words were seen last in the window. Words are read only
// where a number asks for them, and each at most once.
type context struct {
	read int64               // words before it were read
	last [contextKinds]int64 // where the last word of each kind began
}

func newContext() context {
	c := context{}
	for k := range c.last {
		c.last[k] = -behind
	}
	return c
}

// named tells whether a word of the kind begins within near bytes before the
// anchor at i.
func (s *Scanner) named(k kind, i int) bool {
	at := s.base + int64(i)
	if s.words.read < at {
		s.readWords(max(i-near, int(s.words.read-s.base)), i)
		s.words.read = at
	}
	return s.words.last[k] >= at-near
}

// beside tells whether a word that names the kind stands before the anchor at
// i, or directly behind the number's end.
func (s *Scanner) beside(k kind, i, end int) bool {
	return s.named(k, i) || s.following(end)&(1<<k) != 0
}

// readWords notes the words that begin at from or later and end by to.
func (s *Scanner) readWords(from, to int) {
	b := &s.buf
	for from < to && folded[b[from-1]] != 0 && folded[b[from]] != 0 && !humped(b[from-1], b[from]) {
		from++
	}
	for i := from; i < to; {
		if folded[b[i]] == 0 {
			i++
			continue
		}
		start := i
		for i++; i < to; i++ {
			if c := folded[b[i]]; c == 0 || c != b[i] && humped(b[i-1], b[i]) {
				break
			}
		}
		for k := lookUp(b, start, i); k != 0; k &= k - 1 {
			s.words.last[bits.TrailingZeros32(k)] = s.base + int64(start)
		}
	}
}

// following is the kinds that the word directly behind a number's end has: one
// of ASCII letters, after a blank, a dash or both.
func (s *Scanner) following(end int) uint32 {
	b := &s.buf
	for range 2 {
		if b[end] == ' ' || b[end] == '-' {
			end++
		}
	}
	start := end
	for is(b[end], letter) && end-start <= longest {
		end++
	}
	return lookUp(b, start, end)
}

// folded is the bytes of words, in lower case; 0 for others.
var folded = func() (t [256]byte) {
	for c := range t {
		if b := byte(c); b >= 0x80 || is(b, letter) {
			t[c] = fold(b)
		}
	}
	return t
}()

// humped tells whether a new word begins at b, as in taxNumber.
func humped(before, b byte) bool { return is(before, lower) && is(b, upper) }
