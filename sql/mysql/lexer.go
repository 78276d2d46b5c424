package mysql

import (
	"unicode/utf8"

	"github.com/sallyport/sallyport/sql"
)

// The classes of bytes.
const (
	classBlank uint8 = 1 << iota // skipped between tokens
	classIdent                   // part of a name without quotes
	classDigit
	classCntrl // ends `--` like a blank does
)

var classes = func() (t [256]uint8) {
	for _, c := range " \t\n\v\f\r" {
		t[c] |= classBlank
	}
	for c := range 0x20 {
		t[c] |= classCntrl
	}
	t[0x7f] |= classCntrl
	for c := '0'; c <= '9'; c++ {
		t[c] |= classDigit | classIdent
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c] |= classIdent
		t[c-0x20] |= classIdent
	}
	t['_'] |= classIdent
	t['$'] |= classIdent
	for c := 0x80; c < 0x100; c++ {
		t[c] |= classIdent
	}
	return t
}()

// lexer cuts one statement into tokens. Between two tokens there are blanks
// only; comments are tokens.
type lexer struct {
	text      []byte
	pos       int
	tokens    []sql.Token
	max       int
	ansi      bool // "x" is a name
	noEscapes bool // \ is a plain character
	utf8      bool
	server    server
	inVersion bool // inside a versioned comment whose body is code
	openedAt  int
	versioned bool
	ambiguous bool
	hints     bool
}

func lexError(r sql.Reason, at int, what string) error {
	return &sql.Error{Reason: r, Offset: at, What: what}
}

func (l *lexer) lexical(at int, what string) error {
	return lexError(sql.ReasonLexical, at, what)
}

// at returns the byte at position i, and 0 beyond the end: NUL bytes outside
// strings are refused, so it stands for nothing else.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

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
	if l.inVersion {
		return l.lexical(l.openedAt, "versioned comment is not closed")
	}
	return nil
}

// next cuts the token that starts at pos.
func (l *lexer) next() error {
	start := l.pos
	c := l.text[start]
	switch {
	case c == '\'':
		return l.str(start, start, c)
	case c == '"':
		if l.ansi {
			return l.quotedName(start)
		}
		return l.str(start, start, c)
	case c == '`':
		return l.quotedName(start)
	case classes[c]&classDigit != 0:
		return l.number()
	case classes[c]&classIdent != 0:
		return l.word()
	case c == '.':
		if classes[l.at(start+1)]&classDigit != 0 && !l.afterName() && !l.afterDot() {
			return l.number()
		}
		return l.operator(1)
	case c == '@':
		return l.variable()
	case c == '#':
		return l.lineComment()
	case c == '-':
		if d := l.at(start + 2); l.at(start+1) == '-' &&
			(start+2 >= len(l.text) || classes[d]&(classBlank|classCntrl) != 0) {
			return l.lineComment()
		}
		if l.at(start+1) == '>' {
			if l.at(start+2) == '>' {
				return l.operator(3)
			}
			return l.operator(2)
		}
		return l.operator(1)
	case c == '/':
		if l.at(start+1) == '*' {
			return l.longComment()
		}
		return l.operator(1)
	case c == '*':
		if l.at(start+1) == '/' && l.inVersion {
			l.inVersion = false
			l.pos += 2
			l.add(sql.TokenVersionClose, start, 0, 0)
			return nil
		}
		return l.operator(1)
	case c == '?':
		l.pos++
		l.add(sql.TokenParam, start, 0, 0)
		return nil
	case c == ';':
		l.pos++
		l.add(sql.TokenSemicolon, start, 0, 0)
		return nil
	case c == '\\':
		if l.at(start+1) == 'N' && classes[l.at(start+2)]&classIdent == 0 {
			l.pos += 2
			l.add(sql.TokenWord, start, 0, wNull)
			return nil
		}
		return l.lexical(start, "stray backslash")
	case c == '<':
		switch {
		case l.at(start+1) == '=' && l.at(start+2) == '>':
			return l.operator(3)
		case l.at(start+1) == '=' || l.at(start+1) == '>' || l.at(start+1) == '<':
			return l.operator(2)
		}
		return l.operator(1)
	case c == '>':
		if l.at(start+1) == '=' || l.at(start+1) == '>' {
			return l.operator(2)
		}
		return l.operator(1)
	case c == '!' || c == ':':
		if l.at(start+1) == '=' {
			return l.operator(2)
		}
		return l.operator(1)
	case c == '&' || c == '|':
		if l.at(start+1) == c {
			return l.operator(2)
		}
		return l.operator(1)
	case c == '=' || c == '(' || c == ')' || c == ',' || c == '+' || c == '%' ||
		c == '^' || c == '~' || c == '{' || c == '}':
		return l.operator(1)
	case c == 0:
		return l.lexical(start, "NUL byte outside a string")
	}
	return l.lexical(start, "stray byte")
}

