package mysqlgate

import (
	"crypto/tls"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestTLSVersionIsRecorded has every entry of a connection say by which TLS it
// came, also after the connection has logged in anew.
func TestTLSVersionIsRecorded(t *testing.T) {
	h := start(t, setup{allow: twoApps, optional: true})
	for want, change := range map[string]func(*driver.Config){
		"":    func(c *driver.Config) { c.TLS = nil },
		"1.2": func(c *driver.Config) { c.TLS.MaxVersion = tls.VersionTLS12 },
		"1.3": func(c *driver.Config) { c.TLS.MinVersion = tls.VersionTLS13 },
	} {
		exec(t, h.conn(change), "DO 1")
		for _, kind := range []string{"logon", "sql"} {
			if e := h.book.Last(t, kind); e.From.TLS != want || e.Effect != "allow" {
				t.Errorf("over TLS %q, %s is recorded as %s", want, kind, e.Text)
			}
		}
	}
	c := h.raw(t).login(0)
	if p := c.changeUser("near", "close by", "", wire.NativePassword); p[0] != wire.HeaderOK {
		t.Fatalf("the login was answered %q", p)
	}
	if e := h.book.Last(t, "logon"); e.From.Name != "near" || e.From.TLS != "1.3" {
		t.Errorf("a second login is recorded as %s", e.Text)
	}
}
