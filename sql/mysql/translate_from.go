package mysql

import (
	"bytes"
	"strings"
)

// values writes MariaDB's VALUES (1), (2) as VALUES ROW(1), ROW(2), wherever a
// query can stand. On MySQL it is a function there.
func values(t *translator) bool {
	if t.flags&keyMySQL != 0 || t.renamed || !t.peek(1).is('(') || !t.queryPlace() {
		return false
	}
	t.copy()
	for t.peek(0).is('(') {
		end := t.closing(t.at)
		if end < 0 {
			return true
		}
		t.emit("row")
		t.run(end)
		if n := t.peek(0); len(n.text) == 1 && n.text[0] == tagRows {
			t.copy()
		}
		if !t.peek(0).is(',') {
			return true
		}
		t.copy()
	}
	return true
}

// queryPlace reports whether a query can begin here.
func (t *translator) queryPlace() bool {
	if t.at == 0 {
		return true
	}
	switch before := t.in[t.at-1]; before.word {
	case fUnion, fAll, fDistinct, fExcept, fIntersect:
		return true
	case fAs:
		return t.lead.words[0] == wCreate || t.lead.words[0] == wAlter
	default:
		return before.is('(')
	}
}

// systemTime writes MariaDB's FOR SYSTEM_TIME as the AS OF TIMESTAMP that the
// grammar has, with all of what it names in it. The rows are older ones of the
// same columns.
func systemTime(t *translator) bool {
	if t.flags&keyMySQL != 0 || t.word(1) != fSystemTime || !t.peek(-1).name() && !t.peek(-1).is(')') {
		return false
	}
	start, n := t.at, len(t.out)
	t.drop(2)
	moment, ok := t.moments()
	if !ok {
		t.at, t.out = start, t.out[:n]
		return false
	}
	t.alias()
	t.emit("as", "of", "timestamp", "(")
	if len(moment) == 0 {
		t.emit("null")
	}
	t.out = append(t.out, moment...)
	t.emit(")")
	return true
}

// moments reads what stands behind FOR SYSTEM_TIME.
func (t *translator) moments() ([]keyToken, bool) {
	split := fNone
	switch t.word(0) {
	case fAll:
		return nil, t.drop(1)
	case fAs:
		if t.word(1) != fOf {
			return nil, false
		}
		t.drop(2)
		return t.moment()
	case fFrom:
		split = fTo
	case fBetween:
		split = fAnd
	default:
		return nil, false
	}
	t.drop(1)
	first, ok := t.moment()
	if !ok || t.word(0) != split {
		return nil, false
	}
	t.drop(1)
	second, ok := t.moment()
	comma := keyToken{text: []byte(","), spaced: true}
	return append(append(first, comma), second...), ok
}

// moment reads a value that is a time: a literal, a parameter, a variable or a
// call, and intervals that are added to it or taken from it.
func (t *translator) moment() ([]keyToken, bool) {
	start := len(t.out)
	if w := t.word(0); (w == fTimestamp || w == fTransaction) && !t.peek(1).is('(') {
		t.drop(1)
	}
	ok := t.value()
	for ok && (t.peek(0).is('+') || t.peek(0).is('-')) && t.word(1) == fInterval {
		t.copy()
		t.copy()
		ok = t.value() && t.peek(0).name()
		if t.at < len(t.in) {
			t.copy()
		}
	}
	moment := append([]keyToken(nil), t.out[start:]...)
	t.out = t.out[:start]
	return moment, ok
}

// value takes a literal, a parameter, a variable, a call or what is in
// parentheses over.
func (t *translator) value() bool {
	tok := t.peek(0)
	switch {
	case tok.literal(), len(tok.text) > 1 && tok.text[0] == '@':
		t.copy()
		return true
	case len(tok.text) > 0 && classes[tok.text[0]]&classIdent != 0 && t.peek(1).is('('):
		t.copy()
	case !tok.is('('):
		return false
	}
	end := t.closing(t.at)
	if end < 0 {
		return false
	}
	t.run(end)
	return true
}

