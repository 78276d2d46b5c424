package postgresgate

import (
	"bytes"
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestSearchPath has a session's unqualified names mean other tables, in every
// way that there is: the door has to notice before the next statement.
func TestSearchPath(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: [t], statements: [select]}
      - {who: app, tables: [pair.t, t], statements: [select]}
      - {who: app, statements: [set, transaction]}
      - {who: app, tables: [own, pair.own], statements: [create]}
      - {who: app, tables: [none], statements: [select, set], dangers: [stored_code]}
`})
	h.direct("CREATE TABLE t (n INT)", "CREATE SCHEMA evil", "CREATE TABLE evil.t (n INT)", "CREATE SCHEMA pair", "CREATE TABLE pair.t (n INT)",
		"CREATE FUNCTION turn() RETURNS text LANGUAGE sql AS $$SELECT set_config('search_path', 'evil', false)$$")
	ctx := context.Background()
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		allowed := func(c *pgx.Conn) {
			t.Helper()
			if _, err := c.Exec(ctx, "SELECT count(*) FROM t WHERE n > $1", 0); err != nil {
				t.Error(err)
			}
		}
		refused := func(c *pgx.Conn, code string) {
			t.Helper()
			_, err := c.Exec(ctx, "SELECT count(*) FROM t WHERE n > $1", 0)
			wantError(t, err, code)
		}
		for _, turn := range []string{"SET search_path = evil", "SET SESSION search_path TO 'evil'", "SELECT set_config('search_path', 'evil', false)",
			"SELECT set_config('search_path', 'ev' || 'il', false)", "SELECT turn()", "SET search_path = public, evil"} {
			c := h.conn(change)
			allowed(c)
			exec(t, c, turn)
			refused(c, "42501")
			exec(t, c, "RESET ALL")
			allowed(c)
			c.Close(ctx)
		}
		c := h.conn(change)
		exec(t, c, "SET search_path = pair, public")
		allowed(c)
		exec(t, c, "CREATE TEMP TABLE own (n INT)")
		exec(t, c, "SET search_path = pg_catalog, public, pg_temp")
		allowed(c)
		exec(t, c, "RESET search_path")
		exec(t, c, "BEGIN")
		exec(t, c, "SET LOCAL search_path = evil")
		refused(c, "42501")
		exec(t, c, "ROLLBACK")
		allowed(c)
		exec(t, c, "BEGIN")
		exec(t, c, "SET LOCAL search_path = evil")
		exec(t, c, "COMMIT")
		allowed(c)
		exec(t, c, "SET search_path = evil")
		exec(t, c, "BEGIN")
		exec(t, c, "SAVEPOINT s")
		exec(t, c, "SET search_path = public")
		allowed(c)
		exec(t, c, "ROLLBACK TO s")
		refused(c, "42501")
		exec(t, c, "ROLLBACK")
		refused(c, "42501")
		exec(t, c, "SET search_path = public")
		exec(t, c, "BEGIN")
		exec(t, c, "SET search_path = evil")
		_, err := c.Exec(ctx, "SELECT 1/0")
		wantError(t, err, "22012")
		refused(c, "25P02")
		exec(t, c, "ROLLBACK")
		allowed(c)
	})
}

// TestPreparedMeansWhatItMeansNow executes a statement that was prepared while
// its names meant other tables.
func TestPreparedMeansWhatItMeansNow(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: [t], statements: [select]}
      - {who: app, statements: [set]}
`})
	h.direct("CREATE TABLE t (n INT)", "CREATE SCHEMA evil", "CREATE TABLE evil.t (n INT)")
	c := h.conn()
	if _, err := c.Prepare(t.Context(), "p", "SELECT n FROM t WHERE n > $1"); err != nil {
		t.Fatal(err)
	}
	exec(t, c, "p", 1)
	exec(t, c, "SET search_path = evil")
	_, err := c.Exec(t.Context(), "p", 1)
	wantError(t, err, "42501", "no-rule")
}

