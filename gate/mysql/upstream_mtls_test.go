package mysqlgate

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
)

// TestDatabaseWantsCertificate leads to a MariaDB whose accounts want a
// certificate of the door: any, one subject's with and without a password.
func TestDatabaseWantsCertificate(t *testing.T) {
	pki := newClients(t)
	file := filepath.Join(publicDir(t), "clients.pem")
	if err := os.WriteFile(file, pki.ca.PEM, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"TLSv1.2", "TLSv1.3"} {
		server, err := testdb.StartMariaDB(context.Background(), testdb.Options{Args: []string{"--ssl-ca=" + file, "--tls-version=" + version}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		for _, s := range []string{
			"CREATE USER any@'%' IDENTIFIED BY 'a password of its own' REQUIRE X509",
			"CREATE USER alone@'%' REQUIRE X509",
			"CREATE USER subject@'%' REQUIRE SUBJECT '/O=Sallyport tests/CN=gateway'",
			"CREATE USER another@'%' REQUIRE SUBJECT '/O=Sallyport tests/CN=another'",
			"GRANT ALL ON *.* TO any@'%', alone@'%', subject@'%', another@'%'",
		} {
			if err := server.Exec(t.Context(), s); err != nil {
				t.Fatal(s, err)
			}
		}
		gateway, stranger := pki.only("gateway"), pki.pair(pki.another, "gateway", func(*x509.Certificate) {})
		files := map[string][]byte{"gateway.pem": gateway.Cert, "gateway-key.pem": gateway.Key, "stranger.pem": stranger.Cert, "stranger-key.pem": stranger.Key}
		for name, tt := range map[string]struct{ login, shows, why string }{
			"any, with a password": {"{user: any, password: env:ITS}", "gateway", ""},
			"alone":                {"{user: alone}", "gateway", ""},
			"a subject":            {"{user: subject}", "gateway", ""},
			"another subject":      {"{user: another}", "gateway", "the database refused the login (error 1045)"},
			"a stranger's":         {"{user: alone}", "stranger", "the database broke off"}, // its alert may be lost with the connection
			"none":                 {"{user: any, password: env:ITS}", "", "the database refused the login (error 1045)"},
		} {
			s := setup{server: server, login: tt.login, allow: openPolicy, files: files}
			if tt.shows != "" {
				s.hostTLS = "{ca: file:db-ca.pem, cert: file:" + tt.shows + ".pem, key: file:" + tt.shows + "-key.pem}"
			}
			s.env = map[string]string{"ITS": "a password of its own"}
			h := start(t, s)
			if tt.why == "" {
				if got := scan1(t, h.conn(), "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)"); !strings.Contains(tt.login, got) {
					t.Errorf("%s over %s: as %s", name, version, got)
				}
				continue
			}
			err := open(t, h.config()).PingContext(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("%s over %s: %v", name, version, err)
			}
			if e := h.book.Last(t, "logon"); e.Code() != "upstream" {
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
