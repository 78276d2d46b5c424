package postgres

import (
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/sql"
)

// maxName is how many bytes of a name count: a server cuts the rest off.
const maxName = 63

// nonASCII refuses names of which the server might make other ones: outside
// UTF-8; so long that they are cut off in the server's own encoding; and with
// letters that a server in an encoding of one byte a character would fold.
func (l *lexer) nonASCII(name []byte, at int, folded bool) error {
	if !l.utf8 {
		return lexError(sql.ReasonCharset, at, "name outside ASCII in an encoding that is not UTF-8")
	}
	if len(name) > maxName {
		return l.ambiguous(at, "name outside ASCII that is too long to stand for itself")
	}
	for i := 0; folded && i < len(name); {
		r, n := utf8.DecodeRune(name[i:])
		if r >= 0x80 && unicode.ToLower(r) != r {
			return l.ambiguous(at+i, "capital letter outside ASCII in a name without quotes")
		}
		i += n
	}
	return nil
}

// quotedName cuts "x", or U&"x", whose body begins at i.
func (l *lexer) quotedName(start, i int) error {
	body := i
	var high byte
	for ; i < len(l.text); i++ {
		c := l.text[i]
		high |= c
		if c != '"' {
			continue
		}
		if l.at(i+1) == '"' {
			i++
			continue
		}
		if i == body {
			return l.lexical(start, "empty name")
		}
		if high >= 0x80 {
			if err := l.nonASCII(l.text[body:i], body, false); err != nil {
				return err
			}
		}
		l.pos = i + 1
		l.add(sql.TokenIdent, start, sql.TokenQuoted, 0)
		return nil
	}
	return l.lexical(start, "name in quotes is not closed")
}

// appendName appends the name that a token in quotes stands for. escape is the
// character of U&"…", 0 for none. It reports false where that cannot be told.
func appendName(dst, body []byte, escape byte) ([]byte, bool) {
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == '"':
			i++
			dst = append(dst, '"')
		case escape != 0 && c == escape && i+1 < len(body) && body[i+1] == escape:
			i++
			dst = append(dst, c)
		case escape != 0 && c == escape:
			digits := 4
			if i+1 < len(body) && body[i+1] == '+' {
				i, digits = i+1, 6
			}
			r := rune(0)
			for range digits {
				if i++; i >= len(body) || !isHex(body[i]) {
					return dst, false
				}
				r = r<<4 | rune(unhex(body[i]))
			}
			// A surrogate would need the next one: nobody names things so.
			if r == 0 || !utf8.ValidRune(r) {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
	return dst, true
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}
