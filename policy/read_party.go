package policy

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sallyport/sallyport"
)

func (r *reader) app(name string, e field) {
	a := App{Name: name, At: e.key.at()}
	f, ok := e.object(schemaApp, "write `{proof: [password], password: env:NAME}`")
	if !ok {
		return
	}
	if x := f.get("proof"); x.set() {
		a.Proof = x.words(listing{"write `proof: [password]`", "", apartNames}, proofWords, "proof")
	}
	if x := f.get("password"); x.set() {
		a.Passwords = r.passwords(x.value)
		if len(a.Passwords) > 0 && !a.Shows("password") && (f.all["proof"].node == nil || len(a.Proof) > 0) {
			x.key.errorf(CodeNoPassword, "write `proof: [password]` beside it, or `[password+mtls]`", "the app has a password that its `proof` does not accept")
		}
	}
	r.certificates(f, &a)
	if x := f.get("addresses"); x.set() {
		a.Addresses = x.prefixes()
	}
	if x := f.get("masking-key"); x.set() {
		a.MaskingKey = r.maskingKey(x.value)
	}
	f.done()
	r.p.Apps = append(r.p.Apps, a)
}

// passwords is one secret, or two while the app is being moved from one to
// the other.
func (r *reader) passwords(v value) []Secret {
	var all []Secret
	list := v.list(true, secretHint)
	if len(list) > 2 {
		v.errorf(CodeTooMany, "keep the old one and the new one", "at most two passwords are valid at a time, while they are rotated")
	}
	for _, e := range list {
		s, ok := r.secret(e)
		if !ok {
			continue
		}
		if slices.ContainsFunc(all, func(o Secret) bool { return string(o.value) == string(s.value) }) {
			e.warnf(CodeRepeated, "remove one of them", "both passwords are the same")
		}
		all = append(all, s)
	}
	return all
}

func (r *reader) host(name string, e field) {
	h := Host{Name: name, At: e.key.at()}
	f, ok := e.object(schemaHost, "write `{name: api.example.com, port: 443}`")
	if !ok {
		return
	}
	addr, literal := netip.Addr{}, false
	x, ok := f.need("name", "write the DNS name or the address: `name: api.example.com`")
	if ok {
		h.DNS, addr, literal = x.hostName()
	}
	if p, ok := f.need("port", "write `port: 3306`"); ok {
		if n, ok := p.number(1, 65535); ok {
			h.Port = uint16(n)
		}
	}
	addresses := f.get("addresses")
	if addresses.set() {
		h.Addresses = addresses.prefixes()
	}
	if x.set() && h.DNS != "" {
		switch inside := func(p netip.Prefix) bool { return p.Contains(addr) }; {
		case !addresses.set() && literal && sallyport.Special(addr):
			x.errorf(CodeSpecialAddress, "add `addresses: ["+addr.String()+"]` if it is meant", "%s is a private or otherwise special address", addr)
		case !addresses.set() && specialName(h.DNS):
			x.errorf(CodeSpecialAddress, "add `addresses: [127.0.0.0/8, \"::1\"]` if this machine is meant", "%s means this machine", h.DNS)
		case literal && len(h.Addresses) > 0 && !slices.ContainsFunc(h.Addresses, inside):
			addresses.errorf(CodeSpecialAddress, "write `addresses: ["+addr.String()+"]`", "the host's own address %s is not among its addresses", addr)
		}
	}
	loopback := literal && addr.IsLoopback() || len(h.Addresses) > 0 && !slices.ContainsFunc(h.Addresses, func(p netip.Prefix) bool { return !p.Addr().IsLoopback() })
	r.hostTLS(f, &h, loopback)
	f.done()
	r.p.Hosts = append(r.p.Hosts, h)
}

