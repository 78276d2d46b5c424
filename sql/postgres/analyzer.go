package postgres

import (
	"bytes"
	"sync"
	"unicode/utf8"

	"github.com/sallyport/sallyport/sql"
)

// NewAnalyzer makes an analyzer for PostgreSQL. The first statement that it has
// to parse waits until the grammar is compiled: see Warm.
func NewAnalyzer(o sql.Options) *sql.Analyzer {
	return sql.NewAnalyzer(&dialect{}, o)
}

// dialect keeps the memory of scans.
type dialect struct {
	scanners sync.Pool
}

var _ sql.Dialect = (*dialect)(nil)

// scanner is the memory of one scan, and what it knows of the session it last
// scanned for.
type scanner struct {
	lexer            lexer
	writer           keyWriter
	charset, version string
	known            bool
	safe, utf8       bool
	major            int
}

// learn brings the scanner up to date with a session: a door's sessions mostly
// say the same.
func (sc *scanner) learn(s *sql.Session) {
	if sc.known && sc.charset == s.Charset && sc.version == s.Version {
		return
	}
	sc.safe, sc.utf8 = safeEncoding(s.Charset)
	sc.major = majorVersion(s)
	sc.charset, sc.version, sc.known = s.Charset, s.Version, true
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
	switch {
	case !sc.safe:
		return lexError(sql.ReasonCharset, 0, "the session's client_encoding cannot be read safely byte by byte; use UTF8")
	case sc.utf8 && !utf8.Valid(text):
		return lexError(sql.ReasonCharset, 0, "statement is not valid UTF-8")
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return lexError(sql.ReasonLexical, i, "NUL byte")
	}
	l := &sc.lexer
	*l = lexer{text: text, tokens: out.Tokens[:0], max: out.MaxTokens,
		escape: s.NonConformingStrings, utf8: sc.utf8, major: sc.major}
	err = l.run()
	out.Tokens = l.tokens
	out.Hints = l.hints
	if err != nil {
		return err
	}
	return sc.writeKey(out, text)
}

func (sc *scanner) writeKey(out *sql.Scan, text []byte) error {
	for _, t := range out.Tokens {
		switch {
		case t.Kind.Literal():
			out.Literals++
		case t.Kind == sql.TokenParam:
			out.Params++
		}
	}
	w := &sc.writer
	w.text, w.tokens = text, out.Tokens
	w.key = append(out.Key[:0], keyBase|byte(sc.major))
	w.reset()
	// What follows the last statement is nothing to the server.
	end := len(out.Tokens)
	for end > 0 && (out.Tokens[end-1].Kind == sql.TokenSemicolon || out.Tokens[end-1].Kind == sql.TokenComment) {
		end--
	}
	err := w.write(0, end)
	out.Key = w.key
	out.Literals -= w.kept
	return err
}
