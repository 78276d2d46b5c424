package mysqlgate

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/gate/gatetest"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

const severalOpen = "\n      - {who: app, tables: ['*'], statements: [{{.Everything}}], dangers: [time, stored_code, dynamic_sql]}"

// recorded waits for the n-th entry about a statement and returns them all.
func (h *harness) recorded(n int) []gatetest.Entry {
	h.t.Helper()
	for deadline := time.Now().Add(rawTime); ; time.Sleep(time.Millisecond) {
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

// inStep asks for something and wants the answer and the record to be its own.
func (h *harness) inStep(t *testing.T, c *sql.Conn, behind string) {
	t.Helper()
	const row = "7 in step"
	if got, err := cells(t, c, "SELECT 7, 'in step'"); got != row || err != nil {
		t.Errorf("behind %.80s: %q, %v", behind, got, err)
	}
	if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Verb != "select" || e.In.Rows != 1 || e.Act.Error != "" {
		t.Errorf("behind %.80s the next one is recorded as %s", behind, e.Text)
	}
}

// thread is the database's number of the connection that runs what has marker in
// its text.
func (h *harness) thread(marker string) (id int) {
	h.t.Helper()
	h.running(marker, 1)
	err := h.db.Instance.Admin().QueryRowContext(h.t.Context(),
		"SELECT id FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()", "%"+marker+"%").Scan(&id)
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// TestSeveralKilled has the second of three ended by another session while it
// runs: the first stands, the third was not run, and the session goes on.
func TestSeveralKilled(t *testing.T) {
	h := start(t, setup{allow: severalOpen, more: allowing})
	h.direct("CREATE TABLE t (id INT)")
	c := h.conn(severally)
	const text = "INSERT INTO t VALUES (1); SELECT SLEEP(60) AS second; INSERT INTO t VALUES (2)"
	ended := make(chan error, 1)
	go func() {
		_, err := resultsOf(t, c, text)
		ended <- err
	}()
	if err := h.db.Instance.Exec(t.Context(), fmt.Sprintf("KILL QUERY %d", h.thread("SLEEP(60) AS second"))); err != nil {
		t.Fatal(err)
	}
	wantError(t, <-ended, 1317, "70100", "interrupted")
	all := h.recorded(3)
	if book := h.verbs(3); book != "insert allow 0 1 ; select allow 0 0 1317; insert allow 0 0 " || !strings.Contains(all[2].Text, "was not run") {
		t.Errorf("the ledger has %q, %s", book, all[2].Text)
	}
	h.inStep(t, c, text)
	if got := scan1(t, c, "SELECT GROUP_CONCAT(id) FROM t"); got != "1" {
		t.Errorf("the table has %s", got)
	}
}

// TestSeveralVanish cuts either connection amid the rows of the second statement.
func TestSeveralVanish(t *testing.T) {
	h := start(t, setup{allow: severalOpen, more: allowing})
	h.direct("CREATE TABLE t (id INT)")
	const text = "INSERT INTO t VALUES (1); SELECT seq, REPEAT('x', 1000), SLEEP(seq > 2000) AS second FROM seq_1_to_9000; SELECT 3"
	for name, cut := range map[string]func(*rawClient){
		"the app's": func(c *rawClient) { c.nc.Close() },
		"the database's": func(*rawClient) {
			if err := h.db.Instance.Exec(t.Context(), fmt.Sprintf("KILL CONNECTION %d", h.thread("AS second"))); err != nil {
				t.Fatal(err)
			}
		},
	} {
		before := len(h.recorded(0))
		c := h.raw(t).login(0)
		if p := c.command([]byte{byte(wire.ComSetOption), 0, 0}); p[0] == wire.HeaderErr {
			t.Fatalf("answered %q", p)
		}
		first := c.command(wire.AppendQuery(nil, text, 0))
		if first[0] != wire.HeaderOK {
			t.Fatalf("answered %q", first)
		}
		for range 100 { // columns, and rows
			c.read()
		}
		cut(c)
		all := h.recorded(before + 3)[before:]
		for i, verb := range []string{"insert", "select", "select"} {
			if e := all[i]; e.Act.Verb != verb || (i > 0) != strings.Contains(e.Text, "ended by an error of the connection") {
				t.Errorf("%s: statement %d is recorded as %s", name, i+1, e.Text)
			}
		}
		if all[0].Act.Affected != 1 || all[1].In.Rows < 10 || all[2].In.Rows != 0 {
			t.Errorf("%s: recorded as %s\n%s\n%s", name, all[0].Text, all[1].Text, all[2].Text)
		}
		h.running("AS second", 0)
	}
	h.inStep(t, h.conn(severally), text)
}

// TestSeveralFailInStep has a message of several fail in each way that leaves the
// session alive: what comes next has its own answer and its own record.
func TestSeveralFailInStep(t *testing.T) {
	h := start(t, setup{allow: severalOpen[:len(severalOpen)-1] + ", rows: 4}", more: allowing})
	h.direct("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE big SELECT seq AS n, REPEAT('x', 1000) AS v FROM seq_1_to_5000",
		"CREATE PROCEDURE p() BEGIN SELECT 1; SIGNAL SQLSTATE '45000'; SELECT 2; END")
	c := h.conn(severally)
	for _, text := range []string{
		"SELECT 1; SELECT * FROM nowhere; SELECT 2",
		"SELECT 1; SELECT seq, IF(seq = 3, (SELECT 1 UNION SELECT 2), 1) FROM seq_1_to_3; SELECT 2", // amid rows
		"SELECT 1; SELECT n FROM big LIMIT 5; SELECT 2",                                             // cut
		"SELECT n FROM big; SELECT v FROM big; SELECT v FROM big",                                   // cut, with more behind it than is thrown away
		"SELECT n FROM big; SELECT * FROM nowhere; SELECT 2",                                        // cut, and one behind it fails
		"SELECT 1; CALL p()",
		"SELECT 1; SELEKT 2",
		"SELECT 1; SET sql_mode = ''; SELECT 2",
		"SELECT 1; SELECT 2; SELECT n FROM big",
	} {
		for range 2 {
			_, err := resultsOf(t, c, text)
			if err == nil {
				t.Errorf("%s does not fail", text)
			}
			h.inStep(t, c, text)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if rows, err := c.QueryContext(ctx, "SELECT 1; SELECT SLEEP(60)"); err == nil {
		for rows.NextResultSet() {
		}
		if rows.Err() == nil {
			t.Error("a client that gives up has no error")
		}
		rows.Close()
	}
	h.inStep(t, h.conn(severally), "a client that gave up")
}
