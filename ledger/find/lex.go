package find

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one term as it is written.
type token struct {
	start, end int // bytes of the query
	not        bool
	name       string // before the colon, lower case; "" for a word
	nameAt     int
	values     []raw
}

// raw is one value as it is written: the text around unquoted wildcards.
type raw struct {
	start, end int
	parts      []string
	quoted     bool
}

// text is the value without a thought for wildcards.
func (r raw) text() string { return strings.Join(r.parts, "*") }

// lexer cuts a query, which must be valid UTF-8, into tokens.
type lexer struct {
	s        string
	at       int
	problems []Problem
	unknown  bool // a field was not known
}

func (l *lexer) problem(start, end int, message, hint string) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, Problem{start, end, message, hint})
	}
}

func (l *lexer) next() (token, bool) {
	l.at += len(l.s[l.at:]) - len(strings.TrimLeftFunc(l.s[l.at:], unicode.IsSpace))
	if l.at == len(l.s) {
		return token{}, false
	}
	t := token{start: l.at}
	if l.s[l.at] == '-' {
		t.not = true
		l.at++
	}
	t.nameAt = l.at
	t.name = l.name()
	for {
		t.values = append(t.values, l.value())
		if l.at == len(l.s) || l.s[l.at] != ',' {
			break
		}
		l.at++
	}
	t.end = l.at
	return t, true
}

// name takes a field's name and its colon, if they stand here.
func (l *lexer) name() string {
	for i := l.at; i < len(l.s); i++ {
		c := l.s[i]
		switch {
		case c == ':' && i > l.at:
			name := lower(l.s[l.at:i])
			l.at = i + 1
			return name
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return ""
		}
	}
	return ""
}

// value takes what stands up to a space or comma outside of quotes.
func (l *lexer) value() raw {
	v := raw{start: l.at}
	var part strings.Builder
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		if r == ',' || unicode.IsSpace(r) {
			break
		}
		switch r {
		case '"':
			v.quoted = true
			l.quoted(&part)
			continue
		case '*':
			v.parts = append(v.parts, part.String())
			part.Reset()
		default:
			part.WriteRune(r)
		}
		l.at += n
	}
	v.parts = append(v.parts, part.String())
	v.end = l.at
	return v
}

// quoted takes a quoted text with its quotes.
func (l *lexer) quoted(part *strings.Builder) {
	open := l.at
	for l.at++; l.at < len(l.s); l.at++ {
		switch c := l.s[l.at]; {
		case c == '"':
			l.at++
			return
		case c == '\\' && l.at+1 < len(l.s) && (l.s[l.at+1] == '"' || l.s[l.at+1] == '\\'):
			l.at++
			part.WriteByte(l.s[l.at])
		default:
			part.WriteByte(c)
		}
	}
	l.problem(open, l.at, "the quote is not closed", `put a " at its end`)
}
