package mysqlgate

import (
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/sallyport/sallyport/gate/gatetest"
)

// TestTheDatabaseOfALoginIsJudged names databases in the login: the door's own
// is free, another is judged as USE of it is.
func TestTheDatabaseOfALoginIsJudged(t *testing.T) {
	const narrow = "\n      - {who: app, statements: [select], tables: [t]}\n"
	const wide = "\n      - {who: app, statements: [select, use], tables: [t]}\n"
	for _, tc := range []struct {
		name, allow, more, database string
		code                        uint16 // 0 for success
		at                          string // where the session is
	}{
		{"none is the door's", narrow, "", "", 0, "own"},
		{"the door's", narrow, "", "own", 0, "own"},
		{"another, without a rule", narrow, "", "information_schema", 1044, ""},
		{"one that is not there, without a rule", narrow, "", "missing", 1044, ""},
		{"one that is no name", narrow, "", "a`; DROP TABLE t; --", 1044, ""},
		{"another, with a rule", wide, "", "information_schema", 0, "information_schema"},
		{"another, where the door only reports", narrow, "    mode: report", "information_schema", 0, "information_schema"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := start(t, setup{allow: tc.allow, more: tc.more})
			own := func(name string) string {
				if name == "own" {
					return h.db.Name
				}
				return name
			}
			cfg := h.config()
			cfg.DBName = own(tc.database)
			c, err := open(t, cfg).Conn(t.Context())
			var uses []gatetest.Entry
			for _, e := range h.book.All() {
				if e.Act.Verb == "use" {
					uses = append(uses, e)
				}
			}
			if judged := tc.database != "" && tc.database != "own"; judged != (len(uses) == 1) {
				t.Errorf("recorded %d uses", len(uses))
			}
			if tc.code != 0 {
				wantError(t, err, tc.code, "42000", "refused by sallyport: no-rule", "`database:`", "crossing")
				if e := h.book.Last(t, "logon"); e.Effect != "deny" || e.Code() != "no-rule" || e.Act.Error != "1044" {
					t.Errorf("the login is recorded as %s", e.Text)
				}
				if e := uses[0]; e.Effect != "deny" || e.Code() != "no-rule" {
					t.Errorf("the use is recorded as %s", e.Text)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if got := scan1(t, c, "SELECT DATABASE()"); got != own(tc.at) {
				t.Errorf("the session is in %q", got)
			}
		})
	}
}

// TestADoorWithoutADatabase is one whose sessions begin in none.
func TestADoorWithoutADatabase(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, statements: [select], tables: ['{{.Database}}.t']}\n", nowhere: true})
	h.direct("CREATE TABLE t (id INT)", "INSERT INTO t VALUES (7)")
	none := func(c *driver.Config) { c.DBName = "" }
	c := h.conn(none)
	_, err := rowsOf(t, c, "SELECT id FROM t")
	wantError(t, err, 1142, "42000", "no-rule", "no database is selected", "which t is meant")
	if e := h.book.Last(t, "sql"); e.Code() != "no-rule" || !strings.Contains(e.Text, "no database is selected") {
		t.Errorf("recorded as %s", e.Text)
	}
	if got := scan1(t, c, "SELECT id FROM "+h.db.Name+".t"); got != "7" {
		t.Errorf("the qualified table gives %q", got)
	}
	err = open(t, h.config()).PingContext(t.Context())
	wantError(t, err, 1044, "42000", "the login names a database other than")
}
