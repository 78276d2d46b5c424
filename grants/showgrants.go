package grants

import (
	"errors"
	"strings"
)

// maxGrantLine bounds a line of SHOW GRANTS: a right may name every column of a
// table.
const maxGrantLine = 1 << 20

// errGrantLine holds nothing of the line, in which the hash of a password may
// stand.
var errGrantLine = errors.New("a line of SHOW GRANTS is not understood")

// grantLine is one line of SHOW GRANTS.
type grantLine struct {
	rights    []Right
	grantable bool
	roles     []string // that the line makes the account a member of
	require   string   // SSL, X509…
	proxy     bool     // it may become another account
}

// parseGrantLine reads a line as MySQL and MariaDB write it:
//
//	GRANT SELECT, INSERT (`a`, `b`) ON `db`.`t` TO `u`@`h` WITH GRANT OPTION
//	GRANT USAGE ON *.* TO `u`@`h` IDENTIFIED BY PASSWORD '…' REQUIRE SSL
//	GRANT `role` TO `u`@`h`
//	SET DEFAULT ROLE `role` FOR `u`@`h`
func parseGrantLine(text string) (grantLine, error) {
	tokens, ok := grantTokens(text)
	if !ok || len(tokens) == 0 {
		return grantLine{}, errGrantLine
	}
	p := &grantParser{tokens: tokens}
	if p.word("SET") && p.word("DEFAULT") && p.word("ROLE") {
		return grantLine{}, nil // the role itself has a line of its own
	}
	p.at = 0
	if !p.word("GRANT") {
		return grantLine{}, errGrantLine
	}
	return p.line()
}

// grantToken is a word or a mark as it stands, or a name without its quotes.
type grantToken struct {
	text   string
	quoted bool
}

// grantTokens cuts a line; ok is false where a quote does not end.
func grantTokens(text string) (tokens []grantToken, ok bool) {
	if len(text) > maxGrantLine {
		return nil, false
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ':
			i++
		case c == '`' || c == '\'' || c == '"':
			name, n := unquote(text[i:])
			if n == 0 {
				return nil, false
			}
			tokens = append(tokens, grantToken{name, true})
			i += n
		case wordByte(c):
			from := i
			for i < len(text) && wordByte(text[i]) {
				i++
			}
			tokens = append(tokens, grantToken{text[from:i], false})
		default:
			tokens = append(tokens, grantToken{text[i : i+1], false})
			i++
		}
	}
	return tokens, true
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c >= 0x80
}

// unquote reads the quoted name at the beginning of text, and how many bytes
// it takes: 0 where it does not end. A backslash escapes in strings alone.
func unquote(text string) (name string, n int) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return b.String(), i + 1
		case text[i] == '\\' && quote == '\'' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", 0
}

type grantParser struct {
	tokens []grantToken
	at     int
}

// word steps over a word or mark, if it is the next.
func (p *grantParser) word(w string) bool {
	if p.at < len(p.tokens) && !p.tokens[p.at].quoted && strings.EqualFold(p.tokens[p.at].text, w) {
		p.at++
		return true
	}
	return false
}

// name steps over a name: quoted, or a word.
func (p *grantParser) name() (string, bool) {
	if p.at < len(p.tokens) && (p.tokens[p.at].quoted || wordByte(p.tokens[p.at].text[0])) {
		p.at++
		return p.tokens[p.at-1].text, true
	}
	return "", false
}

// line reads what follows GRANT.
func (p *grantParser) line() (grantLine, error) {
	if from := p.at; p.word("PROXY") && p.word("ON") {
		return grantLine{proxy: true}, nil
	} else if p.at = from; p.at < len(p.tokens) && p.tokens[p.at].quoted {
		return p.membership()
	}
	from := p.at
	privileges, ok := p.privileges()
	if !ok || !p.word("ON") {
		p.at = from
		return p.membership() // MariaDB may write a role without quotes
	}
	on, ok := p.object()
	if !ok || !p.word("TO") {
		return grantLine{}, errGrantLine
	}
	var line grantLine
	for _, r := range privileges {
		if r.Privilege == "USAGE" {
			continue // no right
		}
		if r.Privilege == "GRANT OPTION" {
			line.grantable = true
			continue
		}
		r.Level, r.Schema, r.Name, r.Pattern = on.Level, on.Schema, on.Name, on.Pattern
		line.rights = append(line.rights, r)
	}
	p.rest(&line)
	return line, nil
}

