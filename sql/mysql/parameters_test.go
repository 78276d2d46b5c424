package mysql

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// most is how many parameters the protocol's COM_STMT_PREPARE can have.
const most = 65535

// list writes n parameters in items with commas between them.
func list(head, item, tail string, n int) string {
	items := n / strings.Count(item, "?")
	return head + strings.Repeat(item+",", items-1) + item + tail
}

// lists are the ways to write as many parameters as there can be.
var lists = map[string]func(n int) string{
	"insert":       func(n int) string { return list("insert into t (a, b, c) values ", "(?, ?, ?)", "", n) },
	"insert one":   func(n int) string { return list("insert into t values ", "( ? )", " on duplicate key update a = 1", n) },
	"with a call":  func(n int) string { return list("insert into t values ", "(?,now())", "", n) },
	"replace":      func(n int) string { return list("replace t (a, b, c) values ", "(?,?,?)", "", n) },
	"in":           func(n int) string { return list("delete from t where a in (", "?", ")", n) },
	"rows in":      func(n int) string { return list("select 1 from t where (a, b, c) in (", "(?,?,?)", ")", n) },
	"with remarks": func(n int) string { return list("insert into t values /* a */ ", "(?/**/)", " -- b", n) },
}

// TestAsManyParametersAsThereCanBe reads statements of as many parameters as the
// protocol allows. What is kept of one is what is kept of one with a few, and
// behind it no more memory is in use.
func TestAsManyParametersAsThereCanBe(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	inUse := func() int {
		var m runtime.MemStats
		runtime.GC() // what a pool has is in use up to the next one
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	shapes := map[string]string{}
	for name, list := range lists {
		st, err := a.Analyze([]byte(list(6)), mariaDB())
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v, %v", name, err, st)
		}
		shapes[name] = st.Shape
		st.Release()
	}
	cached, before := a.CacheStats(), inUse()
	for name, list := range lists {
		st, err := a.Analyze([]byte(list(most)), mariaDB())
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v, %v", name, err, st)
		}
		if st.Params != most || st.Shape != shapes[name] {
			t.Errorf("%s: %d parameters, and the shape %.80s", name, st.Params, st.Shape)
		}
		st.Release()
	}
	if now := a.CacheStats(); now.Entries != cached.Entries || now.Bytes != cached.Bytes {
		t.Errorf("the cache holds %+v, and %+v before", now, cached)
	}
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
	st, err := a.Analyze([]byte("select a"+strings.Repeat(",a", sql.MaxParsed/2)), mariaDB())
	if err != nil || !errors.As(st.Err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("a list of as many columns gives %v, %v", err, st)
	}
	if s := a.CacheStats(); s.Entries != 0 {
		t.Errorf("the cache holds %+v", s)
	}
	if _, err := a.Analyze([]byte("insert into t values "+strings.Repeat("(1),", 1<<17)+"(1)"), mariaDB()); !errors.As(err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("more tokens than are read give %v", err)
	}
}
