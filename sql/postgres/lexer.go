package postgres

import (
	"github.com/sallyport/sallyport/sql"
)

// The classes of bytes, as in the server's scan.l.
const (
	classBlank    uint8 = 1 << iota // skipped between tokens
	classStart                      // begins a name
	classIdent                      // goes on with a name
	classDigit                      //
	classOperator                   // part of an operator of several characters
)

// blanks are what stands between tokens. The vertical tab is a blank from
// PostgreSQL 16 on, and refused.
const blanks = " \t\n\r\f"

var classes = func() (t [256]uint8) {
	for _, c := range blanks {
		t[c] |= classBlank
	}
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit | classIdent
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= classStart | classIdent
		t[c-0x20] |= classStart | classIdent
	}
	t['_'] |= classStart | classIdent
	t['$'] |= classIdent
	for c := 0x80; c < 0x100; c++ {
		t[c] |= classStart | classIdent
	}
	for _, c := range "~!@#^&|`?+-*/%<>=" {
		t[c] |= classOperator
	}
	return t
}()

// lexer cuts one statement into tokens. Between two tokens there are blanks
// only; comments are tokens.
type lexer struct {
	text   []byte
	pos    int
	tokens []sql.Token
	max    int
	escape bool // standard_conforming_strings is off
	utf8   bool
	major  int
	hints  bool
	signs  int // up to here stand + and - alone, the rest of a run: each is an operator
}

func lexError(r sql.Reason, at int, what string) error {
	return &sql.Error{Reason: r, Offset: at, What: what}
}

func (l *lexer) lexical(at int, what string) error {
	return lexError(sql.ReasonLexical, at, what)
}

func (l *lexer) ambiguous(at int, what string) error {
	return lexError(sql.ReasonAmbiguous, at, what)
}

// at returns the byte at position i, and 0 beyond the end: there are no NUL
// bytes, so it stands for nothing else.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

// add notes the token from start to pos.
func (l *lexer) add(k sql.TokenKind, start int, flags sql.TokenFlags, word uint16) {
	if start > 0 && len(l.tokens) > 0 && int(l.tokens[len(l.tokens)-1].End) == start {
		flags |= sql.TokenTight
	}
	l.tokens = append(l.tokens, sql.Token{Kind: k, Flags: flags, Word: word,
		Start: uint32(start), End: uint32(l.pos)})
}

// run cuts the whole text.
func (l *lexer) run() error {
	for l.pos < len(l.text) {
		if classes[l.text[l.pos]]&classBlank != 0 {
			l.pos++
			continue
		}
		if len(l.tokens) >= l.max {
			return lexError(sql.ReasonTooManyTokens, l.pos, "statement has more tokens than the door reads")
		}
		if err := l.next(); err != nil {
			return err
		}
	}
	return nil
}

// next cuts the token that starts at pos.
func (l *lexer) next() error {
	start := l.pos
	c := l.text[start]
	switch {
	case classes[c]&classStart != 0:
		return l.word()
	case classes[c]&classDigit != 0, c == '.' && classes[l.at(start+1)]&classDigit != 0:
		return l.number()
	case c == '\'':
		return l.str(start, start+1, l.escape)
	case c == '"':
		return l.quotedName(start, start+1)
	case c == '$':
		return l.dollar()
	case c == '-' && l.at(start+1) == '-':
		return l.lineComment()
	case c == '/' && l.at(start+1) == '*':
		return l.longComment()
	case classes[c]&classOperator != 0:
		return l.operator()
	case c == ';':
		l.pos++
		l.add(sql.TokenSemicolon, start, 0, 0)
		return nil
	case c == ':' && (l.at(start+1) == ':' || l.at(start+1) == '='):
		l.pos += 2
	case c == '.' && l.at(start+1) == '.':
		return l.lexical(start, "two dots")
	case c == '(' || c == ')' || c == ',' || c == '.' || c == '[' || c == ']' || c == ':':
		l.pos++
	default:
		return l.lexical(start, "stray byte")
	}
	l.add(sql.TokenOperator, start, 0, 0)
	return nil
}

// word cuts a keyword or a name without quotes, or what a letter in front of a
// quote makes of a string or name.
func (l *lexer) word() error {
	start := l.pos
	switch q := l.at(start + 1); l.text[start] {
	case 'e', 'E':
		if q == '\'' {
			return l.str(start, start+2, true)
		}
	case 'n', 'N':
		if q == '\'' {
			return l.str(start, start+2, l.escape)
		}
	case 'b', 'B':
		if q == '\'' {
			return l.bits(sql.TokenBit)
		}
	case 'x', 'X':
		if q == '\'' {
			return l.bits(sql.TokenHex)
		}
	case 'u', 'U':
		if q == '&' && l.at(start+2) == '\'' {
			if l.escape {
				return lexError(sql.ReasonMode, start, "U& string while standard_conforming_strings is off")
			}
			return l.str(start, start+3, false)
		}
		if q == '&' && l.at(start+2) == '"' {
			if l.escape {
				return lexError(sql.ReasonMode, start, "U& name while standard_conforming_strings is off")
			}
			return l.quotedName(start, start+3)
		}
	}
	h := uint32(wordHashSeed)
	var high byte
	i := start
	for i < len(l.text) && classes[l.text[i]]&classIdent != 0 {
		high |= l.text[i]
		h = wordHash(h, l.text[i])
		i++
	}
	if high >= 0x80 {
		if err := l.nonASCII(l.text[start:i], start, true); err != nil {
			return err
		}
	}
	l.pos = i
	l.add(sql.TokenWord, start, 0, words.find(h, l.text[start:i]))
	return nil
}
