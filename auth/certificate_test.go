package auth

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"io/fs"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/testpki"
	"github.com/sallyport/sallyport/policy"
)

// made is a certificate of an authority, after change.
func made(t testing.TB, ca *testpki.CA, cn string, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	p, err := ca.ClientAs(cn, change)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := p.TLS()
	if err != nil {
		t.Fatal(err)
	}
	return pair.Leaf
}

func authority(t testing.TB) *testpki.CA {
	t.Helper()
	ca, err := testpki.NewCA("clients")
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

func uris(all ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, s := range all {
			u, err := url.Parse(s)
			if err != nil {
				panic(err)
			}
			c.URIs = append(c.URIs, u)
		}
	}
}

func TestNamesOfACertificate(t *testing.T) {
	ca := authority(t)
	nothing := func(*x509.Certificate) {}
	dns := func(names ...string) func(*x509.Certificate) { return func(c *x509.Certificate) { c.DNSNames = names } }
	for _, tt := range []struct {
		cn     string
		change func(*x509.Certificate)
		bears  string // separated by blanks, as none of the rest has them
		not    string
	}{
		{"colours", nothing, "colours cn:colours", "Colours cn:Colours colours.example.com spiffe://example.com/colours"},
		{"colours", dns("Shop.example.com", "b.example.com"), "shop.example.com Shop.Example.com b.example.com cn:colours", "colours example.com"},
		{"colours", dns("*.example.com"), "cn:colours", "a.example.com colours"},
		{"colours", uris("spiffe://example.com/colours"), "spiffe://example.com/colours cn:colours", "spiffe://example.com/colours/ spiffe://example.com colours"},
		{"colours", uris("spiffe://example.com/a", "spiffe://example.com/b"), "", "spiffe://example.com/a spiffe://example.com/b cn:colours"},
		{"colours", uris("spiffe://example.com/a", "https://example.com/"), "", "spiffe://example.com/a https://example.com/"},
		{"colours", uris("https://example.com/a", "https://example.com/b"), "https://example.com/a https://example.com/b", "https://example.com/c"},
		{"colours", func(c *x509.Certificate) { c.EmailAddresses = []string{"a@example.com"} }, "cn:colours", "colours a@example.com"},
		{"spiffe://example.com/colours", nothing, "cn:spiffe://example.com/colours", "spiffe://example.com/colours"},
		{"cn:colours", nothing, "cn:cn:colours", "cn:colours colours"},
		{"x", uris("cn:colours"), "cn:x", "cn:colours colours"},
		{"dns:colours", dns("a.example.com"), "", "colours"},
		{"", dns("a.example.com"), "a.example.com", "cn:"},
	} {
		c := NewCertificate([]*x509.Certificate{made(t, ca, tt.cn, tt.change)}, ca.Pool(), time.Now())
		if c.Fault() != "" || !c.Shown() {
			t.Errorf("%q: %s", tt.cn, c.Fault())
		}
		for _, name := range strings.Fields(tt.bears) {
			if !c.Bears(name) {
				t.Errorf("%v does not bear %s", c.names, name)
			}
		}
		for _, name := range append(strings.Fields(tt.not), "") {
			if c.Bears(name) {
				t.Errorf("%v bears %s", c.names, name)
			}
		}
	}
}

func TestCertificatesThatProveNothing(t *testing.T) {
	ca, another := authority(t), authority(t)
	now := time.Now()
	for name, tt := range map[string]struct {
		ca     *testpki.CA
		change func(*x509.Certificate)
		at     time.Time
		fault  string
	}{
		"expired":           {ca, func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }, now, "has expired"},
		"not yet":           {ca, func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }, now, "does not hold yet"},
		"a server's":        {ca, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }, now, "not one for clients"},
		"another authority": {another, func(*x509.Certificate) {}, now, "no authority"},
		"an old authority":  {ca, func(c *x509.Certificate) { c.NotAfter = now.AddDate(1, 0, 0) }, now.AddDate(0, 1, 0), "an authority"},
		"a critical extension that nobody knows": {ca, func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
		}, now, "no authority"},
	} {
		c := NewCertificate([]*x509.Certificate{made(t, tt.ca, "colours", tt.change)}, ca.Pool(), tt.at)
		if !strings.Contains(c.Fault(), tt.fault) || !c.Shown() || c.Bears("colours") || c.Bears("cn:colours") {
			t.Errorf("%s: %q, %v", name, c.Fault(), c.names)
		}
	}
	leaf := made(t, ca, "colours", func(*x509.Certificate) {})
	for name, c := range map[string]Certificate{"none": NewCertificate(nil, ca.Pool(), now), "not asked for": NewCertificate([]*x509.Certificate{leaf}, nil, now), "zero": {}} {
		if c.Shown() || c.Fault() != "" || c.Bears("colours") {
			t.Errorf("%s proves something", name)
		}
	}
}

