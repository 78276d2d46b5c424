package mysql

import (
	"bytes"
	"strings"
)

// rowAlias writes MySQL's INSERT … VALUES (…) AS new ON DUPLICATE KEY UPDATE b =
// new.b with VALUES(b): both are the value that the row would have brought. The
// columns may have names of their own behind the alias. A query behind it, which
// can use the names for others, is not understood.
func rowAlias(t *translator) bool {
	if t.flags&keyMariaDB != 0 || t.lead.words[0] != wInsert || len(t.opened) > 0 || !t.peek(1).name() {
		return false
	}
	start := t.at
	alias := bare(t.peek(1).text)
	columns := t.insertColumns()
	t.drop(2)
	var own []string
	if t.peek(0).is('(') {
		if own = t.nameList(t.at + 1); own == nil || len(own) != len(columns) {
			t.at = start
			return false
		}
		t.at = t.closing(t.at)
	}
	if !t.follow(fOn, fDuplicate) || columns == nil || t.selects() {
		t.at = start
		return false
	}
	for t.at < len(t.in) {
		tok := t.peek(0)
		switch {
		case !tok.name():
		case t.peek(1).is('.') && strings.EqualFold(bare(tok.text), alias) && !t.peek(-1).is('.') && !t.peek(3).is('.'):
			t.fresh(t.peek(2).text, own, columns)
			t.drop(3)
			continue
		case own != nil && !t.named() && !t.peek(1).is('(') && indexFold(own, bare(tok.text)) >= 0:
			t.fresh(tok.text, own, columns)
			t.drop(1)
			continue
		}
		t.copy()
	}
	return true
}

// fresh writes VALUES(column) for the name that a row gives a column.
func (t *translator) fresh(name []byte, own, columns []string) {
	if i := indexFold(own, bare(name)); i >= 0 {
		name = []byte(quote([]byte(columns[i])))
	}
	t.emit("values", "(", string(name), ")")
}

// insertColumns are the columns that an INSERT gives values to; empty where it
// does not list them, and nil where its rows come from no list of values.
func (t *translator) insertColumns() []string {
	columns := []string{}
	depth := 0
	for i := 1; i < t.at; i++ {
		tok := t.in[i]
		switch {
		case tok.is('(') && depth == 0 && i < t.at-1 && t.in[i-1].name() && t.in[i-1].word != fValue:
			columns = t.nameList(i + 1)
			depth++
		case tok.is('('):
			depth++
		case tok.is(')'):
			depth--
		case depth > 0:
		case tok.word == fValues || tok.word == fValue && t.in[i+1].is('('):
			return columns
		case tok.word == fSet:
			return t.setColumns(i + 1)
		case tok.word == fSelect || tok.word == fWith || tok.word == fTable:
			return nil
		}
	}
	return nil
}

// setColumns are the columns of SET a = 1, b = 2.
func (t *translator) setColumns(i int) []string {
	columns := []string{}
	for depth, begins := 0, true; i < t.at; i++ {
		tok := t.in[i]
		switch {
		case tok.is('('):
			depth++
		case tok.is(')'):
			depth--
		case begins:
			if !tok.name() || !t.in[i+1].is('=') {
				return nil
			}
			columns = append(columns, bare(tok.text))
		}
		begins = depth == 0 && tok.is(',')
	}
	return columns
}

// nameList reads names with commas between them up to a parenthesis, nil for
// anything else.
func (t *translator) nameList(i int) []string {
	list := []string{}
	for ; i+1 < len(t.in); i += 2 {
		if !t.in[i].name() {
			return nil
		}
		list = append(list, bare(t.in[i].text))
		if t.in[i+1].is(')') {
			return list
		}
		if !t.in[i+1].is(',') {
			return nil
		}
	}
	return nil
}

// selects reports whether a query stands in what is left.
func (t *translator) selects() bool {
	for _, tok := range t.in[t.at:] {
		switch tok.word {
		case fSelect, fTable, fWith:
			return true
		}
	}
	return false
}

// bare is a name without quotes.
func bare(name []byte) string {
	if name[0] != '`' {
		return string(name)
	}
	return string(bytes.ReplaceAll(name[1:len(name)-1], []byte("``"), []byte("`")))
}

func indexFold(list []string, name string) int {
	for i, s := range list {
		if strings.EqualFold(s, name) {
			return i
		}
	}
	return -1
}
