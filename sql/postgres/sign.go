package postgres

import "github.com/sallyport/sallyport/sql"

// operator writes an operator. The sign of a number belongs to the literal.
func (w *keyWriter) operator(i int) (int, error) {
	t := w.tokens[i]
	c := w.text[t.Start]
	switch {
	case w.isOp(i, '('), w.isOp(i, '['):
		if w.depth++; w.depth > maxDepth {
			return 0, lexError(sql.ReasonUnsupported, int(t.Start), "parentheses nest too deep")
		}
		w.numbers[w.depth] = numbersPlain
	case w.isOp(i, ')'), w.isOp(i, ']'):
		w.depth = max(0, w.depth-1)
	case (c == '-' || c == '+') && w.isOp(i, c) && w.sign(w.skip(i+1)):
		return i + 1, nil
	}
	w.key = append(w.key, ' ')
	w.key = append(w.key, t.Text(w.text)...)
	w.advance(i)
	return i + 1, nil
}

// sign reports whether a + or - at this place belongs to the number at next,
// behind further signs perhaps.
func (w *keyWriter) sign(next int) bool {
	if from := next; from >= w.signFrom && from < w.signEnd {
		next = w.signEnd
	} else {
		for w.isOp(next, '-') || w.isOp(next, '+') {
			next = w.skip(next + 1)
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
			p.Word != wFalse && p.Word != wEnd && p.Word != wDefault && p.Word != wNone
	case sql.TokenOperator:
		switch w.text[p.Start] {
		case ')', ']', '.':
			return false
		}
		return true
	}
	return false
}

// context notes what numbers mean behind a keyword.
func (w *keyWriter) context(id uint16) {
	n := &w.numbers[w.depth]
	switch id {
	case wBy:
		*n = numbersPlain
		if p := w.wordAt(w.prev); p == wOrder || p == wGroup {
			*n = numbersOrdinal
		}
	case wLimit, wOffset, wFirst, wNext:
		*n = numbersLimit
	case wNone, wAsc, wDesc:
		if *n == numbersLimit {
			*n = numbersPlain
		}
	default:
		if words.flags[id]&wordReserved != 0 || *n == numbersLimit {
			*n = numbersPlain
		}
	}
}

// numberLiteral writes the tag of a number, or the number where it has a
// meaning of its own.
func (w *keyWriter) numberLiteral(i int) {
	t := w.tokens[i]
	if t.Kind == sql.TokenInteger && w.meaningful(i) {
		w.kept++
		w.key = append(w.key, ' ')
		w.key = append(w.key, t.Text(w.text)...)
		return
	}
	w.literal(tagInteger + byte(t.Kind-sql.TokenInteger))
}

func (w *keyWriter) meaningful(i int) bool {
	text := w.tokens[i].Text(w.text)
	for _, c := range text {
		if classes[c]&classDigit == 0 {
			return false
		}
	}
	switch w.numbers[w.depth] {
	case numbersOrdinal:
		return len(text) <= 4 && (w.wordAt(w.prev) == wBy || w.isOp(w.prev, ','))
	case numbersLimit:
		p := w.wordAt(w.prev)
		return len(text) <= 9 && (p == wLimit || p == wOffset || p == wFirst || p == wNext)
	}
	return false
}
