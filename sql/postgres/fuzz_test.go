package postgres

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// seed gives each statement of the corpora to a fuzz target, in one session.
func seed(f *testing.F) {
	Warm() // a worker that takes long for its first statement is taken for hung
	for i, text := range append(corpus(f), corpusOf(f, "testdata/flow.sql")...) {
		f.Add([]byte(text), byte(i))
	}
}

func fuzzSession(n byte) *sql.Session {
	all := sessions()
	return all[int(n)%len(all)]
}

// FuzzLexer checks that tokens are in order, do not overlap, leave nothing but
// blanks between them, and begin where those of the grammar's own lexer do.
func FuzzLexer(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text []byte, n byte) {
		checkTokens(t, text, fuzzSession(n))
		checkGrammarTokens(t, text)
	})
}

// FuzzShape checks that an analysis and a shape are the same whenever they are
// made, and hang on the key alone.
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
var splices = []string{"'", "\"", "\\", "/*", "*/", "/*+", "--", "\n", "\r", ";", ".", "(", ")", "[", "]", ",", "$1", "$$", "$a$",
	"e'", "E'", "u&'", "u&\"", "n'", "x'", "b'", "uescape '!'", "1", "0x1", "1_0", "-", "+", "@", "::", ":=", "=>", "..", " ",
	"in (1, 2)", "values (1), (2)", "returning ", "limit 1", "order by 1", "\x00", "\xff", "é", "$", "union ", "with t as (",
	"::regclass", "nextval('t')", "set_config('role', 'x', true)", "not ", "case when ", " end", "select ", "from t"}

var spliced = flag.Int("spliced", 8000, "how many statements TestSplicedStatements tries")

// TestSplicedStatements makes statements of pieces of others, a fixed sequence
// of them, and puts them to the checks of the fuzz targets.
func TestSplicedStatements(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	list := append(corpus(t), corpusOf(t, "testdata/flow.sql")...)
	a := NewAnalyzer(sql.Options{CacheEntries: 64})
	for i := range *spliced {
		text := []byte(list[r.IntN(len(list))])
		for range 1 + r.IntN(4) {
			at := r.IntN(len(text) + 1)
			other := list[r.IntN(len(list))]
			from := r.IntN(len(other))
			switch r.IntN(4) {
			case 0:
				text = append(text[:at:at], append([]byte(splices[r.IntN(len(splices))]), text[at:]...)...)
			case 1:
				text = append(text[:at:at], other[from:]...)
			case 2:
				text = append(text[:at:at], text[min(len(text), at+1+r.IntN(6)):]...)
			case 3:
				piece := other[from:min(len(other), from+1+r.IntN(12))]
				text = append(text[:at:at], append([]byte(piece), text[at:]...)...)
			}
		}
		s := fuzzSession(byte(i))
		checkTokens(t, text, s)
		checkGrammarTokens(t, text)
		checkShape(t, text, s)
		checkAnalysis(t, a, text, s)
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
		if len(bytes.Trim(text[at:tok.Start], blanks)) > 0 {
			t.Fatalf("%q: %q between tokens", text, text[at:tok.Start])
		}
		at = int(tok.End)
	}
	if len(bytes.Trim(text[at:], blanks)) > 0 {
		t.Fatalf("%q: %q behind the last token", text, text[at:])
	}
}

// checkShape analyses a text twice, and the text that the grammar was given for
// it: a key says all that an analysis hangs on.
func checkShape(t *testing.T, text []byte, s *sql.Session) {
	t.Helper()
	st, err := NewAnalyzer(sql.Options{}).Analyze(text, s)
	if err != nil {
		return
	}
	d := new(dialect)
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if err := d.Scan(sc, text, s); err != nil {
		t.Fatalf("%q is cut once, and then not: %v", text, err)
	}
	fresh, shape := d.Analyze(sc.Key)
	if shape != st.Shape || !reflect.DeepEqual(fresh, st.Analysis) {
		t.Fatalf("%q: two analyses of one text differ", text)
	}
	if st.Err != nil || st.Hints || bytes.ContainsAny(sc.Key, string([]byte{tagItems, tagMixed})) || bytes.Contains(sc.Key, []byte{tagRows}) ||
		bytes.Contains(sc.Key, []byte("'#")) {
		return
	}
	again := &sql.Scan{MaxTokens: 1 << 16}
	ours := grammarText(sc.Key[1:])
	if err := d.Scan(again, ours, &sql.Session{Version: s.Version}); err != nil {
		t.Fatalf("%q is cut, and its grammar text %q is not: %v", text, ours, err)
	}
	if other, _ := d.Analyze(again.Key); !sameAnalysis(other, st.Analysis) {
		t.Fatalf("%q and its grammar text %q differ:\n%+v\n%+v", text, ours, st.Analysis, other)
	}
}

func checkAnalysis(t *testing.T, a *sql.Analyzer, text []byte, s *sql.Session) {
	t.Helper()
	st, err := a.Analyze(text, s)
	if err != nil {
		if bytes.Contains([]byte(err.Error()), []byte("broke down")) || st != nil {
			t.Fatalf("%q: %v, %v", text, st, err)
		}
		return
	}
	if st.Err != nil && bytes.Contains([]byte(st.Err.Error()), []byte("broke")) {
		t.Fatalf("%q: %v", text, st.Err)
	}
	if (st.Err != nil) != (st.Kind == sql.KindUnknown) {
		t.Fatalf("%q: kind %v and error %v", text, st.Kind, st.Err)
	}
	if st.Session && (len(st.Tables) > 0 || len(st.Dangers) > 0 && !st.Has(sql.DangerHint) || st.Kind.Writes() && st.Kind != sql.KindPrepare) {
		t.Fatalf("%q: a session statement that is more: %+v", text, st.Analysis)
	}
	checkQuery(t, text, st)
	st.Release()
}

// queried are the kinds of statement that have a Query, whatever their detail.
var queried = []sql.Kind{sql.KindSelect, sql.KindInsert, sql.KindUpdate, sql.KindDelete, sql.KindMerge, sql.KindCopy,
	sql.KindDo, sql.KindCall}

var fuzzIndex = sync.OnceValue(func() *lineage.Index {
	c := &sql.Catalogue{}
	for _, name := range []string{"t", "u", "users", "orders", "v"} {
		c.Relations = append(c.Relations, sql.Relation{Schema: "public", Name: name, Kind: sql.RelationTable, Columns: []string{"a", "b", "c", "id", "email"}})
	}
	return lineage.NewIndex(c, lineage.Options{})
})

// checkQuery checks that a statement that was understood says what it computes,
// and that a lineage can be made of it.
func checkQuery(t *testing.T, text []byte, st *sql.Statement) {
	t.Helper()
	if st.Query == nil {
		if slices.Contains(queried, st.Kind) && st.Detail != "empty" {
			t.Fatalf("%q has no query", text)
		}
		return
	}
	if st.Err != nil {
		t.Fatalf("%q has a query, and was not understood", text)
	}
	fuzzIndex().Resolve(st.Query, path)
}
