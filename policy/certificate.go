package policy

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// maxCertName bounds a name of a certificate, in bytes: as long as a SPIFFE ID
// may be (SPIFFE-ID, section 2.3).
const maxCertName = 2048

// proofWords are the proofs that an app can show at a database door.
var proofWords = []string{"password", "mtls", "password+mtls"}

// Shows tells whether some proof of the app's has the part: "password" or
// "mtls".
func (a *App) Shows(part string) bool {
	return slices.ContainsFunc(a.Proof, func(w string) bool { return shows(w, part) })
}

func shows(proof, part string) bool { return slices.Contains(strings.Split(proof, "+"), part) }

// Certified tells whether some rule speaks of the holder of a certificate of
// that name, who is no app.
func (p *Policy) Certified(name string) bool { return p.matcher.certs[name] }

// CertifiedNames are the names of certificates that Certified knows, in no
// order.
func (p *Policy) CertifiedNames() []string { return slices.Collect(maps.Keys(p.matcher.certs)) }

// certificates reads the names that an app's certificate may bear: its own name
// where it says nothing, as PostgreSQL's `cert` has it.
func (r *reader) certificates(f fields, a *App) {
	x := f.get("certificates")
	switch {
	case !x.set() && a.Shows("mtls"):
		a.Certificates = []string{a.Name}
		r.own(f.node, a)
	case !x.set():
	case !a.Shows("mtls") && (f.all["proof"].node == nil || len(a.Proof) > 0):
		x.key.errorf(CodeNoCertificate, "write `proof: [mtls]`, or `[password+mtls]` for both", "the app has a certificate that its `proof` does not accept")
	default:
		for _, e := range x.list(true, certNameHint) {
			if s, ok := e.certName(); ok && slices.Contains(a.Certificates, s) {
				e.warnf(CodeRepeated, "remove one of them", "%s stands twice", short(s))
			} else if ok {
				a.Certificates = append(a.Certificates, s)
				r.own(e.node, a)
			}
		}
	}
}

const certNameHint = "write a URI such as spiffe://example.com/colours, a DNS name, or cn: and a common name"

// certName reads a name that a certificate bears.
func (v value) certName() (string, bool) {
	s, ok := v.text(certNameHint)
	if !ok {
		return "", false
	}
	if bad := badCertName(s); bad != "" {
		v.errorf(CodeCertName, certNameHint, "no certificate is known by %q: %s", short(s), bad)
		return "", false
	}
	return s, true
}

// badCertName says what keeps s from being a name that a certificate bears, or
// "".
func badCertName(s string) string {
	if len(s) > maxCertName {
		return "it is longer than 2048 bytes"
	}
	if cn, ok := strings.CutPrefix(s, "cn:"); ok {
		if cn == "" || strings.TrimSpace(cn) != cn {
			return "cn: is to be followed by the common name"
		}
		return ""
	}
	if !strings.Contains(s, "://") {
		return badHostName(s)
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.String() != s:
		return "it is no URI in its plain form"
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "it has a login, a query or a fragment"
	case u.Host != strings.ToLower(u.Host) || u.Scheme == "spiffe" && u.Port() != "":
		return "its authority is to be in lower case, and that of a SPIFFE ID has no port"
	}
	return ""
}
