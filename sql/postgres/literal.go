package postgres

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// str cuts a string whose token starts at start and whose body begins at i.
// Strings with a newline between them are one.
func (l *lexer) str(start, i int, escape bool) error {
	for {
		n := bytes.IndexByte(l.text[i:], '\'')
		if n < 0 {
			return l.lexical(start, "string is not closed")
		}
		if escape {
			if e := bytes.IndexByte(l.text[i:i+n], '\\'); e >= 0 {
				i += e + 2
				if i > len(l.text) {
					return l.lexical(start, "string is not closed")
				}
				continue
			}
		}
		i += n + 1
		if l.at(i) == '\'' {
			i++
			continue
		}
		next := l.continued(i)
		if next < 0 {
			break
		}
		i = next
	}
	l.pos = i
	l.add(sql.TokenString, start, 0, 0)
	return nil
}

// continued returns where the body of a string goes on that ends before i: there
// is another quote behind blanks, a newline among them, and comments up to the
// end of a line. It returns -1 where there is none.
func (l *lexer) continued(i int) int {
	newline := false
	for i < len(l.text) {
		switch c := l.text[i]; {
		case c == '\n' || c == '\r':
			newline = true
		case classes[c]&classBlank != 0:
		case c == '-' && l.at(i+1) == '-':
			n := bytes.IndexAny(l.text[i:], "\n\r")
			if n < 0 {
				return -1
			}
			i += n
			continue
		case c == '\'' && newline:
			return i + 1
		default:
			return -1
		}
		i++
	}
	return -1
}

// bits cuts b'101' and x'2a', whatever stands in the quotes: the server tells
// digits from others only when it makes a value of them. Two quotes are none
// here: the first ends it, and what follows would be a string of its own.
func (l *lexer) bits(k sql.TokenKind) error {
	start := l.pos
	for i := start + 2; i > 0; i = l.continued(i) {
		n := bytes.IndexByte(l.text[i:], '\'')
		if n < 0 {
			return l.lexical(start, "bit string is not closed")
		}
		if i += n + 1; l.at(i) == '\'' {
			return l.ambiguous(start, "string stuck to a bit string")
		}
		l.pos = i
		if l.continued(i) < 0 {
			break
		}
	}
	l.add(k, start, 0, 0)
	return nil
}

// dollar cuts $1, $$…$$ and $tag$…$tag$.
func (l *lexer) dollar() error {
	start := l.pos
	i := start + 1
	if classes[l.at(i)]&classDigit != 0 {
		i = l.digits(i)
		if c := l.at(i); i < len(l.text) && classes[c]&classIdent != 0 || c == '.' {
			return l.ambiguous(start, "name stuck to a parameter")
		}
		if i-start > 6 {
			return l.lexical(start, "parameter with a number beyond 65535")
		}
		l.pos = i
		l.add(sql.TokenParam, start, 0, 0)
		return nil
	}
	if classes[l.at(i)]&classStart != 0 {
		for i < len(l.text) && l.text[i] != '$' && classes[l.text[i]]&classIdent != 0 {
			i++
		}
	}
	if l.at(i) != '$' {
		return l.lexical(start, "stray dollar sign")
	}
	tag := l.text[start : i+1]
	n := bytes.Index(l.text[i+1:], tag)
	if n < 0 {
		return l.lexical(start, "string in dollar signs is not closed")
	}
	l.pos = i + 1 + n + len(tag)
	l.add(sql.TokenString, start, 0, 0)
	return nil
}

// number cuts a number. What is stuck to it, versions cut differently.
func (l *lexer) number() error {
	start := l.pos
	i := l.digits(start)
	k := sql.TokenInteger
	if c := l.at(i) | 0x20; i == start+1 && l.text[start] == '0' && (c == 'x' || c == 'o' || c == 'b') {
		if i = l.underscored(i+1, c); i == start+2 {
			return l.ambiguous(start, "number of a base without digits")
		}
	} else {
		i, k = l.decimal(i)
	}
	if i < len(l.text) && (classes[l.text[i]]&classIdent != 0 || l.text[i] == '.') {
		return l.ambiguous(start, "name or dot stuck to a number")
	}
	l.pos = i
	l.add(k, start, 0, 0)
	return nil
}

// decimal goes on behind the first digits of a number of base ten.
func (l *lexer) decimal(i int) (end int, k sql.TokenKind) {
	k = sql.TokenInteger
	i = l.underscored(i, 0)
	if l.at(i) == '.' {
		k = sql.TokenDecimal
		i = l.underscored(l.digits(i+1), 0)
	}
	if c := l.at(i); c == 'e' || c == 'E' {
		e := i + 1
		if s := l.at(e); s == '+' || s == '-' {
			e++
		}
		if digits := l.digits(e); digits > e {
			k, i = sql.TokenFloat, l.underscored(digits, 0)
		}
	}
	return i, k
}

// underscored goes on with a number in the forms that PostgreSQL has from 16
// on: digits of a base (x, o, b, 0 for ten), and single underscores before them.
// Where the server is older or not known, it stays at i, and what follows is
// stuck to the number.
func (l *lexer) underscored(i int, base byte) int {
	if l.major < 16 {
		return i
	}
	is := func(c byte) bool {
		switch base {
		case 'x':
			return isHex(c)
		case 'o':
			return c >= '0' && c <= '7'
		case 'b':
			return c == '0' || c == '1'
		}
		return classes[c]&classDigit != 0
	}
	for {
		switch {
		case i < len(l.text) && is(l.text[i]):
			i++
		case l.at(i) == '_' && i+1 < len(l.text) && is(l.text[i+1]):
			i += 2
		default:
			return i
		}
	}
}

func (l *lexer) digits(i int) int {
	for i < len(l.text) && classes[l.text[i]]&classDigit != 0 {
		i++
	}
	return i
}
