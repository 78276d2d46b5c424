package auth

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"slices"
	"strings"
	"time"
)

// Certificate is what a client showed of itself in a TLS handshake, judged. The
// zero Certificate is that of a client which showed none.
type Certificate struct {
	names []string // what it proves, as a policy writes it
	shown bool
	fault string
}

// subjectAltName is the extension that holds every name but the subject's (RFC
// 5280, section 4.2.1.6).
var subjectAltName = []int{2, 5, 29, 17}

// commonName is the attribute of a subject that is one (RFC 4519, section 2.3).
var commonName = []int{2, 5, 4, 3}

// NewCertificate judges what a client showed, its own certificate first, at
// the moment now. The handshake has proven that the client has its key; the
// chain has to lead to one of roots, to hold now, and to be for clients (RFC
// 5280, section 4.2.1.12). Where roots is nil the door asks for no certificate,
// and what is shown all the same is not looked at.
func NewCertificate(shown []*x509.Certificate, roots *x509.CertPool, now time.Time) Certificate {
	if len(shown) == 0 || roots == nil {
		return Certificate{}
	}
	c := Certificate{shown: true}
	between := x509.NewCertPool()
	for _, cert := range shown[1:] {
		between.AddCert(cert)
	}
	_, err := shown[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		c.fault = faultOf(err, shown[0], now)
		return c
	}
	c.names = namesOf(shown[0])
	return c
}

// faultOf is why a certificate proves nothing, in words that hold nothing of it.
func faultOf(err error, leaf *x509.Certificate, now time.Time) string {
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case ok && invalid.Reason == x509.Expired && now.Before(leaf.NotBefore):
		return "the client's certificate does not hold yet"
	case ok && invalid.Reason == x509.Expired && now.After(leaf.NotAfter):
		return "the client's certificate has expired"
	case ok && invalid.Reason == x509.Expired:
		return "an authority of the client's certificate has expired"
	case ok && invalid.Reason == x509.IncompatibleUsage:
		return "the client's certificate is not one for clients"
	}
	return "the client's certificate leads to no authority that the door trusts"
}

// Kinds of names are kept apart by what stands before them, so that none can
// be taken for another: a policy writes those of the first three, and has one
// of the fourth read for it.
const (
	prefixURI    = "uri:"
	prefixDNS    = "dns:"
	prefixCommon = "cn:"
	prefixAlone  = "only:" // a common name in a certificate without other names
)

// namesOf is the names that a certificate proves, each with its kind.
func namesOf(c *x509.Certificate) (names []string) {
	spiffe := false
	for _, u := range c.URIs {
		spiffe = spiffe || u.Scheme == "spiffe"
		names = append(names, prefixURI+u.String())
	}
	if spiffe && len(c.URIs) > 1 {
		return nil // X.509-SVID, section 2: there has to be exactly one
	}
	for _, d := range c.DNSNames {
		names = append(names, prefixDNS+strings.ToLower(d))
	}
	if cn := c.Subject.CommonName; cn != "" && commonNames(c) < 2 {
		names = append(names, prefixCommon+cn)
		if !slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(subjectAltName) }) {
			names = append(names, prefixAlone+cn)
		}
	}
	return names
}

// commonNames counts those of the subject. Which of several is meant nobody says:
// programs take the first or the last.
func commonNames(c *x509.Certificate) (n int) {
	for _, a := range c.Subject.Names {
		if a.Type.Equal(commonName) {
			n++
		}
	}
	return n
}

// kinds is a name of a policy as namesOf has it: more than one where it can be
// borne in more than one way.
func kinds(name string) []string {
	switch {
	case strings.HasPrefix(name, prefixCommon):
		return []string{name}
	case strings.Contains(name, "://"):
		return []string{prefixURI + name}
	}
	return []string{prefixDNS + strings.ToLower(name), prefixAlone + name}
}

// Shown tells whether there is a certificate, valid or not.
func (c Certificate) Shown() bool { return c.shown }

// Fault is why the certificate that was shown proves nothing, and "" where it
// is valid or there is none. It holds no word of the certificate.
func (c Certificate) Fault() string { return c.fault }

// Bears tells whether the certificate proves a name as a policy writes it, and
// is false for one that is not valid.
func (c Certificate) Bears(name string) bool {
	return c.shown && c.fault == "" && slices.ContainsFunc(kinds(name), func(s string) bool { return slices.Contains(c.names, s) })
}

// first is the first of names that the certificate bears, "" for none.
func (c Certificate) first(names []string) string {
	if i := slices.IndexFunc(names, c.Bears); i >= 0 {
		return names[i]
	}
	return ""
}
