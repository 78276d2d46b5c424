package postgresgate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// last runs statements, of which all but the last have to succeed, and returns the
// cells of the last and its error. It leaves no transaction and no cursor.
func last(t *testing.T, c *pgx.Conn, statements ...string) (string, error) {
	t.Helper()
	defer func() {
		exec(t, c, "ROLLBACK")
		exec(t, c, "CLOSE ALL")
	}()
	for _, q := range statements[:len(statements)-1] {
		exec(t, c, q)
	}
	return cells(t, c, statements[len(statements)-1])
}

func TestFetchIsJudgedAsItsDeclare(t *testing.T) {
	h := startGuarded(t, "")
	const declare = "DECLARE c SCROLL CURSOR FOR SELECT id, email, year FROM users ORDER BY id"
	for name, mode := range map[string]pgx.QueryExecMode{"simple": pgx.QueryExecModeSimpleProtocol, "extended": pgx.QueryExecModeDescribeExec} {
		c := h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = mode })
		for _, tt := range []struct {
			want       string
			statements []string
		}{
			{"1 *************** 0; 2 *************** 0", []string{"BEGIN", declare, "FETCH ALL FROM c"}},
			{"2 *************** 0", []string{"BEGIN", declare, "FETCH 1 FROM c", "FETCH c"}},
			{"2 *************** 0; 1 *************** 0", []string{"BEGIN", declare, "MOVE LAST IN c", "MOVE 1 IN c", "FETCH BACKWARD ALL IN C"}},
			{"1 *************** 0", []string{"BEGIN", declare, "SELECT 1", "UPDATE users SET name = 'x' WHERE id = 2", "SAVEPOINT a", "FETCH ABSOLUTE 1 FROM c"}},
			{"1 *************** 0", []string{"DECLARE c CURSOR WITH HOLD FOR SELECT id, email, year FROM users ORDER BY id", "FETCH c"}},
			{"1 *************** 0", []string{"BEGIN", strings.Replace(declare, "FOR", "WITH HOLD FOR", 1), "COMMIT", "FETCH c"}},
			{"1 *************** 0", []string{"BEGIN", strings.Replace(declare, "SCROLL", "BINARY", 1), "FETCH c"}},
			{"1 ann", []string{"BEGIN", declare, `DECLARE "C" CURSOR FOR SELECT id, name FROM users WHERE id = 1`, `FETCH "C"`}},
			{"1 *************** 0", []string{"BEGIN", declare, `DECLARE "C" CURSOR FOR SELECT id, name FROM users WHERE id = 1`, "FETCH C"}},
			{"***************", []string{"BEGIN", "DECLARE c CURSOR FOR SELECT name FROM users", "CLOSE c", "DECLARE c CURSOR FOR SELECT mail FROM people WHERE id = 1", "FETCH c"}},
			{"***************", []string{"BEGIN", "SAVEPOINT a", "DECLARE c CURSOR FOR SELECT name FROM users", "FETCH c", "ROLLBACK TO a", "DECLARE c CURSOR FOR SELECT mail FROM people WHERE id = 1", "FETCH c"}},
		} {
			if got, err := last(t, c, tt.statements...); err != nil || got != tt.want {
				t.Errorf("%s: %s: %q, %v; want %q", name, strings.Join(tt.statements, "; "), got, err, tt.want)
			}
		}
		exec(t, c, "BEGIN")
		exec(t, c, declare)
		if got, err := cells(t, c, "FETCH ALL FROM c"); err != nil || strings.Contains(got, "ann@") {
			t.Errorf("%q, %v", got, err)
		}
		e := h.book.Last(t, "sql")
		if e.Effect != "mask" || e.In.Rows != 2 || !slices.Equal(e.Act.Tables, []string{"users"}) || e.Act.What != "fetch all from c" {
			t.Errorf("recorded as %s", e.Text)
		}
		if tag, err := c.Exec(t.Context(), "MOVE BACKWARD ALL IN c"); err != nil || tag.RowsAffected() != 2 {
			t.Errorf("MOVE: %v, %v", tag, err)
		}
	}
}

