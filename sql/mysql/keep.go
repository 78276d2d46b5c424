package mysql

import (
	"bytes"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// A string in quotes stays in the shape where the statement's meaning hangs on
// it, and only where it is one of the words below: else a client could write
// whatever it likes into the ledger. Whatever else SET assigns is a literal
// like any other.

// maxKept is the longest string that stays in the shape, in bytes.
const maxKept = 1024

// keeps reports whether a string here, quotes included, stays in the shape.
func (w *keyWriter) keeps(text []byte) bool {
	if text[0] != '\'' && text[0] != '"' || len(text) > maxKept {
		return false
	}
	text = text[1 : len(text)-1]
	if w.namesCharset() {
		return charsetName(text)
	}
	switch w.assigned() {
	case "character_set_client", "character_set_connection", "character_set_results", "collation_connection":
		return charsetName(text)
	case "sql_mode":
		return modeList(text)
	}
	return false
}

// namesCharset reports whether a string here names a character set or a
// collation.
func (w *keyWriter) namesCharset() bool {
	p, q := w.wordAt(w.prev), w.wordAt(w.prev2)
	if w.isOp(w.prev, '=') {
		p, q = q, wNone
	}
	switch p {
	case wCollate, wCharset:
		return true
	case wSet:
		return q == wCharacter
	case wNames:
		return w.first == wSet
	}
	return false
}

// assigned returns the name of the session variable that a literal here is the
// value of, "" where there is none or it is not one that anyone may set.
func (w *keyWriter) assigned() string {
	if w.first != wSet || w.depth != 0 || w.prev2 < 0 || w.tokens[w.prev].Kind != sql.TokenOperator {
		return ""
	}
	if op := w.tokens[w.prev].Text(w.text); string(op) != "=" && string(op) != ":=" {
		return ""
	}
	name := bytes.Trim(w.tokens[w.prev2].Text(w.text), "`@")
	if w.tokens[w.prev2].Kind == sql.TokenUserVar || len(name) > 32 {
		return ""
	}
	if low := strings.ToLower(string(name)); harmless[low] {
		return low
	}
	return ""
}

// charsetName reports whether text is the name of a character set or of a
// collation, put together of known words: utf8mb4_de_pb_0900_ai_ci.
func charsetName(text []byte) bool {
	set, rest, collation := strings.Cut(strings.ToLower(string(text)), "_")
	if set == "default" && !collation {
		return true
	}
	if !introducers["_"+set] && set != "uca1400" { // a collation of the character set in force
		return false
	}
	for n := 0; collation; n++ {
		var part string
		part, rest, collation = strings.Cut(rest, "_")
		if !collationWords[part] || n > 6 {
			return false
		}
	}
	return true
}

// modeList reports whether text is a list of words of sql_mode, or empty.
func modeList(text []byte) bool {
	if len(text) == 0 {
		return true
	}
	for word := range strings.SplitSeq(strings.ToLower(string(text)), ",") {
		if word != "" && !strictModes[word] && !readingModes[word] {
			return false
		}
	}
	return true
}

// collationWords are the parts of the names of collations that MySQL 8 and
// MariaDB 10.11 have, behind the character set.
var collationWords = stringSet(`ci cs ai as ks bin general unicode nopad 0900 520 uca1400 mysql500 mysql561 w2
bulgarian chinese croatian czech danish english esperanto estonian german1 german2 greek hungarian icelandic
japanese korean latvian lithuanian myanmar persian polish roman romanian sinhala slovak slovenian spanish
spanish2 swedish thai turkish ukrainian vietnamese bg bs cs da de pb eo es trad et gl hr hu is ja la lt lv mn
cyrl nb nn pl ro ru sk sl sr latn sv tr vi zh pinyin`)

// readingModes are the words of sql_mode that change how a statement is read.
var readingModes = stringSet(`ansi ansi_quotes db2 high_not_precedence ignore_space maxdb mssql mysql323 mysql40
no_backslash_escapes no_dir_in_create no_field_options no_key_options no_table_options oracle
pipes_as_concat postgresql real_as_float empty_string_is_null`)
