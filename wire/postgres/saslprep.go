package postgres

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// preparePassword is SASLprep (RFC 4013) as servers and libpq do it, since both
// ends must come to the same bytes: ASCII is left alone, control characters
// included, and a password that is no UTF-8, is empty after mapping or has a
// character that is refused is taken as it is. The checks are made before
// normalization, on the mapped characters.
//
// Its only difference is within what nobody types: the normalization breaks
// runs of more than 30 combining characters up (Unicode's Stream-Safe Text
// Format), and PostgreSQL does not.
func preparePassword(password string) string {
	ascii := true
	for i := range len(password) {
		ascii = ascii && password[i] < utf8.RuneSelf
	}
	if ascii || !utf8.ValidString(password) {
		return password
	}
	mapped := make([]rune, 0, len(password))
	for _, c := range password {
		switch {
		case prepSpace(c):
			mapped = append(mapped, ' ')
		case !prepNothing(c):
			mapped = append(mapped, c)
		}
	}
	if len(mapped) == 0 || !prepAllowed(mapped) {
		return password
	}
	return norm.NFKC.String(string(mapped))
}

// prepSpace is table C.1.2 of RFC 3454.
func prepSpace(c rune) bool {
	switch c {
	case 0xA0, 0x1680, 0x202F, 0x205F, 0x3000:
		return true
	}
	return 0x2000 <= c && c <= 0x200B
}

// prepNothing is table B.1, as far as it is not in C.1.2.
func prepNothing(c rune) bool {
	switch c {
	case 0xAD, 0x34F, 0x1806, 0x180B, 0x180C, 0x180D, 0x200C, 0x200D, 0x2060, 0xFEFF:
		return true
	}
	return 0xFE00 <= c && c <= 0xFE0F
}

// prepAllowed reports whether no character is refused and the rule of section 6
// on writing directions holds.
func prepAllowed(s []rune) bool {
	right, left := false, false
	for _, c := range s {
		if inRanges(prepRefused[:], c) {
			return false
		}
		right = right || inRanges(prepRight[:], c)
		left = left || inRanges(prepLeft[:], c)
	}
	return !right || !left && inRanges(prepRight[:], s[0]) && inRanges(prepRight[:], s[len(s)-1])
}

// inRanges reports whether c is in one of the ranges, whose first and last code
// points stand in turn, ascending.
func inRanges(ranges []rune, c rune) bool {
	i, found := slices.BinarySearch(ranges, c)
	return found || i%2 == 1
}
