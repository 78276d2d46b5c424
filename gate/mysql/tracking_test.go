package mysqlgate

import (
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// tracked allows what moves a session, and one table in one database.
const tracked = `
      - {who: app, statements: [select, use, set], tables: [{{.Database}}.seen], dangers: [user_variable]}
      - {who: app, statements: [call], dangers: [stored_code]}
`

func TestDatabaseIsTracked(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, use], tables: ['{{.Database}}.seen', '{{.Database}}_2.other']}
`})
	second := h.db.Name + "_2"
	admin := h.db.Instance
	for _, q := range []string{"CREATE DATABASE " + second, "GRANT ALL ON " + second + ".* TO '" + h.db.User + "'@'%'"} {
		if err := admin.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { admin.Exec(t.Context(), "DROP DATABASE "+second) })
	h.direct("CREATE TABLE seen (n INT)", "CREATE TABLE other (n INT)", "CREATE TABLE "+second+".seen (n INT)", "CREATE TABLE "+second+".other (n INT)")
	c := h.raw(t).login(0)
	says := func(query string, want byte) {
		t.Helper()
		var scan wire.ResultScanner
		first := byte(0)
		begun := false
		c.each(&scan, c.g.Capabilities&rawCaps, wire.AppendQuery(nil, query, 0), func(_ wire.PacketKind, p []byte) {
			if !begun {
				first, begun = p[0], true
			}
		})
		if first != want {
			t.Errorf("%s was answered %#x, want %#x", query, first, want)
		}
	}
	const rows = 1
	says("SELECT * FROM seen", rows)
	says("SELECT * FROM other", wire.HeaderErr)
	says("USE "+second, wire.HeaderOK)
	says("SELECT * FROM seen", wire.HeaderErr)
	says("SELECT * FROM other", rows)
	if e := h.book.Last(t, "sql"); e.SQL.Database != second {
		t.Errorf("recorded in %s", e.SQL.Database)
	}
	// A USE that the server refuses changes nothing.
	says("USE missing", wire.HeaderErr)
	says("SELECT * FROM other", rows)
	if p := c.command(wire.AppendCommand(nil, wire.ComInitDB, h.db.Name)); p[0] != wire.HeaderOK {
		t.Fatalf("COM_INIT_DB was answered %x", p)
	}
	says("SELECT * FROM seen", rows)
	says("SELECT * FROM other", wire.HeaderErr)
}

// TestModesAreTracked tries to smuggle a table past the door by reading quotes
// and backslashes otherwise than the server does.
func TestModesAreTracked(t *testing.T) {
	h := start(t, setup{allow: tracked})
	h.direct("CREATE TABLE seen (n INT)", "CREATE TABLE secret (n INT)", "INSERT INTO secret VALUES (42)", "INSERT INTO seen VALUES (1)",
		"CREATE PROCEDURE calm() SET @x = 1")
	c := h.conn()
	smuggle := `SELECT n FROM seen WHERE "a" = "a" UNION SELECT n FROM "secret"`
	_, err := rowsOf(t, c, smuggle)
	wantError(t, err, 1064, "42000")
	for _, set := range []string{
		"SET sql_mode = 'ANSI_QUOTES'", "SET SESSION sql_mode = CONCAT('ANSI_QUOTES', ',STRICT_TRANS_TABLES')", "SET @@sql_mode = CONCAT(@@sql_mode, ',ANSI')",
	} {
		exec(t, c, set)
		_, err := rowsOf(t, c, `SELECT n FROM "secret"`)
		wantError(t, err, 1142, "42000", "no-rule", "secret")
		exec(t, c, "SET sql_mode = ''")
	}
	exec(t, c, "SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
	_, err = rowsOf(t, c, `SELECT n FROM seen WHERE 'a\' = 'a' UNION SELECT n FROM secret -- '`)
	wantError(t, err, 1142, "42000", "secret")
	exec(t, c, "SET sql_mode = CONCAT('', '')")
	if e := h.book.Last(t, "sql"); e.SQL.Mode != "NO_BACKSLASH_ESCAPES" {
		t.Errorf("recorded under %q", e.SQL.Mode)
	}
	if n, err := rowsOf(t, c, `SELECT n FROM seen WHERE 'a\' = ' OR 1 = 1 -- ' = 'x'`); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	exec(t, c, "CALL calm()")
	if got := scan1(t, c, "SELECT n FROM seen"); got != "1" {
		t.Error(got)
	}
	_, err = c.ExecContext(t.Context(), "SET NAMES gbk")
	wantError(t, err, 1064, "42000", "unparsed")
}

