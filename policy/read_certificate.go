package policy

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// own remembers whose name of a certificate it is, and complains of one that
// is another app's as well: nobody could tell the two apart.
func (r *reader) own(n *yaml.Node, a *App) {
	name := a.Certificates[len(a.Certificates)-1]
	for _, o := range r.p.Apps {
		if slices.Contains(o.Certificates, name) {
			r.doc.report(Error, r.doc.extent(n), "apps."+a.Name, CodeSameKey, "give each app a certificate of its own",
				"the app %s has a certificate of the name %q too: nobody could tell the two apart", o.Name, short(name))
		}
	}
}

// clientCertificates reads what a door asks its clients for.
func (r *reader) clientCertificates(t fields, d *Door) {
	x := t.get("client")
	if !x.set() {
		return
	}
	if slices.Contains(notYetKinds["doors[].tls.client"], d.Kind) {
		x.key.errorf(CodeNotYet, "remove it: it must not look as if it guarded something", "`client` is not yet there at %s doors in this version", d.Kind)
		return
	}
	f, ok := x.object(schemaDoorClient, "write `client: {ca: file:clients-ca.pem}`")
	if !ok {
		return
	}
	if ca, ok := f.need("ca", "write `ca: file:clients-ca.pem`: the authorities that sign clients' certificates"); ok {
		d.TLS.Client.CA = r.ca(ca.value)
	}
	if o := f.get("optional"); o.set() {
		d.TLS.Client.Optional, _ = o.flag()
	}
	if d.TLS.Optional && !d.TLS.Client.Optional {
		x.key.errorf(CodeExclusive, "remove `optional` from `tls`, or add it to `client`", "the door wants a certificate of every client, and one that comes in the clear shows none")
	}
	f.done()
}

// certified reads a caller that proves itself by a certificate alone.
func (r *reader) certified(f fields, x field, d *Door) (Who, bool) {
	f.get("key")
	f.done()
	if _, both := f.all["key"]; both {
		x.key.errorf(CodeExclusive, "write two entries of the list", "`key` and `mtls` are two callers")
		return Who{}, false
	}
	if slices.Contains(notYetKinds["doors[].allow[].who.mtls"], d.Kind) {
		x.key.errorf(CodeNotYet, "remove it: it must not look as if it guarded something", "`mtls` is not yet there at %s doors in this version", d.Kind)
		return Who{}, false
	}
	s, ok := x.certName()
	if !ok || !x.provable(WhoCertificate, d) {
		return Who{}, false
	}
	for _, a := range r.p.Apps {
		if slices.Contains(a.Certificates, s) || a.Name == s {
			x.errorf(CodeSameKey, "write `who: "+a.Name+"`", "this is the app %s", a.Name)
			return Who{}, false
		}
	}
	if d.TLS.Client.CA.IsZero() {
		x.errorf(CodeNoCertificate, "add `client: {ca: file:clients-ca.pem}` to the door's `tls`", "the door asks nobody for a certificate")
		return Who{}, false
	}
	return Who{WhoCertificate, s}, true
}

// hostCertificate reads what the gateway shows the host.
func (r *reader) hostCertificate(t fields, c *ClientTLS) {
	cert, key := t.get("cert"), t.get("key")
	if !cert.set() && !key.set() {
		return
	}
	cert, okCert := t.need("cert", "write `cert: file:gateway.pem`, the certificate of the key")
	key, okKey := t.need("key", "write `key: file:gateway-key.pem`, the key of the certificate")
	if okCert {
		c.Cert, _, okCert = r.file(cert.value)
	}
	if okKey {
		c.Key, okKey = r.privateKey(key.value)
	}
	if okCert && okKey && r.pair(cert.value, key.value, c.Cert, c.Key, "gateway's") {
		r.forClients(cert.value, c.Cert, c.Key)
	}
}

// privateKey reads a file that nobody else should.
func (r *reader) privateKey(v value) (File, bool) {
	r.doc.hideAll(v.node)
	file, mode, ok := r.file(v)
	if ok {
		r.checkMode(v, mode)
	}
	return file, ok
}

// forClients sees that a database could accept the certificate: it holds today,
// and is one for clients (RFC 5280, section 4.2.1.12).
func (r *reader) forClients(v value, cert, key File) {
	pair, err := tls.X509KeyPair(cert.Data, key.Data)
	if err != nil {
		return
	}
	const hint = "have its authority issue another one, and reload"
	leaf, now := pair.Leaf, r.src.Now()
	any := func(u x509.ExtKeyUsage) bool { return u == x509.ExtKeyUsageAny || u == x509.ExtKeyUsageClientAuth }
	switch left := leaf.NotAfter.Sub(now); {
	case left < 0:
		v.errorf(CodeCertExpired, hint, "the certificate expired on %s", leaf.NotAfter.UTC().Format(time.DateOnly))
	case now.Before(leaf.NotBefore):
		v.errorf(CodeCertExpired, "see to the clock of this machine, or wait", "the certificate does not hold before %s", leaf.NotBefore.UTC().Format(time.DateTime))
	case len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0 && !slices.ContainsFunc(leaf.ExtKeyUsage, any):
		v.errorf(CodeCertificate, "have its authority issue one with the extended key usage clientAuth", "the certificate is not one for clients: databases would refuse it")
	case left <= min(soon, leaf.NotAfter.Sub(leaf.NotBefore)/3): // some live for hours, and are renewed as often
		v.warnf(CodeCertExpires, hint, "the certificate expires on %s: the database then refuses the door", leaf.NotAfter.UTC().Format(time.DateOnly))
	}
}
