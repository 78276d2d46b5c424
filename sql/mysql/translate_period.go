package mysql

// period leaves out PERIOD FOR p (a, b), of two columns of the table.
func period(t *translator) bool {
	if !t.outer() || t.word(1) != fFor || !t.peek(3).is('(') || t.word(-1) == fAdd || t.word(-1) == fDrop {
		return false
	}
	end := t.closing(t.at + 3)
	if end < 0 || len(t.out) == 0 || !t.out[len(t.out)-1].is(',') {
		return false
	}
	t.out = t.out[:len(t.out)-1]
	t.at = end
	return true
}

// rowStart leaves out GENERATED ALWAYS AS ROW START, and AS ROW END.
func rowStart(t *translator) bool {
	return t.outer() && t.word(1) == fAlways && t.word(2) == fAs && t.word(3) == fRow &&
		(t.word(4) == fStart || t.word(4) == fEnd) && t.drop(5)
}

// versions writes what ALTER TABLE does with periods and versions as FORCE, which
// makes a table anew.
func versions(t *translator) bool {
	if t.at == 0 || len(t.opened) > 0 || t.lead.words[0] != wAlter {
		return false
	}
	n := 3
	switch {
	case t.word(1) == fSystem && t.word(2) == fVersioning:
	case t.follow(fAdd, fPeriod, fFor) && t.peek(4).is('('):
		end := t.closing(t.at + 4)
		if end < 0 {
			return false
		}
		n = end - t.at
	case t.follow(fDrop, fPeriod, fFor):
		n = 4
	case t.follow(fDrop, fPeriod, fIf, fExists, fFor):
		n = 6
	default:
		return false
	}
	t.emit("force")
	return t.drop(n)
}
