package sql

import (
	"crypto/sha256"
	"sync"
)

// Options bounds an Analyzer. Zero fields take the defaults.
type Options struct {
	MaxBytes     int // longest statement in bytes; default 1 MiB
	MaxTokens    int // most tokens in a statement; default 524,288, eight for each of 65,535 parameters
	MaxKey       int // longest statement without its literals, in bytes; default 512 KiB
	CacheEntries int // most analyses that are kept; default 4,096
	CacheBytes   int // most bytes of keys and shapes that are kept; default 16 MiB
}

func (o Options) withDefaults() Options {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&o.MaxBytes, 1<<20)
	def(&o.MaxTokens, 1<<19)
	def(&o.MaxKey, 512<<10)
	def(&o.CacheEntries, 4096)
	def(&o.CacheBytes, 16<<20)
	return o
}

// MaxParsed is how many tokens of a key a grammar is given. A syntax tree takes
// many times what a list of tokens does, and the lists of values that make
// statements long are not in the key: so fewer are parsed than are read.
const MaxParsed = 1 << 17

// Dialect is a lexer and a grammar. Its methods are called from many
// goroutines at once.
type Dialect interface {
	// Scan cuts text into sc.Tokens and writes sc.Key and the counts. It
	// returns an *Error for text that cannot be cut safely. It keeps neither
	// text nor sc, and it takes whatever it needs of the session into the key.
	Scan(sc *Scan, text []byte, s *Session) error
	// Analyze understands a key that Scan wrote. It is a function of the key
	// alone, and never fails: what it does not understand has Analysis.Err.
	Analyze(key []byte) (a *Analysis, shape string)
}

// Scan is the reusable memory of one lexing.
type Scan struct {
	Tokens    []Token
	Key       []byte // what the analysis depends on; opaque
	Literals  int    // literals that are not in the shape
	Params    int    // parameters `?`
	Versioned bool   // there is a versioned comment
	Ambiguous bool   // …and the session does not tell whether it is code
	Hints     bool   // there is an optimizer hint
	MaxTokens int    // set by the caller
	MaxBytes  int    // set by the caller
}

// Statement is one statement with its analysis. The Analysis and the Shape are
// shared and may be kept; the Statement itself, its Tokens included, may be
// used until Release.
type Statement struct {
	*Analysis
	// Shape is the statement without literals, comments and blanks, the same
	// for all that differ in nothing else.
	Shape string
	// ShapeHash is the first half of the SHA-256 of Shape.
	ShapeHash [16]byte
	Literals  int // number of literals that are not in the shape
	Params    int // number of parameters `?`
	// Versioned is set when a versioned comment (/*!50000 … */) is in the
	// text; Ambiguous when the session does not tell whether the server runs
	// its body, which was then analysed as code.
	Versioned, Ambiguous bool
	// Hints is set when an optimizer hint (/*+ … */) is in the text. It is not
	// in the shape.
	Hints bool
	scan  *Scan
	entry *entry
}

// Memo is what make returned for the first statement with this Analysis: what a
// caller derives from an analysis is kept, and dropped, with it. All callers of
// one Analyzer derive the same. What make returns must not be changed.
func (s *Statement) Memo(make func(*Statement) any) any {
	if made := s.entry.memo.Load(); made != nil {
		return *made
	}
	made := make(s)
	s.entry.memo.Store(&made)
	return made
}

// Tokens returns the statement's tokens, comments included. They are borrowed
// until Release.
func (s *Statement) Tokens() []Token {
	if s.scan == nil {
		return nil
	}
	return s.scan.Tokens
}

var statements = sync.Pool{New: func() any { return &Statement{scan: new(Scan)} }}

// Release gives the statement's memory back. It may be left out; it must not
// be called twice.
func (s *Statement) Release() {
	scan := s.scan
	if scan == nil || cap(scan.Tokens) > 1<<14 || cap(scan.Key) > 1<<18 {
		return
	}
	*s = Statement{scan: scan}
	statements.Put(s)
}

// Analyzer analyses statements of one dialect and remembers analyses by key.
// It is safe for concurrent use. Make one for each door, so that one door's
// flood of shapes does not empty the cache of another.
type Analyzer struct {
	dialect Dialect
	options Options
	cache   cache
	turns   turns
}

// NewAnalyzer makes an Analyzer. Callers use the dialect's own constructor.
func NewAnalyzer(d Dialect, o Options) *Analyzer {
	a := &Analyzer{dialect: d, options: o.withDefaults()}
	a.cache.init(a.options)
	a.turns.init()
	return a
}

// Analyze analyses text, which is borrowed for the call. A nil session is the
// zero Session. The error is an *Error when the text cannot even be cut into
// tokens safely; what the grammar does not understand comes back as a
// Statement with Err set and KindUnknown. Both must be refused.
func (a *Analyzer) Analyze(text []byte, s *Session) (*Statement, error) {
	return a.AnalyzeUntil(nil, text, s)
}

// AnalyzeUntil is Analyze for a caller that may be gone before it is its turn:
// then the error is ErrGaveUp. A statement of up to 4 KiB whose analysis is kept
// never waits.
func (a *Analyzer) AnalyzeUntil(gone <-chan struct{}, text []byte, s *Session) (*Statement, error) {
	if s == nil {
		s = new(Session)
	}
	if len(text) > a.options.MaxBytes {
		return nil, &Error{Reason: ReasonTooLong, Offset: a.options.MaxBytes,
			What: "statement is longer than the door reads"}
	}
	short := len(text) <= shortText
	if !short {
		done, err := a.turns.take(len(text), gone)
		if err != nil {
			return nil, err
		}
		defer done()
	}
	st := statements.Get().(*Statement)
	sc := st.scan
	*sc = Scan{Tokens: sc.Tokens[:0], Key: sc.Key[:0],
		MaxTokens: a.options.MaxTokens, MaxBytes: a.options.MaxBytes}
	if err := a.dialect.Scan(sc, text, s); err != nil {
		st.Release()
		return nil, err
	}
	if len(sc.Key) > a.options.MaxKey {
		// An analysis holds many times what it reads.
		st.Release()
		return nil, &Error{Reason: ReasonTooLong, Offset: -1, What: "statement is longer without its literals than the door reads"}
	}
	e := a.cache.get(sc.Key)
	if e == nil && short {
		done, err := a.turns.take(len(text), gone)
		if err != nil {
			st.Release()
			return nil, err
		}
		defer done()
		e = a.cache.peek(sc.Key) // others who waited may have asked for the same
	}
	if e == nil {
		e = a.understand(sc.Key)
	}
	*st = Statement{
		Analysis: e.analysis, Shape: e.shape, ShapeHash: e.hash,
		Literals: sc.Literals, Params: sc.Params,
		Versioned: sc.Versioned, Ambiguous: sc.Ambiguous, Hints: sc.Hints,
		scan: sc, entry: e,
	}
	return st, nil
}

// understand makes an analysis, and keeps it.
func (a *Analyzer) understand(key []byte) *entry {
	e := new(entry)
	e.analysis, e.shape = a.analysis(key)
	sum := sha256.Sum256([]byte(e.shape))
	copy(e.hash[:], sum[:])
	a.cache.put(string(key), e)
	return e
}

// CacheStats is a snapshot of an Analyzer's cache.
type CacheStats struct {
	Entries, Bytes int
	Hits, Misses   uint64
}

// CacheStats returns the state of the cache.
func (a *Analyzer) CacheStats() CacheStats { return a.cache.stats() }
