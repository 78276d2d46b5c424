package postgresgate

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// allowing are the keys of a door that takes several statements in one message.
const allowing = "    multi-statements: allow\n"

func multiDoor(t *testing.T) *harness {
	t.Helper()
	h := start(t, setup{allow: openPolicy, more: allowing})
	h.direct("CREATE TABLE t (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)", "CREATE TABLE secrets (id int)", "INSERT INTO secrets VALUES (7)")
	return h
}

// together runs a text by the simple protocol and returns each result's tag and
// rows, and the error.
func (h *harness) together(t *testing.T, c *pgx.Conn, text string) (string, error) {
	t.Helper()
	var out []string
	all := c.PgConn().Exec(context.Background(), text)
	for all.NextResult() {
		r := all.ResultReader()
		line := ""
		for r.NextRow() {
			line += string(r.Values()[0]) + ","
		}
		tag, err := r.Close()
		if err == nil {
			out = append(out, line+tag.String())
		}
	}
	return strings.Join(out, "; "), all.Close()
}

// verbs is what the ledger has of the last n statements: verb, rows and outcome.
func (h *harness) verbs(n int) string {
	var out []string
	all := h.book.All()
	for _, e := range all[len(all)-n:] {
		why := e.Act.Error
		if e.Effect == "deny" {
			why += e.Code()
		}
		out = append(out, fmt.Sprintf("%s %s %d %d %s", e.Act.Verb, e.Effect, e.In.Rows, e.Act.Affected, why))
	}
	return strings.Join(out, "; ")
}

func TestSeveralStatements(t *testing.T) {
	h := multiDoor(t)
	c := h.conn()
	for _, tt := range []struct{ text, want, book string }{
		{"SELECT 1; SELECT 2 UNION ALL SELECT 3; ;-- no more", "1,SELECT 1; 2,3,SELECT 2", "select allow 1 0 ; select allow 2 0 "},
		{"INSERT INTO t VALUES (1), (2); DELETE FROM t WHERE id = 1; SELECT id FROM t", "INSERT 0 2; DELETE 1; 2,SELECT 1",
			"insert allow 0 2 ; delete allow 0 1 ; select allow 1 0 "},
		{"CREATE TEMP TABLE x (a int); INSERT INTO x VALUES (1); SELECT a FROM x; DROP TABLE x", "CREATE TABLE; INSERT 0 1; 1,SELECT 1; DROP TABLE",
			"create allow 0 0 ; insert allow 0 1 ; select allow 1 0 ; drop allow 0 0 "},
		{"BEGIN; DECLARE c CURSOR FOR SELECT 5; FETCH c; COMMIT", "BEGIN; DECLARE CURSOR; 5,FETCH 1; COMMIT",
			"transaction allow 0 0 ; cursor allow 0 0 ; cursor allow 1 0 ; transaction allow 0 0 "},
		{"SET application_name = 'a'; SELECT 1", "SET; 1,SELECT 1", "set allow 0 0 ; select allow 1 0 "},
		{"SET search_path = public; COMMIT", "SET; COMMIT", "set allow 0 0 ; transaction allow 0 0 "},
		{"CREATE SCHEMA a; CREATE TYPE a.x AS (b int); CREATE TABLE a.y (b a.x)", "CREATE SCHEMA; CREATE TYPE; CREATE TABLE",
			"create allow 0 0 ; create allow 0 0 ; create allow 0 0 "},
		{"CREATE SCHEMA b; CREATE TABLE y (b int)", "", ""},
		{"CREATE SCHEMA b; SELECT 1 FROM a.y", "", ""},
		{"SET search_path = public; SET search_path = public", "", ""},
	} {
		got, err := h.together(t, c, tt.text)
		if tt.want == "" {
			if err == nil || !strings.Contains(err.Error(), "multi-statement") {
				t.Errorf("%s: %q, %v", tt.text, got, err)
			}
			exec(t, c, "SET search_path = public")
			continue
		}
		if n := strings.Count(tt.book, ";") + 1; err != nil || got != tt.want || h.verbs(n) != tt.book {
			t.Errorf("%s\n got %q, %v\nbook %q", tt.text, got, err, h.verbs(n))
		}
	}
}

