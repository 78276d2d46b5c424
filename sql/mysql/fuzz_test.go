package mysql

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// seed gives each statement of the corpus to a fuzz target, in one session.
func seed(f *testing.F) {
	for i, text := range corpus(f) {
		f.Add([]byte(text), byte(i))
	}
}

func fuzzSession(n byte) *sql.Session {
	all := sessions()
	return all[int(n)%len(all)]
}

// FuzzLexer checks that tokens are in order, do not overlap, and leave nothing
// but blanks between them.
func FuzzLexer(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte, n byte) { checkTokens(t, text, fuzzSession(n)) })
}

// FuzzShape checks that the shape of a shape is itself, and that a statement
// and its shape, with parameters for literals, do the same.
func FuzzShape(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte, n byte) { checkShape(t, text, fuzzSession(n)) })
}

// FuzzAnalyze checks that nothing breaks down, and that what is not understood
// is of no kind.
func FuzzAnalyze(f *testing.F) {
	seed(f)
	a := NewAnalyzer(sql.Options{CacheEntries: 64})
	f.Fuzz(func(t *testing.T, text []byte, n byte) { checkAnalysis(t, a, text, fuzzSession(n)) })
}

// splices are pieces that turn one statement into another.
var splices = []string{"'", "\"", "`", "\\", "/*", "*/", "/*!", "/*!50000 ", "/*M!", "/*+", "--", "-- ", "#", "\n", ";", ".",
	"(", ")", ",", "?", "@", "@@", "0x", "x'", "n'", "_utf8", "e", "1", "-", "+", " ", "in (1, 2)", "values (1), (2)",
	"returning ", "limit 1", "order by 1", "\x00", "\xff", "é", "$", "union ", "with t as (", "count(", "count (", ":="}

var spliced = flag.Int("spliced", 20000, "how many statements TestSplicedStatements tries")

// TestSplicedStatements makes statements of pieces of others, a fixed sequence
// of them, and puts them to the checks of the fuzz targets. It knows no
// coverage, but it tries far more a second: the grammar's tables make the
// instrumented fuzzing slow.
func TestSplicedStatements(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	list := append(corpus(t), flowStatements(t)...)
	a := NewAnalyzer(sql.Options{CacheEntries: 64})
	for i := range *spliced {
		text := []byte(list[r.IntN(len(list))])
		for range 1 + r.IntN(4) {
			at := r.IntN(len(text) + 1)
			switch r.IntN(4) {
			case 0:
				text = append(text[:at:at], append([]byte(splices[r.IntN(len(splices))]), text[at:]...)...)
			case 1:
				other := list[r.IntN(len(list))]
				from := r.IntN(len(other))
				text = append(text[:at:at], other[from:]...)
			case 2:
				text = append(text[:at:at], text[min(len(text), at+1+r.IntN(6)):]...)
			case 3:
				other := list[r.IntN(len(list))]
				from := r.IntN(len(other))
				piece := other[from:min(len(other), from+1+r.IntN(12))]
				text = append(text[:at:at], append([]byte(piece), text[at:]...)...)
			}
		}
		s := fuzzSession(byte(i))
		checkTokens(t, text, s)
		checkShape(t, text, s)
		checkAnalysis(t, a, text, s)
		checkFlow(t, a, text, s)
		if t.Failed() {
			t.Fatalf("statement %d: %q", i, text)
		}
	}
}

func checkTokens(t *testing.T, text []byte, s *sql.Session) {
	t.Helper()
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if new(dialect).Scan(sc, text, s) != nil {
		return
	}
	at := 0
	for _, tok := range sc.Tokens {
		if int(tok.Start) < at || tok.End <= tok.Start || int(tok.End) > len(text) || tok.Kind == sql.TokenNone {
			t.Fatalf("%q: token %+v after byte %d", text, tok, at)
		}
		if len(bytes.Trim(text[at:tok.Start], " \t\n\v\f\r")) > 0 {
			t.Fatalf("%q: %q between tokens", text, text[at:tok.Start])
		}
		at = int(tok.End)
	}
	if len(bytes.Trim(text[at:], " \t\n\v\f\r")) > 0 {
		t.Fatalf("%q: %q behind the last token", text, text[at:])
	}
}

func checkShape(t *testing.T, text []byte, s *sql.Session) {
	t.Helper()
	a := NewAnalyzer(sql.Options{})
	st, err := a.Analyze(text, s)
	if err != nil {
		return
	}
	checkGrammarText(t, text, s)
	fresh, err := NewAnalyzer(sql.Options{}).Analyze(text, s)
	if err != nil || fresh.Shape != st.Shape || !reflect.DeepEqual(fresh.Analysis, st.Analysis) {
		t.Fatalf("%q: two analyses of one text differ", text)
	}
	if bytes.Contains([]byte(st.Shape), []byte("...")) || st.Hints || s.ANSIQuotes || s.SQLMode != "" || st.Versioned {
		return
	}
	again, err := a.Analyze([]byte(st.Shape), s)
	if err != nil {
		t.Fatalf("shape %q of %q: %v", st.Shape, text, err)
	}
	if again.Shape != st.Shape {
		t.Fatalf("shape %q of %q has the shape %q", st.Shape, text, again.Shape)
	}
	if !sameAnalysis(again.Analysis, st.Analysis) {
		t.Fatalf("%q and its shape %q differ:\n%+v\n%+v", text, st.Shape, st.Analysis, again.Analysis)
	}
}

func checkAnalysis(t *testing.T, a *sql.Analyzer, text []byte, s *sql.Session) {
	t.Helper()
	st, err := a.Analyze(text, s)
	if err != nil {
		if bytes.Contains([]byte(err.Error()), []byte("broke down")) {
			t.Fatalf("%q: %v", text, err)
		}
		if st != nil {
			t.Fatal("both a statement and an error")
		}
		return
	}
	if st.Err != nil && bytes.Contains([]byte(st.Err.Error()), []byte("broke down")) {
		t.Fatalf("%q: %v", text, st.Err)
	}
	if (st.Err != nil) != (st.Kind == sql.KindUnknown) {
		t.Fatalf("%q: kind %v and error %v", text, st.Kind, st.Err)
	}
	if st.Session && (len(st.Tables) > 0 || st.Kind.Writes() && st.Kind != sql.KindDo && st.Kind != sql.KindSet) {
		t.Fatalf("%q: a session statement that is more: %+v", text, st.Analysis)
	}
	st.Release()
}
