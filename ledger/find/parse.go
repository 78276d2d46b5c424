package find

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
)

// Bounds of a query; one that is beyond them is an error.
const (
	MaxQuery  = 8192 // bytes
	MaxTerms  = 64
	MaxValues = 256 // of all terms together

	maxProblems = 20
)

// Parser reads queries. The zero Parser works, with all of its times relative
// to the year 1; use Parse where nothing but the clock is to be said.
type Parser struct {
	Now time.Time // what 1h, today and 14:05 are relative to, and the zone of times without one

	// Pseudonym is what the ledger writes for a value that may not stand in it,
	// of the kind "addr" or "host", so that addr:192.0.2.7 and
	// host:shop.example.com find it. Nil: only what stands in clear is found,
	// and what is asked for by its pseudonym.
	Pseudonym func(kind, value string) string
}

// Parse reads a query as of now. The error is an *Error with every mistake.
// The empty query finds everything.
func Parse(s string, now time.Time) (*Query, error) {
	return Parser{Now: now}.Parse(s)
}

// Parse reads a query; see the function of that name.
func (p Parser) Parse(s string) (*Query, error) {
	if len(s) > MaxQuery {
		cut := strings.ToValidUTF8(s[:64], "")
		return nil, &Error{Query: cut, Problems: []Problem{{0, len(cut), fmt.Sprintf("%d bytes are too long for a query, at most %d", len(s), MaxQuery), ""}}}
	}
	if !utf8.ValidString(s) {
		at := slices.Index([]rune(s), utf8.RuneError)
		start := len(string([]rune(s)[:at]))
		return nil, &Error{Query: s, Problems: []Problem{{min(start, len(s)-1), min(start+1, len(s)), "the query is not UTF-8 text", ""}}}
	}
	l := &lexer{s: s}
	q := new(Query)
	values := 0
	for {
		tok, ok := l.next()
		if !ok {
			break
		}
		values += len(tok.values)
		if len(q.terms) == MaxTerms || values > MaxValues {
			l.problem(tok.start, tok.end, fmt.Sprintf("too many: at most %d terms with %d values", MaxTerms, MaxValues), "")
			break
		}
		q.terms = append(q.terms, p.term(l, tok))
	}
	if len(l.problems) > 0 {
		slices.SortStableFunc(l.problems, func(a, b Problem) int { return a.Start - b.Start })
		return nil, &Error{Query: s, Problems: l.problems, Unknown: l.unknown}
	}
	return q, nil
}

func (p Parser) term(l *lexer, tok token) Term {
	t := Term{not: tok.not, field: &word}
	if tok.name != "" {
		f, known := fieldsByName[tok.name]
		if !known {
			l.unknown = true
			l.problem(tok.nameAt, tok.nameAt+len(tok.name), fmt.Sprintf("there is no field %q", tok.name), fieldHint(tok.name))
			return t
		}
		t.field = f
	}
	if one := t.field.sort == since || t.field.sort == until; one && len(tok.values) > 1 {
		l.problem(tok.values[1].start, tok.end, t.field.name+": takes one time", "")
		return t
	}
	for _, r := range tok.values {
		if tok.name == "" && !r.quoted && slices.Contains(operators, r.text()) {
			l.problem(r.start, r.end, fmt.Sprintf("there is no %s", r.text()), "all terms have to hold; table:notes,secrets finds either, and -table:notes what is not")
			continue
		}
		if r.text() == "" {
			end := max(r.end, r.start)
			hint := ""
			if tok.name != "" {
				hint = fmt.Sprintf("%s:* finds what has one, -%s:* what has none", tok.name, tok.name)
			}
			l.problem(tok.start, end, "a value is missing", hint)
			continue
		}
		v, message, hint := p.value(t.field, r)
		if message != "" {
			l.problem(r.start, r.end, message, hint)
			continue
		}
		t.values = append(t.values, v)
	}
	return t
}

