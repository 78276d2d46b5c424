package postgresgate

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pathPolicy lets the app read the t of two schemas and set its search_path.
const pathPolicy = `
      - {who: app, tables: [t], statements: [select]}
      - {who: app, tables: [pair.t, t], statements: [select]}
      - {who: app, statements: [set, transaction]}
      - {who: app, tables: [later.*], statements: [create]}
`

// startPaths is a door before a database in which t is the table of several
// schemas.
func startPaths(t *testing.T, s setup) *harness {
	h := start(t, s)
	h.direct("CREATE TABLE t (n INT)", "CREATE SCHEMA evil", "CREATE TABLE evil.t (n INT)", "CREATE SCHEMA pair", "CREATE TABLE pair.t (n INT)",
		`CREATE SCHEMA "A b"`, `CREATE TABLE "A b".t (n INT)`)
	return h
}

// from logs in with a search_path.
func from(path string) func(*pgx.ConnConfig) {
	return func(c *pgx.ConnConfig) { c.RuntimeParams["search_path"] = path }
}

// reads tells whether the app may read t.
func reads(t *testing.T, c *pgx.Conn) bool {
	t.Helper()
	_, err := c.Exec(context.Background(), "SELECT count(*) FROM t WHERE n > $1", pgx.QueryExecModeExec, 0) // which DISCARD ALL takes nothing from
	if err != nil {
		wantError(t, err, "42501", "no-rule")
	}
	return err == nil
}

// TestLoginsSetTheSearchPath begins sessions whose names mean other tables from
// the first statement on.
func TestLoginsSetTheSearchPath(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy})
	for path, allowed := range map[string]bool{
		"public": true, "PUBLIC": true, `"public"`: true, "pair, public": true, "pair": true,
		"evil": false, "Evil": false, "public, evil": false, ` "evil" `: false, `"A b",public`: false,
		"nowhere": false, "": false, `""`: false, `"PUBLIC"`: false, "'public'": false,
		"nowhere,public": true, "pg_temp, public": true, "pg_temp, evil": false, "pg_catalog,pg_temp,public": true,
		`"$user", public`: true, "$user,public": true,
	} {
		c := h.conn(from(path))
		if reads(t, c) != allowed {
			t.Errorf("%s: reading t is allowed is %v, want %v", path, !allowed, allowed)
		}
		if got := scan1(t, c, "SHOW search_path"); got != path {
			t.Errorf("%s: the server says %s", path, got)
		}
		c.Close(context.Background())
	}
	h.direct("CREATE SCHEMA "+h.db.User, "CREATE TABLE "+h.db.User+".t (n INT)")
	for name, change := range map[string]func(*pgx.ConnConfig){
		"the user's schema": from(`"$user", public`),
		"options":           func(c *pgx.ConnConfig) { c.RuntimeParams["options"] = "-c search_path=public,evil" },
		"a long option":     func(c *pgx.ConnConfig) { c.RuntimeParams["options"] = "-c TimeZone=UTC --search-path=evil" },
		"capitals":          func(c *pgx.ConnConfig) { c.RuntimeParams["Search_Path"] = "evil" },
	} {
		if reads(t, h.conn(change)) {
			t.Errorf("%s: t is read", name)
		}
	}
}

// TestLoginsNeedWhatASetNeeds: the rules that judge SET search_path judge a login
// that asks for one, and it is recorded as a SET.
func TestLoginsNeedWhatASetNeeds(t *testing.T) {
	h := startPaths(t, setup{allow: `
      - {who: app, tables: [t], statements: [select]}
`})
	try := func(change func(*pgx.ConnConfig)) error {
		cfg := h.config()
		change(cfg)
		c, err := pgx.ConnectConfig(context.Background(), cfg)
		if err == nil {
			c.Close(context.Background())
		}
		return err
	}
	refused := func(change func(*pgx.ConnConfig), code, reason string) {
		t.Helper()
		err := try(change)
		wantError(t, err, code, reason)
		if e, _ := errors.AsType[*pgconn.PgError](err); !strings.Contains(e.Detail, "search_path") {
			t.Errorf("the detail is %q", e.Detail)
		}
		if e := h.book.Last(t, "logon"); e.Effect != "deny" || e.Code() != reason {
			t.Errorf("recorded as %s", e.Text)
		}
	}
	options := func(c *pgx.ConnConfig) { c.RuntimeParams["options"] = "-csearch_path=public" }
	for _, change := range []func(*pgx.ConnConfig){from("public"), from(""), options} {
		refused(change, "28000", "no-rule")
	}
	if e := h.book.Last(t, "sql"); e.Effect != "deny" || e.Act.What != "set search_path = public" && e.Act.What != "set search_path = ''" {
		t.Errorf("the SET is recorded as %s", e.Text)
	}
	for _, path := range []string{"a b", `"a`, "a,", ",a", `"a"b`, "a\vb"} {
		refused(from(path), "08P01", "protocol")
	}
	refused(func(c *pgx.ConnConfig) { from("public")(c); options(c) }, "08P01", "protocol")

	h.reload(setup{allow: pathPolicy})
	if err := try(from(`Pair,"A b"`)); err != nil {
		t.Error(err)
	}
	if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Verb != "set" || e.Act.What != `set search_path = pair, "A b"` {
		t.Errorf("the SET is recorded as %s", e.Text)
	}
	h.reload(setup{allow: `
      - {who: app, statements: [set], prepared: required}
`})
	refused(from("public"), "28000", "unprepared")
	h.reload(setup{allow: `
      - {who: app, tables: [t], statements: [select]}
`, more: "    mode: report"})
	if err := try(from("public")); err != nil {
		t.Errorf("a door that only reports refuses: %v", err)
	}
	if e := h.book.Last(t, "sql"); e.Would != "deny" {
		t.Errorf("the SET is recorded as %s", e.Text)
	}
}