// TestFetchBehindASavepoint has what is rolled back to a savepoint, and what is not.
func TestFetchBehindASavepoint(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	for _, q := range []string{
		"BEGIN", "DECLARE outer_one CURSOR FOR SELECT id, email FROM users ORDER BY id", "SAVEPOINT a",
		"DECLARE inner_one CURSOR FOR SELECT name FROM users",
	} {
		exec(t, c, q)
	}
	_, err := c.Exec(t.Context(), "SELECT 1/0")
	wantError(t, err, "22012")
	_, err = c.Exec(t.Context(), "FETCH outer_one")
	wantError(t, err, "42501", "unknown-lineage")
	exec(t, c, "ROLLBACK TO a")
	if got, err := cells(t, c, "FETCH outer_one"); err != nil || got != "1 ***************" {
		t.Errorf("a cursor of before the savepoint: %q, %v", got, err)
	}
	_, err = c.Exec(t.Context(), "FETCH inner_one")
	wantError(t, err, "42501", "unknown-lineage")
}

// TestCursorsThatNobodyKnows: what a name stands for by now is not guessed.
func TestCursorsThatNobodyKnows(t *testing.T) {
	h := startGuarded(t, "    multi-statements: allow\n")
	const declare = "DECLARE c CURSOR WITH HOLD FOR SELECT id, note FROM orders"
	swap := " LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CLOSE c'; EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT id, email FROM users'; RETURN NULL; END $$"
	h.direct(
		"CREATE TABLE now_fires (a int)", "CREATE TABLE later_fires (a int)", "CREATE FUNCTION swap() RETURNS trigger"+swap,
		"CREATE TRIGGER swap AFTER INSERT ON now_fires FOR EACH ROW EXECUTE FUNCTION swap()",
		"CREATE CONSTRAINT TRIGGER swap AFTER INSERT ON later_fires DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION swap()")
	c := h.conn(simply)
	long := strings.Repeat("l", 63)
	for _, statements := range [][]string{
		{"BEGIN", declare, "CLOSE c", "FETCH c"},
		{"BEGIN", declare, "CLOSE ALL", "FETCH c"},
		{"BEGIN", declare, "ROLLBACK", "FETCH c"},
		{"BEGIN", "DECLARE c CURSOR FOR SELECT name FROM users", "COMMIT", "FETCH c"},
		{declare, "DISCARD ALL", "FETCH c"},
		{"BEGIN", declare, "INSERT INTO now_fires VALUES (1)", "FETCH c"},
		{"BEGIN", declare, "FETCH c", "INSERT INTO now_fires VALUES (1)", "MOVE c"},
		{"BEGIN", declare, "INSERT INTO later_fires VALUES (1)", "SET CONSTRAINTS ALL IMMEDIATE", "FETCH c"},
		{"BEGIN", declare, "INSERT INTO later_fires VALUES (1)", "FETCH c", "COMMIT", "FETCH c"},
		{"BEGIN", declare + "; INSERT INTO now_fires VALUES (1)", "FETCH c"},
		{"INSERT INTO later_fires VALUES (1); " + declare, "FETCH c"},
		{"BEGIN", "INSERT INTO later_fires VALUES (1)", declare + "; COMMIT", "FETCH c"},
		{"BEGIN", declare, "INSERT INTO now_fires VALUES (1); FETCH c"},
		{"BEGIN", "DECLARE " + long + " CURSOR FOR SELECT name FROM users", "FETCH " + long},
		{"BEGIN", "DECLARE é CURSOR FOR SELECT name FROM users", "FETCH é"},
	} {
		got, err := last(t, c, statements...)
		if err == nil || got != "" || !strings.Contains(err.Error(), "unknown-lineage") {
			t.Errorf("%s: %q, %v", strings.Join(statements, "; "), got, err)
		}
	}
	if got, err := last(t, c, "BEGIN; "+declare, "FETCH c"); err != nil || got != "7 a" {
		t.Errorf("a DECLARE that its message ends with: %q, %v", got, err)
	}
	if got, err := last(t, c, "BEGIN", declare, "INSERT INTO orders VALUES (8, 1, 'b')", "FETCH c"); err != nil || got != "7 a" {
		t.Errorf("behind what is harmless: %q, %v", got, err)
	}
}