// operators are what other languages of queries put between terms. Whoever
// writes one here would get less than was asked for; in quotes it is a word.
var operators = []string{"AND", "OR", "NOT", "&&", "||", "!"}

func fieldHint(name string) string {
	if near, ok := nearest(name, slices.Sorted(maps.Keys(fieldsByName))); ok {
		return fmt.Sprintf("did you mean %s:?", near)
	}
	return "a text with a colon goes in quotes"
}

// value reads one value for a field: the message is not empty where it cannot.
func (p Parser) value(f *field, r raw) (v value, message, hint string) {
	v.parts = r.parts
	switch f.sort {
	case number, size, duration, status:
		return numeric(f, r)
	case since, until, at:
		return p.moment(f, r)
	case identity:
		return identify(r)
	case address:
		p.address(&v, r)
	case asked:
		if message, hint := p.asked(&v, r); message != "" {
			return v, message, hint
		}
	}
	if f.words != nil && len(r.parts) == 1 {
		stands, known := f.words[lower(r.text())]
		if !known {
			list := slices.Sorted(maps.Keys(f.words))
			hint := "one of " + strings.Join(list, ", ")
			if near, ok := nearest(lower(r.text()), list); ok {
				hint = fmt.Sprintf("did you mean %s? %s", near, hint)
			}
			return v, fmt.Sprintf("%s: has no value %q", f.name, r.text()), hint
		}
		v.parts = []string{stands}
	}
	for _, part := range v.parts {
		v.pattern = append(v.pattern, lower(part))
	}
	if f == &word {
		v.pattern = slices.Concat(pattern{""}, v.pattern, pattern{""})
	}
	return v, "", ""
}

// identify reads an ID, whole or with wildcards.
func identify(r raw) (v value, message, hint string) {
	v.parts = r.parts
	for _, part := range r.parts {
		v.pattern = append(v.pattern, lower(part))
	}
	if len(r.parts) == 1 {
		id, err := sallyport.ParseID(v.pattern[0])
		if err != nil || id.IsZero() {
			return v, fmt.Sprintf("%q is not an ID", r.text()), "write all 36 characters, or the first of them and a *"
		}
		v.id = id
	}
	return v, "", ""
}

// address adds what an address can look like in an entry.
func (p Parser) address(v *value, r raw) {
	if len(r.parts) > 1 {
		return
	}
	s := lower(r.text())
	host := s
	if prefix, err := netip.ParsePrefix(s); err == nil {
		v.prefix = prefix
		return
	}
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap()
		v.prefix = netip.PrefixFrom(addr, addr.BitLen())
		host = addr.String()
	} else if ap, err := netip.ParseAddrPort(s); err == nil {
		host = ap.Addr().Unmap().String()
	}
	if p.Pseudonym != nil && !strings.HasPrefix(s, "h:") {
		v.pseudonym = lower(p.Pseudonym("addr", host))
	}
}

// asked adds what a host that was asked for looks like in an entry: the hash
// of the whole name, so a part of one cannot be looked for.
func (p Parser) asked(v *value, r raw) (message, hint string) {
	s := lower(r.text())
	switch hashed := strings.HasPrefix(s, "h:"); {
	case hashed || s == "*":
	case len(r.parts) > 1:
		return "a part of a host's name cannot be found: the ledger holds a keyed hash of the whole", "host:shop.example.com finds one host, host:* every crossing that asked for one"
	case p.Pseudonym != nil:
		v.pseudonym = lower(p.Pseudonym("host", hostOf(s)))
	}
	return "", ""
}

// hostOf is a host in the form in which doors record it: without port, without
// brackets and without the root's dot.
func hostOf(s string) string {
	if addr, err := netip.ParseAddrPort(s); err == nil {
		return addr.Addr().String()
	}
	if addr, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return addr.String()
	}
	name, _, _ := strings.Cut(s, ":")
	return strings.TrimSuffix(name, ".")
}
