package mysql

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// str cuts a string whose token starts at start (an introducer or N may stand
// in front) and whose quote q is at open.
func (l *lexer) str(start, open int, q byte) error {
	i := open + 1
	for {
		n := bytes.IndexByte(l.text[i:], q)
		if n < 0 {
			return l.lexical(start, "string is not closed")
		}
		if !l.noEscapes {
			if e := bytes.IndexByte(l.text[i:i+n], '\\'); e >= 0 {
				i += e + 2
				if i > len(l.text) {
					return l.lexical(start, "string is not closed")
				}
				continue
			}
		}
		i += n + 1
		if l.at(i) != q {
			break
		}
		i++
	}
	l.pos = i
	l.add(sql.TokenString, start, 0, 0)
	return nil
}

// quotedNumber cuts x'2a' and b'101'.
func (l *lexer) quotedNumber(k sql.TokenKind) error {
	start := l.pos
	i := start + 2
	for i < len(l.text) && l.text[i] != '\'' {
		c := l.text[i]
		if !(c == '0' || c == '1' || k == sql.TokenHex && isHex(c)) {
			return l.lexical(i, "stray byte in a hexadecimal or bit literal")
		}
		i++
	}
	if i >= len(l.text) {
		return l.lexical(start, "hexadecimal or bit literal is not closed")
	}
	if k == sql.TokenHex && (i-start)%2 != 0 {
		return l.lexical(start, "hexadecimal literal with half a byte")
	}
	l.pos = i + 1
	l.add(k, start, 0, 0)
	return nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number cuts a number, or a name that starts with digits. Forms that servers
// and versions cut differently are refused.
func (l *lexer) number() error {
	start := l.pos
	if l.afterDot() {
		return l.digitName(start)
	}
	i := l.digits(start)
	k := sql.TokenInteger
	if i == start+1 && l.text[start] == '0' {
		switch c := l.at(i); {
		case c == 'x' || c == 'b':
			return l.zeroNumber(c)
		case c == 'X' || c == 'B':
			return lexError(sql.ReasonAmbiguous, start, "0X and 0B are not read alike everywhere")
		}
	}
	if l.at(i) == '.' {
		k = sql.TokenDecimal
		i = l.digits(i + 1)
	}
	if c := l.at(i); c == 'e' || c == 'E' {
		e := i + 1
		if s := l.at(e); s == '+' || s == '-' {
			e++
		}
		if end := l.digits(e); end > e {
			k, i = sql.TokenFloat, end
		} else if k == sql.TokenInteger && e == i+1 {
			return l.digitName(start)
		} else {
			return lexError(sql.ReasonAmbiguous, start, "number with an empty exponent")
		}
	}
	if i < len(l.text) && classes[l.text[i]]&classIdent != 0 {
		if k == sql.TokenInteger {
			return l.digitName(start)
		}
		return lexError(sql.ReasonAmbiguous, start, "name stuck to a number")
	}
	if k == sql.TokenFloat && l.at(i) == '.' {
		return lexError(sql.ReasonAmbiguous, start, "dot stuck to a number")
	}
	l.pos = i
	l.add(k, start, 0, 0)
	return nil
}

func (l *lexer) digits(i int) int {
	for i < len(l.text) && classes[l.text[i]]&classDigit != 0 {
		i++
	}
	return i
}

// digitName cuts a name that starts with a digit.
func (l *lexer) digitName(start int) error {
	i := start
	var high byte
	for i < len(l.text) && classes[l.text[i]]&classIdent != 0 {
		high |= l.text[i]
		i++
	}
	if high >= 0x80 {
		if err := l.nonASCII(l.text[start:i], start); err != nil {
			return err
		}
	}
	l.pos = i
	l.add(sql.TokenIdent, start, 0, 0)
	return nil
}

// zeroNumber cuts 0x2a and 0b101.
func (l *lexer) zeroNumber(c byte) error {
	start := l.pos
	i := start + 2
	k := sql.TokenBit
	if c == 'x' {
		k = sql.TokenHex
	}
	for i < len(l.text) && classes[l.text[i]]&classIdent != 0 {
		if d := l.text[i]; !(d == '0' || d == '1' || c == 'x' && isHex(d)) {
			return l.digitName(start)
		}
		i++
	}
	if i == start+2 || l.at(i) == '.' {
		return lexError(sql.ReasonAmbiguous, start, "0x or 0b without digits of its own")
	}
	l.pos = i
	l.add(k, start, 0, 0)
	return nil
}

// variable cuts @x, @'x', @`x`, @@x, and the host of a 'user'@'host'.
func (l *lexer) variable() error {
	start := l.pos
	i := start + 1
	k := sql.TokenUserVar
	if l.at(i) == '@' {
		k = sql.TokenSysVar
		i++
	}
	switch c := l.at(i); c {
	case '\'', '"', '`':
		if k == sql.TokenSysVar && c != '`' {
			return l.lexical(start, "system variable without a name")
		}
		n := bytes.IndexByte(l.text[i+1:], c)
		if n < 0 {
			return l.lexical(start, "variable in quotes is not closed")
		}
		name := l.text[i+1 : i+1+n]
		end := i + n + 2
		if n == 0 && k == sql.TokenSysVar || l.at(end) == c ||
			bytes.ContainsAny(name, "\\`'\"\x00") || !plainASCII(name) {
			return lexError(sql.ReasonAmbiguous, start, "variable with a name of unusual characters")
		}
		l.pos = end
		l.add(k, start, sql.TokenQuoted, 0)
		return nil
	}
	for i < len(l.text) {
		c := l.text[i]
		if classes[c]&classIdent == 0 && (c != '.' || k == sql.TokenSysVar) {
			break
		}
		if c >= 0x80 {
			return lexError(sql.ReasonAmbiguous, start, "variable with a name of unusual characters")
		}
		i++
	}
	if i == start+1 || k == sql.TokenSysVar && i == start+2 {
		return l.lexical(start, "variable without a name")
	}
	l.pos = i
	l.add(k, start, 0, 0)
	return nil
}

func plainASCII(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}
