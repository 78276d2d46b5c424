package mysql

import (
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// definerTokens bounds the DEFINER clause that may stand before the kind of a
// stored program: DEFINER = 'user'@'host' is five tokens.
const definerTokens = 8

// storedCode analyses what defines a routine, trigger or event: its head, since
// the grammar knows no such bodies. What runs later is nobody's to tell from
// here, so CREATE and ALTER EVENT are dynamic SQL as well as stored code, name no
// table, and write. It returns nil for everything else.
//
// A body may hold semicolons inside of BEGIN … END. That nothing follows the
// body is for the server to refuse too: it has one statement for such a text as
// long as the session has not switched on several.
func storedCode(body []byte, flags byte) *sql.Analysis {
	k := keyTokens{rest: body}
	tok, _ := k.next()
	verb := word(tok)
	kind := map[string]sql.Kind{"create": sql.KindCreate, "alter": sql.KindAlter, "drop": sql.KindDrop}[verb]
	if kind == sql.KindUnknown {
		return nil
	}
	what, foreign := programHead(&k, verb)
	if what == "" || flags&keyMulti != 0 && (verb != "create" && what != "event" || !oneBody(k)) {
		return nil
	}
	a := &sql.Analysis{Kind: kind, Kinds: []sql.Kind{kind}, Detail: what}
	addDanger(a, sql.DangerStoredCode)
	if verb == "create" || what == "event" && verb == "alter" {
		addDanger(a, sql.DangerDynamicSQL)
	}
	if foreign || soname(k) {
		addDanger(a, sql.DangerAdmin)
	}
	return a
}

// programHead steps over a head up to the word that says what is defined, and
// returns that word, "" where it is something else. foreign tells whether it is
// to run with the rights of somebody who is named.
func programHead(k *keyTokens, verb string) (what string, foreign bool) {
	definer := false
	for range definerTokens + 3 {
		tok, _ := k.next()
		w := word(tok)
		switch {
		case w == "procedure", w == "function", w == "trigger", w == "event":
			return w, foreign
		case w == "definer":
			definer, foreign = true, true
		case w == "current_user":
			foreign = false
		case definer && tok != nil: // of the name
		case verb == "create" && (w == "or" || w == "replace" || w == "aggregate"):
		default:
			return "", false
		}
	}
	return "", false
}

// oneBody reports whether each semicolon but the last stands inside of a
// BEGIN … END or CASE … END.
func oneBody(k keyTokens) bool {
	depth, ended, after := 0, false, false
	for {
		tok, _ := k.next()
		if tok == nil {
			return depth == 0
		}
		w := word(tok)
		if after {
			after = false
			switch w {
			case "if", "loop", "while", "repeat", "for":
				depth++ // END IF and the like close what was not counted
				continue
			case "case":
				continue
			}
		}
		switch {
		case ended:
			return false
		case w == "begin", w == "case":
			depth++
		case w == "end":
			depth--
			after = true
		case tok[0] == ';':
			ended = depth <= 0
		}
		if depth < 0 {
			depth = 0
		}
	}
}

// soname reports whether a function is one of a shared library.
func soname(k keyTokens) bool {
	for {
		tok, _ := k.next()
		if tok == nil {
			return false
		}
		if word(tok) == "soname" {
			return true
		}
	}
}

// word returns a word of a key in lower case, "" for other tokens.
func word(tok []byte) string {
	if len(tok) == 0 || len(tok) > 32 || classes[tok[0]]&classIdent == 0 {
		return ""
	}
	return strings.ToLower(string(tok))
}
