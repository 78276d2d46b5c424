package postgres

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// list writes the list of an IN or ARRAY whose parenthesis or bracket is at open.
// A list of literals and parameters alone is written as its first item and a
// mark, so that its length is not in the key, but for whether a literal follows.
func (w *keyWriter) list(open int, end byte) (int, error) {
	i, items := w.skip(open+1), 0
	second := 0
	for {
		next, ok := w.constant(i, 0)
		if !ok {
			return open, nil
		}
		items++
		i = next
		if items == 1 {
			second = next
		}
		if w.isOp(i, end) {
			break
		}
		if !w.isOp(i, ',') {
			return open, nil
		}
		i = w.skip(i + 1)
	}
	if items == 1 {
		return open, nil
	}
	if err := w.write(open, second); err != nil {
		return 0, err
	}
	tag := tagItems
	if !w.params(second, i) {
		tag = tagMixed
	}
	w.key = append(w.key, ' ', tag)
	return i, nil
}

// params reports whether there is no literal among the constants between two
// tokens: a comparison with parameters alone tells less of a column.
func (w *keyWriter) params(from, end int) bool {
	for _, t := range w.tokens[from:end] {
		if t.Kind.Literal() || t.Word == wNull || t.Word == wTrue || t.Word == wFalse {
			return false
		}
	}
	return true
}

// constant steps over a literal or parameter with its casts, or a row of them,
// and returns the index behind it. One that would stay in the shape is none.
func (w *keyWriter) constant(i, depth int) (int, bool) {
	if i >= len(w.tokens) || depth > 4 {
		return 0, false
	}
	for w.isOp(i, '-') || w.isOp(i, '+') {
		if i = w.skip(i + 1); i >= len(w.tokens) {
			return 0, false
		}
		if k := w.tokens[i].Kind; k != sql.TokenInteger && k != sql.TokenDecimal && k != sql.TokenFloat &&
			!w.isOp(i, '-') && !w.isOp(i, '+') {
			return 0, false
		}
	}
	t := w.tokens[i]
	next := w.skip(i + 1)
	switch {
	case t.Kind.Literal(), t.Kind == sql.TokenParam:
		if c := w.text[t.Start]; c == 'u' || c == 'U' {
			return 0, false
		}
	case t.Kind == sql.TokenWord:
		return next, t.Word == wNull || t.Word == wTrue || t.Word == wFalse
	case w.isOp(i, '('):
		for {
			n, ok := w.constant(next, depth+1)
			if !ok {
				return 0, false
			}
			if w.isOp(n, ')') {
				return w.skip(n + 1), true
			}
			if !w.isOp(n, ',') {
				return 0, false
			}
			next = w.skip(n + 1)
		}
	default:
		return 0, false
	}
	return w.casts(next)
}

// casts steps over casts to types of one word: ::text, ::varchar(9), ::int[].
func (w *keyWriter) casts(i int) (int, bool) {
	for w.isCast(i) {
		if i = w.skip(i + 1); i >= len(w.tokens) || w.tokens[i].Kind != sql.TokenWord ||
			words.flags[w.tokens[i].Word]&(wordReg|wordReserved) != 0 {
			return 0, false
		}
		i = w.skip(i + 1)
		if w.isOp(i, '(') {
			n := w.skip(i + 1)
			if n >= len(w.tokens) || w.tokens[n].Kind != sql.TokenInteger || !w.isOp(w.skip(n+1), ')') {
				return 0, false
			}
			i = w.skip(w.skip(n+1) + 1)
		}
		for w.isOp(i, '[') && w.isOp(w.skip(i+1), ']') {
			i = w.skip(w.skip(i+1) + 1)
		}
	}
	return i, true
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
	w.loose = true
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
	comma := w.skip(end)
	if !w.isOp(comma, ',') {
		return -1
	}
	if open := w.skip(comma + 1); w.isOp(open, '(') {
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
