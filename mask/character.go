package mask

import (
	"unicode"
	"unicode/utf8"
)

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// character is the first character of s, which is valid UTF-8 and not empty,
// and how many bytes it takes: a code point with the combining marks and
// joiners behind it, since these are parts of it to whoever reads it. Marks
// that stand first are a character too.
func character(s []byte) (r rune, size int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return rune(s[0]), 1
	}
	r, size = utf8.DecodeRune(s)
	for size < len(s) && s[size] >= utf8.RuneSelf {
		mark, n := utf8.DecodeRune(s[size:])
		if !unicode.IsMark(mark) && mark != zeroWidthJoiner && mark != zeroWidthNonJoiner {
			break
		}
		size += n
	}
	return r, size
}

// significant tells whether a character is a letter or a digit.
func significant(r rune) bool {
	if r < utf8.RuneSelf {
		return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// separator tells whether a character only groups others.
func separator(r rune) bool { return r == ' ' || r == '-' || r == '.' }