func (l *lexer) operator(n int) error {
	start := l.pos
	l.pos += n
	l.add(sql.TokenOperator, start, 0, 0)
	return nil
}

// afterName reports whether the token before ends right here and is a name, so
// that a dot here is a separator.
func (l *lexer) afterName() bool {
	if len(l.tokens) == 0 {
		return false
	}
	t := l.tokens[len(l.tokens)-1]
	return int(t.End) == l.pos && (t.Kind == sql.TokenWord || t.Kind == sql.TokenIdent || t.Kind == sql.TokenSysVar)
}

// afterDot reports whether the token before is a dot that ends right here.
func (l *lexer) afterDot() bool {
	if len(l.tokens) == 0 {
		return false
	}
	t := l.tokens[len(l.tokens)-1]
	return int(t.End) == l.pos && t.Kind == sql.TokenOperator && l.text[t.Start] == '.'
}

// word cuts a keyword or a name without quotes. Next to a dot it can be no
// keyword (MySQL manual, "Keywords and Reserved Words").
func (l *lexer) word() error {
	start := l.pos
	c := l.text[start]
	if l.at(start+1) == '\'' {
		switch c {
		case 'x', 'X':
			return l.quotedNumber(sql.TokenHex)
		case 'b', 'B':
			return l.quotedNumber(sql.TokenBit)
		case 'n', 'N':
			return l.str(start, start+1, '\'')
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
	name := l.text[start:i]
	if high >= 0x80 {
		if err := l.nonASCII(name, start); err != nil {
			return err
		}
	}
	afterDot := l.afterDot()
	if c == '_' && !afterDot && high < 0x80 {
		if ok, err := l.introduced(start, i); ok || err != nil {
			return err
		}
	}
	l.pos = i
	kind := sql.TokenWord
	if afterDot || l.at(i) == '.' && classes[l.at(i+1)]&classIdent != 0 {
		kind = sql.TokenIdent
	}
	l.add(kind, start, 0, words.find(h, name))
	return nil
}

// nonASCII refuses names that the server would store otherwise than they are
// written: outside UTF-8, and beyond the basic plane.
func (l *lexer) nonASCII(name []byte, at int) error {
	if !l.utf8 {
		return lexError(sql.ReasonCharset, at, "name outside ASCII in a character set that is not UTF-8")
	}
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRune(name[i:])
		if r == utf8.RuneError && n <= 1 || r > 0xffff {
			return l.lexical(at+i, "character that no name can have")
		}
		i += n
	}
	return nil
}

// introduced cuts a literal with a character set in front: _utf8mb4 'x'.
func (l *lexer) introduced(start, end int) (bool, error) {
	var buf [16]byte
	if end-start > len(buf) {
		return false, nil
	}
	low := buf[:end-start]
	for i := range low {
		c := l.text[start+i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	if !introducers[string(low)] {
		return false, nil
	}
	i := end
	for i < len(l.text) && classes[l.text[i]]&classBlank != 0 {
		i++
	}
	switch c := l.at(i); {
	case c == '\'' || c == '"' && !l.ansi:
		return true, l.str(start, i, c)
	case (c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'n' || c == 'N') && l.at(i+1) == '\'',
		c == '0' && (l.at(i+1) == 'x' || l.at(i+1) == 'b'),
		c == '/' && l.at(i+1) == '*', c == '#', c == '-':
		return false, lexError(sql.ReasonAmbiguous, start, "character set in front of what is no plain string")
	}
	return false, nil
}

// quotedName cuts `x`, or "x" under ANSI_QUOTES.
func (l *lexer) quotedName(start int) error {
	q := l.text[start]
	var high byte
	for i := start + 1; i < len(l.text); i++ {
		c := l.text[i]
		high |= c
		switch {
		case c == 0:
			return l.lexical(i, "NUL byte in a name")
		case c == q && l.at(i+1) == q:
			i++
		case c == q:
			if i == start+1 {
				return l.lexical(start, "empty name")
			}
			if high >= 0x80 {
				if err := l.nonASCII(l.text[start+1:i], start+1); err != nil {
					return err
				}
			}
			l.pos = i + 1
			l.add(sql.TokenIdent, start, sql.TokenQuoted, 0)
			return nil
		}
	}
	return l.lexical(start, "name in quotes is not closed")
}