// TestResetsLeadBackToTheLogin: the server's RESET takes back what the login has
// set, and not what the server began with.
func TestResetsLeadBackToTheLogin(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy})
	c := h.conn(from("evil"))
	if reads(t, c) {
		t.Error("t is read at first")
	}
	for _, reset := range []string{"RESET search_path", "RESET ALL", "DISCARD ALL", "SET search_path TO DEFAULT", "SET search_path = evil"} {
		exec(t, c, "SET search_path = public")
		if !reads(t, c) {
			t.Error("t is not read where it may be")
		}
		if _, err := c.Exec(context.Background(), reset, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
		if reads(t, c) {
			t.Errorf("t is read behind %s", reset)
		}
	}
	exec(t, c, "BEGIN")
	exec(t, c, "SET LOCAL search_path = public")
	if !reads(t, c) {
		t.Error("t is not read in the transaction")
	}
	exec(t, c, "ROLLBACK")
	if reads(t, c) {
		t.Error("t is read behind the transaction")
	}
}

// TestSchemasMadeBehindTheLogin makes a schema that the login named.
func TestSchemasMadeBehindTheLogin(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy})
	c := h.conn(from("later, public"))
	if !reads(t, c) {
		t.Error("t is not read while there is no other")
	}
	exec(t, c, "CREATE SCHEMA later")
	if reads(t, c) {
		t.Error("t is read where it may be another")
	}
}

// TestRolesAndLoginsSetTheSearchPath has the server begin sessions with a path of
// the role's, before which the login's own comes, to which RESET leads.
func TestRolesAndLoginsSetTheSearchPath(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy})
	h.direct("ALTER ROLE " + h.db.User + " IN DATABASE " + h.db.Name + " SET search_path = evil")
	if reads(t, h.conn()) {
		t.Error("the role's path is not heeded")
	}
	c := h.conn(from("public"))
	if !reads(t, c) {
		t.Error("the login's path is not heeded")
	}
	exec(t, c, "SET search_path = evil")
	exec(t, c, "RESET search_path")
	if !reads(t, c) {
		t.Error("RESET does not lead to the login's path")
	}
}

// TestCancelsLeaveTheSearchPath cancels a statement of such a session.
func TestCancelsLeaveTheSearchPath(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy + `
      - {who: app, tables: [none], statements: [select], dangers: [time]}
`})
	c := h.conn(from("evil"))
	ended := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), "SELECT pg_sleep(60) AS amid_a_path")
		ended <- err
	}()
	h.running("AS amid_a_path", 1)
	if err := c.PgConn().CancelRequest(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantError(t, <-ended, "57014")
	if reads(t, c) {
		t.Error("t is read behind a cancel")
	}
}

// TestSetOfPath compares how a value is read with how the server reads it.
func TestSetOfPath(t *testing.T) {
	h := startPaths(t, setup{allow: pathPolicy})
	h.direct(`CREATE SCHEMA "EVIL"`, `CREATE SCHEMA "a""b"`, `CREATE SCHEMA "a,b"`, `CREATE SCHEMA "'a'"`)
	c := h.owner()
	values := []string{"", " ", ",", `""`, `"EVIL"`, `"a""b"`, `"a,b" , evil`, "'a'", "EVIL\t,\npair", `"A b"`, "$user", "a.b", "public,public", `evil"`, `"""`}
	pieces := []string{`"`, `""`, ",", " ", "evil", "EVIL", "A b", "'a'", "a,b", `a""b`, "\t", "É", "pair"}
	for range 400 {
		var b strings.Builder
		for range 1 + rand.IntN(6) {
			b.WriteString(pieces[rand.IntN(len(pieces))])
		}
		values = append(values, b.String())
	}
	const now = "SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(true))::text"
	for _, v := range values {
		_, err := c.Exec(t.Context(), "SELECT pg_catalog.set_config('search_path', $1, false)", v)
		text, ok := setOfPath(v)
		if ok != (err == nil) {
			t.Errorf("%q: a list is %v, and the server says %v", v, ok, err)
		}
		if !ok || err != nil {
			continue
		}
		want := scan1(t, c, now)
		exec(t, c, text)
		if got := scan1(t, c, now); got != want {
			t.Errorf("%q: %s comes to %s, want %s", v, text, got, want)
		}
	}
}
