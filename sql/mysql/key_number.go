package mysql

import "github.com/sallyport/sallyport/sql"

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
	tag := tagInteger + byte(t.Kind-sql.TokenInteger)
	if tag == tagInteger && w.numbers[w.depth] == numbersOrdinal && w.ordinal() {
		tag = tagOrdinal
	}
	w.literal(tag, i+1)
}

// ordinal reports whether a number here, behind ORDER BY or GROUP BY, begins an
// item.
func (w *keyWriter) ordinal() bool { return w.wordAt(w.prev) == wBy || w.isOp(w.prev, ',') }

func (w *keyWriter) meaningful(i int) bool {
	n := int(w.tokens[i].End - w.tokens[i].Start)
	switch w.numbers[w.depth] {
	case numbersOrdinal:
		return n <= 4 && w.ordinal()
	case numbersLimit:
		p := w.wordAt(w.prev)
		return n <= 9 && (p == wLimit || p == wOffset || w.isOp(w.prev, ','))
	}
	if w.first == wCreate || w.first == wAlter {
		return n <= 5 && w.isOp(w.prev, '(') && words.flags[w.wordAt(w.prev2)]&wordType != 0
	}
	return n == 1 && w.assigned() != ""
}