// rest reads what follows TO. The account may be any, and what stands in
// quotes is none of it.
func (p *grantParser) rest(line *grantLine) {
	for p.at < len(p.tokens) {
		switch {
		case p.word("REQUIRE"):
			if p.at < len(p.tokens) {
				line.require = strings.ToUpper(p.tokens[p.at].text)
			}
		case p.word("GRANT"), p.word("ADMIN"):
			if p.word("OPTION") {
				line.grantable = true
			}
		default:
			p.at++
		}
	}
}

// membership reads "role, role TO account".
func (p *grantParser) membership() (grantLine, error) {
	var line grantLine
	for {
		role, ok := p.name()
		if !ok {
			return grantLine{}, errGrantLine
		}
		if p.word("@") { // MySQL's roles have hosts
			host, ok := p.name()
			if !ok && !p.word("%") {
				return grantLine{}, errGrantLine
			}
			if host != "" && host != "%" {
				role += "@" + host
			}
		}
		line.roles = append(line.roles, role)
		if p.word("TO") {
			p.rest(&line)
			return line, nil
		}
		if !p.word(",") {
			return grantLine{}, errGrantLine
		}
	}
}

// privileges reads a list of privileges, those with columns once for each.
func (p *grantParser) privileges() (list []Right, ok bool) {
	for {
		var words []string
		for p.at < len(p.tokens) && !p.tokens[p.at].quoted && wordByte(p.tokens[p.at].text[0]) && !strings.EqualFold(p.tokens[p.at].text, "ON") {
			words = append(words, strings.ToUpper(p.tokens[p.at].text))
			p.at++
		}
		if len(words) == 0 {
			return nil, false
		}
		r := Right{Privilege: strings.Join(words, " ")}
		if r.Privilege == "ALL PRIVILEGES" {
			r.Privilege = "ALL"
		}
		if p.word("(") {
			for {
				if r.Column, ok = p.name(); !ok {
					return nil, false
				}
				list = append(list, r)
				if p.word(")") {
					break
				}
				if !p.word(",") {
					return nil, false
				}
			}
		} else {
			list = append(list, r)
		}
		if !p.word(",") {
			return list, true
		}
	}
}

// object reads what a right is on.
func (p *grantParser) object() (r Right, ok bool) {
	prefix := ""
	switch {
	case p.word("PROCEDURE"):
		prefix = procedurePrefix
	case p.word("FUNCTION"):
		prefix = functionPrefix
	case p.word("PACKAGE"):
		prefix = procedurePrefix
		p.word("BODY")
	default:
		p.word("TABLE")
	}
	if p.word("*") {
		return Right{Level: OnServer}, p.word(".") && p.word("*")
	}
	if r.Schema, ok = p.name(); !ok || !p.word(".") {
		return r, false
	}
	if p.word("*") {
		r.Level = OnSchema
		r.Schema, r.Pattern = literalPattern(r.Schema)
		return r, true
	}
	if r.Name, ok = p.name(); !ok {
		return r, false
	}
	if r.Level = OnTable; prefix != "" {
		r.Level, r.Name = OnRoutine, prefix+r.Name
	}
	return r, true
}

// literalPattern takes the escapes off a pattern without wildcards; one with
// some stays as it is.
func literalPattern(pattern string) (name string, wild bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
		case c == '_' || c == '%':
			return pattern, true
		}
		b.WriteByte(pattern[i])
	}
	return b.String(), false
}
