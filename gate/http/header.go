package httpgate

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// ours are header fields that the door itself sets, or that only a proxy in
// front of the app may set. What a client sends under these names is dropped.
var ours = fields(
	"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip",
	"X-Cluster-Client-Ip", "Fastly-Client-Ip", "X-Original-Forwarded-For", "X-Original-Host", "X-Host",
	"X-Http-Host-Override", "X-Ssl-Client-Cert", "X-Ssl-Client-Verify", "X-Client-Cert", "X-Client-Verify", "Client-Cert",
	"Client-Cert-Chain", "X-Remote-User", "Remote-User", "X-Authenticated-User",
	"X-Forwarded", "X-Forward-For", "Wl-Proxy-Client-Ip", "Proxy-Client-Ip", "X-Proxyuser-Ip", "X-Azure-Clientip", "X-Appengine-User-Ip",
	"X-Envoy-External-Address", "X-Scheme", "X-Url-Scheme", "Front-End-Https", "Ssl-Client-Cert", "X-Auth-Request-User", "X-Webauth-User",
)

// rewriters are header fields by which some frameworks let a client change
// the method or the path after a proxy has judged them, or by which a client
// sets an environment variable (httpoxy). They are dropped.
var rewriters = fields(
	"X-Http-Method-Override", "X-Http-Method", "X-Method-Override",
	"X-Original-Url", "X-Rewrite-Url", "X-Original-Uri", "X-Override-Url", "X-Original-Path", "X-Http-Path-Override",
	"X-Envoy-Original-Path", "Proxy",
)

// ourPrefixes begin the names of fields that the door, or a proxy before the
// app, sets: whatever follows.
var ourPrefixes = []string{"X-Forwarded-", "X-Sallyport-"}

func isOurs(name string) bool {
	return ours[name] || slices.ContainsFunc(ourPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// hopByHop is RFC 9110, section 7.6.1, with the older ones that servers still
// know. TE is put back where it says trailers.
var hopByHop = fields(
	"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info",
	"Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Http2-Settings",
)

// single are the fields of which a second one would be a second reading, and
// that decide how the rest is read.
var single = fields(
	"Host", "Content-Length", "Content-Type", "Authorization", "X-Api-Key", "Origin", "Referer",
	"If-Modified-Since", "If-Unmodified-Since", "Range", "Content-Range", "Content-Location", "Expect", "User-Agent",
)

func fields(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// trusted tells whether the app, or a server before it, may act on the field
// in a way that the door has judged or has set: the fields of which a twin
// would be dangerous.
func trusted(name string) bool {
	return isOurs(name) || rewriters[name] || hopByHop[name] || single[name] || name == "Cookie" || name == "Content-Encoding"
}

// checkHeader refuses header fields that can be read in more than one way.
// Names are canonical, as net/http makes them.
func checkHeader(h http.Header) error {
	for name, values := range h {
		if len(values) > 1 && single[name] {
			return ambiguous("a header field that may stand once stands twice")
		}
		if twin := dashed(name); twin != name && trusted(twin) {
			return ambiguous("a header field is the twin of one that is trusted")
		}
		for _, v := range values {
			if !httpguts.ValidHeaderFieldValue(v) {
				return broken("a header field has an invalid value")
			}
		}
	}
	// A Connection field takes header fields away from whoever is next, which
	// must not be the ones that judge the request.
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			name = http.CanonicalHeaderKey(strings.Trim(name, " \t"))
			if trusted(name) && !hopByHop[name] {
				return ambiguous("the Connection field names a header field that is trusted")
			}
		}
	}
	return nil
}

// dashed is the name as a server sees it that maps header fields to
// environment variables and back (RFC 3875, section 4.1.18): everything but
// letters and digits becomes "-".
func dashed(name string) string {
	odd := false
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !alnum(c) && c != '-' {
			odd = true
		}
	}
	if !odd {
		return name
	}
	b := []byte(name)
	for i, c := range b {
		if !alnum(c) {
			b[i] = '-'
		}
	}
	return http.CanonicalHeaderKey(string(b))
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// forwardable is what of a client's header goes on to the app: not what
// concerns this connection, not what only the door may say. The values are
// shared with h.
func forwardable(h http.Header) http.Header {
	out := make(http.Header, len(h)+8)
	for name, values := range h {
		if isOurs(name) || rewriters[name] || hopByHop[name] {
			continue
		}
		out[name] = values
	}
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			delete(out, http.CanonicalHeaderKey(strings.Trim(name, " \t")))
		}
	}
	if cookies := out["Cookie"]; len(cookies) > 1 {
		out["Cookie"] = []string{strings.Join(cookies, "; ")} // one line, as RFC 6265, section 5.4, has it
	}
	if httpguts.HeaderValuesContainsToken(h["Te"], "trailers") {
		out["Te"] = teTrailers
	}
	return out
}

var teTrailers = []string{"trailers"}

// returnable puts into dst what of the app's header goes on to the client.
// Alt-Svc (RFC 7838) would lead the client round the door.
func returnable(dst, h http.Header) {
	for name, values := range h {
		if hopByHop[name] || name == "Alt-Svc" || name == "X-Sallyport-Crossing" {
			continue
		}
		dst[name] = values
	}
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = http.CanonicalHeaderKey(strings.Trim(name, " \t")); name != "Content-Length" {
				delete(dst, name)
			}
		}
	}
}

// trustedTrailer tells whether a trailer's name is that of a header field
// that a server may act on, or a twin of one.
func trustedTrailer(name string) bool {
	return trusted(dashed(http.CanonicalHeaderKey(name)))
}
