package mysql

import "github.com/sallyport/sallyport/sql"

var _ sql.Pager = (*dialect)(nil)

// Page implements sql.Pager. The numbers stand behind LIMIT and OFFSET, and behind
// the comma of LIMIT 20, 10. How many rows come, and from which on, is no part of
// what a statement computes; what a LIMIT makes a test of is no number.
func (*dialect) Page(dst, key []byte) ([]byte, bool) {
	dst = append(dst, key[0])
	k := keyTokens{rest: key[1:]}
	found, after := false, 0 // how many tokens LIMIT or OFFSET is away, 0 for none
	for {
		tok, spaced := k.next()
		if tok == nil {
			return dst, found
		}
		if spaced {
			dst = append(dst, ' ')
		}
		w := keyWord(tok)
		switch {
		case w == wLimit || w == wOffset:
			after = 1
		case after == 1 && digits(tok), after == 3 && digits(tok):
			tok, found = []byte("1"), true
			after++
		case after == 2 && len(tok) == 1 && tok[0] == ',':
			after++
		default:
			after = 0
		}
		dst = append(dst, tok...)
	}
}

func digits(tok []byte) bool {
	for _, c := range tok {
		if classes[c]&classDigit == 0 {
			return false
		}
	}
	return true
}

// Shape implements sql.Pager.
func (*dialect) Shape(key []byte) string { return renderShape(key) }