// TestSeveralFail has a statement amid others fail: those behind it were not
// run, and the implicit transaction of all is rolled back.
func TestSeveralFail(t *testing.T) {
	h := multiDoor(t)
	c := h.conn()
	got, err := h.together(t, c, "INSERT INTO t VALUES (1); SELECT 1/0; INSERT INTO t VALUES (2)")
	if got != "INSERT 0 1" || err == nil || !strings.Contains(err.Error(), "22012") {
		t.Errorf("%q, %v", got, err)
	}
	all := h.book.All()
	if book := h.verbs(3); book != "insert allow 0 1 ; select allow 0 0 22012; insert allow 0 0 " || !strings.Contains(all[len(all)-1].Text, "was not run") {
		t.Errorf("the ledger has %q, %s", book, all[len(all)-1].Text)
	}
	if got, err := h.together(t, c, "SELECT id FROM t"); got != "SELECT 0" || err != nil {
		t.Errorf("behind it: %q, %v", got, err)
	}
	if _, err := h.together(t, c, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)"); err == nil || !strings.Contains(err.Error(), "23505") {
		t.Errorf("what fails as it is committed: %v", err)
	}
	if got, err := h.together(t, c, "SELECT id FROM t"); got != "SELECT 0" || err != nil {
		t.Errorf("behind it: %q, %v", got, err)
	}
}

// TestSeveralRefused has one of several statements refused: nothing is sent.
func TestSeveralRefused(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, insert, create, set, copy], tables: [t, u]}
      - {who: app, statements: [select], tables: [few], rows: 2}
      - {who: app, statements: [select], tables: [asked], prepared: required}`, more: allowing})
	h.direct("CREATE TABLE t (id int)", "CREATE TABLE few (id int)", "INSERT INTO few SELECT generate_series(1, 5)", "CREATE TABLE secrets (id int)", "CREATE TABLE asked (id int)")
	c := h.conn()
	for _, tt := range []struct {
		text, word string
		position   int32
	}{
		{"INSERT INTO t VALUES (1); /* ü */ SELECT * FROM secrets; SELECT 1", "no-rule", 35},
		{"INSERT INTO t VALUES (1); SELECT * FROM asked", "unprepared", 27},
		{"INSERT INTO t VALUES (1); SELEKT 1", "unparsed", 0},
		{"INSERT INTO t VALUES (1); SELECT pg_read_file('x')", "dangerous", 27},
		{"INSERT INTO t VALUES (1); SET search_path = x; SELECT * FROM t", "multi-statement", 48},
		{"INSERT INTO t VALUES (1); SELECT set_config('search_path', 'x', true); SELECT * FROM t", "multi-statement", 72},
		{"SET client_encoding = latin1; SELECT * FROM t", "multi-statement", 31},
		{"SET standard_conforming_strings = off; SELECT * FROM t", "multi-statement", 40},
		{"RESET ALL; SELECT * FROM t", "multi-statement", 12},
		{"SELECT * FROM few; INSERT INTO t VALUES (1)", "multi-statement", 20},
		{"BEGIN; SELECT * FROM few; COMMIT", "multi-statement", 27},
		{"INSERT INTO t VALUES (1); CREATE SCHEMA x; SELECT * FROM t", "no-rule", 27},
		{"INSERT INTO t VALUES (1)" + strings.Repeat(";SELECT 1", maxStatements), "multi-statement", 0},
	} {
		_, err := h.together(t, c, tt.text)
		e, ok := err.(*pgconn.PgError)
		if !ok || !strings.Contains(e.Message, tt.word) || e.Position != tt.position {
			t.Errorf("%.80s: %v", tt.text, err)
		}
		if e := h.book.All(); e[len(e)-1].Effect != "deny" {
			t.Errorf("%.80s: the last entry is %s", tt.text, e[len(e)-1].Text)
		}
	}
	if got, err := h.together(t, c, "SELECT * FROM t; SELECT 1"); got != "SELECT 0; 1,SELECT 1" || err != nil {
		t.Errorf("something was sent: %q, %v", got, err)
	}
	h.together(t, c, "SELECT * FROM t; SELECT * FROM secrets")
	if book := h.verbs(2); book != "select deny 0 0 no-rule; select deny 0 0 multi-statement" {
		t.Errorf("the ledger has %q", book)
	}
	h.reload(setup{allow: openPolicy})
	if _, err := h.together(t, c, "SELECT 1; SELECT 2"); err == nil || !strings.Contains(err.Error(), "multi-statement") {
		t.Errorf("after a reload that denies: %v", err)
	}
}

// TestSeveralAreCut has a result amid others be too long: what stands behind it
// is kept back, and recorded so.
func TestSeveralAreCut(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [few], rows: 2}
      - {who: app, statements: [select], tables: [t]}`, more: allowing})
	h.direct("CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)", "CREATE TABLE few (id int)", "INSERT INTO few SELECT generate_series(1, 5)")
	c := h.conn()
	got, err := h.together(t, c, "SELECT * FROM t; SELECT * FROM few; SELECT * FROM t; SELECT * FROM t")
	if got != "1,SELECT 1" || err == nil || !strings.Contains(err.Error(), "row-limit") {
		t.Errorf("%q, %v", got, err)
	}
	if book := h.verbs(4); book != "select allow 1 0 ; select deny 2 0 row-limit; select deny 0 0 multi-statement; select deny 0 0 multi-statement" {
		t.Errorf("the ledger has %q", book)
	}
	if got, err := h.together(t, c, "SELECT * FROM t; SELECT id FROM few LIMIT 1"); got != "1,SELECT 1; 1,SELECT 1" || err != nil {
		t.Errorf("behind it: %q, %v", got, err)
	}
}

