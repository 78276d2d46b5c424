package mysqlgate

import (
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testpki"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// parties are the apps whose certificates these tests show, each with another
// kind of proof, and outside, whom no rule names.
const parties = `
  certified: {proof: [mtls], certificates: [spiffe://example.com/certified]}
  both: {proof: [password+mtls], password: env:DOOR, certificates: [both.example.com]}
  either: {proof: [password, mtls], password: env:DOOR, certificates: ["cn:Either of the Two"]}
  plain: {proof: [mtls]}
  outside: {proof: [mtls], certificates: [outside.example.com]}
`

const allowParties = `
      - {who: [app, certified, both, either, plain, {mtls: reports.example.com}], tables: ['*'], statements: [select]}
`

// clients makes the certificates of clients, and of their enemies.
type clients struct {
	t           testing.TB
	ca, another *testpki.CA
}

func newClients(t testing.TB) *clients {
	t.Helper()
	c := &clients{t: t}
	var err error
	if c.ca, err = testpki.NewCA("clients"); err != nil {
		t.Fatal(err)
	}
	if c.another, err = testpki.NewCA("clients"); err != nil { // by the same name
		t.Fatal(err)
	}
	return c
}

func (c *clients) pair(ca *testpki.CA, cn string, change func(*x509.Certificate)) testpki.Pair {
	c.t.Helper()
	p, err := ca.ClientAs(cn, change)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *clients) uri(s string) testpki.Pair {
	u, err := url.Parse(s)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.pair(c.ca, "whoever", func(x *x509.Certificate) { x.URIs = []*url.URL{u} })
}

func (c *clients) dns(name string) testpki.Pair {
	return c.pair(c.ca, "whoever", func(x *x509.Certificate) { x.DNSNames = []string{name} })
}

func (c *clients) only(cn string) testpki.Pair { return c.pair(c.ca, cn, func(*x509.Certificate) {}) }

// wanting is a door that wants a certificate of all its clients.
func (c *clients) wanting() setup {
	return setup{apps: parties, allow: allowParties, patient: true, client: ", client: {ca: file:clients.pem}", files: map[string][]byte{"clients.pem": c.ca.PEM}}
}

// shows has a client show a certificate, as user with the password.
func shows(t testing.TB, p testpki.Pair, user, password string) func(*driver.Config) {
	t.Helper()
	cert, err := p.TLS()
	if err != nil {
		t.Fatal(err)
	}
	return func(c *driver.Config) {
		c.User, c.Passwd = user, password
		// As other clients do, whatever authorities the server names.
		c.TLS.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
}

func TestClientCertificates(t *testing.T) {
	pki := newClients(t)
	h := start(t, pki.wanting())
	certified, both := pki.uri("spiffe://example.com/certified"), pki.dns("both.example.com")
	either := pki.pair(pki.ca, "Either of the Two", func(x *x509.Certificate) { x.DNSNames = []string{"two.example.com"} })
	changed := func(ca *testpki.CA, change func(*x509.Certificate)) func(*driver.Config) {
		return shows(t, pki.pair(ca, "plain", change), "plain", "")
	}
	denials := 0
	for name, tt := range map[string]struct {
		change func(*driver.Config)
		code   uint16 // 0 for success
		want   string // the proof; or the reason, and what the ledger says of it
	}{
		"a certificate alone":          {shows(t, certified, "certified", ""), 0, "mtls"},
		"a common name alone":          {shows(t, pki.only("plain"), "plain", ""), 0, "mtls"},
		"both":                         {shows(t, both, "both", doorPassword), 0, "password+mtls"},
		"either, by certificate":       {shows(t, either, "either", ""), 0, "mtls"},
		"either, by both":              {shows(t, either, "either", doorPassword), 0, "password+mtls"},
		"no app, by its name":          {shows(t, pki.dns("reports.example.com"), "reports.example.com", ""), 0, "mtls"},
		"a stranger's and a password":  {shows(t, pki.dns("mesh.example.com"), "app", doorPassword), 0, "password"},
		"none":                         {func(*driver.Config) {}, 1045, "bad-certificate: there was none"},
		"expired":                      {changed(pki.ca, func(x *x509.Certificate) { x.NotAfter = time.Now().Add(-time.Minute) }), 1045, "bad-certificate: has expired"},
		"another authority":            {changed(pki.another, func(*x509.Certificate) {}), 1045, "bad-certificate: no authority"},
		"a server's":                   {changed(pki.ca, func(x *x509.Certificate) { x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), 1045, "bad-certificate: not one for clients"},
		"another app's and a password": {shows(t, certified, "both", doorPassword), 1045, "bad-credentials: not one of the app's"},
		"a caller's and a password":    {shows(t, pki.dns("reports.example.com"), "app", doorPassword), 1045, "bad-credentials: not one of the app's"},
		"another app's name":           {shows(t, certified, "plain", ""), 1045, "bad-credentials: not one of the app's"},
		"both, with no password":       {shows(t, both, "both", ""), 1045, "bad-credentials: the name or the password"},
		"both, with a wrong one":       {shows(t, both, "both", "wrong"), 1045, "bad-credentials: the name or the password"},
		"a password, unasked":          {shows(t, certified, "certified", "whatever"), 1045, "bad-credentials: a wrong password"},
		"either, with a wrong one":     {shows(t, either, "either", "wrong"), 1045, "bad-credentials: a wrong password"},
		"an app that has none":         {shows(t, certified, "app", ""), 1045, "bad-credentials: not one of the app's"},
		"an unknown name":              {shows(t, certified, "nobody", ""), 1045, "bad-credentials: the name or the password"},
		"whom the door does not name":  {shows(t, pki.dns("outside.example.com"), "outside", ""), 1227, "unknown-caller: "},
	} {
		versions := []uint16{tls.VersionTLS12, tls.VersionTLS13}
		if tt.code != 0 { // more than twenty in a second would be counted, and not recorded one by one
			denials++
			versions = versions[denials%2:][:1]
		}
		for _, version := range versions {
			cfg := h.config()
			tt.change(cfg)
			cfg.TLS.MinVersion, cfg.TLS.MaxVersion = version, version
			err := open(t, cfg).PingContext(t.Context())
			e := h.book.Last(t, "logon")
			if tt.code == 0 {
				if err != nil || e.Effect != "allow" || e.From.Proof != tt.want {
					t.Errorf("%s: %v, recorded as %s", name, err, e.Text)
				}
				continue
			}
			code, note, _ := strings.Cut(tt.want, ": ")
			wantError(t, err, tt.code, map[uint16]string{1045: "28000", 1227: "42000"}[tt.code])
			if e.Effect != "deny" || e.Code() != code || !strings.Contains(e.Reasons[0].Note, note) {
				t.Errorf("%s is recorded as %s", name, e.Text)
			}
			if told := strings.Contains(err.Error(), e.Reasons[0].Note); code == "bad-credentials" && told || code == "bad-certificate" && !told {
				t.Errorf("%s: the client is told %v", name, err)
			}
		}
	}
}

// TestMariaDBWithCertificate has MariaDB's own client show one, by each method
// that it has.
func TestMariaDBWithCertificate(t *testing.T) {
	pki := newClients(t)
	h := start(t, pki.wanting())
	run := func(p testpki.Pair, user, password string, more ...string) (string, string, error) {
		cert, key, err := p.WriteFiles(t.TempDir(), "client")
		if err != nil {
			t.Fatal(err)
		}
		args := slices.Concat(h.options(), []string{"-u", user, "--ssl-cert=" + cert, "--ssl-key=" + key}, h.overTLS(t), more)
		return h.program(t, "mariadb", clientPackage, "SELECT 'in'", append(args, "--password="+password, "--skip-column-names")...)
	}
	for _, more := range [][]string{nil, {"--default-auth=mysql_native_password"}, {"--default-auth=caching_sha2_password"}, {"--default-auth=client_ed25519"}, {"--tls-version=TLSv1.2"}} {
		// MariaDB's library cannot be told to log in by ed25519 without a password.
		without := more
		if slices.Contains(more, "--default-auth=client_ed25519") {
			without = nil
		}
		if out, diagnostics, err := run(pki.uri("spiffe://example.com/certified"), "certified", "", without...); err != nil || out != "in\n" {
			t.Errorf("%v: %v %s %s", more, err, out, diagnostics)
		}
		if out, diagnostics, err := run(pki.dns("both.example.com"), "both", doorPassword, more...); err != nil || out != "in\n" {
			t.Errorf("%v: %v %s %s", more, err, out, diagnostics)
		}
		if _, diagnostics, err := run(pki.dns("both.example.com"), "certified", "", without...); err == nil || !strings.Contains(diagnostics, "ERROR 1045 (28000): refused by sallyport: bad-credentials") {
			t.Errorf("%v: %v %s", more, err, diagnostics)
		}
		stranger := pki.pair(pki.another, "plain", func(*x509.Certificate) {})
		if _, diagnostics, err := run(stranger, "plain", "", without...); err == nil || !strings.Contains(diagnostics, "ERROR 1045 (28000): refused by sallyport: bad-certificate") {
			t.Errorf("%v: %v %s", more, err, diagnostics)
		}
	}
}

// TestChangeUserByCertificate logs in anew on a connection whose certificate is
// that of another app, and of the app.
func TestChangeUserByCertificate(t *testing.T) {
	pki := newClients(t)
	h := start(t, pki.wanting())
	for user, want := range map[string]byte{"either": wire.HeaderOK, "certified": wire.HeaderErr, "plain": wire.HeaderErr} {
		c := h.raw(t)
		greeting := c.greeting()
		cert, err := pki.only("Either of the Two").TLS()
		if err != nil {
			t.Fatal(err)
		}
		c.tls(cert)
		r := wire.Response{Capabilities: greeting.Capabilities & rawCaps, User: []byte("either"), AuthPlugin: []byte(wire.CachingSHA2Password), Collation: 45}
		c.send(r.Append(nil))
		if p := c.read(); p[0] != wire.HeaderOK {
			t.Fatalf("answered %q", p)
		}
		// An empty password is answered without the fast way's word.
		if p := c.changeUser(user, "", "", wire.CachingSHA2Password); p[0] != want {
			t.Errorf("as %s: answered %q", user, p)
		}
		if e := h.book.Last(t, "logon"); (e.From.Proof == "mtls") != (want == wire.HeaderOK) {
			t.Errorf("as %s: recorded as %s", user, e.Text)
		}
	}
}

// TestCertificateOfAReload takes the name from the app while its session lasts.
func TestCertificateOfAReload(t *testing.T) {
	pki := newClients(t)
	s := pki.wanting()
	h := start(t, s)
	certified := h.conn(shows(t, pki.uri("spiffe://example.com/certified"), "certified", ""))
	both := h.conn(shows(t, pki.dns("both.example.com"), "both", doorPassword))
	s.apps = strings.ReplaceAll(s.apps, "example.com/certified", "example.com/another")
	h.reload(s)
	_, err := certified.ExecContext(t.Context(), "SELECT 1")
	wantError(t, err, 1053, "08S01", "policy-changed")
	exec(t, both, "SELECT 1")
}
