package postgres

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
)

// TestColumnsOfFunctions holds what is known of functions in FROM against a
// server: which return sets, and with which columns.
func TestColumnsOfFunctions(t *testing.T) {
	conn := dial(t, testdb.Postgres(t).Database(t))
	seen := map[string]bool{}
	for _, row := range ask(t, conn, `select p.proname, p.proretset, coalesce((select string_agg(n, ' ' order by o)
		from unnest(p.proargnames, p.proargmodes::text[]) with ordinality as a (n, m, o) where m in ('o', 't', 'b')), '')
		from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace`).Rows {
		name, set, columns := string(row[0]), string(row[1]) == "t", strings.Fields(string(row[2]))
		if set && !returnsRows[name] {
			t.Errorf("%s returns a set", name)
		}
		want, known := rowsOfFunctions[name]
		if !known {
			continue
		}
		seen[name] = true
		if len(columns) == 0 {
			columns = []string{""}
		}
		if !slices.Equal(columns, want) {
			t.Errorf("%s has the columns %q, not %q", name, columns, want)
		}
	}
	if len(seen) != len(rowsOfFunctions) {
		t.Errorf("%d functions of %d are the server's", len(seen), len(rowsOfFunctions))
	}
}
