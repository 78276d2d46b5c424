package mysqlgate

import (
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestSeveralOnAndOff has a client turn several statements on and off.
func TestSeveralOnAndOff(t *testing.T) {
	h := start(t, setup{allow: severalOpen, more: allowing})
	on, off := []byte{byte(wire.ComSetOption), 0, 0}, []byte{byte(wire.ComSetOption), 1, 0}
	c := h.raw(t).login(wire.ClientDeprecateEOF)
	caps := c.g.Capabilities & (rawCaps | wire.ClientDeprecateEOF)
	answer := func(text string) string {
		t.Helper()
		var out []string
		var scan wire.ResultScanner
		c.each(&scan, caps, wire.AppendQuery(nil, text, caps), func(kind wire.PacketKind, p []byte) {
			switch kind {
			case wire.KindRow:
				out = append(out, string(p[1:]))
			case wire.KindErr:
				e, err := wire.DecodeError(p)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, e.Message)
			}
		})
		return strings.Join(out, ";")
	}
	set := func(p []byte, refused bool) {
		t.Helper()
		if got := c.command(p); (got[0] == wire.HeaderErr) != refused {
			t.Errorf("COM_SET_OPTION %d is answered %q", p[1], got)
		}
	}
	const two = "SELECT 1; SELECT 2"
	expect := func(when string, several bool) {
		t.Helper()
		if got := answer(two); (got == "1;2") != several || !several && !strings.Contains(got, "multi-statement") {
			t.Errorf("%s: %q", when, got)
		}
		if got := answer("SELECT 3"); got != "3" {
			t.Errorf("%s, a single one: %q", when, got)
		}
	}
	expect("not asked for", false)
	set(on, false)
	expect("on", true)
	set(off, false)
	expect("off", false)
	set([]byte{byte(wire.ComSetOption), 2, 0}, true)
	set(on, false)
	h.reload(setup{allow: severalOpen})
	expect("on, and denied since", false)
	set(on, true)
	expect("on refused", false)
	set(off, false)
	h.reload(setup{allow: severalOpen, more: allowing})
	expect("off, and allowed since", false)
	set(on, false)
	expect("on again", true)
	if got := answer("SELECT 4; SET sql_mode = ''; SELECT 5"); !strings.Contains(got, "statement 3 of 3") {
		t.Errorf("%q", got)
	}
}

// TestSeveralThatChangeTheSession have one in their midst that would make the next
// one mean something else: nothing is sent. The last one may, and what comes next
// is read by it.
func TestSeveralThatChangeTheSession(t *testing.T) {
	h := start(t, setup{allow: severalOpen, more: allowing})
	h.direct("CREATE TABLE t (id INT)")
	c := h.conn(severally, func(c *driver.Config) { c.Params = map[string]string{"sql_mode": "''"} })
	for _, middle := range []string{
		"SET NAMES gbk", "SET character_set_client = gbk", "SET CHARACTER SET gbk", "SET @@session.sql_mode = 'ANSI_QUOTES'", "SET sql_mode = NO_BACKSLASH_ESCAPES",
		"SET time_zone = '+00:00', sql_mode = ''", "USE information_schema", "USE " + h.db.Name, "CALL p()", "PREPARE s FROM 'SELECT 1'", "EXECUTE IMMEDIATE 'SELECT 1'",
		"SET collation_connection = gbk_bin", "SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT 1",
	} {
		text := "INSERT INTO t VALUES (1); " + middle + "; SELECT '\\' FROM t"
		_, err := resultsOf(t, c, text)
		if err == nil || !strings.Contains(err.Error(), "refused by sallyport") {
			t.Errorf("%s: %v", middle, err)
		}
		h.inStep(t, c, middle)
	}
	if got := scan1(t, c, "SELECT CONCAT(COUNT(*), @@sql_mode, @@character_set_client, DATABASE()) FROM t"); got != "0utf8mb4"+h.db.Name {
		t.Errorf("something was sent: %s", got)
	}
	if got, err := resultsOf(t, c, "INSERT INTO t VALUES (1); SET sql_mode = 'NO_BACKSLASH_ESCAPES'"); err != nil {
		t.Errorf("at the end: %q, %v", got, err)
	}
	if got, err := resultsOf(t, c, `SELECT '\'; SELECT id FROM t`); got != `\,;1,` || err != nil {
		t.Errorf("behind it: %q, %v", got, err)
	}
	if e := h.book.Last(t, "sql"); e.SQL == nil || e.SQL.Mode != "NO_BACKSLASH_ESCAPES" {
		t.Errorf("recorded as %s", e.Text)
	}
}
