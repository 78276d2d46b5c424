package demodb

import (
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// servers are all that this machine can start, but for those named, each
// started once for the test.
func servers(t *testing.T, but ...string) map[string]*Server {
	t.Helper()
	all := map[string]*Server{}
	for name, start := range Available(t.Logf) {
		if slices.Contains(but, name) {
			continue
		}
		s, err := start(t.Context())
		if err != nil {
			t.Fatalf("starting %s: %v", name, err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Errorf("closing %s: %v", name, err)
			}
		})
		all[name] = s
	}
	return all
}

func TestServers(t *testing.T) {
	for name, s := range servers(t) {
		t.Run(name, func(t *testing.T) {
			host, _, err := net.SplitHostPort(s.Addr)
			if err != nil || host != "127.0.0.1" {
				t.Fatalf("listens at %s, want loopback", s.Addr)
			}
			t.Log(s.Kind)
			admin, err := s.Admin()
			if err != nil {
				t.Fatal(err)
			}
			defer admin.Close()
			if _, err := admin.ExecContext(t.Context(), "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))"); err != nil {
				t.Fatal(err)
			}
			if err := s.Account(t.Context(), "app", "secret-1"); err != nil {
				t.Fatal(err)
			}
			if err := s.Account(t.Context(), "app", "secret-2"); err != nil {
				t.Fatalf("making the account anew: %v", err)
			}
			app, err := s.Open("app", "secret-2")
			if err != nil {
				t.Fatal(err)
			}
			defer app.Close()
			stmt, err := app.PrepareContext(t.Context(), s.Engine.Bind("INSERT INTO t (id, v) VALUES (?, ?)"))
			if err != nil {
				t.Fatal(err)
			}
			defer stmt.Close()
			if _, err := stmt.ExecContext(t.Context(), 1, "teal"); err != nil {
				t.Fatal(err)
			}
			var v string
			if err := app.QueryRowContext(t.Context(), s.Engine.Bind("SELECT v FROM t WHERE id = ?"), 1).Scan(&v); err != nil || v != "teal" {
				t.Errorf("got %q, %v; want teal", v, err)
			}
			if _, err := app.ExecContext(t.Context(), "DROP TABLE t"); err == nil {
				t.Error("the app's account may drop a table")
			}
			old, err := s.Open("app", "secret-1")
			if err != nil {
				t.Fatal(err)
			}
			defer old.Close()
			if err := old.PingContext(t.Context()); err == nil {
				t.Error("the old password still opens a session")
			}
		})
	}
}

func TestWithoutTLSRefused(t *testing.T) {
	for name, s := range servers(t, "postgres") {
		t.Run(name, func(t *testing.T) {
			c, err := Config(s.Addr, s.Name, s.CA, s.User, s.Password, s.Database)
			if err != nil {
				t.Fatal(err)
			}
			c.TLS = nil
			c.TLSConfig = "false"
			if err := ping(t, c.FormatDSN()); err == nil {
				t.Error("a session without TLS was opened")
			}
			c.TLS = &tls.Config{ServerName: s.Name, MinVersion: tls.VersionTLS12}
			if err := pingConfig(t, c); err == nil || !strings.Contains(err.Error(), "certificate") {
				t.Errorf("an unknown authority gave %v", err)
			}
		})
	}
}

func TestPostgresWithoutTLSRefused(t *testing.T) {
	for _, s := range servers(t, "memory", "mariadb") {
		for want, change := range map[string]func(*pgx.ConnConfig){
			"pg_hba.conf": func(c *pgx.ConnConfig) { c.TLSConfig = nil },
			"certificate": func(c *pgx.ConnConfig) { c.TLSConfig.RootCAs = nil },
		} {
			c, err := s.postgres(s.User, s.Password)
			if err != nil {
				t.Fatal(err)
			}
			change(c)
			conn, err := pgx.ConnectConfig(t.Context(), c)
			if err == nil {
				conn.Close(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want an error of %s", err, want)
			}
		}
	}
}

func TestBind(t *testing.T) {
	const query = "INSERT INTO t (a, b) VALUES (?, ?)"
	if got := MySQL.Bind(query); got != query {
		t.Errorf("for MySQL %q", got)
	}
	if got := PostgreSQL.Bind(query); got != "INSERT INTO t (a, b) VALUES ($1, $2)" {
		t.Errorf("for PostgreSQL %q", got)
	}
}

func TestQuote(t *testing.T) {
	for _, bad := range []string{"a'b", `a"b`, `a\b`, "a\x00", "é"} {
		if got, err := quote(bad); err == nil {
			t.Errorf("quote(%q) = %s, want an error", bad, got)
		}
	}
}
