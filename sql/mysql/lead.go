package mysql

import (
	"bytes"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// lead is how a statement begins: its first words.
type lead struct {
	words [3]uint16
	text  [3]string
}

func leadOf(body []byte) lead {
	var l lead
	k := keyTokens{rest: body}
	for i := range l.words {
		tok, _ := k.next()
		if len(tok) == 0 || classes[tok[0]]&classIdent == 0 {
			break
		}
		l.words[i] = keyWord(tok)
		l.text[i] = strings.ToLower(string(tok))
	}
	return l
}

// detail names a statement that was not understood, by its keywords alone.
func (l lead) detail() string {
	if l.words[0] == wNone {
		return ""
	}
	return l.text[0]
}

// special analyses what the grammar does not know or reads otherwise, from the
// first words. It returns nil for everything else.
func (l lead) special() *sql.Analysis {
	switch l.words[0] {
	case wPrepare, wExecute, wDeallocate:
		return &sql.Analysis{Kind: sql.KindPrepare, Kinds: []sql.Kind{sql.KindPrepare}, Detail: l.text[0],
			Dangers: []sql.Danger{sql.DangerDynamicSQL}, ResultRows: l.words[0] == wExecute}
	case wDrop:
		if l.words[1] == wPrepare {
			return &sql.Analysis{Kind: sql.KindPrepare, Kinds: []sql.Kind{sql.KindPrepare}, Detail: "deallocate",
				Dangers: []sql.Danger{sql.DangerDynamicSQL}}
		}
	case wHandler:
		return refused(unsupported("HANDLER is not understood"), "handler")
	case wXa:
		return &sql.Analysis{Kind: sql.KindTransaction, Kinds: []sql.Kind{sql.KindTransaction}, Detail: "xa",
			Dangers: []sql.Danger{sql.DangerAdmin}, ResultRows: l.text[1] == "recover"}
	case wSet:
		if l.text[1] == "statement" {
			return refused(unsupported("SET STATEMENT is not understood"), "set statement")
		}
	case wBegin:
		if l.text[1] == "not" {
			return refused(unsupported("BEGIN NOT ATOMIC is not understood"), "begin not atomic")
		}
	case wAnalyze:
		if l.words[1] != wTable && l.text[1] != "local" && l.text[1] != "no_write_to_binlog" {
			return refused(unsupported("ANALYZE of a statement is not understood"), "analyze")
		}
	}
	return nil
}

// rewrite leaves out the WORK of COMMIT WORK, which the grammar lacks.
func (l lead) rewrite(text []byte) []byte {
	switch l.words[0] {
	case wBegin, wCommit, wRollback:
		if l.text[1] == "work" {
			i := bytes.Index(bytes.ToLower(text), []byte(" work"))
			return append(append([]byte{}, text[:i]...), text[i+len(" work"):]...)
		}
	}
	return text
}
