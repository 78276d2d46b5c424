package postgresgate

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
)

// accounts is the pg_hba.conf of a server that wants a certificate of some.
const accounts = `
hostssl all bycert 127.0.0.1/32 cert
hostssl all byboth 127.0.0.1/32 scram-sha-256 clientcert=verify-full
hostssl all byany 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
hostssl all trusted 127.0.0.1/32 trust
hostssl all all 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
`

// TestDatabaseWantsCertificate leads to a PostgreSQL that wants a certificate of
// the door, and a password as well or not, over either version of TLS.
func TestDatabaseWantsCertificate(t *testing.T) {
	pki := newClients(t)
	dir := publicDir(t)
	for name, text := range map[string][]byte{"clients.pem": pki.ca.PEM, "pg_hba.conf": []byte(accounts)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server, err := testdb.StartPostgres(context.Background(), testdb.Options{Args: []string{
		"-c", "ssl_ca_file=" + filepath.Join(dir, "clients.pem"), "-c", "hba_file=" + filepath.Join(dir, "pg_hba.conf")}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, user := range []string{"bycert", "byboth", "byany", "trusted"} {
		if err := server.Exec(t.Context(), "CREATE ROLE "+user+" SUPERUSER LOGIN PASSWORD 'a password of its own'"); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{}
	for _, name := range []string{"bycert", "byboth"} {
		p := pki.only(name)
		files[name+".pem"], files[name+"-key.pem"] = p.Cert, p.Key
	}
	p := pki.pair(pki.another, "bycert", func(*x509.Certificate) {})
	files["stranger.pem"], files["stranger-key.pem"] = p.Cert, p.Key
	for _, version := range []string{"TLSv1.2", "TLSv1.3"} {
		for _, s := range []string{"ALTER SYSTEM SET ssl_min_protocol_version = '" + version + "'", "ALTER SYSTEM SET ssl_max_protocol_version = '" + version + "'", "SELECT pg_reload_conf()"} {
			if err := server.Exec(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		for name, tt := range map[string]struct{ login, shows, why, finding string }{
			"a certificate alone":            {"{user: bycert}", "bycert", "", ""},
			"beside a password unasked":      {"{user: bycert, password: env:ITS}", "bycert", "", ""},
			"both":                           {"{user: byboth, password: env:ITS}", "byboth", "", ""},
			"any and a password":             {"{user: byany, password: env:ITS}", "bycert", "", ""},
			"another user's":                 {"{user: bycert}", "byboth", "SQLSTATE 28000", ""},
			"another user's, and a password": {"{user: byboth, password: env:ITS}", "bycert", "SQLSTATE 28", ""},
			"a stranger's":                   {"{user: bycert}", "stranger", "the database broke off", "*"}, // its alert may be lost with the connection
			"none":                           {"{user: byboth, password: env:ITS}", "", "SQLSTATE 28000", ""},
			"a password that it has not":     {"{user: byboth}", "byboth", "SQLSTATE 28P01", ""},
			"trusted without one":            {"{user: trusted, password: env:ITS}", "", "has not proven", "unproven"},
		} {
			s := setup{server: server, login: tt.login, allow: openPolicy, files: files, env: map[string]string{"ITS": "a password of its own"}}
			if tt.shows != "" {
				s.hostTLS = "{ca: file:db-ca.pem, cert: file:" + tt.shows + ".pem, key: file:" + tt.shows + "-key.pem}"
			}
			h := start(t, s)
			if tt.why == "" {
				if got := scan1(t, h.conn(), "SELECT session_user::text"); !strings.Contains(tt.login, got) {
					t.Errorf("%s over %s: as %s", name, version, got)
				}
				continue
			}
			err := h.try(simply)
			if err == nil || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("%s over %s: %v", name, version, err)
			}
			if e := h.book.Last(t, "logon"); e.Code() != "upstream" || tt.finding != "*" && (len(e.Finds) > 0 && e.Finds[0].Code != tt.finding || len(e.Finds) == 0 && tt.finding != "") {
				t.Errorf("%s over %s: recorded as %s", name, version, e.Text)
			}
		}
	}
}

// publicDir is a directory that a server's own user can read.
func publicDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "sallyport-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPsqlWithCertificate has PostgreSQL's own client show one.
func TestPsqlWithCertificate(t *testing.T) {
	pki := newClients(t)
	h := start(t, setup{apps: parties, allow: allowParties, client: ", client: {ca: file:clients.pem}", files: map[string][]byte{"clients.pem": pki.ca.PEM}})
	for name, tt := range map[string]struct {
		show       bool
		user, want string
	}{
		"a certificate alone": {true, "certified", "in"},
		"both":                {true, "both", "in"},
		"none":                {false, "app", "bad-certificate"},
		"another app's":       {true, "plain", "bad-credentials"},
	} {
		pair := pki.uri("spiffe://example.com/certified")
		if tt.user == "both" {
			pair = pki.dns("both.example.com")
		}
		cert, key, err := pair.WriteFiles(t.TempDir(), "client")
		if err != nil {
			t.Fatal(err)
		}
		for _, version := range []string{"TLSv1.2", "TLSv1.3"} {
			conninfo := "user=" + tt.user + " channel_binding=prefer ssl_max_protocol_version=" + version
			if tt.show {
				conninfo += " sslcert=" + cert + " sslkey=" + key
			}
			out, err := h.program(t, "psql", "-X", "-At", "-c", "SELECT 'in'", conninfo)
			if (err == nil) != (tt.want == "in") || !strings.Contains(out, tt.want) {
				t.Errorf("%s over %s: %v, %s", name, version, err, out)
			}
		}
	}
}