// TestPortalsMeanWhatTheyMeantWhenBound has a portal planned while its names
// meant other tables than they do when it is run.
func TestPortalsMeanWhatTheyMeantWhenBound(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: [t], statements: [select]}
      - {who: app, statements: [set]}
`})
	h.direct("CREATE TABLE t (n INT)", "CREATE SCHEMA evil", "CREATE TABLE evil.t (n INT)", "INSERT INTO evil.t VALUES (666)")
	c := h.raw(t).secure(h).login()
	say := func(want string, messages ...[]byte) {
		t.Helper()
		c.send(bytes.Join(messages, nil))
		if got := c.until(); got != want {
			t.Errorf("answered by %s, want %s", got, want)
		}
	}
	sync := wire.AppendEmpty(nil, wire.MsgSync)
	parse := wire.Parse{Name: []byte("s"), Query: []byte("SELECT n FROM t")}
	bind := wire.Bind{Portal: []byte("p"), Statement: []byte("s")}
	run := wire.Execute{Portal: []byte("p")}.Append(nil)
	say("1ZI", parse.Append(nil), sync)
	say("CZT", wire.AppendQuery(nil, "BEGIN"))
	say("CZT", wire.AppendQuery(nil, "SET search_path = evil"))
	say("2ZT", bind.Append(nil), sync)
	say("CZT", wire.AppendQuery(nil, "SET search_path = public"))
	say("E(42501)ZE", run, sync)
	say("CZI", wire.AppendQuery(nil, "ROLLBACK"))
	say("2CZI", bind.Append(nil), run, sync)
}

// TestStringsAreReadAsTheServerDoes turns backslashes into escapes.
func TestStringsAreReadAsTheServerDoes(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn(simply)
	run := func(query string) error {
		_, err := c.PgConn().Exec(context.Background(), query).ReadAll()
		return err
	}
	if err := run(`SELECT 'a\', version()`); err != nil {
		t.Error(err)
	}
	exec(t, c, "SET standard_conforming_strings = off")
	wantError(t, run(`SELECT 'a\', version()`), "42601", "unparsed")
	if err := run(`SELECT 'a\', version() --'`); err != nil {
		t.Error(err)
	}
	if e := h.book.Last(t, "sql"); e.SQL.Mode == "" {
		t.Errorf("recorded as %s", e.Text)
	}
	if err := run("SET client_encoding = 'SJIS'"); err == nil {
		t.Error("an encoding in which text cannot be cut was let through")
	}
}

// TestNamesOfTextAndProtocolAreOne has SQL text put another statement behind the
// name of one that was prepared by Parse.
func TestNamesOfTextAndProtocolAreOne(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	ctx := t.Context()
	c := h.conn()
	if _, err := c.PgConn().Prepare(ctx, "p", "SELECT 1", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PgConn().Prepare(ctx, "q", "SELECT 'q'", nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"p", `"p"`, "PREPARE p"} {
		exec(t, c, "DEALLOCATE "+name)
		err := c.PgConn().ExecPrepared(ctx, "p", nil, nil, nil).Read().Err
		wantError(t, err, "26000")
		if got := c.PgConn().ExecPrepared(ctx, "q", nil, nil, nil).Read(); got.Err != nil || string(got.Rows[0][0]) != "q" {
			t.Errorf("after DEALLOCATE %s: %v", name, got)
		}
		if _, err := c.PgConn().Prepare(ctx, "p", "SELECT 1", nil); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, c, "DEALLOCATE p")
	exec(t, c, "PREPARE p AS SELECT 2")
	err := c.PgConn().ExecPrepared(ctx, "p", nil, nil, nil).Read().Err
	wantError(t, err, "26000")
	if got := c.PgConn().ExecParams(ctx, "SELECT 3", nil, nil, nil, nil).Read(); got.Err != nil || string(got.Rows[0][0]) != "3" {
		t.Error(got)
	}
}
