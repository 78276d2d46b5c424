package mysql

// soundsLike writes `a SOUNDS LIKE b` as `a LIKE b`: both compare two values.
// Where no value stands before it, sounds is a column.
func soundsLike(t *translator) bool {
	before := t.peek(-1)
	switch before.word {
	case fSQLCache, fSQLNoCache, fSQLBufferResult: // options of SELECT
		return false
	}
	return t.word(1) == fLike && before.operand() && t.drop(1)
}

// castType writes the types that CAST takes and the grammar does not as those it
// takes, and leaves out the types of the values of dynamic columns. Other words
// behind an AS are names: see rowAlias.
func castType(t *translator) bool {
	if t.word(1) == fOf { // the grammar's own AS OF, which no server has
		t.copy()
		t.emit("`of`")
		return t.drop(1)
	}
	switch t.inside() {
	case fNone:
		return rowAlias(t)
	case fCast:
		t.copy()
		return t.typed()
	case fColumnCreate, fColumnAdd, fColumnGet:
		end := t.argumentEnd()
		return end > t.at && t.drop(end-t.at)
	}
	return false
}

// convertType does the same for CONVERT(x, type).
func convertType(t *translator) bool {
	if !t.peek(1).is('(') {
		return false
	}
	end := t.closing(t.at + 1)
	if end < 0 {
		return false
	}
	t.copy()
	t.copy()
	stop := t.argumentEnd()
	t.run(stop)
	if t.at < len(t.in) && t.in[t.at].is(',') {
		t.copy()
		t.typed()
	}
	return true
}

// argumentEnd is the index of the comma or the parenthesis behind what stands
// here.
func (t *translator) argumentEnd() int {
	depth := 0
	for i := t.at; i < len(t.in); i++ {
		switch {
		case t.in[i].is('('):
			depth++
		case depth == 0 && (t.in[i].is(')') || t.in[i].is(',')):
			return i
		case t.in[i].is(')'):
			depth--
		}
	}
	return len(t.in)
}

// typed writes a type.
func (t *translator) typed() bool {
	switch t.word(0) {
	case fNchar, fVarchar:
		t.emit("char")
	case fInet4, fInet6, fUUID:
		t.emit("binary")
	case fInt, fInteger:
		t.emit("signed")
	case fInterval:
		t.emit("time")
		t.drop(1) // and the unit
	default:
		if t.at < len(t.in) && t.word(0) != fSelect {
			t.copy()
		}
		t.typeCharset()
		return true
	}
	t.drop(1)
	t.typeCharset()
	return true
}

// typeCharset leaves out the ASCII and the UNICODE of a type, behind its length.
func (t *translator) typeCharset() {
	if t.peek(0).is('(') {
		if end := t.closing(t.at); end > 0 {
			t.run(end)
		}
	}
	if w := t.word(0); (w == fASCII || w == fUnicode) && t.peek(1).is(')') {
		t.drop(1)
	}
}

// usingCharset writes a character set that the grammar has, since it has not
// all of the servers'.
func usingCharset(t *translator) bool {
	if w := t.inside(); w != fConvert && w != fChar || t.peek(1).is('(') {
		return false
	}
	t.copy()
	t.emit("utf8mb4")
	return t.drop(1)
}

// collation writes a collation that the grammar has. Which it is changes what
// compares as equal, and nothing that is told of a statement.
func collation(t *translator) bool {
	if t.lead.words[0] == wSet || t.lead.words[0] == wShow {
		return false
	}
	t.copy()
	return t.setName("utf8mb4_bin")
}

// charset does the same for CHARACTER SET and CHARSET.
func charset(t *translator) bool {
	if t.lead.words[0] == wSet || t.lead.words[0] == wShow {
		return false
	}
	if t.word(0) == fCharacter {
		if t.word(1) != fSet {
			return false
		}
		t.copy()
	}
	t.copy()
	return t.setName("utf8mb4")
}

// setName writes another name of a character set or of a collation, behind an
// equals sign perhaps.
func (t *translator) setName(name string) bool {
	if t.peek(0).is('=') {
		t.copy()
	}
	next := t.peek(0)
	if next.word != fDefault && (next.name() || len(next.text) > 0 && next.text[0] == '\'' || next.literal()) {
		t.emit(name)
		t.drop(1)
	}
	return true
}

// match puts the columns of MATCH into parentheses, which MariaDB and MySQL do not
// ask for.
func match(t *translator) bool {
	if t.peek(1).is('(') || len(t.peek(1).text) == 0 {
		return false
	}
	end := t.at + 1
	for end < len(t.in) && t.in[end].word != fAgainst {
		if !t.in[end].name() && !t.in[end].is(',') && !t.in[end].is('.') {
			return false
		}
		end++
	}
	if end == len(t.in) {
		return false
	}
	t.copy()
	t.emit("(")
	for t.at < end {
		t.copy()
	}
	t.emit(")")
	return true
}

// freshValueCall writes MariaDB's VALUE(column) as VALUES(column).
func freshValueCall(t *translator) bool {
	if t.flags&keyMariaDB == 0 || !t.renamed || !t.peek(1).is('(') {
		return false
	}
	t.emit("values")
	return t.drop(1)
}

// setval leaves out what follows the number that a sequence is set to: numbers
// too.
func setval(t *translator) bool {
	end := -1
	if t.peek(1).is('(') {
		end = t.closing(t.at + 1)
	}
	if end < 0 {
		return false
	}
	commas := 0
	for i := t.at + 2; i < end-1; i++ {
		switch tok := t.in[i]; {
		case tok.is(','):
			commas++
		case tok.is('('), commas > 1 && !tok.literal() && keyWord(tok.text) != wTrue && keyWord(tok.text) != wFalse:
			return false
		}
	}
	if commas < 2 {
		return false
	}
	for commas = 0; t.at < end-1; {
		if t.in[t.at].is(',') {
			commas++
		}
		if commas > 1 {
			t.drop(1)
			continue
		}
		t.copy()
	}
	t.copy()
	return true
}

// previousValue writes MariaDB's PREVIOUS VALUE FOR s as LASTVAL(s).
func previousValue(t *translator) bool {
	if t.flags&keyMariaDB == 0 || t.word(1) != fValue || t.word(2) != fFor || !t.peek(3).name() {
		return false
	}
	t.emit("lastval", "(")
	t.drop(3)
	t.copy()
	if t.peek(0).is('.') {
		t.copy()
		t.copy()
	}
	t.emit(")")
	return true
}