// TestCursorsAreBounded has more cursors than a session is known to have, and those
// that its transaction took along forgotten.
func TestCursorsAreBounded(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn(simply)
	for range 2 {
		exec(t, c, "BEGIN")
		for i := range maxCursors + 1 {
			exec(t, c, fmt.Sprintf("DECLARE c%d CURSOR FOR SELECT name FROM users", i))
		}
		if got, err := cells(t, c, fmt.Sprintf("FETCH c%d", maxCursors-1)); err != nil || got != "ann" {
			t.Errorf("%q, %v", got, err)
		}
		_, err := cells(t, c, fmt.Sprintf("FETCH c%d", maxCursors))
		wantError(t, err, "42501", "unknown-lineage")
		exec(t, c, "ROLLBACK")
	}
}

// TestCursorsAndTheProtocol: portals share their names with cursors, and what a
// pipeline still has under way is waited for.
func TestCursorsAndTheProtocol(t *testing.T) {
	h := startGuarded(t, "")
	h.direct("CREATE TABLE fires (a int)",
		"CREATE FUNCTION swap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CLOSE c'; EXECUTE 'DECLARE c CURSOR FOR SELECT id, email FROM users'; RETURN NULL; END $$",
		"CREATE TRIGGER swap AFTER INSERT ON fires FOR EACH ROW EXECUTE FUNCTION swap()")
	sync := wire.AppendEmpty(nil, wire.MsgSync)
	named := func(text, name string) []byte {
		parse := wire.Parse{Name: []byte(name), Query: []byte(text)}
		bind := wire.Bind{Portal: []byte(name), Statement: []byte(name)}
		return bind.Append(parse.Append(nil))
	}
	closed := wire.Object{Kind: wire.Portal, Name: []byte("c")}.AppendClose(nil)
	described := wire.Object{Kind: wire.Portal, Name: []byte("c")}.AppendDescribe(nil)
	run := func(name string) []byte { return wire.Execute{Portal: []byte(name)}.Append(nil) }
	declare := executed("DECLARE c CURSOR FOR SELECT id, name FROM users")
	for _, tt := range []struct {
		name string
		send []byte
		want string
	}{
		{"in one pipeline", slices.Concat(declare, executed("FETCH c"), sync), "12nC12TDCZT"},
		{"described by the protocol", slices.Concat(declare, described, executed("FETCH c"), sync), "12nCT12TDCZT"},
		{"closed by the protocol", slices.Concat(declare, closed, named("SELECT id, email FROM users", "c"), executed("FETCH c"), sync), "12nC312E(42501)ZE"},
		{"described when it is closed", slices.Concat(declare, closed, described, sync), "12nC3E(34000)ZE"},
		{"run by the protocol", slices.Concat(declare, run("c"), sync), "12nCE(34000)ZE"},
		{"code under way", slices.Concat(declare, executed("FETCH c"), executed("INSERT INTO fires VALUES (1)"), executed("FETCH c"), sync), "12nC12TDC12nCE(42501)ZE"},
		{"code under way, fetched by what was bound before", slices.Concat(declare, named("FETCH c", "x"), executed("INSERT INTO fires VALUES (1)"), run("x"), sync), "12nC1212nCE(42501)ZE"},
		{"in place of another", slices.Concat(declare, named("CLOSE c", "x"), named("DECLARE c CURSOR FOR SELECT id, email FROM users", "y"),
			run("x"), executed("FETCH c"), sync), "12nC1212CE(42501)ZE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := h.raw(t).secure(h).login()
			c.send(wire.AppendQuery(nil, "BEGIN"))
			c.until()
			c.send(tt.send)
			if got := c.until(); got != tt.want {
				t.Errorf("got %s, want %s: %s", got, tt.want, h.book.Last(t, "sql").Text)
			}
		})
	}
}

