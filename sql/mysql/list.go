package mysql

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// inList writes the list of an IN whose parenthesis is at open. A list of
// literals and parameters alone is written as its first item and a mark, so
// that its length is not in the key. Another mark says that parameters and
// literals are mixed, where the first item does not.
func (w *keyWriter) inList(open int) (int, error) {
	i, items := w.skipAll(open+1), 0
	second := 0
	var first, rest bool // with literals
	for {
		next, ok := w.constant(i, 0)
		if !ok {
			return open, nil
		}
		items++
		if items == 1 {
			second, first = next, w.literals(i, next)
		} else {
			rest = rest || w.literals(i, next)
		}
		i = next
		if w.isOp(i, ')') {
			break
		}
		if !w.isOp(i, ',') {
			return open, nil
		}
		i = w.skipAll(i + 1)
	}
	if items == 1 {
		return open, nil
	}
	if err := w.write(open, second); err != nil {
		return 0, err
	}
	tag := tagItems
	if rest && !first {
		tag = tagMixed
	}
	w.key = append(w.key, ' ', tag)
	return i, nil
}

// literals reports whether there is a literal among the tokens from i up to end
// of a constant.
func (w *keyWriter) literals(i, end int) bool {
	for ; i < end; i++ {
		if k := w.tokens[i].Kind; k.Literal() || k == sql.TokenWord {
			return true
		}
	}
	return false
}

// constant steps over a literal, a parameter, or a row of them, and returns
// the index behind it.
func (w *keyWriter) constant(i, depth int) (int, bool) {
	if i >= len(w.tokens) || depth > 4 {
		return 0, false
	}
	for w.isOp(i, '-') || w.isOp(i, '+') {
		if i = w.skipAll(i + 1); i >= len(w.tokens) {
			return 0, false
		}
		if k := w.tokens[i].Kind; k != sql.TokenInteger && k != sql.TokenDecimal && k != sql.TokenFloat &&
			!w.isOp(i, '-') && !w.isOp(i, '+') {
			return 0, false
		}
	}
	t := w.tokens[i]
	next := w.skipAll(i + 1)
	switch {
	case t.Kind == sql.TokenString:
		for next < len(w.tokens) && w.tokens[next].Kind == sql.TokenString {
			next = w.skipAll(next + 1)
		}
		return next, true
	case t.Kind.Literal(), t.Kind == sql.TokenParam:
		return next, true
	case t.Kind == sql.TokenWord:
		return next, t.Word == wNull || t.Word == wTrue || t.Word == wFalse
	case w.isOp(i, '('):
		for {
			n, ok := w.constant(next, depth+1)
			if !ok {
				return 0, false
			}
			if w.isOp(n, ')') {
				return w.skipAll(n + 1), true
			}
			if !w.isOp(n, ',') {
				return 0, false
			}
			next = w.skipAll(n + 1)
		}
	}
	return 0, false
}

// rows writes the rows of VALUES whose first parenthesis is at open. Rows that
// differ from the first in literals alone are written as one mark, so that
// their number is not in the key.
func (w *keyWriter) rows(open int) (int, error) {
	end := w.closing(open)
	if end < 0 {
		return open, nil
	}
	if err := w.write(open, end); err != nil {
		return 0, err
	}
	if w.loose || w.nextRow(end) < 0 {
		return end, nil
	}
	state := *w
	w.loose, w.rowDepth = true, w.depth+1
	first := len(w.key)
	if err := w.write(open, end); err != nil {
		return 0, err
	}
	rest := len(w.key)
	same := 0
	for {
		next := w.nextRow(end)
		if next < 0 {
			break
		}
		stop := w.closing(next)
		if stop < 0 {
			break
		}
		if err := w.write(next, stop); err != nil {
			return 0, err
		}
		if !bytes.Equal(w.key[first:rest], w.key[rest:]) {
			break
		}
		w.key = w.key[:rest]
		end = stop
		same++
	}
	key := w.key[:first]
	*w = state
	w.key = key
	if same > 0 {
		w.key = append(w.key, ' ', tagRows)
	}
	return end, nil
}

// nextRow returns the index of the parenthesis of the row that follows a row
// which ends before token end, -1 for none.
func (w *keyWriter) nextRow(end int) int {
	comma := w.skipAll(end)
	if !w.isOp(comma, ',') {
		return -1
	}
	if open := w.skipAll(comma + 1); w.isOp(open, '(') {
		return open
	}
	return -1
}

// closing returns the index behind the parenthesis that closes the one at
// open, -1 for none.
func (w *keyWriter) closing(open int) int {
	depth := 0
	for i := open; i < len(w.tokens); i++ {
		switch {
		case w.isOp(i, '('):
			depth++
		case w.isOp(i, ')'):
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
