package postgresgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport/sallyport/internal/testpki"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// parties are the apps whose certificates these tests show, each with another
// kind of proof, and outside, whom no rule names.
const parties = `
  certified: {proof: [mtls], certificates: [spiffe://example.com/certified]}
  both: {proof: [password+mtls], password: env:DOOR, certificates: [both.example.com]}
  either: {proof: [password, mtls], password: env:DOOR, certificates: ["cn:Either of the Two"]}
  plain: {proof: [mtls]}
  outside: {proof: [mtls], certificates: [outside.example.com]}
  elsewhere: {proof: [mtls], certificates: [elsewhere.example.com], addresses: [192.0.2.0/24]}
`

const allowParties = `
      - {who: [app, certified, both, either, plain, elsewhere, {mtls: reports.example.com}, {mtls: "cn:The Auditors"}],
         tables: ['*', pg_catalog.*], statements: [select], dangers: [time]}
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

// uri makes a certificate with the URIs, dns one with the name, and only one
// with no name but the common one.
func (c *clients) uri(uris ...string) testpki.Pair {
	return c.pair(c.ca, "whoever", func(x *x509.Certificate) {
		for _, s := range uris {
			u, err := url.Parse(s)
			if err != nil {
				c.t.Fatal(err)
			}
			x.URIs = append(x.URIs, u)
		}
	})
}

func (c *clients) dns(name string) testpki.Pair {
	return c.pair(c.ca, "whoever", func(x *x509.Certificate) { x.DNSNames = []string{name} })
}

func (c *clients) only(cn string) testpki.Pair { return c.pair(c.ca, cn, func(*x509.Certificate) {}) }

// shows has a client show a certificate, as user without a password.
func shows(t testing.TB, p testpki.Pair, user string) func(*pgx.ConnConfig) {
	t.Helper()
	cert, err := p.TLS()
	if err != nil {
		t.Fatal(err)
	}
	return func(c *pgx.ConnConfig) {
		c.User, c.Password = user, ""
		// As libpq does, whatever authorities the server names.
		c.TLSConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
}

func and(changes ...func(*pgx.ConnConfig)) func(*pgx.ConnConfig) {
	return func(c *pgx.ConnConfig) {
		for _, f := range changes {
			f(c)
		}
	}
}

func knows(password string) func(*pgx.ConnConfig) {
	return func(c *pgx.ConnConfig) { c.Password = password }
}

func (h *harness) try(change func(*pgx.ConnConfig)) error {
	cfg := h.config()
	change(cfg)
	c, err := pgx.ConnectConfig(context.Background(), cfg)
	if err == nil {
		c.Close(context.Background())
	}
	return err
}

func TestClientCertificates(t *testing.T) {
	pki := newClients(t)
	h := start(t, setup{apps: parties, allow: allowParties, patient: true, client: ", client: {ca: file:clients.pem}", files: map[string][]byte{"clients.pem": pki.ca.PEM}})
	certified, both := pki.uri("spiffe://example.com/certified"), pki.dns("Both.example.com")
	either := pki.pair(pki.ca, "Either of the Two", func(x *x509.Certificate) { x.DNSNames = []string{"two.example.com"} })
	old := func(x *x509.Certificate) { x.NotAfter = time.Now().Add(-time.Minute) }
	denials := 0
	for name, tt := range map[string]struct {
		change func(*pgx.ConnConfig)
		state  string // SQLSTATE, "" for success
		want   string // the proof; or the reason, and what the ledger says of it
	}{
		"a certificate alone":            {shows(t, certified, "certified"), "", "mtls"},
		"a common name alone":            {shows(t, pki.only("plain"), "plain"), "", "mtls"},
		"a DNS name that is the app's":   {shows(t, pki.dns("plain"), "plain"), "", "mtls"},
		"a password too, unasked":        {and(shows(t, certified, "certified"), knows("whatever")), "", "mtls"},
		"both":                           {and(shows(t, both, "both"), knows(doorPassword)), "", "password+mtls"},
		"both, bound to the channel":     {and(shows(t, both, "both"), knows(doorPassword), func(c *pgx.ConnConfig) { c.ChannelBinding = "require" }), "", "password+mtls"},
		"either, by certificate":         {shows(t, either, "either"), "", "mtls"},
		"no app, by its name":            {shows(t, pki.dns("reports.example.com"), "reports.example.com"), "", "mtls"},
		"no app, by its common name":     {shows(t, pki.only("The Auditors"), "The Auditors"), "", "mtls"},
		"a stranger's and a password":    {and(shows(t, pki.dns("mesh.example.com"), "app"), knows(doorPassword)), "", "password"},
		"none":                           {func(*pgx.ConnConfig) {}, "28000", "bad-certificate: there was none"},
		"expired":                        {shows(t, pki.pair(pki.ca, "plain", old), "plain"), "28000", "bad-certificate: has expired"},
		"not yet":                        {shows(t, pki.pair(pki.ca, "plain", func(x *x509.Certificate) { x.NotBefore = time.Now().Add(time.Hour) }), "plain"), "28000", "bad-certificate: does not hold yet"},
		"another authority":              {shows(t, pki.pair(pki.another, "plain", func(*x509.Certificate) {}), "plain"), "28000", "bad-certificate: no authority"},
		"a server's":                     {shows(t, pki.pair(pki.ca, "plain", func(x *x509.Certificate) { x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), "plain"), "28000", "bad-certificate: not one for clients"},
		"another app's and a password":   {and(shows(t, certified, "both"), knows(doorPassword)), "28P01", "bad-credentials: not one of the app's"},
		"a caller's and a password":      {and(shows(t, pki.dns("reports.example.com"), "app"), knows(doorPassword)), "28P01", "bad-credentials: not one of the app's"},
		"another app's name":             {and(shows(t, certified, "plain"), knows("whatever")), "28P01", "bad-credentials: not one of the app's"},
		"both, with no password":         {and(shows(t, both, "both"), knows("wrong")), "28P01", "bad-credentials: the name or the password"},
		"an unknown name":                {and(shows(t, certified, "nobody"), knows("whatever")), "28P01", "bad-credentials: the name or the password"},
		"two URIs, one of SPIFFE":        {and(shows(t, pki.uri("spiffe://example.com/certified", "spiffe://example.com/other"), "certified"), knows("x")), "28P01", "bad-credentials: not one of the app's"},
		"a common name beside others":    {and(shows(t, pki.pair(pki.ca, "plain", func(x *x509.Certificate) { x.DNSNames = []string{"x.example.com"} }), "plain"), knows("x")), "28P01", "bad-credentials: not one of the app's"},
		"a wildcard":                     {and(shows(t, pki.dns("*.example.com"), "both"), knows(doorPassword)), "28P01", "bad-credentials: not one of the app's"},
		"a common name that looks a URI": {and(shows(t, pki.only("spiffe://example.com/certified"), "certified"), knows("x")), "28P01", "bad-credentials: not one of the app's"},
		"a URI that looks a common name": {and(shows(t, pki.uri("cn:Either%20of%20the%20Two"), "either"), knows(doorPassword)), "28P01", "bad-credentials: not one of the app's"},
		"from elsewhere":                 {shows(t, pki.dns("elsewhere.example.com"), "elsewhere"), "28P01", "wrong-address: "},
		"whom the door does not name":    {shows(t, pki.dns("outside.example.com"), "outside"), "28000", "unknown-caller: "},
	} {
		versions := []uint16{tls.VersionTLS12, tls.VersionTLS13}
		if tt.state != "" { // more than twenty in a second would be counted, and not recorded one by one
			denials++
			versions = versions[denials%2:][:1]
		}
		for _, version := range versions {
			err := h.try(and(tt.change, func(c *pgx.ConnConfig) { c.TLSConfig.MinVersion, c.TLSConfig.MaxVersion = version, version }))
			e := h.book.Last(t, "logon")
			if tt.state == "" {
				if err != nil || e.Effect != "allow" || e.From.Proof != tt.want {
					t.Errorf("%s: %v, recorded as %s", name, err, e.Text)
				}
				continue
			}
			code, note, _ := strings.Cut(tt.want, ": ")
			wantError(t, err, tt.state)
			if e.Effect != "deny" || e.Code() != code || !strings.Contains(e.Reasons[0].Note, note) {
				t.Errorf("%s is recorded as %s", name, e.Text)
			}
			if told := strings.Contains(err.Error(), e.Reasons[0].Note); code == "bad-credentials" && told || code == "bad-certificate" && !told {
				t.Errorf("%s: the client is told %v", name, err)
			}
		}
	}
}

// TestCertificatesAreOptional has a door ask for certificates that not every
// app has.
func TestCertificatesAreOptional(t *testing.T) {
	pki := newClients(t)
	h := start(t, setup{apps: parties, allow: allowParties, optional: true, client: ", client: {ca: file:clients.pem, optional: true}",
		files: map[string][]byte{"clients.pem": pki.ca.PEM}})
	for name, change := range map[string]func(*pgx.ConnConfig){
		"none":                 func(*pgx.ConnConfig) {},
		"none, in the clear":   inTheClear,
		"either, by password":  func(c *pgx.ConnConfig) { c.User = "either" },
		"either, in the clear": and(inTheClear, func(c *pgx.ConnConfig) { c.User = "either" }),
	} {
		if err := h.try(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if e := h.book.Last(t, "logon"); e.From.Proof != "password" {
			t.Errorf("%s is recorded as %s", name, e.Text)
		}
	}
	wantError(t, h.try(func(c *pgx.ConnConfig) { c.User = "both" }), "28P01", "access denied")
	if e := h.book.Last(t, "logon"); !strings.Contains(e.Text, "show its certificate as well") {
		t.Errorf("recorded as %s", e.Text)
	}
	wantError(t, h.try(func(c *pgx.ConnConfig) { c.User = "certified" }), "28P01", "access denied")
	stranger := pki.pair(pki.another, "app", func(*x509.Certificate) {})
	wantError(t, h.try(and(shows(t, stranger, "app"), knows(doorPassword))), "28000", "bad-certificate")
}

// TestCertificateIsNotAskedFor shows one to a door that does not ask: it proves
// nothing there.
func TestCertificateIsNotAskedFor(t *testing.T) {
	h := start(t, setup{apps: "  either: {proof: [password, mtls], password: env:DOOR}\n", allow: "[{who: [app, either], statements: [select], tables: [colours]}]"})
	p := newClients(t).only("either")
	if err := h.try(and(shows(t, p, "either"), knows(doorPassword))); err != nil {
		t.Error(err)
	}
	wantError(t, h.try(and(shows(t, p, "either"), knows("wrong"))), "28P01")
}

// TestCertificateOfAReload takes the name from the app while its session lasts.
func TestCertificateOfAReload(t *testing.T) {
	pki := newClients(t)
	s := setup{apps: parties, allow: allowParties, client: ", client: {ca: file:clients.pem}", files: map[string][]byte{"clients.pem": pki.ca.PEM}}
	h := start(t, s)
	certified := h.conn(shows(t, pki.uri("spiffe://example.com/certified"), "certified"))
	reports := h.conn(shows(t, pki.dns("reports.example.com"), "reports.example.com"))
	both := h.conn(and(shows(t, pki.dns("both.example.com"), "both"), knows(doorPassword)))
	before := h.live.Load().Doors[0].Connection()
	s.apps = strings.ReplaceAll(s.apps, "example.com/certified", "example.com/another")
	s.allow = strings.ReplaceAll(s.allow, "{mtls: reports.example.com}, ", "")
	h.reload(s)
	for name, c := range map[string]*pgx.Conn{"certified": certified, "reports": reports} {
		_, err := c.Exec(context.Background(), "SELECT 1")
		wantError(t, err, "57P01", "policy-changed")
		t.Log(name, err)
	}
	exec(t, both, "SELECT 1")
	wantError(t, h.try(and(shows(t, pki.uri("spiffe://example.com/certified"), "certified"), knows("x"))), "28P01")
	if h.live.Load().Doors[0].Connection() != before {
		t.Error("the door would end all its sessions for an app's name")
	}
	h.world.Files["clients.pem"] = pki.another.PEM
	h.reload(s)
	if h.live.Load().Doors[0].Connection() == before {
		t.Error("with other authorities the door would keep its sessions")
	}
}

// TestCancelWithoutCertificate cancels as libpq does before version 17, in the
// clear, and as clients do that encrypt it; the door asks for a certificate.
func TestCancelWithoutCertificate(t *testing.T) {
	pki := newClients(t)
	h := start(t, setup{apps: parties, allow: allowParties, client: ", client: {ca: file:clients.pem}", files: map[string][]byte{"clients.pem": pki.ca.PEM}})
	show := shows(t, pki.uri("spiffe://example.com/certified"), "certified")
	bad := h.config()
	shows(t, pki.pair(pki.another, "certified", func(*x509.Certificate) {}), "certified")(bad)
	c := h.conn(show)
	for name, over := range map[string]*tls.Config{"in the clear": nil, "without": h.config().TLSConfig, "with one": c.Config().TLSConfig} {
		ended := make(chan error, 1)
		go func() {
			_, err := c.Exec(context.Background(), "SELECT pg_sleep(60) AS cancelled")
			ended <- err
		}()
		h.running("AS cancelled", 1)
		cancel := func(conf *tls.Config) {
			r := h.raw(t)
			if conf != nil {
				r.send(wire.SSLRequest.Append(nil))
				if yes, err := r.c.R.ReadEncryptionAnswer(wire.SSLRequest); err != nil || !yes {
					t.Fatal("no TLS:", err)
				}
				if err := r.c.Upgrade(tls.Client(r.nc, conf)); err != nil {
					t.Fatal(err)
				}
			}
			r.send((&wire.CancelRequest{ProcessID: c.PgConn().PID(), Key: c.PgConn().SecretKey()}).Append(nil))
			r.gone()
		}
		cancel(bad.TLSConfig)
		if e := h.book.Last(t, "logon"); e.Code() != "bad-certificate" {
			t.Errorf("%s: a cancel with a bad certificate is recorded as %s", name, e.Text)
		}
		h.running("AS cancelled", 1)
		cancel(over)
		wantError(t, <-ended, "57014")
	}
}
