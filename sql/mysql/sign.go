package mysql

import "github.com/sallyport/sallyport/sql"

// sign reports whether a + or - at this place belongs to the number at next,
// behind further signs perhaps.
func (w *keyWriter) sign(next int) bool {
	if from := next; from >= w.signFrom && from < w.signEnd {
		next = w.signEnd
	} else {
		for w.isOp(next, '-') || w.isOp(next, '+') {
			next = w.skipAll(next + 1)
		}
		w.signFrom, w.signEnd = from, next
	}
	if next >= len(w.tokens) || w.prev < 0 || w.numbers[w.depth] != numbersPlain {
		return false
	}
	switch w.tokens[next].Kind {
	case sql.TokenInteger, sql.TokenDecimal, sql.TokenFloat:
	default:
		return false
	}
	switch p := w.tokens[w.prev]; p.Kind {
	case sql.TokenWord:
		return words.flags[p.Word]&wordReserved != 0 && p.Word != wNull && p.Word != wTrue &&
			p.Word != wFalse && p.Word != wEnd && p.Word != wDefault
	case sql.TokenOperator:
		return !w.isOp(w.prev, ')') && !w.isOp(w.prev, '*') && !w.isOp(w.prev, '.')
	}
	return false
}
