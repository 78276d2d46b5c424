package policy

import (
	"maps"
	"strings"
	"testing"
)

// TestDigestOfCertificates brings other files under the same names: sessions
// that were set up with the old ones have to end, and a key alone is a secret.
func TestDigestOfCertificates(t *testing.T) {
	text := strings.NewReplacer("port: 3306}", "port: 3306, tls: {cert: file:client.pem, key: file:client-key.pem}}",
		"listen: :3306\n    tls: {", "listen: :3306\n    tls: {client: {ca: file:db-ca.pem}, ").Replace(matchPolicy)
	src := testSource(t)
	load := func(text string, change map[string]string) *Policy {
		t.Helper()
		with := src
		with.files = maps.Clone(src.files)
		for name, from := range change {
			with.files[name] = src.files[from]
		}
		p, ds := Parse("sallyport.yaml", []byte(text), testVocabulary(), with)
		if p == nil {
			t.Fatal(ds)
		}
		return p
	}
	base := load(text, nil)
	for name, p := range map[string]*Policy{
		"the gateway's certificate":  load(text, map[string]string{"client.pem": "soon.pem", "client-key.pem": "soon-key.pem"}),
		"the authorities of clients": load(text, map[string]string{"db-ca.pem": "server.pem"}),
		"certificates are optional":  load(strings.Replace(text, "ca: file:db-ca.pem", "ca: file:db-ca.pem, optional: true", 1), nil),
	} {
		a, _ := base.Door("db")
		b, _ := p.Door("db")
		if base.Digest() == p.Digest() || a.Connection() == b.Connection() {
			t.Errorf("%s: the policy's digest is the same: %v, the connection's: %v", name, base.Digest() == p.Digest(), a.Connection() == b.Connection())
		}
	}
	if strings.Contains(base.Hosts[0].TLS.Key.String(), "KEY") {
		t.Error("a private key is printed")
	}
}

// FuzzCertificateName sees that a name that passes can be one of one kind only.
func FuzzCertificateName(f *testing.F) {
	for _, s := range []string{"colours", "colours.example.com", "cn:Colours", "spiffe://example.com/a", "spiffe://EXAMPLE.com", "x://", "://", "*.example.com", "", "cn:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if badCertName(s) != "" {
			return
		}
		uri, cn := strings.Contains(s, "://"), strings.HasPrefix(s, "cn:")
		if s == "" || len(s) > maxCertName || !uri && !cn && (strings.ContainsAny(s, ":/* ") || s != strings.ToLower(s)) {
			t.Errorf("%q passes", s)
		}
	})
}
