package mysql

import (
	"sync"

	"github.com/sallyport/sallyport/sql"
)

// NewAnalyzer makes an analyzer for MySQL and MariaDB.
func NewAnalyzer(o sql.Options) *sql.Analyzer {
	return sql.NewAnalyzer(&dialect{}, o)
}

// dialect remembers what the last session said, since a door's sessions
// mostly say the same.
type dialect struct {
	scanners sync.Pool
}

var _ sql.Dialect = (*dialect)(nil)

// scanner is the memory of one scan, and what it knows of the session it last
// scanned for.
type scanner struct {
	lexer   lexer
	writer  keyWriter
	session sql.Session
	known   bool
	modes   sql.Modes
	safe    bool
	utf8    bool
	server  server
}

// learn brings the scanner up to date with a session.
func (sc *scanner) learn(s *sql.Session) {
	if sc.known && sc.session.SQLMode == s.SQLMode && sc.session.Charset == s.Charset &&
		sc.session.Version == s.Version && sc.session.MariaDB == s.MariaDB {
		return
	}
	sc.modes = sql.ParseModes(s.SQLMode)
	sc.safe, sc.utf8 = safeCharset(s.Charset)
	sc.server = parseServer(s)
	sc.session = *s
	sc.known = true
}

// Scan implements sql.Dialect.
func (d *dialect) Scan(out *sql.Scan, text []byte, s *sql.Session) (err error) {
	sc, _ := d.scanners.Get().(*scanner)
	if sc == nil {
		sc = new(scanner)
	}
	defer func() {
		// A fault here must refuse one statement, not end the gateway.
		if r := recover(); r != nil {
			err = lexError(sql.ReasonUnsupported, 0, "the lexer broke down on this statement")
		}
		sc.lexer.text, sc.lexer.tokens = nil, nil
		sc.writer.text, sc.writer.tokens, sc.writer.key = nil, nil, nil
		d.scanners.Put(sc)
	}()
	sc.learn(s)
	if !sc.safe {
		return lexError(sql.ReasonCharset, 0, "the session's character set cannot be read safely byte by byte; use utf8mb4")
	}
	if sc.modes&sql.ModeOracle != 0 {
		return lexError(sql.ReasonMode, 0, "sql_mode ORACLE has a grammar of its own that is not understood")
	}
	l := &sc.lexer
	*l = lexer{
		text: text, tokens: out.Tokens[:0], max: out.MaxTokens,
		ansi:      s.ANSIQuotes || sc.modes&sql.ModeANSIQuotes != 0,
		noEscapes: s.NoBackslashEscapes || sc.modes&sql.ModeNoBackslashEscapes != 0,
		utf8:      sc.utf8, server: sc.server,
	}
	err = l.run()
	out.Tokens = l.tokens
	out.Versioned, out.Ambiguous, out.Hints = l.versioned, l.ambiguous, l.hints
	if err != nil {
		return err
	}
	return sc.writeKey(out, text)
}

func (sc *scanner) writeKey(out *sql.Scan, text []byte) error {
	w := &sc.writer
	w.text, w.tokens, w.key = text, out.Tokens, out.Key[:0]
	w.kept, w.loose, w.depth, w.prev, w.prev2 = 0, false, 0, -1, -1
	w.signFrom, w.signEnd = 0, 0
	w.numbers[0] = numbersPlain
	w.ignoreSpace = sc.modes&sql.ModeIgnoreSpace != 0
	end := len(out.Tokens)
	flags := keyBase
	if sc.modes&sql.ModePipesAsConcat != 0 {
		flags |= keyPipes
	}
	if sc.modes&sql.ModeHighNotPrecedence != 0 {
		flags |= keyHighNot
	}
	switch {
	case sc.server.maria:
		flags |= keyMariaDB
	case sc.server.version != 0:
		flags |= keyMySQL
	}
	for i, t := range out.Tokens {
		switch {
		case t.Kind.Literal():
			out.Literals++
		case t.Kind == sql.TokenParam:
			out.Params++
		case t.Kind == sql.TokenSemicolon && flags&keyMulti == 0:
			if w.skipAll(i+1) < len(out.Tokens) {
				flags |= keyMulti
			} else {
				end = i
			}
		}
	}
	w.first = w.wordAt(w.skipAll(0))
	w.key = append(w.key, flags)
	err := w.write(0, end)
	out.Key = w.key
	out.Literals -= w.kept
	return err
}
