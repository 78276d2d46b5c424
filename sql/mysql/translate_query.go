package mysql

// limit leaves out the LIMIT of an aggregate, which the grammar lacks, and
// MariaDB's ROWS EXAMINED.
func limit(t *translator) bool {
	n := 1
	if t.peek(n).literal() {
		n++
		if (t.peek(n).is(',') || t.word(n) == fOffset) && t.peek(n+1).literal() {
			n += 2
		}
	}
	if t.inside() == fGroupConcat {
		return n > 1 && t.peek(n).is(')') && t.drop(n)
	}
	if t.word(n) != fRows || t.word(n+1) != fExamined || !t.peek(n+2).literal() {
		return false
	}
	if n > 1 {
		for range n {
			t.copy()
		}
		n = 0
	}
	return t.drop(n + 3)
}

// offset leaves out OFFSET n ROWS, which stands before FETCH or by itself.
func offset(t *translator) bool {
	w := t.word(2)
	return t.peek(1).literal() && (w == fRow || w == fRows) && t.drop(3)
}

// with writes ROWS WITH TIES as ROWS ONLY: which rows those are hangs on the
// ORDER BY, as it does without them. It leaves out MariaDB's WITH SYSTEM
// VERSIONING and the CHECK OPTION of a view, and the snapshot of a transaction
// that has more to say.
func with(t *translator) bool {
	before := t.word(-1)
	switch {
	case t.word(1) == fTies && (before == fRow || before == fRows):
		t.emit("only")
		return t.drop(2)
	case t.word(1) == fSystem && t.word(2) == fVersioning && t.lead.words[0] == wCreate:
		return t.drop(3)
	case t.follow(fWith, fCheck, fOption):
		return t.drop(3)
	case t.follow(fWith, fConsistent, fSnapshot) && t.peek(3).is(',') && t.lead.words[0] == wStart:
		return t.drop(4)
	}
	return false
}

// shareMode leaves out what a locking read does where it would have to wait.
func shareMode(t *translator) bool {
	if t.word(1) != fMode {
		return false
	}
	n := 0
	switch {
	case t.word(2) == fNowait:
		n = 1
	case t.word(2) == fSkip && t.word(3) == fLocked, t.word(2) == fWait && t.peek(3).literal():
		n = 2
	default:
		return false
	}
	t.copy()
	t.copy()
	return t.drop(n)
}
