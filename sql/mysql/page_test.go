package mysql

import (
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestPagesAreAlike holds the analysis of each statement against that of its page:
// no number of a LIMIT changes it.
func TestPagesAreAlike(t *testing.T) {
	d := new(dialect)
	pages := 0
	for _, text := range append(corpus(t), pagesOf("select b from t")...) {
		sc := &sql.Scan{MaxTokens: 1 << 16, MaxBytes: 1 << 20}
		if err := d.Scan(sc, []byte(text), mariaDB()); err != nil {
			continue
		}
		page, ok := d.Page(nil, sc.Key)
		if !ok {
			if string(page) != string(sc.Key) {
				t.Errorf("%s: no page, and another key: %q", text, page)
			}
			continue
		}
		pages++
		want, shape := d.Analyze(sc.Key)
		got, _ := d.Analyze(page)
		if want.Err != nil && got.Err != nil {
			continue // they quote where the grammar gave up
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, and of the page %+v", text, want, got)
		}
		if d.Shape(sc.Key) != shape {
			t.Errorf("%s: the shape %q, and by itself %q", text, shape, d.Shape(sc.Key))
		}
	}
	t.Logf("%d statements have pages", pages)
	if pages < 15 {
		t.Error("too few to prove anything")
	}
}

// pagesOf writes a query's pages as clients do, and what only looks like them.
func pagesOf(query string) []string {
	return []string{
		query + " limit 0", query + " limit 20", query + " limit 20 offset 40", query + " order by 1 limit 7",
		query + " order by 2, 1 limit 3 offset 2", "select * from (" + query + " limit 5) d limit 6",
		query + " where a in (select a from t limit 3)", query + " union select b from t limit 2",
		query + " where b = 'limit 5' limit 1", query + " order by 1 offset 3",
	}
}

// TestAPageIsNoNewAnalysis turns pages.
func TestAPageIsNoNewAnalysis(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	var first *sql.Analysis
	shapes := map[string]bool{}
	for _, text := range []string{"select a from t limit 10 offset 20", "select a from t limit 10 offset 30", "select a from t limit 5 offset 1"} {
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil || st.Err != nil {
			t.Fatal(err, st.Err)
		}
		if first == nil {
			first = st.Analysis
		}
		if st.Analysis != first {
			t.Errorf("%s: was analysed anew", text)
		}
		if !strings.EqualFold(st.Shape, text) {
			t.Errorf("%s: has the shape %q", text, st.Shape)
		}
		shapes[st.Shape] = true
	}
	if len(shapes) != 3 {
		t.Errorf("%d shapes of three", len(shapes))
	}
}
