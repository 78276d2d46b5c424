package httpgate

import (
	"net/http"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// request is what a client asked for, in the one form that is judged and
// forwarded.
type request struct {
	target
	authority
	method  string
	upgrade string // the protocol asked for, lower case; "" for none
	media   string // of the body, without parameters
}

// canonical brings a request into canonical form, or says why it has none.
func canonical(r *http.Request) (request, error) {
	var q request
	switch r.Method {
	case http.MethodConnect:
		return q, unserved("CONNECT is not served")
	case http.MethodTrace:
		return q, unserved("TRACE is not served")
	}
	if !validMethod(r.Method) {
		return q, ambiguous("the method is not in upper case")
	}
	q.method = r.Method
	var err error
	if q.target, err = parseTarget(r.RequestURI); err != nil {
		return q, err
	}
	if r.Host != "" || r.ProtoAtLeast(1, 1) {
		if q.authority, err = parseHost(r.Host); err != nil {
			return q, err
		}
	}
	// Under HTTP/2 a Host field may stand beside :authority (RFC 9113, section
	// 8.3.1); net/http looks at it only where the latter is absent.
	if hosts := r.Header["Host"]; len(hosts) > 0 {
		second, err := parseHost(hosts[0])
		if err != nil || second != q.authority {
			return q, ambiguous("the Host field and :authority differ")
		}
	}
	if err := checkHeader(r.Header); err != nil {
		return q, err
	}
	for name := range r.Trailer {
		if trustedTrailer(name) {
			return q, ambiguous("a trailer is named like a header field that is trusted")
		}
	}
	q.upgrade, err = upgradeOf(r)
	q.media = mediaType(r.Header["Content-Type"])
	return q, err
}

// validMethod tells whether the method is in capitals: methods are
// case-sensitive (RFC 9110, section 9.1), and not every server knows it.
func validMethod(m string) bool {
	if m == "" || len(m) > 32 {
		return false
	}
	for i := 0; i < len(m); i++ {
		if c := m[i]; (c < 'A' || c > 'Z') && c != '-' {
			return false
		}
	}
	return true
}

// upgradeOf is the protocol that the request asks to change to (RFC 9110,
// section 7.8). An Upgrade field that Connection does not name is none.
func upgradeOf(r *http.Request) (string, error) {
	if r.ProtoMajor != 1 || !httpguts.HeaderValuesContainsToken(r.Header["Connection"], "upgrade") {
		return "", nil
	}
	values := r.Header["Upgrade"]
	if len(values) != 1 || !httpguts.ValidHeaderFieldName(strings.ReplaceAll(values[0], "/", "")) {
		return "", ambiguous("the request asks for more than one protocol, or for none")
	}
	if r.ContentLength != 0 {
		return "", ambiguous("a request that asks for another protocol has a body")
	}
	return lower(values[0]), nil
}

const maxMedia = 127 // characters: RFC 6838, section 4.2

// mediaType is the type without its parameters, "" where there is none, and
// "invalid" for what is not a media type, since it goes into the ledger.
func mediaType(values []string) string {
	if len(values) == 0 {
		return ""
	}
	m, _, _ := strings.Cut(values[0], ";")
	m = lower(strings.Trim(m, " \t"))
	kind, sub, ok := strings.Cut(m, "/")
	if !ok || len(m) > maxMedia || !httpguts.ValidHeaderFieldName(kind) || !httpguts.ValidHeaderFieldName(sub) {
		return "invalid"
	}
	return m
}
