package postgres

import "github.com/sallyport/sallyport/sql"

var _ sql.Pager = (*dialect)(nil)

// Page implements sql.Pager. The numbers stand behind LIMIT, OFFSET, FIRST and
// NEXT. How many rows come, and from which on, is no part of what a statement
// computes.
func (*dialect) Page(dst, key []byte) ([]byte, bool) {
	dst = append(dst, key[0])
	k := keyTokens{rest: key[1:]}
	found, behind := false, false
	for tok := k.next(); tok != nil; tok = k.next() {
		if behind && digits(tok) {
			tok, found = []byte("1"), true
		}
		dst = append(append(dst, ' '), tok...)
		switch keyWord(tok) {
		case wLimit, wOffset, wFirst, wNext:
			behind = true
		default:
			behind = false
		}
	}
	return dst, found
}

func digits(tok []byte) bool {
	for _, c := range tok {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(tok) > 0
}

// Shape implements sql.Pager.
func (*dialect) Shape(key []byte) string { return renderShape(key) }
