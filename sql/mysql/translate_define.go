package mysql

import "github.com/sallyport/sallyport/sql"

// outer reports whether what comes next is of a definition itself, and not of an
// expression or a query in it.
func (t *translator) outer() bool { return t.defines && len(t.opened) <= 1 }

// create leaves out the OR REPLACE that the grammar has for views only, and notes
// that something is dropped. A sequence that is temporary is one like others.
func create(t *translator) bool {
	if t.at == 0 && t.word(1) == fTemporary && t.word(2) == fSequence {
		t.copy()
		return t.drop(1)
	}
	if t.at > 0 || t.word(1) != fOr || t.word(2) != fReplace {
		return false
	}
	n := 3
	switch t.word(n) {
	case fUnique, fFulltext, fSpatial, fTemporary:
		n++
	}
	switch t.word(n) {
	case fTable, fSequence, fIndex, fDatabase, fSchema:
	default:
		return false
	}
	t.copy()
	t.after = append(t.after, func(w *walker) { w.kind(sql.KindDrop) })
	t.drop(2)
	if t.word(0) == fTemporary && t.word(1) == fSequence {
		t.drop(1)
	}
	return true
}

// alter writes ALTER VIEW as CREATE OR REPLACE VIEW, leaves out what ALTER TABLE
// may say of how it is done, and whether an index is ignored.
func alter(t *translator) bool {
	if t.at > 0 {
		return alterIndex(t)
	}
	if t.leadsTo(fView) {
		t.emit("create", "or", "replace")
		t.after = append(t.after, altersView)
		return t.drop(1)
	}
	if t.word(1) == fOnline {
		t.copy()
		return t.drop(1)
	}
	return false
}

// leadsTo reports whether a word stands before AS and before any parenthesis.
func (t *translator) leadsTo(word uint16) bool {
	for _, tok := range t.in[t.at:] {
		switch {
		case tok.word == word:
			return true
		case tok.word == fAs, tok.word == fTable, tok.is('('):
			return false
		}
	}
	return false
}

// altersView makes of a view that is made one that is changed.
func altersView(w *walker) {
	w.a.Kind = sql.KindAlter
	for i, k := range w.a.Kinds {
		if k == sql.KindCreate {
			w.a.Kinds[i] = sql.KindAlter
		}
	}
}

func alterIndex(t *translator) bool {
	if !t.outer() || t.word(1) != fIndex && t.word(1) != fKey || !t.peek(2).name() {
		return false
	}
	n, sight := 1, "invisible"
	if t.word(3) == fNot {
		n, sight = 2, "visible"
	}
	if t.word(2+n) != fIgnored {
		return false
	}
	t.copy()
	t.emit("index")
	t.drop(1)
	t.copy()
	t.emit(sight)
	return t.drop(n)
}

// rename writes RENAME TABLES as RENAME TABLE.
func rename(t *translator) bool {
	if t.at > 0 || t.word(1) != fTables {
		return false
	}
	t.copy()
	t.emit("table")
	return t.drop(1)
}

// ifExists leaves out IF EXISTS and IF NOT EXISTS where the grammar has none.
func ifExists(t *translator) bool {
	if !t.outer() {
		return false
	}
	n := 1
	if t.word(n) == fNot {
		n++
	}
	switch t.lead.words[0] {
	case wAlter, wRename:
		return t.word(n) == fExists && t.drop(n+1)
	}
	return t.word(-1) == fView && t.word(n) == fExists && t.drop(n+1)
}

// defaultValue writes a default that is computed as a check: the grammar takes few
// expressions there. What they name is told either way.
func defaultValue(t *translator) bool {
	if !t.outer() || t.word(-1) == fSet {
		return false
	}
	open := t.at + 1
	if t.peek(1).name() && t.word(1) != fNow {
		open++
	}
	if open >= len(t.in) || !t.in[open].is('(') {
		return false
	}
	end := t.closing(open)
	if end < 0 {
		return false
	}
	t.drop(1)
	t.emit("check", "(")
	t.opened = append(t.opened, fCheck)
	t.run(end)
	t.opened = t.opened[:len(t.opened)-1]
	t.emit(")")
	return true
}

// columnType writes a type that the grammar lacks as one that it has. It stands
// behind the name of a column.
func columnType(t *translator) bool {
	switch before := t.peek(-1); before.word {
	case fModify, fColumn, fAfter, fExists, fFirst, fAdd, fView, fSequence:
		return false
	default:
		if !t.outer() || !before.name() || t.peek(1).is('(') {
			return false
		}
	}
	t.emit("blob")
	return t.drop(1)
}

func persistent(t *translator) bool {
	switch {
	case t.word(1) == fFor && t.lead.words[0] == wAnalyze:
		return t.drop(len(t.in) - t.at) // statistics of these columns and indexes
	case t.outer() && t.peek(-1).is(')'):
		t.emit("stored")
		return t.drop(1)
	}
	return false
}

// attribute leaves out what else a column, an index or a table may be.
func attribute(t *translator) bool {
	if !t.defines || len(t.opened) > 2 {
		return false
	}
	switch t.word(0) {
	case fWithout:
		switch {
		case t.follow(fWithout, fSystem, fVersioning):
			return t.drop(3)
		case t.follow(fWithout, fOverlaps):
			return t.drop(2)
		}
	case fEncrypted:
		return len(t.opened) == 0 && t.peek(1).is('=') && t.drop(3)
	case fInvisible, fCompressed, fIgnored:
		return t.outer() && t.behindColumn() && !t.peek(1).is('(') && t.drop(1)
	}
	return false
}

// behindColumn reports whether what stands before can be the end of a column's or
// an index's definition, and not what a name follows.
func (t *translator) behindColumn() bool {
	before := t.peek(-1)
	switch before.word {
	case fAdd, fColumn, fChange, fModify, fDrop, fRename, fIndex, fKey, fAfter, fExists, fTo, fConstraint, fView, fSequence:
		return false
	}
	return before.operand() || words.flags[keyWord(before.text)]&wordReserved != 0
}

func spatial(t *translator) bool {
	if !t.outer() || t.at == 1 || t.word(1) != fIndex && t.word(1) != fKey {
		return false
	}
	t.emit("index")
	return t.drop(2)
}
