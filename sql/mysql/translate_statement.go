package mysql

// wait leaves out how long ALTER TABLE and RENAME TABLE wait for a lock. It stands
// behind the table's name.
func wait(t *translator) bool {
	name := t.at - 1
	if name > 2 && t.in[name-1].is('.') {
		name -= 2
	}
	if name < 1 || len(t.opened) > 0 || !t.defines || !t.in[name].name() {
		return false
	}
	if before := t.in[name-1].word; before != fTable && before != fExists {
		return false
	}
	if t.word(0) == fNowait {
		return t.drop(1)
	}
	return t.peek(1).literal() && t.drop(2)
}

func databaseComment(t *translator) bool {
	if len(t.opened) > 0 || t.at < 2 || len(t.out) < 2 || t.out[1].word != fDatabase && t.out[1].word != fSchema {
		return false
	}
	n := 1
	if t.peek(n).is('=') {
		n++
	}
	return t.peek(n).literal() && t.drop(n+1)
}

// keepUp writes CHECK, CHECKSUM and REPAIR TABLE as OPTIMIZE TABLE, without what
// stands behind the tables.
func keepUp(t *translator) bool {
	if t.at > 0 {
		return false
	}
	detail := formIndex.text[t.word(0)]
	n := 1
	if t.word(n) != fTable && t.word(n) != fTables {
		n++ // LOCAL, which only REPAIR has
	}
	if t.word(n) != fTable && t.word(n) != fTables || n > 1 && detail != "repair" {
		return false
	}
	t.emit("optimize", "table")
	t.drop(n + 1)
	for {
		if !t.peek(0).name() {
			return true
		}
		t.copy()
		if t.peek(0).is('.') {
			t.copy()
			t.copy()
		}
		if !t.peek(0).is(',') {
			break
		}
		t.copy()
	}
	for t.keepUpOption() {
	}
	t.after = append(t.after, func(w *walker) { w.a.Detail = detail })
	if detail == "checksum" {
		t.after = append(t.after, func(w *walker) { w.a.Query = opaque("a checksum of what a table holds") })
	}
	return true
}

func (t *translator) keepUpOption() bool {
	switch t.word(0) {
	case fExtended, fQuick, fFast, fMedium, fChanged, fUseFrm:
		return t.drop(1)
	case fFor:
		return t.word(1) == fUpgrade && t.drop(2)
	}
	return false
}

// lockOf leaves out the alias and the priority of a table that is locked.
func lockOf(t *translator) bool {
	if t.lead.words[0] != wLock || len(t.opened) > 0 {
		return false
	}
	n := len(t.out)
	if n > 0 && t.out[n-1].word == fLowPriority {
		n--
	}
	switch {
	case n > 2 && t.out[n-2].word == fAs:
		n -= 2
	case n > 2 && t.out[n-1].name() && t.out[n-2].name() && t.out[n-2].word != fTable && t.out[n-2].word != fTables:
		n--
	}
	t.out = t.out[:n]
	t.copy()
	return true
}

// killForce leaves out how gently a KILL goes about it.
func killForce(t *translator) bool {
	return t.at == 1 && t.lead.words[0] == wKill && len(t.in) > 2 && t.drop(1)
}

func warnings(t *translator) bool {
	if t.at == 0 || t.lead.words[0] != wShow || t.word(1) != fLimit {
		return false
	}
	t.copy()
	n := 1
	for t.peek(n).literal() || t.peek(n).is(',') || t.word(n) == fOffset {
		n++
	}
	return t.drop(n)
}

// explained leaves out EXTENDED and PARTITIONS, and the pattern of DESCRIBE t 'x'.
func explained(t *translator) bool {
	switch {
	case t.at > 0:
	case (t.word(1) == fExtended || t.word(1) == fPartitions) && t.statementAt(2):
		t.copy()
		return t.drop(1)
	case len(t.in) > 2 && t.in[len(t.in)-1].literal():
		if n := len(t.in); n == 3 || n == 5 && t.in[2].is('.') {
			for t.at < n-1 {
				t.copy()
			}
			return t.drop(1)
		}
	}
	return false
}

// statementAt reports whether the n-th token begins a statement, and is not the
// name of a column: EXPLAIN EXTENDED a describes a table.
func (t *translator) statementAt(n int) bool {
	switch keyWord(t.peek(n).text) {
	case wSelect, wInsert, wReplace, wUpdate, wDelete, wWith, wTable, wValues:
		return true
	}
	return t.peek(n).is('(')
}