// TestHalfASetIsTracked: a SET of several variables takes effect up to the one
// that fails, and is answered with an error all the same.
func TestHalfASetIsTracked(t *testing.T) {
	h := start(t, setup{allow: tracked})
	h.direct("CREATE TABLE seen (n INT)", "CREATE TABLE secret (n INT)", "INSERT INTO secret VALUES (42)", "INSERT INTO seen VALUES (1)")
	for _, tt := range []struct {
		set, smuggle string
		code         uint16
	}{
		{"SET sql_mode='ANSI_QUOTES', last_insert_id=DEFAULT", "SELECT n AS \"\\\", (SELECT n FROM secret) AS p -- \"\n FROM seen", 1142},
		{"SET sql_mode=CONCAT('ANSI','_QUOTES'), rand_seed1=DEFAULT", "SELECT n AS \"\\\", (SELECT n FROM secret) AS p -- \"\n FROM seen", 1142},
		{"SET character_set_client=CONCAT('g','bk'), last_insert_id=DEFAULT", "SELECT 'a\xbf\x5c', (SELECT n FROM secret) -- '\n FROM seen", 1064},
	} {
		c := h.conn()
		if _, err := c.ExecContext(t.Context(), tt.set); err == nil {
			t.Fatalf("%s was to fail at the database", tt.set)
		}
		_, err := rowsOf(t, c, tt.smuggle)
		wantError(t, err, tt.code, "42000")
		if e := h.book.Last(t, "sql"); e.Effect != "deny" || e.SQL.Mode != "ANSI_QUOTES" && e.SQL.Charset != "gbk" {
			t.Errorf("%s: recorded as %s", tt.set, e.Text)
		}
	}
}

// TestPasswordIsNoVariable: MariaDB reads PASSWORD behind a comma, or before :=,
// as SET PASSWORD. No rule for `set` may let an app change the door's login.
func TestPasswordIsNoVariable(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	for _, q := range []string{
		"SET PASSWORD := PASSWORD('x')", "SET sql_notes=1, PASSWORD = PASSWORD('x')", "SET NAMES utf8mb4, PASSWORD := 'x'",
		"SET LOCAL sql_notes=1, `password` := PASSWORD('x')", "SET PASSWORD = PASSWORD('x')",
	} {
		_, err := c.ExecContext(t.Context(), q)
		if e := (*driver.MySQLError)(nil); !errors.As(err, &e) || !strings.Contains(e.Message, "refused by sallyport") {
			t.Errorf("%s: %v", q, err)
		}
	}
	if err := open(t, h.config()).PingContext(t.Context()); err != nil {
		t.Error("the door's login afterwards:", err)
	}
}

