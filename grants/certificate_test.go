package grants

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/policy"
)

// TestWriteCertified writes logins of a host to which the gateway shows a
// certificate: an account that wanted one does not come to want TLS alone.
func TestWriteCertified(t *testing.T) {
	host := policy.Host{Name: "main-db", DNS: "db.example.com", Port: 3306, TLS: policy.ClientTLS{Cert: policy.File{Ref: "gateway.pem"}}}
	logins := []Login{{User: "alone", Doors: []string{"db"}}, {User: "both", Doors: []string{"db"}, Password: policy.Secret{Ref: "env:DB"}}}
	for kind, want := range map[string]struct {
		server Server
		lines  []string
	}{
		"mysql":    {Server{Flavour: MariaDB}, []string{"Login alone of door db", "It has no password", "REQUIRE X509 ACCOUNT LOCK", "'alone'@'%' IDENTIFIED BY '' REQUIRE SUBJECT", "with the value of env:DB"}},
		"postgres": {Server{Flavour: Postgres}, []string{"It has no password", "hostssl with the method cert", "with the value of env:DB"}},
	} {
		var b strings.Builder
		if err := Write(&b, &Target{Kind: kind, Host: host, Database: "shop", Doors: []string{"db"}, Logins: logins}, want.server, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, line := range want.lines {
			if !strings.Contains(b.String(), line) {
				t.Errorf("%s: %q is missing in\n%s", kind, line, b.String())
			}
		}
		if strings.Contains(b.String(), "REQUIRE SSL") {
			t.Errorf("%s: TLS alone is wanted in\n%s", kind, b.String())
		}
	}
}

// TestWriteInTheClear tells who gives the rights that an account which wants TLS
// does not let in a gateway that the policy has come without.
func TestWriteInTheClear(t *testing.T) {
	for _, plain := range []bool{false, true} {
		target := &Target{
			Kind: "mysql", Doors: []string{"db"},
			Host:   policy.Host{Name: "main-db", DNS: "127.0.0.1", Port: 3306, TLS: policy.ClientTLS{Plain: plain}},
			Logins: []Login{{User: "shop", Doors: []string{"db"}, Password: policy.Secret{Ref: "env:DB"}}},
		}
		var b strings.Builder
		if err := Write(&b, target, Server{Flavour: MariaDB}, Options{}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "give the host main-db a `tls`, or ALTER USER 'shop'@'%' REQUIRE NONE."); got != plain {
			t.Errorf("in the clear %t, and told of it %t:\n%s", plain, got, b.String())
		}
		if !strings.Contains(b.String(), "ALTER USER 'shop'@'%' REQUIRE SSL;") {
			t.Errorf("in the clear %t: the account does not want TLS:\n%s", plain, b.String())
		}
	}
}
