package mysqlgate

import (
	"fmt"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/gate/gatetest"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// narrow is a policy as an app has it.
const narrow = `
      - {who: app, statements: [select, insert], tables: [colours], prepared: required, rows: 3}
      - {who: app, statements: [select, update], tables: [open], rows: 5}
`

func TestRefusalsLeaveTheConnectionUsable(t *testing.T) {
	h := start(t, setup{allow: narrow})
	h.direct("CREATE TABLE colours (id INT PRIMARY KEY, name VARCHAR(20))", "CREATE TABLE open (id INT)", "CREATE TABLE users (id INT)",
		"INSERT INTO open VALUES (1)", "INSERT INTO colours VALUES (1, 'azure')")
	c := h.conn(func(c *driver.Config) { c.MultiStatements, c.AllowAllFiles = true, true })
	for _, tc := range []struct {
		query  string
		args   []any
		code   uint16
		state  string
		reason string
	}{
		{"SELECT * FROM users", nil, 1142, "42000", "no-rule"},
		{"SELECT * FROM users WHERE id = ?", []any{1}, 1142, "42000", "no-rule"},
		{"SELECT open.id FROM open JOIN users ON users.id = open.id", nil, 1142, "42000", "no-rule"},
		{"DELETE FROM open", nil, 1142, "42000", "no-rule"},
		{"SELECT name FROM colours", nil, 1290, "HY000", "unprepared"},
		{"SELECT 1; SELECT 2", nil, 1064, "42000", "multi-statement"},
		{"SELECT name FROM colours WHERE id = ?; DROP TABLE colours", []any{1}, 1064, "42000", "multi-statement"},
		{"LOAD DATA LOCAL INFILE 'x' INTO TABLE open", nil, 1148, "42000", "local-file"},
		{"SELEKT 1", nil, 1064, "42000", "unparsed"},
		{"SELECT SLEEP(0)", nil, 1227, "42000", "dangerous"},
		{"SELECT * FROM open INTO OUTFILE 'x'", nil, 1227, "42000", "dangerous"},
		{"SELECT User FROM mysql.user", nil, 1142, "42000", "no-rule"},
		{"SHOW PROCESSLIST", nil, 1227, "42000", "no-rule"},
		{"PREPARE p FROM 'SELECT * FROM users'", nil, 1227, "42000", "no-rule"},
		{"SET GLOBAL general_log = 1", nil, 1227, "42000", "no-rule"},
		{"USE mysql", nil, 1044, "42000", "no-rule"},
	} {
		_, err := rowsOf(t, c, tc.query, tc.args...)
		e := h.book.Last(t, "sql")
		if err == nil || e.Code() != tc.reason || e.Effect != "deny" {
			t.Errorf("%s: %v, recorded as %s", tc.query, err, e.Text)
			continue
		}
		wantError(t, err, tc.code, tc.state, "refused by sallyport: "+tc.reason, "crossing ")
		if got := scan1(t, c, "SELECT id FROM open"); got != "1" {
			t.Fatalf("after %s the connection gives %q", tc.query, got)
		}
	}
	for _, e := range h.book.All() {
		if strings.Contains(e.Text, "SELECT * FROM users") || strings.Contains(e.Text, "azure") {
			t.Errorf("the record holds a literal: %s", e.Text)
		}
	}
	if got := scan1(t, c, "SELECT name FROM colours WHERE id = ?", 1); got != "azure" {
		t.Errorf("the prepared statement gives %q", got)
	}
	exec(t, c, "SET NAMES utf8mb4")
	exec(t, c, "BEGIN")
	exec(t, c, "COMMIT")
}

func TestReportLetsPass(t *testing.T) {
	h := start(t, setup{allow: narrow, more: "    mode: report"})
	h.direct("CREATE TABLE users (id INT)", "INSERT INTO users VALUES (7), (8), (9), (10)", "CREATE TABLE colours (id INT)", "INSERT INTO colours SELECT * FROM users")
	c := h.conn()
	if got := scan1(t, c, "SELECT MAX(id) FROM users"); got != "10" {
		t.Errorf("got %q", got)
	}
	if got := scan1(t, c, "SELECT MAX(id) FROM users WHERE id < ?", 9); got != "8" {
		t.Errorf("prepared: got %q", got)
	}
	if n, err := rowsOf(t, c, "SELECT id FROM colours WHERE id > ?", 0); n != 4 || err != nil {
		t.Errorf("beyond the limit: %d rows, %v", n, err)
	}
	e := h.book.Last(t, "sql")
	if e.Effect != "allow" || e.Would != "deny" || e.Code() != "row-limit" || e.In.Rows != 4 {
		t.Errorf("recorded as %s", e.Text)
	}
	_, err := rowsOf(t, c, "SELECT 1; SELECT 2")
	wantError(t, err, 1064, "42000", "multi-statement")
}

func TestCommandsWithoutText(t *testing.T) {
	h := start(t, setup{allow: narrow})
	h.direct("CREATE TABLE open (id INT)")
	c := h.raw(t).login(0)
	refused := func(p []byte, code wire.ErrorCode, reason string) {
		t.Helper()
		answer := c.command(p)
		if answer[0] != wire.HeaderErr {
			t.Fatalf("%s was answered %x", wire.Command(p[0]), answer)
		}
		e, err := wire.DecodeError(answer)
		if err != nil || e.Code != code || !strings.Contains(e.Message, reason) {
			t.Errorf("%s: %v, %v; want %d %s", wire.Command(p[0]), e, err, code, reason)
		}
		if last := h.book.Last(t, "sql"); last.Code() != reason {
			t.Errorf("%s is recorded as %s", wire.Command(p[0]), last.Text)
		}
	}
	refused(wire.AppendCommand(nil, wire.ComInitDB, "mysql"), 1044, "no-rule")
	refused(wire.AppendCommand(nil, wire.ComCreateDB, "x"), 1142, "no-rule")
	refused(wire.AppendCommand(nil, wire.ComDropDB, "x"), 1142, "no-rule")
	refused(wire.AppendCommand(nil, wire.ComFieldList, "open\x00"), 1142, "no-rule")
	refused([]byte{byte(wire.ComProcessKill), 1, 0, 0, 0}, 1227, "no-rule")
	refused([]byte{byte(wire.ComSetOption), 0, 0}, 1064, "multi-statement")
	refused([]byte{byte(wire.ComStatistics)}, 1227, "no-rule")
	refused([]byte{byte(wire.ComDebug)}, 1227, "no-rule")
	refused([]byte{byte(wire.ComShutdown)}, 1227, "no-rule")
	refused([]byte{byte(wire.ComRefresh), 1}, 1227, "no-rule")
	for _, cmd := range []wire.Command{wire.ComSleep, wire.ComConnect, wire.ComTime, wire.ComDelayedInsert, wire.ComBinlogDump, wire.ComTableDump,
		wire.ComConnectOut, wire.ComRegisterSlave, wire.ComDaemon, wire.ComBinlogDumpGTID, wire.ComClone, wire.ComStmtBulkExecute, wire.ComMulti,
		wire.ComProcessInfo, wire.ComSlaveWorker, 0x70, 0xff} {
		refused([]byte{byte(cmd), 0, 0, 0, 0, 0}, 1047, "protocol")
	}
	refused(wire.AppendStatementCommand(nil, wire.ComStmtReset, 99), 1243, "protocol")
	refused(wire.AppendExecute(nil, 99, 0, nil, 0), 1243, "protocol")
	refused(wire.Fetch{StatementID: 99, Rows: 1}.Append(nil), 1243, "protocol")
	if p := c.command(wire.AppendCommand(nil, wire.ComInitDB, h.db.Name)); p[0] != wire.HeaderOK {
		t.Errorf("the door's own database was answered %x", p)
	}
	if p := c.command([]byte{byte(wire.ComPing)}); p[0] != wire.HeaderOK {
		t.Errorf("a ping was answered %x", p)
	}
	if p := c.command([]byte{byte(wire.ComSetOption), 1, 0}); p[0] == wire.HeaderErr {
		t.Errorf("turning several statements off was answered %x", p)
	}
	if p := c.command([]byte{byte(wire.ComResetConnection)}); p[0] != wire.HeaderOK {
		t.Errorf("a reset was answered %x", p)
	}
	if p := c.command(wire.AppendQuery(nil, "SELECT id FROM open", 0)); p[0] != 1 {
		t.Errorf("a query was answered %x", p)
	}
}

// TestEveryCommandHasAVerdict sends every command byte there can be to a door
// that allows nothing: each has to be refused by the door itself, which it only
// says once that is recorded.
func TestEveryCommandHasAVerdict(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, tables: [none]}\n"})
	for b := range 256 {
		cmd := wire.Command(b)
		switch cmd {
		case wire.ComQuit, wire.ComPing, wire.ComStmtClose, wire.ComStmtSendLongData:
			continue // they carry neither text nor a result
		case wire.ComResetConnection, wire.ComChangeUser:
			continue // the one belongs to the group session, the other is a login
		}
		c := h.raw(t).login(0)
		p := c.command([]byte{byte(b), 'x', 0, 0, 0, 0, 0, 0, 0})
		e, err := wire.DecodeError(p)
		if err != nil || !strings.Contains(e.Message, "refused by sallyport: ") {
			t.Errorf("%s was answered %x", cmd, p)
		}
		c.nc.Close()
	}
}

func TestMessagesKeepTheCrossing(t *testing.T) {
	h := start(t, setup{allow: narrow})
	c := h.conn()
	_, err := rowsOf(t, c, "SELECT * FROM "+strings.Repeat("x", 64))
	wantError(t, err, 1142, "42000", fmt.Sprintf("crossing %s", idOf(h.book.Last(t, "sql"))))
}

func idOf(e gatetest.Entry) string {
	_, rest, _ := strings.Cut(e.Text, `"id":"`)
	return rest[:36]
}
