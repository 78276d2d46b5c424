//go:build linux

package mysql

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
	testclock.Alone(t)
	for name, f := range map[string]func(n int) []byte{
		"signs":     func(n int) []byte { return fill("select ", "- ", "x", n) },
		"columns":   func(n int) []byte { return fill("select a", ", c%d", " from t", n/2) },
		"functions": func(n int) []byte { return fill("select 1", ", f%d()", " from t", n/4) },
		"variables": func(n int) []byte { return fill("select 1", ", @v%d", " from t", n/2) },
		"tables":    func(n int) []byte { return fill("lock tables t read", ", t%d read", "", n/3) },
		"joins":     func(n int) []byte { return fill("select 1 from t", " join t", "", n/2) },
		"updates": func(n int) []byte {
			return append(fill("update t", ", t a%d", " set t.x = 1", n/8), fill("", ", a%d.n = 1", "", n/8)...)
		},
		"deletes": func(n int) []byte {
			return append(fill("delete t", ", a%d", " from t", n/8), fill("", ", t a%d", "", n/8)...)
		},
		"parameters": func(n int) []byte { return fill("insert into t values (?, ?)", ", (?, ?)", "", n) },
		"commas":     func(n int) []byte { return fill("select 1 from t", ", t", "", n/2) },
		"names": func(n int) []byte {
			return fill("with x as (select 1)", ", x%d as (select 1 from y)", " select 1 from x", n/8)
		},
	} {
		best := func(n int) time.Duration {
			text, least := f(n), time.Duration(0)
			for range 5 {
				a := NewAnalyzer(sql.Options{})
				start := testclock.Spent(t)
				st, err := a.Analyze(text, mariaDB())
				d := testclock.Spent(t) - start
				if err != nil {
					t.Fatalf("%s: %v", name, err)
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
