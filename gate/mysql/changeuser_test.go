package mysqlgate

import (
	"net"
	osexec "os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// twoApps lets the app do everything, and another app read one table.
const twoApps = openPolicy + `
      - {who: near, tables: [shades], statements: [select]}
      - {who: far, tables: [shades], statements: [select]}
`

// changeUser logs in anew and returns the last packet of the answer.
func (r *rawClient) changeUser(user, password, database, plugin string) []byte {
	r.t.Helper()
	u := wire.ChangeUser{User: []byte(user), Database: []byte(database), Collation: 45, AuthPlugin: []byte(plugin)}
	ask, err := wire.DecodeAuthSwitch(r.command(u.Append(nil, r.g.Capabilities&rawCaps)))
	if err != nil {
		r.t.Fatal(err)
	}
	answer, err := wire.AuthAnswer(ask.Plugin, password, ask.Nonce, false)
	if err != nil {
		r.t.Fatal(err)
	}
	r.send(answer)
	p := r.read()
	if p[0] == wire.HeaderAuthMore {
		p = r.read()
	}
	return p
}

func TestChangeUser(t *testing.T) {
	h := start(t, setup{allow: twoApps})
	h.direct("CREATE TABLE shades (n INT)", "CREATE TABLE walls (n INT)")
	for _, plugin := range []string{wire.NativePassword, wire.CachingSHA2Password, "dialog"} {
		c := h.raw(t).login(0)
		prepared, err := wire.DecodePrepareOK(c.command(wire.AppendCommand(nil, wire.ComStmtPrepare, "DO 1")))
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"SET @mine = 1", "BEGIN", "INSERT INTO walls VALUES (1)"} {
			if p := c.command(wire.AppendQuery(nil, q, 0)); p[0] != wire.HeaderOK {
				t.Fatalf("%s was answered %q", q, p)
			}
		}
		if p := c.changeUser("near", "close by", "", plugin); p[0] != wire.HeaderOK {
			t.Fatalf("%s: the login was answered %q", plugin, p)
		}
		if e := h.book.Last(t, "logon"); e.App != "near" || e.Effect != "allow" || e.Code() != "rule" {
			t.Errorf("%s: recorded as %s", plugin, e.Text)
		}
		wantServerError(t, c.command(wire.AppendExecute(nil, prepared.StatementID, 0, nil, 0)), 1243)
		wantServerError(t, c.command(wire.AppendQuery(nil, "SELECT n FROM walls", 0)), 1142)
		if e := h.book.Last(t, "sql"); e.App != "near" || e.SQL == nil || e.SQL.Database != h.db.Name {
			t.Errorf("%s: a statement behind it is recorded as %s", plugin, e.Text)
		}
		if p := c.command(wire.AppendQuery(nil, "SELECT n FROM shades", 0)); p[0] != 1 {
			t.Errorf("%s: what the new app may do was answered %q", plugin, p)
		}
		c.nc.Close()
	}
	if got := scan1(t, h.conn(), "SELECT COUNT(*) FROM walls"); got != "0" {
		t.Errorf("transactions of the apps before were kept: %s rows", got)
	}
}

// wantServerError checks that p is the server error of this code.
func wantServerError(t *testing.T, p []byte, code wire.ErrorCode) {
	t.Helper()
	if e, err := wire.DecodeError(p); err != nil || e.Code != code {
		t.Errorf("answered %q, want error %d", p, code)
	}
}

// TestChangeUserStartsOver holds what the session was against what it is: the
// variables of before are gone, and the database of before is not free.
func TestChangeUserStartsOver(t *testing.T) {
	h := start(t, setup{allow: openPolicy + "\n      - {who: near, tables: [shades], statements: [select]}\n"})
	elsewhere := func() *rawClient {
		c := h.raw(t).login(0)
		for _, p := range [][]byte{wire.AppendQuery(nil, "SET sql_mode = 'ANSI_QUOTES'", 0), wire.AppendCommand(nil, wire.ComInitDB, "information_schema")} {
			if p := c.command(p); p[0] != wire.HeaderOK {
				t.Fatalf("answered %q", p)
			}
		}
		return c
	}
	c := elsewhere()
	if p := c.changeUser("near", "close by", "", wire.NativePassword); p[0] != wire.HeaderOK {
		t.Fatalf("answered %q", p)
	}
	wantServerError(t, c.command(wire.AppendCommand(nil, wire.ComInitDB, "information_schema")), 1044)
	if e := h.book.Last(t, "sql"); e.SQL == nil || strings.Contains(e.SQL.Mode, "ANSI") || e.SQL.Database != h.db.Name {
		t.Errorf("recorded as %s", e.Text)
	}
	c = elsewhere()
	wantServerError(t, c.changeUser("near", "close by", "information_schema", wire.NativePassword), 1044)
	c.gone()
}

