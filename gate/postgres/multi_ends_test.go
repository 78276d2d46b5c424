package postgresgate

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport/sallyport/gate/gatetest"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// recorded waits for the n-th entry about a statement and returns them all.
func (h *harness) recorded(n int) []gatetest.Entry {
	h.t.Helper()
	for deadline := time.Now().Add(testTime); ; time.Sleep(time.Millisecond) {
		var all []gatetest.Entry
		for _, e := range h.book.All() {
			if e.Act.Kind == "sql" {
				all = append(all, e)
			}
		}
		if len(all) >= n {
			return all
		}
		if time.Now().After(deadline) {
			h.t.Fatalf("%d entries, want %d", len(all), n)
		}
	}
}

// inStep asks for something by each protocol and wants the answer and the record
// to be its own.
func (h *harness) inStep(t *testing.T, c *pgx.Conn, behind string) {
	t.Helper()
	const row = "7 in step"
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec} {
		if got, err := cells(t, c, "SELECT 7, 'in step'", mode); got != row || err != nil {
			t.Errorf("behind %.80s: %q, %v", behind, got, err)
		}
		if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Verb != "select" || e.In.Rows != 1 || e.Act.Error != "" {
			t.Errorf("behind %.80s the next one is recorded as %s", behind, e.Text)
		}
	}
}

// TestSeveralCancelled has the second of three cancelled through the door while it
// runs: the third was not run, the first is taken back with it, and the session
// goes on.
func TestSeveralCancelled(t *testing.T) {
	h := multiDoor(t)
	c := h.conn()
	const text = "INSERT INTO t VALUES (1); SELECT pg_sleep(60) AS second; INSERT INTO t VALUES (2)"
	ended := make(chan error, 1)
	go func() {
		_, err := h.together(t, c, text)
		ended <- err
	}()
	h.running("AS second", 1)
	if err := c.PgConn().CancelRequest(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantError(t, <-ended, "57014", "canceling statement")
	all := h.recorded(3)
	if book := h.verbs(3); book != "insert allow 0 1 ; select allow 0 0 57014; insert allow 0 0 " || !strings.Contains(all[2].Text, "was not run") {
		t.Errorf("the ledger has %q, %s", book, all[2].Text)
	}
	h.inStep(t, c, text)
	if got := scan1(t, c, "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("the table has %s rows", got)
	}
}

// TestSeveralVanish cuts either connection amid the rows of the second statement.
func TestSeveralVanish(t *testing.T) {
	h := multiDoor(t)
	const text = "INSERT INTO t VALUES (1); SELECT n, repeat('x', 1000), CASE WHEN n > 2000 THEN pg_sleep(1) END AS second FROM generate_series(1, 9000) n; SELECT 3"
	for name, cut := range map[string]func(*rawClient){
		"the app's": func(c *rawClient) { c.nc.Close() },
		"the database's": func(*rawClient) {
			const kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%AS second%' AND pid <> pg_backend_pid()"
			if err := h.db.Instance.Exec(t.Context(), kill); err != nil {
				t.Fatal(err)
			}
		},
	} {
		before := len(h.recorded(0))
		c := h.raw(t).secure(h).login()
		c.send(wire.AppendQuery(nil, text))
		for range 100 { // the first one's end, and rows
			c.read()
		}
		cut(c)
		all := h.recorded(before + 3)[before:]
		for i, verb := range []string{"insert", "select", "select"} {
			if e := all[i]; e.Act.Verb != verb || i > 0 && !strings.Contains(e.Text, `"note"`) && e.Act.Error == "" {
				t.Errorf("%s: statement %d is recorded as %s", name, i+1, e.Text)
			}
		}
		if all[0].Act.Affected != 1 || all[1].In.Rows < 10 || all[2].In.Rows != 0 {
			t.Errorf("%s: recorded as %s\n%s\n%s", name, all[0].Text, all[1].Text, all[2].Text)
		}
		h.running("AS second", 0)
	}
	h.inStep(t, h.conn(), text)
	if got := scan1(t, h.owner(), "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("the table has %s rows", got)
	}
}

// TestSeveralFailInStep has a message of several fail in each way that leaves the
// session alive: what comes next has its own answer and its own record.
func TestSeveralFailInStep(t *testing.T) {
	h := start(t, setup{allow: strings.TrimSuffix(strings.TrimRight(openPolicy, "\n"), "}") + ", rows: 4}\n", more: allowing})
	h.direct("CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)", "CREATE TABLE big AS SELECT n, repeat('x', 1000) AS v FROM generate_series(1, 9000) n")
	c := h.conn()
	for _, text := range []string{
		"SELECT 1; SELECT * FROM nowhere; SELECT 2",
		"SELECT 1; SELECT 1/(3-n) FROM generate_series(1, 3) n; SELECT 2", // amid rows
		"SELECT 1; SELECT n FROM big LIMIT 5; SELECT 2",                   // cut
		"SELECT n FROM big; SELECT v FROM big; SELECT v FROM big",         // cut, with more behind it than is thrown away
		"SELECT v FROM big; SELECT 2",                                     // cut, and cancelled
		"SELECT n FROM big LIMIT 5; SELECT 1/0; SELECT 2",                 // cut, and one behind it fails
		"SELECT 1; SELEKT 2",
		"SELECT 1; SET search_path = x; SELECT n FROM big",
		"SELECT 1; SELECT 2; SELECT n FROM big",
		"SELECT 1; COPY big (n) TO STDOUT; SELECT 2",
		"SELECT 1; SELECT pg_read_file('x')",
	} {
		for range 2 {
			if _, err := h.together(t, c, text); err == nil {
				t.Errorf("%s does not fail", text)
			}
			h.inStep(t, c, text)
		}
		exec(t, c, "BEGIN")
		if _, err := h.together(t, c, text); err == nil {
			t.Errorf("%s does not fail in a transaction", text)
		}
		_, err := h.together(t, c, "SELECT 1; SELECT 2")
		wantError(t, err, "25P02")
		exec(t, c, "ROLLBACK")
		h.inStep(t, c, text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.PgConn().Exec(ctx, "SELECT 1; SELECT pg_sleep(60)").ReadAll(); err == nil {
		t.Error("a client that gives up has no error")
	}
	h.inStep(t, h.conn(), "a client that gave up")
}