// TestSeveralAreMasked masks the results of several statements each by its own
// lineage, and lets nothing follow DDL.
func TestSeveralAreMasked(t *testing.T) {
	h := startGuarded(t, allowing)
	c := h.conn()
	got, err := h.together(t, c, "SELECT id FROM users WHERE id = 1; SELECT email FROM users WHERE id = 1; SELECT name FROM users WHERE id = 1")
	if got != "1,SELECT 1; ***************,SELECT 1; ann,SELECT 1" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for text, word := range map[string]string{
		"SELECT 1; SELECT card FROM users":                                  "class",
		"CREATE TABLE x (a int); SELECT id FROM users":                      "unknown-lineage",
		"ALTER TABLE orders RENAME TO o2; SELECT name FROM users":           "unknown-lineage",
		"SELECT email FROM users; INSERT INTO orders VALUES (1, 1, 'a')":    "multi-statement",
		"DROP VIEW people; SELECT id FROM orders":                           "multi-statement",
		"CREATE TEMP TABLE users (email text); SELECT id, email FROM users": "unknown-lineage",
	} {
		if got, err := h.together(t, c, text); err == nil || !strings.Contains(err.Error(), word) || got != "" {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

// TestSeveralWithRollback takes back, before others, what an earlier message of
// the transaction has changed.
func TestSeveralWithRollback(t *testing.T) {
	h := multiDoor(t)
	h.direct("CREATE SCHEMA other", "CREATE TABLE other.t (id int)")
	c := h.conn()
	exec(t, c, "BEGIN")
	exec(t, c, "SET search_path = other")
	for _, end := range []string{"ROLLBACK", "COMMIT"} {
		if _, err := h.together(t, c, end+"; SELECT * FROM t"); err == nil || !strings.Contains(err.Error(), "multi-statement") {
			t.Errorf("%s: %v", end, err)
		}
		exec(t, c, "ROLLBACK")
		exec(t, c, "BEGIN")
		exec(t, c, "SET search_path = other")
	}
}

// TestSeveralWithCopy copies amid other statements.
func TestSeveralWithCopy(t *testing.T) {
	h := multiDoor(t)
	out, err := h.program(t, "psql", "-X", "-At", "-c", "INSERT INTO t VALUES (1); COPY t TO STDOUT; SELECT 2")
	if err != nil || !strings.Contains(out, "1\n2") {
		t.Errorf("%q, %v", out, err)
	}
	raw := h.raw(t).secure(h).login()
	raw.send(wire.AppendQuery(nil, "DELETE FROM t; COPY t FROM STDIN; SELECT id FROM t"))
	for _, want := range []wire.MessageType{wire.MsgCommandComplete, wire.MsgCopyInResponse} {
		if got, p := raw.read(); got != want {
			t.Fatalf("%v %q, want %v", got, p, want)
		}
	}
	raw.send(wire.AppendEmpty(wire.AppendCopyData(nil, []byte("5\n6\n")), wire.MsgCopyDone))
	if got := raw.until(); got != "CTDDCZI" {
		t.Errorf("behind the copy: %s", got)
	}
	if book := h.verbs(3); book != "delete allow 0 1 ; copy allow 0 2 ; select allow 2 0 " {
		t.Errorf("the ledger has %q", book)
	}
}