// TestCursorsOfAnotherCatalogue: a cursor shows what there was at its DECLARE.
func TestCursorsOfAnotherCatalogue(t *testing.T) {
	h := startGuarded(t, "")
	h.direct("CREATE VIEW notes AS SELECT note AS n FROM orders")
	c := h.conn(simply)
	declare := func(of string) {
		t.Helper()
		exec(t, c, "CLOSE ALL")
		exec(t, c, "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM "+of)
	}
	fetch := func(after string) (string, error) {
		t.Helper()
		h.direct(after)
		h.door.catalogue.Stale() // as four seconds would
		return cells(t, c, "FETCH c")
	}
	declare("notes")
	if got, err := fetch("CREATE TABLE beside (a int)"); err != nil || got != "a" {
		t.Errorf("behind DDL that changes nothing of it: %q, %v", got, err)
	}
	declare("notes")
	_, err := fetch("CREATE OR REPLACE VIEW notes AS SELECT email AS n FROM users")
	wantError(t, err, "42501", "unknown-lineage", "has changed since the DECLARE")
	declare("orders")
	_, err = fetch("ALTER TABLE orders ADD more int")
	wantError(t, err, "42501", "unknown-lineage")
	// The columns that a policy names are those of its own time.
	declare("orders")
	other := guarded("")
	other.classes = strings.Replace(other.classes, "users.year", "orders.nothing", 1)
	h.reload(other)
	if got, err := fetch("SELECT 1"); err != nil || got != "7 1 a <nil>" {
		t.Errorf("under another policy: %q, %v", got, err)
	}
	h.reload(guarded(""))
	declare("orders")
	h.reload(other)
	_, err = fetch("CREATE TABLE beside_it (a int)")
	wantError(t, err, "42501", "unknown-lineage")
}

// TestFetchNeedsTheRuleOfItsDeclare: its tables and its limits.
func TestFetchNeedsTheRuleOfItsDeclare(t *testing.T) {
	const rules = `
      - {who: app, statements: [cursor, select], tables: [colours], rows: 2}
      - {who: app, statements: [cursor, select], tables: [%s]}
`
	h := start(t, setup{allow: fmt.Sprintf(rules, "shades")})
	h.direct("CREATE TABLE colours (id int)", "INSERT INTO colours VALUES (1), (2), (3)", "CREATE TABLE shades (id int)", "INSERT INTO shades SELECT 1 FROM generate_series(1, 9)")
	c := h.conn(simply)
	exec(t, c, "BEGIN")
	exec(t, c, "DECLARE c CURSOR FOR SELECT id FROM colours")
	exec(t, c, "DECLARE s CURSOR WITH HOLD FOR SELECT id FROM shades")
	if n, err := rowsOf(t, c, "FETCH ALL FROM s"); err != nil || n != 9 {
		t.Errorf("%d rows, %v", n, err)
	}
	n, err := rowsOf(t, c, "FETCH ALL FROM c")
	wantError(t, err, "54000", "row-limit")
	if n != 2 {
		t.Errorf("%d rows passed", n)
	}
	exec(t, c, "ROLLBACK")
	exec(t, c, "DECLARE s CURSOR WITH HOLD FOR SELECT id FROM shades")
	h.reload(setup{allow: fmt.Sprintf(rules, "tints")})
	_, err = rowsOf(t, c, "FETCH ALL FROM s")
	wantError(t, err, "42501", "no-rule")
}
