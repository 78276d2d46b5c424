package sql

import (
	"fmt"
	"sync"
	"testing"
)

func TestKinds(t *testing.T) {
	for _, k := range Kinds() {
		if got, ok := ParseKind(k.String()); !ok || got != k {
			t.Errorf("%v is read back as %v, %v", k, got, ok)
		}
	}
	for _, word := range []string{"unknown", "", "SELECT", "kind(3)"} {
		if k, ok := ParseKind(word); ok || k != KindUnknown {
			t.Errorf("%q names the kind %v", word, k)
		}
	}
	if !KindUnknown.Writes() {
		t.Error("what is not understood does not write")
	}
}

func TestWordsAreComplete(t *testing.T) {
	for d := range dangerCount {
		if d.String() == "" {
			t.Errorf("danger %d has no word", d)
		}
	}
	for r := range reasonCount {
		if r.String() == "" {
			t.Errorf("reason %d has no word", r)
		}
	}
}

func TestParseModes(t *testing.T) {
	for _, tt := range []struct {
		mode string
		want Modes
	}{
		{"", 0},
		{"STRICT_TRANS_TABLES,NO_ZERO_DATE", 0},
		{"ansi_quotes", ModeANSIQuotes},
		{"A, NO_BACKSLASH_ESCAPES", ModeNoBackslashEscapes},
		{"ANSI", ModeANSIQuotes | ModeIgnoreSpace | ModePipesAsConcat},
		{"ORACLE", ModeOracle | ModeANSIQuotes | ModeIgnoreSpace | ModePipesAsConcat},
	} {
		if got := ParseModes(tt.mode); got != tt.want {
			t.Errorf("%q is %b, want %b", tt.mode, got, tt.want)
		}
	}
}

func TestSessionChange(t *testing.T) {
	s := &Session{Database: "a", Charset: "latin1"}
	if !(&SessionChange{Database: "b", SQLMode: "ANSI_QUOTES", SetSQLMode: true}).Apply(s) {
		t.Error("a plain change is opaque")
	}
	if s.Database != "b" || s.Charset != "latin1" || !s.ANSIQuotes || s.NoBackslashEscapes {
		t.Errorf("session is %+v", s)
	}
	(&SessionChange{SetSearchPath: true, SearchPath: "x", SetRole: true, Role: "r", SetStrings: true, NonConformingStrings: true}).Apply(s)
	if s.SearchPath != "x" || s.Role != "r" || !s.NonConformingStrings || s.Database != "b" {
		t.Errorf("session is %+v", s)
	}
	if (&SessionChange{Opaque: true}).Apply(s) {
		t.Error("an opaque change was applied")
	}
	if !(*SessionChange)(nil).Apply(s) {
		t.Error("no change is opaque")
	}
}

// byteDialect takes the text for its key.
type byteDialect struct{}

func (byteDialect) Scan(sc *Scan, text []byte, _ *Session) error {
	sc.Key = append(sc.Key, text...)
	return nil
}

func (byteDialect) Analyze(key []byte) (*Analysis, string) {
	return &Analysis{Kind: KindSelect, Detail: string(key)}, string(key)
}

func TestCacheIsBounded(t *testing.T) {
	a := NewAnalyzer(byteDialect{}, Options{CacheEntries: 64, CacheBytes: 1 << 20})
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 5000 {
				text := fmt.Sprintf("statement %d", i*(g+1))
				st, err := a.Analyze([]byte(text), nil)
				if err != nil || st.Detail != text || st.Shape != text {
					t.Errorf("%s: %+v, %v", text, st, err)
				}
				st.Release()
			}
		})
	}
	wg.Wait()
	long := make([]byte, 512<<10)
	if _, err := a.Analyze(long, nil); err != nil {
		t.Error(err)
	}
	if got := a.CacheStats(); got.Entries > 64 || got.Entries == 0 || got.Bytes > 1<<20 {
		t.Errorf("the cache holds %+v", got)
	}
}

func TestCacheKeepsWhatIsAskedFor(t *testing.T) {
	a := NewAnalyzer(byteDialect{}, Options{CacheEntries: 64})
	ask := func(s string) {
		st, err := a.Analyze([]byte(s), nil)
		if err != nil {
			t.Fatal(err)
		}
		st.Release()
	}
	for i := range 1000 {
		ask("often")
		ask(fmt.Sprint("once ", i))
	}
	if hits := a.CacheStats().Hits; hits < 900 {
		t.Errorf("what was asked for 1,000 times was found %d times", hits)
	}
}

func TestTooLong(t *testing.T) {
	a := NewAnalyzer(byteDialect{}, Options{MaxBytes: 4})
	st, err := a.Analyze([]byte("12345"), nil)
	e, ok := err.(*Error)
	if st != nil || !ok || e.Reason != ReasonTooLong {
		t.Errorf("a statement too long gives %v, %v", st, err)
	}
}