func (r *reader) hostTLS(f fields, h *Host, loopback bool) {
	accepted := r.plaintext(f, !loopback)
	h.TLS.Plain = accepted
	x := f.get("tls")
	switch {
	case !x.set():
	case x.node.Kind == yaml.ScalarNode:
		switch w, _ := x.word("required", "none"); {
		case w == "required" && accepted:
			x.errorf(CodeExclusive, "remove one of the two", "`tls: required` and `plaintext: accepted` exclude one another")
		case w == "none" && !accepted && !loopback:
			x.errorf(CodeClearUpstream, "remove it, or add `plaintext: accepted`", "`tls: none` sends everything in the clear, and this host is beyond this machine")
		case w == "none":
			h.TLS.Plain = true
		}
	default:
		t, ok := x.object(schemaHostTLS, "write `{verify: full, ca: file:ca.pem}`")
		if !ok {
			return
		}
		if accepted {
			x.key.errorf(CodeExclusive, "remove one of the two", "`tls` and `plaintext: accepted` exclude one another")
		}
		if v := t.get("verify"); v.set() {
			v.word("full")
		}
		r.clientTLS(t, &h.TLS)
		r.hostCertificate(t, &h.TLS)
		t.done()
	}
}

// clientTLS reads `ca` and `server-name`.
func (r *reader) clientTLS(f fields, t *ClientTLS) {
	if x := f.get("ca"); x.set() {
		t.CA = r.ca(x.value)
	}
	if x := f.get("server-name"); x.set() {
		t.ServerName, _, _ = x.hostName()
	}
}

// plaintext reads `plaintext: accepted`, and warns of it where that matters.
func (r *reader) plaintext(f fields, matters bool) bool {
	x := f.get("plaintext")
	if !x.set() {
		return false
	}
	_, ok := x.word("accepted")
	if ok && matters {
		x.warnf(CodeInTheClear, "use TLS wherever the other side can", "data and passwords may go over the network in the clear")
	}
	return ok
}

func (r *reader) key(name string, e field) {
	k := Key{Name: name, At: e.key.at()}
	f, ok := e.object(schemaKey, "write `{sha256: file:partner.sha256}`")
	if !ok {
		return
	}
	if x, ok := f.need("sha256", "write `sha256: file:partner.sha256`, made with `printf %s KEY | sha256sum`"); ok {
		list := x.list(true, "write `sha256: file:partner.sha256`")
		if len(list) > 2 {
			x.errorf(CodeTooMany, "keep the old one and the new one", "at most two hashes are valid at a time, while they are rotated")
		}
		for _, v := range list {
			sum, ok := r.hash(v)
			if !ok {
				continue
			}
			for _, o := range r.p.Keys {
				if slices.Contains(o.SHA256, sum) {
					v.errorf(CodeSameKey, "give each caller a key of its own", "this is the hash of key %s too: nobody could tell the two apart", o.Name)
				}
			}
			if slices.Contains(k.SHA256, sum) {
				v.warnf(CodeRepeated, "name the new key's hash, or remove one of them", "this is the same hash again")
				continue
			}
			k.SHA256 = append(k.SHA256, sum)
		}
	}
	if x := f.get("expires"); x.set() {
		if k.Expires, ok = x.time(); ok {
			r.expiry(x.value, name, k.Expires)
		}
	}
	f.done()
	r.p.Keys = append(r.p.Keys, k)
}

// soon is how long before a key expires `check` begins to warn.
const soon = 14 * 24 * time.Hour

// expiry warns of a key whose holder is refused, or soon will be.
func (r *reader) expiry(v value, name string, expires time.Time) {
	hint := "give its holder a new one: `sallyport keys new " + name + "`; both are valid where `sha256:` lists two"
	switch left := expires.Sub(r.src.Now()); {
	case left <= 0:
		v.warnf(CodeKeyExpires, hint, "the key %s has expired: its holder is refused", name)
	case left < 24*time.Hour:
		v.warnf(CodeKeyExpires, hint, "the key %s expires within a day", name)
	case left <= soon:
		v.warnf(CodeKeyExpires, hint, "the key %s expires within %d days", name, (left+24*time.Hour-1)/(24*time.Hour))
	}
}

