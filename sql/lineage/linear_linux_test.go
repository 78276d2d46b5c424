//go:build linux

package lineage

import (
	"fmt"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/testclock"
	"github.com/sallyport/sallyport/sql"
)

// TestNamesOfResultsAreLinear sorts a result by each of its columns: ten times as
// many are about ten times the work.
func TestNamesOfResultsAreLinear(t *testing.T) {
	testclock.Alone(t)
	x := NewIndex(&sql.Catalogue{Relations: []sql.Relation{{Schema: "d", Name: "t", Kind: sql.RelationTable, Columns: []string{"a"}}}}, Options{FoldColumns: true})
	best := func(n int) (least time.Duration) {
		q := &sql.Query{From: []sql.Source{{Table: &sql.Name{Name: "t"}}}}
		for i := range n {
			a := sql.Expr{Refs: []sql.Ref{{Name: "a", Use: sql.UseValue}}}
			q.Outputs = append(q.Outputs, sql.Output{Name: fmt.Sprintf("n%d", i), Expr: a})
			q.Tests = append(q.Tests, sql.Test{Outputs: true, Expr: sql.Expr{Refs: []sql.Ref{{Name: fmt.Sprintf("N%d", i), Use: sql.UseTest}}}})
		}
		for range 3 {
			start := testclock.Spent(t)
			if l := x.Resolve(q, []string{"d"}); l.Unknown != "" || len(l.Columns) != n || len(l.Tests) != 1 {
				t.Fatalf("%d columns, tests %v, %s", len(l.Columns), l.Tests, l.Unknown)
			}
			if d := testclock.Spent(t) - start; least == 0 || d < least {
				least = d
			}
		}
		return least
	}
	small, large := best(1000), best(10000)
	t.Logf("1,000 columns take %v, 10,000 %v", small, large)
	if large > 35*small {
		t.Errorf("ten times the columns take %d times as long", large/small)
	}
}
