package postgres

import (
	"bytes"
	"unicode/utf8"

	"github.com/sallyport/sallyport/sql"
)

// A string stays in the shape where it names what the statement touches or how
// the session goes on, and only where it is made of names: else a client could
// write whatever it likes into the ledger. Of a string that the server runs as
// code the hash stays. Everything else is a literal like any other: the paths
// of files, the connection strings of dblink, units of an interval, passwords
// and the options of COPY change nothing that is told here.

// maxKept is the longest string that stays in the shape, in bytes.
const maxKept = 256

// setting is what a SET, or a call of set_config, gives a value to.
type setting uint8

const (
	settingNone     setting = iota
	settingNames            // search_path
	settingName             // role, session_authorization
	settingEncoding         // client_encoding
	settingBool             // standard_conforming_strings
)

// followed are the variables whose values stay in the shape.
var followed = map[string]setting{
	"search_path": settingNames, "schema": settingNames, "role": settingName, "session_authorization": settingName,
	"authorization": settingName, "client_encoding": settingEncoding, "names": settingEncoding,
	"standard_conforming_strings": settingBool,
}

// settings notes which variable a SET is about: its first name that is one.
func (w *keyWriter) settings(i int) {
	if w.first != wSet || w.depth != 0 || w.setting != settingNone {
		return
	}
	switch p := w.wordAt(w.prev); {
	case p == wSet, p == wSession, p == wLocal:
	default:
		return
	}
	w.setting = followedSetting(bytes.Trim(w.tokens[i].Text(w.text), `"`))
}

func followedSetting(name []byte) setting {
	var buf [32]byte
	if len(name) > len(buf) {
		return settingNone
	}
	low := buf[:len(name)]
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return followed[string(low)]
}

// stringLiteral writes the tag of a string, or what of it stays.
func (w *keyWriter) stringLiteral(i int) {
	text := w.tokens[i].Text(w.text)
	if w.runs() {
		w.kept++
		w.fingerprint(text)
		return
	}
	if text[0] == '\'' && len(text) <= maxKept && w.keeps(i, text[1:len(text)-1]) {
		w.kept++
		w.key = append(w.key, ' ')
		w.key = append(w.key, text...)
		return
	}
	w.literal(tagString)
}

// runs reports whether a string here is code that the server runs.
func (w *keyWriter) runs() bool {
	if w.first == wDo && w.depth == 0 {
		return true
	}
	return w.isOp(w.prev, '(') && words.flags[w.wordAt(w.prev2)]&wordSQL != 0
}

// keeps reports whether a string here stays in the shape.
func (w *keyWriter) keeps(i int, body []byte) bool {
	if w.setting != settingNone && w.depth == 0 && !w.loose {
		return w.setting.takes(body)
	}
	next := w.skip(i + 1)
	switch {
	case w.isCast(next):
		if words.flags[w.castType(next)]&wordReg != 0 {
			return nameList(body)
		}
	case words.flags[w.wordAt(w.prev)]&wordReg != 0:
		return nameList(body)
	}
	if w.isOp(w.prev, '(') {
		callee := w.wordAt(w.prev2)
		if words.flags[callee]&wordNames != 0 {
			return nameList(body)
		}
		if callee == wCast && w.wordAt(next) == wAs && words.flags[w.castType(next)]&wordReg != 0 {
			return nameList(body)
		}
		return false
	}
	return w.setConfig(body)
}

// castType returns the last word of the type's name behind AS or :: at i.
func (w *keyWriter) castType(i int) uint16 {
	n := w.skip(i + 1)
	for w.isOp(w.skip(n+1), '.') {
		n = w.skip(w.skip(n+1) + 1)
	}
	return w.wordAt(n)
}

// setConfig reports whether a string here is the value in a call of set_config,
// set_config('search_path', 'a', …), and stays.
func (w *keyWriter) setConfig(body []byte) bool {
	if !w.isOp(w.prev, ',') || w.prev2 < 0 || w.tokens[w.prev2].Kind != sql.TokenString {
		return false
	}
	open := w.before(w.prev2)
	if !w.isOp(open, '(') || w.wordAt(w.before(open)) != wSetConfig {
		return false
	}
	name := w.tokens[w.prev2].Text(w.text)
	return name[0] == '\'' && followedSetting(name[1:len(name)-1]).takes(body)
}

// before returns the index of the token before i that is no comment, -1 for
// none.
func (w *keyWriter) before(i int) int {
	for i--; i >= 0 && w.tokens[i].Kind.Trivia(); i-- {
	}
	return i
}

// takes reports whether a value of the setting stays in the shape.
func (s setting) takes(body []byte) bool {
	switch s {
	case settingNames, settingName:
		return len(body) == 0 || nameList(body)
	case settingEncoding:
		for _, c := range body {
			if classes[c]&classIdent == 0 && c != '-' || c >= 0x80 {
				return false
			}
		}
		key := encodingKey(string(body))
		return key == "utf8" || key == "unicode" || safeEncodings[key] || unsafeEncodings[key]
	case settingBool:
		_, ok := boolean(string(body))
		return ok
	}
	return false
}

// unsafeEncodings are the names of encodings that may stand in a shape and that
// no session may have.
var unsafeEncodings = stringSet(`sjis shiftjis mskanji win932 windows932 shiftjis2004 big5 win950 windows950
gbk win936 windows936 uhc win949 windows949 gb18030 johab default`)

// nameList reports whether a string is made of names, as they stand in SQL, with
// dots or commas between them. What is not UTF-8 is not.
func nameList(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for {
		n := 0
		switch {
		case len(b) == 0:
			return false
		case b[0] == '"':
			for n = 1; n < len(b) && b[n] != '"'; n++ {
				if b[n] < ' ' || b[n] == '\\' || b[n] == '\'' {
					return false
				}
			}
			n++
			if n == 2 || n > len(b) {
				return false
			}
		case classes[b[0]]&classStart != 0:
			for n < len(b) && classes[b[n]]&classIdent != 0 {
				n++
			}
		default:
			return false
		}
		if n > maxName+2 {
			return false
		}
		if b = b[n:]; len(b) == 0 {
			return true
		}
		if b[0] != '.' && b[0] != ',' {
			return false
		}
		b = bytes.TrimLeft(b[1:], " ")
	}
}
