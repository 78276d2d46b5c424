package postgres

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// most is how many parameters the protocol's Bind can have.
const most = 65535

// numbered writes n parameters between head and tail: each in the place of a ?
// in the item, and the items with commas between them.
func numbered(head, item, tail string, n int) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 1; i <= n; {
		if i > 1 {
			b.WriteString(",")
		}
		for piece := range strings.SplitAfterSeq(item, "?") {
			rest, is := strings.CutSuffix(piece, "?")
			b.WriteString(rest)
			if is {
				b.WriteString("$" + strconv.Itoa(i))
				i++
			}
		}
	}
	b.WriteString(tail)
	return b.String()
}

// lists are the ways to write as many parameters as there can be.
var lists = map[string]func(n int) string{
	"values":       func(n int) string { return numbered("values ", "(?::text)", "", n) },
	"insert":       func(n int) string { return numbered("insert into t (a, b, c) values ", "(?, ?, ?)", "", n) },
	"insert one":   func(n int) string { return numbered("insert into t values ", "(?::int8)", " returning a", n) },
	"with a call":  func(n int) string { return numbered("insert into t values ", "(?,now())", "", n) },
	"from":         func(n int) string { return numbered("select * from (values ", "(?,?,?)", ") v (a, b, c)", n) },
	"in":           func(n int) string { return numbered("delete from t where a in (", "?", ")", n) },
	"rows in":      func(n int) string { return numbered("select 1 from t where (a, b, c) in (", "(?,?,?)", ")", n) },
	"array":        func(n int) string { return numbered("select 1 from t where a = any (array[", "?::int", "])", n) },
	"with remarks": func(n int) string { return numbered("values /* a */ ", "(?/**/)", " -- b", n) },
}

// TestAsManyParametersAsThereCanBe reads statements of as many parameters as the
// protocol allows. What is kept of one is what is kept of one with a few, and the
// grammar is given no more: its machine would keep what it needed once.
func TestAsManyParametersAsThereCanBe(t *testing.T) {
	Warm()
	// A statement like these does not wait for long ones of others.
	longLane.Lock()
	defer longLane.Unlock()
	a := NewAnalyzer(sql.Options{})
	for name, list := range lists {
		few, err := a.Analyze([]byte(list(6)), postgres15())
		if err != nil || few.Err != nil {
			t.Errorf("%s: %v, %v", name, err, few)
			continue
		}
		before := a.CacheStats()
		st, err := a.Analyze([]byte(list(most)), postgres15())
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if st.Params != most || st.Shape != few.Shape {
			t.Errorf("%s: %d parameters, and the shape %.80s", name, st.Params, st.Shape)
		}
		st.Release()
		few.Release()
		if now := a.CacheStats(); now.Entries != before.Entries || now.Bytes != before.Bytes {
			t.Errorf("%s: the cache holds %+v, and %+v before", name, now, before)
		}
	}
}

// TestLongStatementsGiveTheirMemoryBack looks at what is in use while the
// analyzer is, behind statements of as many parameters as there can be.
func TestLongStatementsGiveTheirMemoryBack(t *testing.T) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	read := func(n int) {
		for name, list := range lists {
			st, err := a.Analyze([]byte(list(n)), postgres15())
			if err != nil || st.Err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			st.Release()
		}
	}
	inUse := func() int {
		var m runtime.MemStats
		runtime.GC() // what a pool has is in use up to the next one
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	read(6)
	before := inUse()
	read(most)
	if grown := inUse() - before; grown > 1<<20 {
		t.Errorf("%d KiB are in use that were not before", grown>>10)
	}
	runtime.KeepAlive(a)
}

// TestFewerTokensAreParsedThanRead: the room for long lists of values is none for
// other long statements.
func TestFewerTokensAreParsedThanRead(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	var e *sql.Error
	st, err := a.Analyze([]byte("select a"+strings.Repeat(",a", sql.MaxParsed/2)), nil)
	if err != nil || !errors.As(st.Err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("a list of as many columns gives %v, %v", err, st)
	}
	if s := a.CacheStats(); s.Entries != 0 {
		t.Errorf("the cache holds %+v", s)
	}
	if _, err := a.Analyze([]byte("values "+strings.Repeat("(1),", 1<<17)+"(1)"), nil); !errors.As(err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("more tokens than are read give %v", err)
	}
}