// TestPreparedInAnotherDatabase: a statement stays in the database that it was
// prepared in, and is recorded so.
func TestPreparedInAnotherDatabase(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, use], tables: ['{{.Database}}.seen', '{{.Database}}_3.*']}
`})
	second := h.db.Name + "_3"
	admin := h.db.Instance
	for _, q := range []string{"CREATE DATABASE " + second, "GRANT ALL ON " + second + ".* TO '" + h.db.User + "'@'%'"} {
		if err := admin.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { admin.Exec(t.Context(), "DROP DATABASE "+second) })
	h.direct("CREATE TABLE seen (n INT)")
	c := h.conn()
	st, err := c.PrepareContext(t.Context(), "SELECT n FROM seen WHERE n = ?")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, c, "USE "+second)
	rows, err := st.QueryContext(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	rows.Close()
	if e := h.book.Last(t, "sql"); e.SQL.Database != h.db.Name {
		t.Errorf("recorded in %s", e.Text)
	}
}

func TestResetConnection(t *testing.T) {
	h := start(t, setup{allow: tracked})
	h.direct("CREATE TABLE seen (n INT)", "CREATE TABLE secret (n INT)")
	c := h.raw(t).login(0)
	if p := c.command(wire.AppendQuery(nil, "SET sql_mode = 'ANSI_QUOTES'", 0)); p[0] != wire.HeaderOK {
		t.Fatalf("%x", p)
	}
	if p := c.command([]byte{byte(wire.ComResetConnection)}); p[0] != wire.HeaderOK {
		t.Fatalf("%x", p)
	}
	var scan wire.ResultScanner
	c.each(&scan, c.g.Capabilities&rawCaps, wire.AppendQuery(nil, `SELECT n FROM seen WHERE "a" = "a"`, 0), nil)
	e := h.book.Last(t, "sql")
	if e.Effect != "allow" || e.SQL.Mode == "ANSI_QUOTES" {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestUnsafeCharset(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t)
	c.greeting()
	c.tls()
	in := wire.Response{Capabilities: c.g.Capabilities & (rawCaps | wire.ClientSSL), User: []byte("app"), Database: []byte(h.db.Name),
		AuthPlugin: []byte(wire.CachingSHA2Password), AuthData: wire.SHA2Scramble(doorPassword, c.g.Nonce), Collation: 28}
	c.send(in.Append(nil))
	c.read()
	c.read()
	p := c.command(wire.AppendQuery(nil, "SELECT 1", 0))
	e, err := wire.DecodeError(p)
	if err != nil || e.Code != wire.ER_PARSE_ERROR {
		t.Errorf("a gbk session was answered %x", p)
	}
}

func TestPreparedIsJudgedAgain(t *testing.T) {
	rule := "\n      - {who: app, statements: [select], tables: [%s], prepared: required}\n"
	before, after := setup{allow: sprintf(rule, "seen, gone")}, setup{allow: sprintf(rule, "seen")}
	h := start(t, before)
	h.direct("CREATE TABLE seen (n INT)", "CREATE TABLE gone (n INT)", "INSERT INTO gone VALUES (1)")
	c := h.conn(func(c *driver.Config) {})
	st, err := c.PrepareContext(t.Context(), "SELECT n FROM gone WHERE n = ?")
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := st.QueryRow(1).Scan(&n); err != nil {
		t.Fatal(err)
	}
	h.reload(after)
	wantError(t, st.QueryRow(1).Scan(&n), 1142, "42000", "no-rule")
	_, err = c.PrepareContext(t.Context(), "SELECT n FROM gone WHERE n = ?")
	wantError(t, err, 1142, "42000", "no-rule")
	_, err = rowsOf(t, c, "SELECT n FROM seen")
	wantError(t, err, 1290, "HY000", "unprepared")
}

// TestPreparedKeepsItsCharset: the database reads a prepared text again after
// DDL, in the character set that the session has then.
func TestPreparedKeepsItsCharset(t *testing.T) {
	h := start(t, setup{allow: tracked})
	h.direct("CREATE TABLE seen (n INT)", "INSERT INTO seen VALUES (1)")
	c := h.conn()
	st, err := c.PrepareContext(t.Context(), "SELECT n FROM seen WHERE n = ?")
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var n int
	if err := st.QueryRowContext(t.Context(), 1).Scan(&n); err != nil || n != 1 {
		t.Fatalf("before: %d, %v", n, err)
	}
	exec(t, c, "SET character_set_client = CONCAT('as', 'cii')")
	wantError(t, st.QueryRowContext(t.Context(), 1).Scan(&n), 1615, "HY000", "ambiguous", "prepare it again")
	exec(t, c, "SET character_set_client = CONCAT('utf8', 'mb4')")
	if err := st.QueryRowContext(t.Context(), 1).Scan(&n); err != nil || n != 1 {
		t.Fatalf("in its own character set again: %d, %v", n, err)
	}
}
