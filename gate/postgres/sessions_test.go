package postgresgate

import "testing"

// TestOtherSessionsAreHidden: a rule for the server's own schema does not show
// what others are at, and sessions are not ended; the grant does both.
func TestOtherSessionsAreHidden(t *testing.T) {
	queries := []string{"SELECT query FROM pg_stat_activity", "SELECT pg_stat_get_activity(NULL)", "SELECT pg_cancel_backend(1)",
		"SELECT count(*) FROM pg_catalog.pg_locks"}
	h := start(t, setup{allow: `
      - {who: app, tables: ['*', pg_catalog.*]}
`})
	c := h.conn()
	if _, err := rowsOf(t, c, "SELECT relname FROM pg_class"); err != nil {
		t.Error(err)
	}
	for _, q := range queries {
		_, err := rowsOf(t, c, q)
		wantError(t, err, "42501", "dangerous", "sessions")
	}
	h = start(t, setup{allow: `
      - {who: app, tables: ['*', pg_catalog.*], dangers: [sessions]}
`})
	c = h.conn()
	for _, q := range queries {
		if n, err := rowsOf(t, c, q); n == 0 || err != nil {
			t.Errorf("%s: %d rows, %v", q, n, err)
		}
	}
}