// TestProofs tries every certificate of a policy under every name of it.
func TestProofs(t *testing.T) {
	ca := authority(t)
	text := `version: 1
apps:
  word: {proof: [password], password: env:A}
  cert: {proof: [mtls]}
  any: {proof: [password, mtls], password: env:B}
  both: {proof: [password+mtls], password: env:C}
  far: {proof: [mtls], addresses: [192.0.2.0/24]}
hosts: {db: {name: db.example.com, port: 3306}}
doors:
  - name: db
    kind: mysql
    listen: 127.0.0.1:0
    tls: {cert: file:gate.pem, key: file:gate-key.pem, client: {ca: file:ca.pem, optional: true}}
    to: db
    login: {user: x, password: env:D}
    allow: [{who: [word, cert, any, both, far, {mtls: caller}], statements: [select], tables: [t]}]
`
	p, ds := policy.Parse("sallyport.yaml", []byte(text), policy.Vocabulary{Doors: []string{"mysql"}, Statements: []string{"select"}}, pemFiles(t, ca))
	if p == nil {
		t.Fatal(ds)
	}
	certs := map[string]Certificate{"": {}}
	for _, name := range []string{"word", "cert", "any", "both", "far", "caller", "nobody"} {
		certs[name] = NewCertificate([]*x509.Certificate{made(t, ca, name, func(*x509.Certificate) {})}, ca.Pool(), time.Now())
	}
	here := netip.MustParseAddrPort("127.0.0.1:4711")
	const pw, crt, adr = sallyport.ProofPassword, sallyport.ProofCertificate, sallyport.ProofAddress
	ok := map[string]map[string]sallyport.Proof{ // by user, and by certificate with a + before it where the password is right
		"word": {"+": pw, "+nobody": pw, "+word": pw},
		"cert": {"cert": crt, "+cert": crt | pw},
		"any":  {"+": pw, "any": crt, "+any": crt | pw},
		"both": {"+both": crt | pw},
		"far":  {}, "caller": {"caller": crt, "+caller": crt}, "nobody": {},
	}
	for user, proofs := range ok {
		for shown, c := range certs {
			for _, password := range []bool{false, true} {
				key := shown
				if password {
					key = "+" + shown
				}
				party, why := Prove(p, user, password, c, here)
				want := proofs[key]
				if party.Proof != want || (why.Code == sallyport.NoReason) != (want != 0) || want != 0 && party.Name != user {
					t.Errorf("%s with %q: proves %v, %v; want %v", user, key, party.Proof, why, want)
				}
				if alone := Alone(p, user, c); !password && alone != (want.Has(crt) || user == "far" && shown == "far") {
					t.Errorf("%s with %q alone: %v", user, key, alone)
				}
			}
		}
	}
	there := netip.MustParseAddrPort("192.0.2.7:4711")
	if party, why := Prove(p, "far", false, certs["far"], there); party.Proof != crt|adr || why.Code != sallyport.NoReason || party.Certificate != "far" {
		t.Errorf("%+v, %v", party, why)
	}
	if _, why := Prove(p, "far", false, certs["far"], here); why.Code != sallyport.WrongAddress {
		t.Error(why)
	}
}

// pemFiles is a Source with the files of the policy, and a value for every
// variable.
func pemFiles(t *testing.T, ca *testpki.CA) policy.Source {
	t.Helper()
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	return files{secrets{policy.System()}, map[string][]byte{"gate.pem": pair.Cert, "gate-key.pem": pair.Key, "ca.pem": ca.PEM}}
}

type files struct {
	policy.Source
	all map[string][]byte
}

func (f files) File(path string) ([]byte, fs.FileMode, error) {
	return f.all[filepath.Base(path)], 0o600, nil
}

// FuzzCertName holds the names of a certificate apart: what one bears by its
// common name alone it never bears as a URI, nor the other way round.
func FuzzCertName(f *testing.F) {
	for _, s := range []string{"colours", "cn:colours", "spiffe://example.com/colours", "only:colours", "uri:x", "dns:x", ""} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, borne, name string) {
		byCommon := Certificate{shown: true, names: namesOf(&x509.Certificate{Subject: pkix.Name{CommonName: borne}})}
		if byCommon.Bears(name) && name != borne && name != "cn:"+borne || byCommon.Bears("x://"+name) && !strings.HasPrefix("x://"+name, "cn:") {
			t.Errorf("the common name %q bears %q", borne, name)
		}
		byURI := Certificate{shown: true, names: namesOf(&x509.Certificate{URIs: []*url.URL{{Scheme: "x", Opaque: borne}}})}
		if byURI.Bears(name) && !strings.HasPrefix(name, "x:") {
			t.Errorf("the URI x:%s bears %q", borne, name)
		}
	})
}

// TestSeveralCommonNames: none of them is proven, since programs differ in which
// one they take.
func TestSeveralCommonNames(t *testing.T) {
	subject := pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
		{Type: commonName, Value: "other"}, {Type: commonName, Value: "shop"},
	}}
	ca, err := testpki.NewCA("clients")
	if err != nil {
		t.Fatal(err)
	}
	c := made(t, ca, "shop", func(c *x509.Certificate) { c.Subject = subject })
	if c.Subject.CommonName == "" {
		t.Fatal("the certificate has no common name at all")
	}
	if names := namesOf(c); len(names) > 0 {
		t.Errorf("it proves %q", names)
	}
}
