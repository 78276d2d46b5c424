package lineage

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestQueriesAreWork: queries that share the queries in them come to an end, also
// where they name no table.
func TestQueriesAreWork(t *testing.T) {
	q := sel(sql.Output{})
	for range maxDepth - 1 {
		q = sel(sql.Output{Expr: sql.Expr{Queries: []sql.Subquery{{Query: q, Use: sql.UseValue}, {Query: q, Use: sql.UseTest}}}})
	}
	if l := resolve(t, q); l.Unknown == "" {
		t.Errorf("%+v", l)
	}
}