func TestChangeUserRefused(t *testing.T) {
	h := start(t, setup{allow: twoApps})
	for _, tc := range []struct{ name, user, password, reason string }{
		{"a wrong password", "near", "wrong", "bad-credentials"},
		{"an unknown name", "nobody", "close by", "bad-credentials"},
		{"no password", "near", "", "bad-credentials"},
		{"an app in the wrong place", "far", "far away", "wrong-address"},
	} {
		c := h.raw(t).login(0)
		wantServerError(t, c.changeUser(tc.user, tc.password, "", wire.CachingSHA2Password), 1045)
		if e := h.book.Last(t, "logon"); e.Code() != tc.reason || e.App != "" || e.Effect != "deny" {
			t.Errorf("%s is recorded as %s", tc.name, e.Text)
		}
		c.gone()
		h.door.throttle.Success(tc.user, gate.RemoteAddr(c.nc).Addr())
	}
	// The wait of a first login and that of a login anew are the same one.
	for range 6 {
		c := h.raw(t).login(0)
		c.changeUser("near", "wrong", "", wire.NativePassword)
		c.gone()
	}
	cfg := h.config()
	cfg.User, cfg.Passwd = "near", "close by"
	wantError(t, open(t, cfg).PingContext(t.Context()), 1045, "28000")
	if e := h.book.Last(t, "logon"); !strings.Contains(e.Text, "not looked at") {
		t.Errorf("recorded as %s", e.Text)
	}
}

// TestChangeUserUnrecorded does not let a login pass that nobody will know of.
func TestChangeUserUnrecorded(t *testing.T) {
	h := start(t, setup{allow: twoApps})
	c := h.raw(t).login(0)
	h.book.Fail(errDisk)
	wantServerError(t, c.changeUser("near", "close by", "", wire.NativePassword), 1105)
	c.gone()
}

// TestChangeUserCounts holds the session against the quota of the app that it
// has become.
func TestChangeUserCounts(t *testing.T) {
	h := start(t, setup{allow: twoApps, more: "    limits: {sessions: 20, sessions-per-caller: 1}"})
	first := h.raw(t).login(0)
	if p := first.changeUser("near", "close by", "", wire.NativePassword); p[0] != wire.HeaderOK {
		t.Fatalf("answered %q", p)
	}
	second := h.raw(t).login(0)
	wantServerError(t, second.changeUser("near", "close by", "", wire.NativePassword), 1040)
	second.gone()
	if p := first.command([]byte{byte(wire.ComPing)}); p[0] != wire.HeaderOK {
		t.Errorf("the first was answered %q", p)
	}
}

// script is a client's program that logs in anew, as an application's does:
// MariaDB's own library underneath.
const script = `
import sys, MySQLdb
host, port, database, ca = sys.argv[1:]
c = MySQLdb.connect(host=host, port=int(port), user="app", password="` + doorPassword + `", database=database, ssl={"ca": ca})
def ask(q):
    k = c.cursor()
    k.execute(q)
    return k.fetchone()[0]
print(ask("SELECT COUNT(*) FROM walls"))
for i in range(3):
    c.change_user("near", "close by", database)
    print(ask("SELECT COUNT(*) FROM shades"))
    try:
        print(ask("SELECT COUNT(*) FROM walls"))
    except MySQLdb.Error as e:
        print(e.args[0])
try:
    c.change_user("near", "wrong", database)
except MySQLdb.Error as e:
    print(e.args[0])
`

func TestChangeUserOfALibrary(t *testing.T) {
	h := start(t, setup{allow: twoApps})
	h.direct("CREATE TABLE shades (n INT)", "CREATE TABLE walls (n INT)", "INSERT INTO walls VALUES (1), (2), (3)")
	want := []string{"3", "0", "1142", "0", "1142", "0", "1142", "1045"}
	if out := h.python(t, script); !slices.Equal(strings.Fields(out), want) {
		t.Errorf("it printed\n%s, want %v", out, want)
	}
}

// python runs a program of the system's Python with its library for MySQL; it
// is given the door's host and port, the database and the file of the CA.
func (h *harness) python(t *testing.T, program string) string {
	t.Helper()
	const python = "/usr/bin/python3" // one of the user's own has not Debian's packages
	if err := osexec.Command(python, "-c", "import MySQLdb").Run(); err != nil {
		t.Fatal("Python's library for MySQL is needed by the tests; type: apt-get install -y python3-mysqldb")
	}
	host, port, err := net.SplitHostPort(h.addr)
	if err != nil {
		t.Fatal(err)
	}
	out, err := osexec.CommandContext(t.Context(), python, "-c", program, host, port, h.db.Name, h.caFile(t)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	return string(out)
}
