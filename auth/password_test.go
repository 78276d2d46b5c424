package auth

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/sallyport/sallyport/policy"
)

const appsYAML = `version: 1
apps:
  colours: {proof: [password], password: [env:OLD_PASSWORD, env:NEW_PASSWORD], addresses: [10.0.3.0/24, "2001:db8::/32"]}
  anywhere: {proof: [password], password: env:OTHER_PASSWORD}
doors:
  - name: front
    kind: http
    listen: 127.0.0.1:0
    tls: optional
    to: {app: colours, url: http://127.0.0.1:8080}
    allow: [{who: anyone, paths: [/**]}]
  - name: back
    kind: http
    listen: 127.0.0.1:0
    tls: optional
    to: {app: anywhere, url: http://127.0.0.1:8081}
    allow: [{who: anyone, paths: [/**]}]
ledger: {path: ledger}
`

type secrets struct{ policy.Source }

func (secrets) Env(name string) (string, bool) { return "the value of " + name, true }

func load(t *testing.T) *policy.Policy {
	t.Helper()
	p, ds := policy.Parse("sallyport.yaml", []byte(appsYAML), policy.Vocabulary{Doors: []string{"http"}}, secrets{policy.System()})
	if ds.Failed() {
		t.Fatalf("the test's policy does not load:\n%v", ds)
	}
	return p
}

func TestCheck(t *testing.T) {
	p := load(t)
	for _, test := range []struct {
		user, password string
		tries          int
		ok             bool
	}{
		{"colours", "the value of OLD_PASSWORD", 2, true},
		{"colours", "the value of NEW_PASSWORD", 2, true},
		{"colours", "the value of OTHER_PASSWORD", 2, false},
		{"colours", "", 2, false},
		{"anywhere", "the value of OTHER_PASSWORD", 1, true},
		{"Colours", "the value of OLD_PASSWORD", 1, false},
		{"nobody", "the value of OLD_PASSWORD", 1, false},
		{"", "", 1, false},
	} {
		tries := 0
		app, ok := Check(p, test.user, func(pw []byte) bool {
			tries++
			return bytes.Equal(pw, []byte(test.password))
		})
		if ok != test.ok || tries != test.tries || ok && app.Name != test.user {
			t.Errorf("%s with %q: %v, %t after %d tries, want %d", test.user, test.password, app, ok, tries, test.tries)
		}
	}
	// A match with the decoy does not count.
	if app, ok := Check(p, "nobody", func([]byte) bool { return true }); ok || app != nil {
		t.Error("a name that is not there logged in")
	}
	if app, passwords, ok := Passwords(p, "nobody"); ok || app != nil || len(passwords) != 1 || len(passwords[0]) != 32 {
		t.Error("an unknown name costs no work")
	}
}

func TestAllowed(t *testing.T) {
	p := load(t)
	colours, _ := p.App("colours")
	anywhere, _ := p.App("anywhere")
	for _, test := range []struct {
		addr string
		ok   bool
	}{
		{"10.0.3.7", true}, {"10.0.4.7", false}, {"::ffff:10.0.3.7", true}, {"2001:db8::1", true}, {"2001:db9::1", false}, {"fe80::1%lo", false},
	} {
		if got := Allowed(colours, netip.MustParseAddr(test.addr)); got != test.ok {
			t.Errorf("%s: got %t", test.addr, got)
		}
	}
	if Allowed(colours, netip.Addr{}) {
		t.Error("no address is one of them")
	}
	if !Allowed(anywhere, netip.MustParseAddr("192.0.2.1")) {
		t.Error("an app without addresses may come from any")
	}
}
