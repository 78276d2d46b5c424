//go:build linux

package postgres

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/testclock"
	"github.com/sallyport/sallyport/sql"
)

// fill repeats a piece n times, each with its number, between head and tail.
func fill(head, piece, tail string, n int) []byte {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		if strings.Contains(piece, "%") {
			fmt.Fprintf(&b, piece, i)
		} else {
			b.WriteString(piece)
		}
	}
	b.WriteString(tail)
	return []byte(b.String())
}

// TestAnalysisIsLinear compares the work of statements with ten times the
// other: linear work is about ten times as much, and quadratic a hundred times.
func TestAnalysisIsLinear(t *testing.T) {
	Warm()
	testclock.Alone(t)
	for name, f := range map[string]func(n int) []byte{
		"signs": func(n int) []byte { return fill("select ", "- ", "x", n) },
		"a run": func(n int) []byte { return fill("select 1 ", "+-", " 1", n/2) },
		"nested": func(n int) []byte {
			return append(fill("select 1 ", "/*", "", n/2), fill("", "*/", "", n/2)...)
		},
		"comments":  func(n int) []byte { return fill("select ", "/* */ ", "x", n) },
		"columns":   func(n int) []byte { return fill("select a", ", c%d", " from t", n/2) },
		"functions": func(n int) []byte { return fill("select 1", ", f%d()", " from t", n/4) },
		"tables":    func(n int) []byte { return fill("truncate t", ", t%d", "", n/2) },
		"commas":    func(n int) []byte { return fill("select 1 from t", ", t", "", n/2) },
		"ands":      func(n int) []byte { return fill("select 1 from t where a", " and b = c%d", "", n/4) },
		"rows":      func(n int) []byte { return fill("insert into t values (1, now())", ", (2, f(%d))", "", n/8) },
		"parameters": func(n int) []byte {
			return fill("insert into t values ($1, $2)", ", ($%d, $3)", "", n)
		},
		"array": func(n int) []byte { return fill("select array[a", ", c%d", "]", n/2) },
		"names": func(n int) []byte {
			return fill("with x as (select 1)", ", x%d as (select 1 from y)", " select 1 from x", n/8)
		},
		"semicolons": func(n int) []byte { return fill("select 1", ";", "", n) },
		"quotes":     func(n int) []byte { return fill("select 'a", "''", "'", n) },
	} {
		best := func(n int) time.Duration {
			text, least := f(n), time.Duration(0)
			for range 3 {
				a := NewAnalyzer(sql.Options{})
				start := testclock.Spent(t)
				st, err := a.Analyze(text, nil)
				d := testclock.Spent(t) - start
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if name != "signs" && name != "a run" && st.Err != nil {
					t.Fatalf("%s: %v", name, st.Err)
				}
				st.Release()
				if least == 0 || d < least {
					least = d
				}
			}
			return least
		}
		runtime.GC()
		small, large := best(4000), best(40000)
		t.Logf("%s: 4k tokens take %v, 40k %v", name, small, large)
		if large > 35*small {
			t.Errorf("%s: ten times the tokens take %d times as long", name, large/small)
		}
	}
}

// TestLongStatements analyses what may at most come in, and bounds the time and
// the memory that it takes.
func TestLongStatements(t *testing.T) {
	Warm()
	for name, text := range map[string][]byte{
		"one literal": fill("select '", "x", "'", 1<<20-16),
		"names":       fill("select a", ", abcdefghijklmn", " from t", 1<<14),
		"tokens":      fill("select a", ",a", " from t", 1<<16-16),
		"ands":        fill("select a from t where a", " and a", "", 1<<16-16),
		"calls":       fill("select f()", ", f()", "", 1<<15-16),
		"subqueries":  fill("select 1", ", (select 1)", "", 130000/5),
	} {
		a := NewAnalyzer(sql.Options{})
		start := time.Now()
		st, err := a.Analyze(text, nil)
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: %d bytes take %v", name, len(text), d)
		} else {
			t.Logf("%s: %d bytes take %v", name, len(text), d)
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%d MiB are in use, %d MiB were asked for", m.HeapAlloc>>20, m.Sys>>20)
	if m.HeapAlloc > 1<<30 {
		t.Errorf("%d MiB are in use", m.HeapAlloc>>20)
	}
}