// alias takes the alias of a table over.
func (t *translator) alias() {
	switch {
	case t.word(0) == fAs && t.word(1) != fOf:
		t.copy()
		t.copy()
	case t.peek(0).name() && t.word(0) != fSystemTime:
		t.copy()
	}
}

// maxJSONColumns is how many columns a JSON_TABLE may have, and maxJSONText how
// long what is written for all of a statement may be: what one is made of is
// written once for each column.
const (
	maxJSONColumns = 256
	maxJSONText    = 64 << 10 // bytes
)

// jsonTableCall is the name of the function that the columns of a JSON_TABLE are
// computed by, for the grammar. No statement can have it.
const jsonTableCall = "json_table\U00010000"

// jsonTable writes JSON_TABLE(x, path COLUMNS(a …, b …)) as a query that computes
// each column, and which rows there are, from x.
func jsonTable(t *translator) bool {
	if !t.peek(1).is('(') {
		return false
	}
	end := t.closing(t.at + 1)
	if end < 0 {
		return false
	}
	start, begin := t.at, len(t.out)
	t.drop(2)
	stop := t.argumentEnd()
	t.run(stop)
	text := append([]keyToken(nil), t.out[begin:]...)
	t.out = t.out[:begin]
	size := 0
	for _, tok := range text {
		size += len(tok.text) + 1
	}
	names, at := t.jsonColumns(stop + 2)
	t.written += size * (len(names) + 1)
	if t.written > maxJSONText || len(text) == 0 || len(names) == 0 || len(names) > maxJSONColumns || at != end-1 ||
		!t.in[stop].is(',') || !t.in[stop+1].literal() {
		t.at = start
		return false
	}
	t.emit("lateral", "(", "select")
	for i, name := range names {
		if i > 0 {
			t.emit(",")
		}
		t.call(jsonTableCall, text)
		t.emit("as", quote(name))
	}
	t.emit("from", "dual", "where")
	t.call(jsonTableCall, text)
	t.emit(")")
	t.at = end
	return true
}

func (t *translator) call(name string, text []keyToken) {
	t.emit("`"+name+"`", "(")
	t.out = append(t.out, text...)
	t.emit(")")
}

// quote writes a name in quotes.
func quote(name []byte) string {
	if name[0] == '`' {
		return string(name)
	}
	return "`" + strings.ReplaceAll(string(name), "`", "``") + "`"
}

// jsonColumns reads COLUMNS(…) at an index: the names, and the index behind it;
// no names for what is none.
func (t *translator) jsonColumns(i int) (names [][]byte, behind int) {
	if i+1 >= len(t.in) || t.in[i].word != fColumns || !t.in[i+1].is('(') {
		return nil, i
	}
	for i++; i < len(t.in) && !t.in[i].is(')'); {
		i++ // the parenthesis, or the comma
		if i+1 >= len(t.in) {
			return nil, i
		}
		if tok := t.in[i]; tok.word == fNested && (t.in[i+1].word == fPath || t.in[i+1].literal()) {
			for i++; i < len(t.in) && (t.in[i].word == fPath || t.in[i].literal()); i++ {
			}
			var more [][]byte
			if more, i = t.jsonColumns(i); len(more) == 0 {
				return nil, i
			}
			names = append(names, more...)
		} else {
			if !tok.name() {
				return nil, i
			}
			names = append(names, bytes.Clone(tok.text))
			i = t.jsonColumnEnd(i)
		}
		if len(names) > maxJSONColumns || i >= len(t.in) || !t.in[i].is(',') && !t.in[i].is(')') {
			return nil, i
		}
	}
	return names, i + 1
}

// jsonColumnEnd is the index of the comma or the parenthesis behind a column.
func (t *translator) jsonColumnEnd(i int) int {
	depth := 0
	for ; i < len(t.in); i++ {
		switch {
		case t.in[i].is('('):
			depth++
		case depth == 0 && (t.in[i].is(')') || t.in[i].is(',')):
			return i
		case t.in[i].is(')'):
			depth--
		}
	}
	return i
}
