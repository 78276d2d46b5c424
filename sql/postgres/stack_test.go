package postgres

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// deep are statements that nest, by how often.
var deep = map[string]func(n int) string{
	"parentheses": func(n int) string { return "select " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) },
	"additions":   func(n int) string { return "select 1" + strings.Repeat(" + a", n) },
	"concats":     func(n int) string { return "select 'x'" + strings.Repeat(" || a", n) },
	"casts":       func(n int) string { return "select 1" + strings.Repeat("::int", n) },
	"collates":    func(n int) string { return "select a" + strings.Repeat(` collate "C"`, n) },
	"zones":       func(n int) string { return "select a" + strings.Repeat(" at time zone 'UTC'", n) },
	"nots":        func(n int) string { return "select " + strings.Repeat("not ", n) + "true" },
	"signs":       func(n int) string { return "select " + strings.Repeat("- ", n) + "a" },
	"operators":   func(n int) string { return "select " + strings.Repeat("operator(pg_catalog.-) ", n) + "a" },
	"cases": func(n int) string {
		return "select " + strings.Repeat("case when a then 1 else ", n) + "1" + strings.Repeat(" end", n)
	},
	"unions": func(n int) string { return "select 1" + strings.Repeat(" union select 1", n) },
	"intersects": func(n int) string {
		return "select 1" + strings.Repeat(" intersect all select a from t where b = 1", n)
	},
	"joins":    func(n int) string { return "select 1 from t" + strings.Repeat(" cross join t", n) },
	"joins on": func(n int) string { return "select 1 from t" + strings.Repeat(" left join t on a = b", n) },
	"joins in": func(n int) string {
		return "select 1 from t" + strings.Repeat(" join t", n) + strings.Repeat(" on true", n)
	},
	"subqueries": func(n int) string { return strings.Repeat("select (", n) + "select 1" + strings.Repeat(")", n) },
	"from": func(n int) string {
		return strings.Repeat("select * from (", n) + "select 1" + strings.Repeat(") x", n)
	},
	"in": func(n int) string {
		return strings.Repeat("select a from t where a in (", n) + "select 1" + strings.Repeat(")", n)
	},
	"with": func(n int) string {
		return strings.Repeat("with x as (", n) + "select 1" + strings.Repeat(") select 1", n)
	},
	"with more": func(n int) string {
		return strings.Repeat("with x as materialized (select a from t where f(case when a then (", n) + "select 1" + strings.Repeat(") end)) select 1", n)
	},
	"calls": func(n int) string { return "select " + strings.Repeat("f(a, ", n) + "1" + strings.Repeat(")", n) },
	"windows": func(n int) string {
		return "select " + strings.Repeat("f() over (order by ", n) + "1" + strings.Repeat(")", n)
	},
	"filters": func(n int) string {
		return "select " + strings.Repeat("f() filter (where ", n) + "a" + strings.Repeat(")", n)
	},
	"arrays": func(n int) string { return "select " + strings.Repeat("array[", n) + "1" + strings.Repeat("]", n) },
	"index":  func(n int) string { return "select " + strings.Repeat("a[", n) + "1" + strings.Repeat("]", n) },
	"rows":   func(n int) string { return "select " + strings.Repeat("row(", n) + "1" + strings.Repeat(")", n) },
	"lateral": func(n int) string {
		return strings.Repeat("select * from t, lateral (select a + (", n) + "select 1" + strings.Repeat(")) x", n)
	},
	"json": func(n int) string {
		return "select " + strings.Repeat("json_object('a' value ", n) + "1" + strings.Repeat(")", n)
	},
	"xml": func(n int) string {
		return "select " + strings.Repeat("xmlelement(name a, ", n) + "1" + strings.Repeat(")", n)
	},
	"likes": func(n int) string {
		return "select " + strings.Repeat("a like ", n) + "a"
	},
	"comparisons": func(n int) string { return "select a" + strings.Repeat(" <= a", n) },
	"betweens":    func(n int) string { return "select a" + strings.Repeat(" between a and b = c", n) },
	"is":          func(n int) string { return "select a" + strings.Repeat(" is null", n) },
	"grouping": func(n int) string {
		return "select 1 group by " + strings.Repeat("grouping sets (", n) + "a" + strings.Repeat(")", n)
	},
	"types": func(n int) string {
		return "select " + strings.Repeat("cast(", n) + "1" + strings.Repeat(" as int)", n)
	},
	"json table": func(n int) string {
		return "select * from json_table(a, 'x' columns (" + strings.Repeat("nested path 'x' columns (", n) + "a int" + strings.Repeat(")", n) + "))"
	},
	"explains": func(n int) string { return strings.Repeat("explain ", n) + "select 1" },
	"ors":      func(n int) string { return "select a" + strings.Repeat(" or (a and b)", n) },
}

// TestNestingIsBounded tries statements of every depth around the bound: each
// is understood or refused, and none breaks the grammar, which would refuse
// everything from then on.
func TestNestingIsBounded(t *testing.T) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	for name, f := range deep {
		deepest := 0
		for _, n := range []int{1, 10, 20, 25, 30, 45, 60, 75, 90, 120, 127, 150, 200, 340, 500, 690, 700, 1000, 3000, 20000} {
			st, err := a.Analyze([]byte(f(n)), nil)
			if err == nil && st.Err == nil {
				deepest = n
			}
			if broken.Load() {
				t.Fatalf("%s: %d break the grammar", name, n)
			}
		}
		t.Logf("%s: %d are understood", name, deepest)
	}
	if st, err := a.Analyze([]byte("select a + b from c"), nil); err != nil || st.Err != nil {
		t.Errorf("the grammar no longer works: %v, %v", err, st.Err)
	}
	// The stack has grown by now, and each parse copies it.
	const parses = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range parses {
		if _, err := a.Analyze(fmt.Appendf(nil, "select a%d from t", i), nil); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / parses; n > 6<<20 {
		t.Errorf("a parse copies %d KiB", n>>10)
	}
}
