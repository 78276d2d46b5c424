package postgresgate

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/sallyport/sallyport/gate/gatetest"
)

// narrow is a policy as an app has it.
const narrow = `
      - {who: app, statements: [select], tables: [colours], rows: 3}
      - {who: app, statements: [select, insert, update, delete, copy], tables: [users], rows: 5}
      - {who: app, statements: [select], tables: [secrets], prepared: required}
`

func narrowDoor(t *testing.T, more string) *harness {
	h := start(t, setup{allow: narrow, more: more})
	h.direct("CREATE TABLE colours (id INT, v TEXT)", "INSERT INTO colours SELECT n, repeat('x', 50) FROM generate_series(1, 60000) n",
		"CREATE TABLE users (id INT, name TEXT)", "INSERT INTO users SELECT n, 'user' FROM generate_series(1, 20) n",
		"CREATE TABLE secrets (id INT)", "INSERT INTO secrets VALUES (1)")
	return h
}

// both runs a test by each protocol.
func both(t *testing.T, run func(t *testing.T, change func(*pgx.ConnConfig))) {
	t.Run("extended", func(t *testing.T) { run(t, func(*pgx.ConnConfig) {}) })
	t.Run("simple", func(t *testing.T) { run(t, simply) })
}

func rowsOf(t *testing.T, c *pgx.Conn, query string, args ...any) (n int, err error) {
	t.Helper()
	rows, err := c.Query(context.Background(), query, args...)
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func TestRefusals(t *testing.T) {
	h := narrowDoor(t, "")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		for _, tt := range []struct{ query, code, word string }{
			{"SELECT * FROM nowhere.users", "42501", "no-rule"},
			{"SELECT * FROM pg_authid", "42501", "no-rule"},
			{"SELECT * FROM information_schema.tables", "42501", "no-rule"},
			{"SELECT u.id FROM users u JOIN colours USING (id)", "42501", "no-rule"},
			{"DROP TABLE users", "42501", "no-rule"},
			{"SELECT pg_read_file('/etc/passwd')", "42501", "dangerous"},
			{"SELECT pg_sleep(1)", "42501", "dangerous"},
			{"DO $$BEGIN END$$", "42501", ""},
			{"PREPARE p AS SELECT 1", "42501", ""},
			{"COPY users TO PROGRAM 'id'", "42501", "dangerous"},
			{"COPY secrets TO STDOUT", "42501", "no-rule"},
			{"SET ROLE postgres", "42501", ""},
			{"SET search_path = evil", "42501", "no-rule"},
			{"LISTEN x", "42501", "no-rule"},
			{"SELEC 1", "42601", "unparsed"},
			{"SELECT 'unended", "42601", "unparsed"},
		} {
			_, err := c.Exec(context.Background(), tt.query)
			wantError(t, err, tt.code, "refused by sallyport", tt.word, "crossing ")
			// Beyond twenty in a second equal denials are counted.
			if e := h.book.Last(t, "sql"); e.Effect != "deny" || !strings.Contains(e.Text, `"count"`) && !strings.Contains(err.Error(), idOf(e)) {
				t.Errorf("%s is recorded as %s", tt.query, e.Text)
			}
		}
		exec(t, c, "SET application_name = 'x'")
		if got := scan1(t, c, "SELECT count(*) FROM users"); got != "20" {
			t.Errorf("got %q", got)
		}
	})
	c := h.conn(simply)
	_, err := c.Exec(context.Background(), "SELECT 1; SELECT 2")
	wantError(t, err, "42601", "multi-statement")
	_, err = c.Exec(context.Background(), "SELECT id FROM secrets WHERE id = 1")
	wantError(t, err, "42501", "unprepared")
	p := h.conn()
	if got := scan1(t, p, "SELECT id FROM secrets WHERE id = $1", 1); got != "1" {
		t.Errorf("got %q", got)
	}
	_, err = p.Exec(context.Background(), "SELECT id FROM secrets WHERE id = 1")
	wantError(t, err, "42501", "unprepared")
	if got := p.PgConn().ExecParams(t.Context(), "SELECT id FROM secrets", nil, nil, nil, nil).Read(); got.Err != nil || len(got.Rows) != 1 {
		t.Error(got)
	}
}

