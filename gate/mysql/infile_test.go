package mysqlgate

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testdb"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// files lets a door's app have its files.
const files = "    local-infile: allow\n"

// loads is a policy for what the tests load and look at.
const loads = `
      - {who: app, statements: [load], tables: [t], dangers: [user_variable]}
      - {who: app, statements: [load], tables: [few], rows: 2}
      - {who: app, statements: [load], tables: [narrow], columns: [narrow.id]}
      - {who: app, statements: [load], tables: [bound], prepared: required}
      - {who: app, statements: [select, insert, set, transaction], tables: ["*"]}
`

// loader is a MariaDB that takes files of its clients.
func loader(t *testing.T) *testdb.Instance {
	t.Helper()
	server, err := testdb.StartMariaDB(context.Background(), testdb.Options{Args: []string{"--local-infile=1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// startLoading is a door that leads to it, with tables to load.
func startLoading(t *testing.T, s setup) *harness {
	t.Helper()
	h := start(t, s)
	h.direct("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(50))", "CREATE TABLE few LIKE t", "CREATE TABLE narrow LIKE t",
		"CREATE TABLE bound LIKE t", "CREATE TABLE other LIKE t")
	return h
}

// provide has the driver send content for the file Reader::name.
func provide(t *testing.T, name, content string) {
	t.Helper()
	driver.RegisterReaderHandler(name, func() io.Reader { return strings.NewReader(content) })
	t.Cleanup(func() { driver.DeregisterReaderHandler(name) })
}

func TestLocalInfile(t *testing.T) {
	server := loader(t)
	h := startLoading(t, setup{server: server, allow: loads, more: files + "    limits: {statement: 64KiB, memory: 128KiB, memory-per-caller: 128KiB}\n"})
	c := h.conn()
	const content = "1,ann\n2,bob\n3,cid\n"
	provide(t, "it's", content)
	const load = "LOAD DATA LOCAL INFILE 'Reader::it''s' %s INTO TABLE %s FIELDS TERMINATED BY ','%s"
	for _, tt := range []struct{ how, into, want string }{
		{"", "", "1 ann; 2 bob; 3 cid"},
		{"REPLACE", " (id, @n) SET name = UPPER(@n)", "1 ANN; 2 BOB; 3 CID"},
		{"IGNORE", "", "1 ANN; 2 BOB; 3 CID"},
	} {
		text := fmt.Sprintf(load, tt.how, "t", tt.into)
		done, err := c.ExecContext(t.Context(), text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		changed, _ := done.RowsAffected()
		e := h.book.Last(t, "sql")
		if e.Effect != "allow" || e.Act.Verb != "load" || e.Act.Affected != uint64(changed) || e.Act.Error != "" ||
			e.Out.Bytes != uint64(1+len(text)+len(content)) || e.In.Rows != 0 || e.In.Bytes <= uint64(len("Reader::it's")) {
			t.Errorf("%s: recorded as %s", text, e.Text)
		}
		if strings.Contains(e.Text, "ann") || strings.Contains(e.Text, "Reader") {
			t.Errorf("%s: the record holds the file: %s", text, e.Text)
		}
		if got, err := cells(t, c, "SELECT id, name FROM t ORDER BY id"); got != tt.want || err != nil {
			t.Errorf("%s: the table has %q, %v", text, got, err)
		}
	}
	for _, tt := range []struct {
		text   string
		code   uint16
		state  string
		reason string
	}{
		{fmt.Sprintf(load, "", "other", ""), 1142, "42000", "no-rule"},
		{fmt.Sprintf(load, "", "narrow", ""), 1142, "42000", "no-rule"},
		{fmt.Sprintf(load, "", "narrow", " (id, name)"), 1142, "42000", "no-rule"},
		{fmt.Sprintf(load, "", "narrow", " (id) SET name = 'x'"), 1142, "42000", "no-rule"},
		{fmt.Sprintf(load, "", "bound", ""), 1290, "HY000", "unprepared"},
		{"LOAD DATA INFILE '/etc/hostname' INTO TABLE t", 1227, "42000", "dangerous"},
		{`LOAD DATA LOCAL INFILE 'Reader::\it' INTO TABLE t`, 1148, "42000", "local-file"},
	} {
		_, err := c.ExecContext(t.Context(), tt.text)
		wantError(t, err, tt.code, tt.state, "refused by sallyport: "+tt.reason)
		if e := h.book.Last(t, "sql"); e.Code() != tt.reason || e.Effect != "deny" {
			t.Errorf("%s: recorded as %s", tt.text, e.Text)
		}
	}
	_, err := c.PrepareContext(t.Context(), fmt.Sprintf(load, "", "t", ""))
	wantError(t, err, 1148, "42000", "refused by sallyport: local-file", "not prepared")
	exec(t, c, fmt.Sprintf(load, "", "narrow", " (id)"))

	// More rows than the rule lets be changed.
	_, err = c.ExecContext(t.Context(), fmt.Sprintf(load, "", "few", ""))
	wantError(t, err, 1226, "42000", "row-limit", "the change has been made")
	if e := h.book.Last(t, "sql"); e.Act.Affected != 3 || e.Effect != "deny" {
		t.Errorf("recorded as %s", e.Text)
	}

	// A file is not held: one of more than the door lends passes.
	var long bytes.Buffer
	for i := range 200_000 {
		fmt.Fprintf(&long, "%d,a name of some length\n", 10+i)
	}
	provide(t, "long", long.String())
	const longLoad = "LOAD DATA LOCAL INFILE 'Reader::long' INTO TABLE t FIELDS TERMINATED BY ','"
	exec(t, c, longLoad)
	if e := h.book.Last(t, "sql"); e.Act.Affected != 200_000 || e.Out.Bytes != uint64(1+len(longLoad)+long.Len()) {
		t.Errorf("recorded as %s", e.Text)
	}
	if n := h.lent(); n != 0 {
		t.Errorf("%d bytes stay lent", n)
	}

	t.Run("several statements", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: loads, more: files + allowing})
		c := h.conn(severally)
		_, err := c.ExecContext(t.Context(), "INSERT INTO t VALUES (1, 'x'); "+fmt.Sprintf(load, "", "t", ""))
		wantError(t, err, 1148, "42000", "local-file", "alone in its message", "statement 2 of 2")
		if book := h.verbs(1); book != "insert deny 0 0 multi-statement" {
			t.Errorf("the ledger has %q", book)
		}
		if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "0" {
			t.Errorf("%s rows were written", got)
		}
		exec(t, c, fmt.Sprintf(load, "", "t", "")+";")
	})
	t.Run("in dynamic SQL", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: "\n      - {who: app, tables: ['*'], statements: [load, prepare, {{.Everything}}], dangers: [dynamic_sql, user_variable]}", more: files})
		inside := "\"" + fmt.Sprintf(load, "", "t", "") + "\""
		for _, texts := range [][]string{{"EXECUTE IMMEDIATE " + inside}, {"PREPARE s FROM " + inside, "EXECUTE s"}} {
			c := h.conn()
			for _, text := range texts[:len(texts)-1] {
				exec(t, c, text)
			}
			_, err := c.ExecContext(t.Context(), texts[len(texts)-1])
			wantError(t, err, 1148, "42000", "refused by sallyport: local-file")
			if e := h.book.Last(t, "sql"); e.Effect != "deny" || len(e.Finds) != 1 || e.Finds[0].Code != "local-infile" {
				t.Errorf("%s: recorded as %s", texts, e.Text)
			}
			if err := c.PingContext(t.Context()); err == nil {
				t.Errorf("%s: the session goes on", texts)
			}
		}
		if got := scan1(t, h.owner(), "SELECT COUNT(*) FROM t"); got != "0" {
			t.Errorf("%s rows were written", got)
		}
	})
	t.Run("the server's own client", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: loads, more: files})
		file := filepath.Join(t.TempDir(), "rows.csv")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"--local-infile=1"}, h.overTLS(t)...)
		out := h.mariadb(t, doorPassword, "LOAD DATA LOCAL INFILE '"+file+"' INTO TABLE t FIELDS TERMINATED BY ','; SELECT MAX(name) FROM t;", args...)
		if !strings.Contains(out, "cid") {
			t.Errorf("it says %s", out)
		}
		if e := h.book.Last(t, "sql"); e.Act.Verb != "select" || e.Effect != "allow" {
			t.Errorf("recorded as %s", e.Text)
		}
	})
	t.Run("a client without files", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: loads, more: files})
		c := h.raw(t).login(0)
		if !c.g.Capabilities.Has(wire.ClientLocalFiles) {
			t.Error("the door does not offer LOCAL_FILES")
		}
		e, err := wire.DecodeError(c.command(wire.AppendQuery(nil, fmt.Sprintf(load, "", "t", ""), rawCaps)))
		if err != nil || e.Code != 1148 || !strings.Contains(e.Message, "has not said at its login") {
			t.Errorf("answered %v, %v", e, err)
		}
	})
	t.Run("no key", func(t *testing.T) {
		for _, mode := range []string{"", "    mode: report\n", "    mode: learn\n", "    local-infile: deny\n"} {
			h := startLoading(t, setup{server: server, allow: loads, more: mode})
			c := h.raw(t).login(wire.ClientLocalFiles)
			if c.g.Capabilities.Has(wire.ClientLocalFiles) {
				t.Errorf("%q: the door offers LOCAL_FILES", mode)
			}
			e, err := wire.DecodeError(c.command(wire.AppendQuery(nil, fmt.Sprintf(load, "", "t", ""), rawCaps)))
			if err != nil || e.Code != 1148 || !strings.Contains(e.Message, "refused here") {
				t.Errorf("%q: answered %v, %v", mode, e, err)
			}
		}
	})
	t.Run("taken away", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: loads, more: files})
		c := h.conn()
		exec(t, c, fmt.Sprintf(load, "", "t", ""))
		h.reload(setup{allow: loads})
		_, err := c.ExecContext(t.Context(), fmt.Sprintf(load, "REPLACE", "t", ""))
		wantError(t, err, 1148, "42000", "local-file")
	})
	t.Run("guarded", func(t *testing.T) {
		s := guarded(files)
		s.server, s.allow = server, "\n      - {who: app, statements: [load, select, show], tables: ['*'], dangers: [user_variable]}"
		h := start(t, s)
		h.direct("CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50), email VARCHAR(50) UNIQUE, card VARCHAR(20))",
			"INSERT INTO users VALUES (1, 'ann', 'ann@example.com', '4111')", "CREATE TABLE copies (id INT, x VARCHAR(50))")
		c := h.conn()
		provide(t, "users", "2,bob,ann@example.com,4222\n")
		exec(t, c, "LOAD DATA LOCAL INFILE 'Reader::users' INTO TABLE users FIELDS TERMINATED BY ','")
		if e := h.book.Last(t, "sql"); e.Act.Affected != 0 {
			t.Errorf("a duplicate key is recorded as %s", e.Text)
		}
		// The warning quotes it.
		_, err := cells(t, c, "SHOW WARNINGS")
		wantError(t, err, 1227, "42000", "refused by sallyport: inspected")
		_, err = c.ExecContext(t.Context(), "LOAD DATA LOCAL INFILE 'Reader::users' INTO TABLE copies FIELDS TERMINATED BY ',' (id) SET x = (SELECT card FROM users LIMIT 1)")
		if e := h.book.Last(t, "sql"); err == nil || e.Effect != "deny" || e.Code() != "class" {
			t.Errorf("a copy of what is guarded: %v, recorded as %s", err, e.Text)
		}
	})
	t.Run("a file that cannot be read", func(t *testing.T) {
		h := startLoading(t, setup{server: server, allow: loads, more: files})
		c := h.conn()
		driver.RegisterReaderHandler("broken", func() io.Reader { return iotest.ErrReader(io.ErrUnexpectedEOF) })
		t.Cleanup(func() { driver.DeregisterReaderHandler("broken") })
		if _, err := c.ExecContext(t.Context(), "LOAD DATA LOCAL INFILE 'Reader::broken' INTO TABLE t"); err == nil {
			t.Error("it was read")
		}
		if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "0" {
			t.Errorf("then the table has %s rows", got)
		}
	})
}
