package postgresgate

import (
	"crypto/tls"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestTLSVersionIsRecorded has every entry of a connection say by which TLS it
// came.
func TestTLSVersionIsRecorded(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true})
	for want, change := range map[string]func(*pgx.ConnConfig){
		"":    inTheClear,
		"1.2": func(c *pgx.ConnConfig) { c.TLSConfig.MaxVersion = tls.VersionTLS12 },
		"1.3": func(c *pgx.ConnConfig) { c.TLSConfig.MinVersion = tls.VersionTLS13 },
	} {
		exec(t, h.conn(change), "SELECT 1")
		for _, kind := range []string{"logon", "sql"} {
			if e := h.book.Last(t, kind); e.From.TLS != want || e.Effect != "allow" {
				t.Errorf("over TLS %q, %s is recorded as %s", want, kind, e.Text)
			}
		}
	}
}