// hash is a SHA-256 in 64 hexadecimal digits, or a file that begins with one,
// as sha256sum writes it.
func (r *reader) hash(v value) ([32]byte, bool) {
	const hint = "write 64 hexadecimal digits, or file:path of a file that holds them"
	var sum [32]byte
	if v.node.Kind == yaml.ScalarNode && v.node.Tag != "!!str" && len(v.node.Value) == 64 {
		// All digits: YAML takes it for a number, and nothing else can be meant.
		n := *v.node
		n.Tag = "!!str"
		v.node = &n
	}
	s, ok := v.text(hint)
	if !ok {
		return sum, false
	}
	if path, isFile := strings.CutPrefix(s, "file:"); isFile {
		data, _, ok := r.content(v, path)
		if !ok {
			return sum, false
		}
		s, _, _ = strings.Cut(strings.TrimSpace(string(data)), " ")
	}
	if len(s) != 64 {
		if !strings.HasPrefix(v.node.Value, "file:") {
			r.doc.hide(v.node) // it may be the key itself
		}
		v.errorf(CodeHash, hint, "a SHA-256 has 64 hexadecimal digits, and this has %d characters", len(s))
		return sum, false
	}
	if _, err := hex.Decode(sum[:], []byte(s)); err != nil {
		v.errorf(CodeHash, hint, "a SHA-256 has hexadecimal digits only")
		return sum, false
	}
	if sum == ([32]byte{}) {
		v.errorf(CodeHash, "make it with `printf %s KEY | sha256sum`", "this is no hash of a key")
		return sum, false
	}
	return sum, true
}

// time is a date (its first moment, UTC) or a moment of RFC 3339.
func (v value) time() (time.Time, bool) {
	const hint = "write a date such as 2027-01-31, or 2027-01-31T12:00:00Z"
	if v.node.Kind == yaml.ScalarNode {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, v.node.Value); err == nil && !t.IsZero() {
				return t.UTC(), true
			}
		}
	}
	v.errorf(CodeTime, hint, "this is no date")
	return time.Time{}, false
}

func (r *reader) ledger(x field) {
	l := &r.p.Ledger
	*l = Ledger{Path: "ledger", Addresses: "hash"}
	if !x.set() {
		return
	}
	f, ok := x.object(schemaLedger, "write `{path: ledger, keep: 400 days}`")
	if !ok {
		return
	}
	if x := f.get("path"); x.set() {
		l.Path, _ = x.text("write the folder of the ledger: `path: ledger`")
	}
	if x := f.get("keep"); x.set() {
		l.Keep, _ = x.duration(24*time.Hour, 36500*24*time.Hour)
	}
	if x := f.get("anchors"); x.set() {
		for _, v := range x.list(true, "write `anchors: [file:/other-disk/checkpoints]`") {
			if a, ok := v.anchor(); ok {
				l.Anchors = append(l.Anchors, a)
			}
		}
	}
	if x := f.get("addresses"); x.set() {
		if w, ok := x.word("hash", "clear"); ok {
			l.Addresses = w
		}
	}
	f.done()
}

func (r *reader) admin(x field) {
	if !x.set() {
		return
	}
	f, ok := x.object(schemaAdmin, "write `{listen: 127.0.0.1:9090, token: env:ADMIN_TOKEN}`")
	if !ok {
		return
	}
	a := &r.p.Admin
	token := f.get("token")
	if token.set() {
		a.Token, _ = r.secret(token.value)
	}
	l, ok := f.need("listen", "write `listen: 127.0.0.1:9090`, or unix: and a path")
	f.done()
	if !ok {
		return
	}
	if s := l.node.Value; l.node.Kind == yaml.ScalarNode && strings.HasPrefix(s, "unix:") {
		if path, _ := l.text(""); path == "unix:" || variable.MatchString(s) {
			l.errorf(CodeListen, "write unix: and a path", "unix: is to be followed by a path")
			return
		}
		a.Listen = s
		return
	}
	addr, loopback, ok := r.listen(l)
	if !ok {
		return
	}
	a.Listen = addr
	switch {
	case !loopback && !token.set():
		l.errorf(CodeAdminExposed, "listen on 127.0.0.1, or add `token: env:NAME`", "the admin listener can be reached from other machines and asks nobody who they are")
	case !loopback:
		l.warnf(CodeInTheClear, "listen on 127.0.0.1 and reach it through a tunnel", "the admin listener has no TLS, and its token goes over the network in the clear")
	case !token.set():
		l.warnf(CodeAdminToken, "add `token: env:NAME`, or listen on unix:", "without a token the admin listener answers health and metrics only")
	}
}

func cutUnix(listen string) (string, bool) { return strings.CutPrefix(listen, "unix:") }
