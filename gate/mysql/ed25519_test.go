package mysqlgate

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

func TestEd25519(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	sign := func(password string) func([]byte) []byte {
		return func(nonce []byte) []byte { return wire.Ed25519Sign(password, nonce) }
	}
	for _, tc := range []struct {
		name   string
		answer func(nonce []byte) []byte
		first  byte
	}{
		{"the password", sign(doorPassword), wire.HeaderOK},
		{"the next password", sign("the next one"), wire.HeaderOK},
		{"another", sign("wrong"), wire.HeaderErr},
		{"none", sign(""), wire.HeaderErr},
		{"no signature", func([]byte) []byte { return nil }, wire.HeaderErr},
		{"half of one", func(nonce []byte) []byte { return wire.Ed25519Sign(doorPassword, nonce)[:32] }, wire.HeaderErr},
		{"of another nonce", func([]byte) []byte { return wire.Ed25519Sign(doorPassword, wire.NewNonce(32)) }, wire.HeaderErr},
		{"of another method", func(nonce []byte) []byte { return wire.SHA2Scramble(doorPassword, nonce) }, wire.HeaderErr},
	} {
		c := h.raw(t)
		c.greeting()
		c.tls()
		in := wire.Response{Capabilities: c.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.ClientEd25519), Collation: 45}
		c.send(in.Append(nil))
		ask, err := wire.DecodeAuthSwitch(c.read())
		if err != nil || ask.Plugin != wire.ClientEd25519 || len(ask.Nonce) != wire.Ed25519NonceSize {
			t.Fatalf("%s: asked for %+v, %v", tc.name, ask, err)
		}
		c.send(tc.answer(ask.Nonce))
		if p := c.read(); p[0] != tc.first {
			t.Errorf("%s was answered %q", tc.name, p)
		}
		if tc.first == wire.HeaderErr {
			c.gone()
			h.door.throttle.Success("app", gate.RemoteAddr(c.nc).Addr())
		}
		c.nc.Close()
	}
	c := h.raw(t).login(0)
	if p := c.changeUser("near", "close by", "", wire.ClientEd25519); p[0] != wire.HeaderErr {
		t.Errorf("an app that no rule speaks of was answered %q", p)
	}
	if e := h.book.Last(t, "logon"); e.App != "near" || e.Code() != "unknown-caller" {
		t.Errorf("recorded as %s", e.Text)
	}
}

// TestEd25519OfTheClient logs in by MariaDB's own client, to a door whose
// database wants the method as well.
func TestEd25519OfTheClient(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.ed25519()
	for _, password := range []string{doorPassword, "wrong"} {
		out := h.mariadb(t, password, "SELECT 40+2;", append(h.overTLS(t), "--default-auth=client_ed25519")...)
		if ok := strings.Contains(out, "42"); ok != (password == doorPassword) {
			t.Errorf("with password %q it printed\n%s", password, out)
		}
	}
}
