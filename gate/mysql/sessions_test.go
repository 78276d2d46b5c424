package mysqlgate

import "testing"

// TestOtherSessionsAreHidden: a rule for the server's own schemas does not show
// what others are at, by whatever name it is asked for, and sessions are not
// ended; the grant does both.
func TestOtherSessionsAreHidden(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: ['*', information_schema.*, performance_schema.*]}
`})
	c := h.conn()
	if _, err := rowsOf(t, c, "SELECT table_name FROM information_schema.tables"); err != nil {
		t.Error(err)
	}
	for _, q := range []string{"SHOW PROCESSLIST", "KILL 1", "SELECT info FROM information_schema.processlist", "SELECT * FROM performance_schema.threads"} {
		_, err := rowsOf(t, c, q)
		wantError(t, err, 1227, "42000", "dangerous", "sessions")
	}
	if _, err := c.ExecContext(t.Context(), "USE information_schema"); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"SELECT info FROM processlist", "SELECT info FROM `PROCESSLIST` p"} {
		_, err := rowsOf(t, c, q)
		wantError(t, err, 1227, "42000", "dangerous", "sessions")
	}

	h = start(t, setup{allow: `
      - {who: app, tables: ['*', information_schema.*], dangers: [sessions]}
`})
	c = h.conn()
	for _, q := range []string{"SHOW PROCESSLIST", "SELECT info FROM information_schema.processlist"} {
		if n, err := rowsOf(t, c, q); n == 0 || err != nil {
			t.Errorf("%s: %d rows, %v", q, n, err)
		}
	}
}