func idOf(e gatetest.Entry) string {
	_, rest, _ := strings.Cut(e.Text, `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

func TestRowsAreCut(t *testing.T) {
	h := narrowDoor(t, "    audit: strict")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		for _, where := range []int{4, 60000} {
			n, err := rowsOf(t, c, "SELECT v FROM colours WHERE id <= $1", where)
			if n != 3 {
				t.Errorf("%d rows", n)
			}
			wantError(t, err, "54000", "row-limit", "3 rows")
			if e := h.book.Last(t, "sql"); e.Code() != "row-limit" || e.In.Rows != 3 || e.Effect != "deny" {
				t.Errorf("recorded as %s", e.Text)
			}
		}
		if n, err := rowsOf(t, c, "SELECT v FROM colours WHERE id <= $1", 3); n != 3 || err != nil {
			t.Error(n, err)
		}
		exec(t, c, "BEGIN")
		_, err := rowsOf(t, c, "SELECT v FROM colours WHERE id <= $1", 4)
		wantError(t, err, "54000")
		_, err = c.Exec(context.Background(), "SELECT 1")
		wantError(t, err, "25P02")
		exec(t, c, "ROLLBACK")
	})
}

// TestWritesAreTakenBack has writes pass the limit of their rule.
func TestWritesAreTakenBack(t *testing.T) {
	h := narrowDoor(t, "")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		ctx := context.Background()
		simple := c.Config().DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol
		changed := func(want string) {
			t.Helper()
			if got := scan1(t, c, "SELECT count(*) FROM users WHERE name = $1", "other"); got != want {
				t.Errorf("%s rows are changed, want %s", got, want)
			}
		}
		exec(t, c, "UPDATE users SET name = $1 WHERE id <= 5", "other")
		changed("5")
		_, err := c.Exec(ctx, "UPDATE users SET name = $1", "other")
		want, after := "takes the change back", "5"
		if simple {
			want, after = "the change has been made", "20"
		}
		wantError(t, err, "54000", "row-limit", want)
		if e := h.book.Last(t, "sql"); e.Act.Affected != 20 || e.Code() != "row-limit" {
			t.Errorf("recorded as %s", e.Text)
		}
		changed(after)
		h.direct("UPDATE users SET name = 'user'")
		exec(t, c, "BEGIN")
		_, err = c.Exec(ctx, "UPDATE users SET name = $1", "other")
		wantError(t, err, "54000", "takes the change back")
		_, err = c.Exec(ctx, "COMMIT")
		if err != nil && !strings.Contains(err.Error(), "rollback") {
			t.Error(err)
		}
		changed("0")
		// The rows of a RETURNING are cut, and their change is not kept either.
		n, err := rowsOf(t, c, "UPDATE users SET name = $1 RETURNING id", "other")
		if n != 5 {
			t.Errorf("%d rows", n)
		}
		wantError(t, err, "54000", want)
		changed(map[bool]string{false: "0", true: "20"}[simple])
		h.direct("UPDATE users SET name = 'user'")
	})
}

func TestCopiesAreCut(t *testing.T) {
	h := narrowDoor(t, "")
	c := h.conn()
	ctx := context.Background()
	for _, text := range []string{strings.Repeat("7\tx\n", 6), strings.Repeat("7\tx\n", 5) + "7\tx", strings.Repeat("7\tx\n", 300_000)} {
		_, err := c.PgConn().CopyFrom(ctx, strings.NewReader(text), "COPY users FROM STDIN")
		wantError(t, err, "54000", "row-limit", "nothing has been changed")
		if e := h.book.Last(t, "sql"); e.Code() != "row-limit" || e.Act.Affected != 0 {
			t.Errorf("recorded as %s", e.Text)
		}
	}
	if got := scan1(t, c, "SELECT count(*) FROM users"); got != "20" {
		t.Errorf("%s rows", got)
	}
	var out strings.Builder
	_, err := c.PgConn().CopyTo(ctx, &out, "COPY users TO STDOUT")
	wantError(t, err, "54000", "row-limit")
	if n := strings.Count(out.String(), "\n"); n != 5 {
		t.Errorf("%d rows", n)
	}
	if tag, err := c.PgConn().CopyTo(ctx, &out, "COPY (SELECT * FROM users LIMIT 5) TO STDOUT"); err != nil || tag.RowsAffected() != 5 {
		t.Error(tag, err)
	}
}

// TestReportLetsPass has a door that only reports.
func TestReportLetsPass(t *testing.T) {
	h := narrowDoor(t, "    mode: report")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		if n, err := rowsOf(t, c, "SELECT id FROM colours WHERE id <= $1", 10); n != 10 || err != nil {
			t.Errorf("beyond the limit: %d rows, %v", n, err)
		}
		if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Would != "deny" || e.Code() != "row-limit" || e.In.Rows != 10 {
			t.Errorf("recorded as %s", e.Text)
		}
		_, err := c.Exec(context.Background(), "SELEC 1")
		wantError(t, err, "42601", "unparsed")
	})
}

func TestWhatCannotBeRecorded(t *testing.T) {
	h := narrowDoor(t, "    audit: strict")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		exec(t, c, "SELECT 1")
		h.book.Fail(errDisk)
		_, err := c.Exec(context.Background(), "SELECT count(*) FROM users")
		wantError(t, err, "XX000", "cannot record")
		h.book.Fail(nil)
	})
}
