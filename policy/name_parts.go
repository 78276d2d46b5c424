package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names in patterns of tables and columns stand between dots. One that holds a
// dot, a blank or a sign that a pattern gives a meaning stands in double quotes or
// in backticks, at every kind of door; its own quote stands in it twice. Quotes
// change nothing else: names are what the server has, and letter case counts as it
// does without.

// namePart is a name of a pattern.
type namePart struct {
	text   string
	quoted bool
}

// wild tells whether it is the wildcard, and not a name.
func (p namePart) wild() bool { return p.text == "*" && !p.quoted }

const (
	quoteHint = `put a name with blanks, dots or other signs in double quotes, and all of it in single ones: '"order lines"'`
	maxName   = 64 // characters, as MySQL has it; PostgreSQL's are shorter
)

// unquotable is what a name can only hold in quotes.
const unquotable = " \t%?,;()'`\"*."

// nameParts cuts a pattern at its dots, or says what is wrong and what to write.
func nameParts(s string) (all []namePart, what, hint string) {
	for rest := s; ; {
		var p namePart
		var bad string
		if p, rest, bad = nextName(rest); bad != "" {
			return nil, bad, quoteHint
		}
		all = append(all, p)
		if rest == "" {
			return all, "", ""
		}
		rest = rest[1:] // the dot
	}
}

// nextName cuts a name off, up to a dot or the end.
func nextName(s string) (p namePart, rest, bad string) {
	if s == "" || s[0] != '"' && s[0] != '`' {
		end := strings.IndexByte(s, '.')
		if end < 0 {
			end = len(s)
		}
		p = namePart{text: s[:end]}
		switch {
		case strings.ContainsAny(p.text, "`\""):
			return p, "", "a quote stands amid a name"
		case strings.ContainsAny(p.text, " \t%?,;()'"):
			return p, "", "it holds what no name does without quotes"
		}
		return p, s[end:], ""
	}
	var b strings.Builder
	p.quoted = true
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != s[0]:
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == s[0]:
			b.WriteByte(s[i])
			i++
		case i+1 < len(s) && s[i+1] != '.':
			return p, "", "a quote stands amid a name"
		default:
			p.text = b.String()
			if p.text == "*" || strings.ContainsFunc(p.text, func(r rune) bool { return unicode.IsControl(r) || bidi(r) }) {
				return p, "", "it holds what no policy can name"
			}
			return p, s[i+1:], ""
		}
	}
	return p, "", "a quote is not closed"
}

// named tells whether it can be a name at all.
func (p namePart) named() bool {
	return p.text != "" && utf8.RuneCountInString(p.text) <= maxName
}

// canonicalName is a pattern with no more quotes than it wants, so that a name has
// one spelling.
func canonicalName(s string) string {
	parts, bad, _ := nameParts(s)
	if bad != "" {
		return s
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		if texts[i] = p.text; p.quoted && strings.ContainsAny(p.text, unquotable) {
			texts[i] = `"` + strings.ReplaceAll(p.text, `"`, `""`) + `"`
		}
	}
	return strings.Join(texts, ".")
}

// NameParts are the names of a pattern of tables or columns that a policy has,
// without their quotes: "*" is the wildcard. What is no such pattern is one name.
func NameParts(pattern string) []string {
	parts, bad, _ := nameParts(pattern)
	if bad != "" {
		return []string{pattern}
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.text
	}
	return texts
}
