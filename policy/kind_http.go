package policy

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
)

// httpKind is doors for requests: callers show keys, or nothing.
type httpKind struct{}

var _ doorKind = httpKind{}

func (httpKind) name() string { return "http" }

func (httpKind) own(o *object) []string {
	switch o {
	case schemaRule:
		return []string{"methods", "paths", "upgrade", "body"}
	case schemaLimits:
		return []string{"header", "requests", "requests-per-caller"}
	}
	return nil
}

func (httpKind) limits() Limits {
	l := everyLimit
	l.Idle = 2 * time.Minute
	return l.withRequests()
}

// withRequests sets what follows from the other limits: one caller alone never
// has more than half of the requests, unless the policy says so.
func (l Limits) withRequests() Limits {
	if l.Requests == 0 {
		l.Requests = 1024
	}
	if l.RequestsPerCaller == 0 {
		l.RequestsPerCaller = max(1, min(128, l.Requests/2))
	}
	return l
}

// requests reads how many requests may be in flight. Each holds a connection
// to the app, so that it is they, and not the connections of clients alone,
// that use the process up.
func (r *reader) requests(f fields, l *Limits) {
	l.Requests, l.RequestsPerCaller = 0, 0
	if x := f.get("requests"); x.set() {
		if n, ok := x.number(1, 1<<20); ok {
			l.Requests = int(n)
		}
	}
	*l = l.withRequests()
	if x := f.get("requests-per-caller"); x.set() {
		if n, ok := x.number(1, uint64(l.Requests)); ok {
			l.RequestsPerCaller = int(n)
		}
	}
}

func (httpKind) toHint() string { return "write `to: {app: NAME, url: https://…}`" }

func (httpKind) readTo(r *reader, x field, d *Door) { r.toApp(x, d) }

func (httpKind) readDoor(*reader, fields, *Door) {}

func (httpKind) readRule(r *reader, f fields, rule *Rule, _ *Door) { r.httpConditions(f, rule) }

func (httpKind) unprovable(caller WhoKind) (what, hint string) {
	if caller == WhoApp {
		return "an app shows its password at database doors only, and this is an http door", "give it a key in `keys:` and write {key: NAME}"
	}
	return "", ""
}

func (httpKind) wideOpen(rule *Rule) (what, hint string) {
	if slices.Contains(rule.Who, Who{Kind: WhoAnyone}) && len(rule.Methods) == 0 && (len(rule.Paths) == 0 || slices.Contains(rule.Paths, "/**")) {
		return "anyone may do everything here", "name the methods and paths that the app has"
	}
	return "", ""
}

func (httpKind) terms() []term { return httpTerms }

func (httpKind) takes(act sallyport.Act) bool {
	_, ok := act.(*sallyport.HTTPRequest)
	return ok
}

func (httpKind) match(m *doorMatcher, caller int, c *sallyport.Crossing) (sallyport.Grant, bool) {
	return m.matchRequest(caller, c, c.Act.(*sallyport.HTTPRequest))
}

func (r *reader) toApp(x field, d *Door) {
	f, ok := x.object(schemaTo, "write `to: {app: NAME, url: https://…}`")
	if !ok {
		return
	}
	if a, ok := f.need("app", "name the app behind the door"); ok {
		if s, ok := a.text("name an app of `apps:`"); ok && r.known(a.value, s, "app", r.apps, CodeUnknownApp) {
			d.To.App = s
		}
	}
	u, okURL := f.need("url", "write `url: https://app.example.com:8443`")
	loopback := false
	if okURL {
		d.To.URL, loopback = u.authority()
	}
	accepted := r.plaintext(f, !loopback && d.To.URL != nil && d.To.URL.Scheme == "http")
	r.clientTLS(f, &d.To.TLS)
	f.done()
	if d.To.URL == nil {
		return
	}
	d.To.TLS.Plain = d.To.URL.Scheme == "http"
	switch {
	case d.To.TLS.Plain && !loopback && !accepted:
		u.errorf(CodeClearUpstream, "write https://, or add `plaintext: accepted`", "requests would go to the app in the clear, and it is beyond this machine")
	case !d.To.TLS.Plain && accepted:
		f.all["plaintext"].key.errorf(CodeExclusive, "remove it", "the way to the app is https, and `plaintext: accepted` says that it is not")
	case d.To.TLS.Plain && (!d.To.TLS.CA.IsZero() || d.To.TLS.ServerName != ""):
		u.errorf(CodeExclusive, "write https://, or remove `ca` and `server-name`", "the way to the app is plain http, and `ca` or `server-name` can verify nothing")
	}
}

// authority is a URL of scheme, host and perhaps port, and whether it leads to
// this machine.
func (v value) authority() (*url.URL, bool) {
	const hint = "write https://app.example.com:8443"
	s, ok := v.text(hint)
	if !ok {
		return nil, false
	}
	u, err := url.Parse(s)
	problem := ""
	switch {
	case err != nil || u.Opaque != "":
		problem = "it is no URL"
	case u.User != nil:
		problem = "it holds a user name; logins do not belong into a URL"
	case u.Scheme != "https" && u.Scheme != "http":
		problem = "its scheme is neither https nor http"
	case u.Hostname() == "":
		problem = "it has no host"
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#"):
		problem = "it has a path or query; the request brings its own"
	case strings.HasSuffix(u.Host, ":"):
		problem = "its port is empty"
	}
	if problem == "" {
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			if a.Zone() == "" && !a.Is4In6() {
				u.Path = ""
				return u, a.IsLoopback()
			}
			problem = "its address has a zone or hides another one"
		} else {
			problem = badHostName(u.Hostname())
		}
	}
	if problem != "" {
		v.errorf(CodeURL, hint, "this URL cannot be led to: %s", problem)
		return nil, false
	}
	u.Path = ""
	return u, specialName(u.Hostname())
}

func (r *reader) httpConditions(f fields, rule *Rule) {
	if x := f.get("methods"); x.set() {
		for _, e := range x.scalars(listing{"write `methods: [GET, POST]`", meansAny, apartNames}) {
			s, ok := e.text("write a method in upper case: GET")
			switch {
			case !ok:
			case s == "CONNECT" || s == "TRACE":
				e.errorf(CodeMethod, "remove it", "%s is refused at every http door", s)
			case !slices.Contains(methods, s):
				e.errorf(CodeMethod, didYouMean(s, methods, "write a registered method in upper case: GET, POST"), "%q is no method", short(s))
			case slices.Contains(rule.Methods, s):
				e.warnf(CodeRepeated, "remove one of them", "%s stands twice", s)
			default:
				rule.Methods = append(rule.Methods, s)
			}
		}
	}
	if x := f.get("paths"); x.set() {
		for _, e := range x.scalars(listing{"write `paths: [/, /colours/**]`", meansAny, apartPaths}) {
			s, ok := e.text("write a path that begins with /")
			if !ok {
				continue
			}
			if _, bad := parsePath(s); bad != nil {
				e.errorf(bad.code, bad.hint, "no request has the path %q: %s", short(s), bad.what)
			} else if slices.Contains(rule.Paths, s) {
				e.warnf(CodeRepeated, "remove one of them", "%s stands twice", short(s))
			} else {
				rule.Paths = append(rule.Paths, s)
			}
		}
	}
	if x := f.get("upgrade"); x.set() {
		rule.Upgrade = upgrades(x.value)
	}
	if x := f.get("body"); x.set() {
		if n, ok := x.size(0, 1<<40); ok {
			rule.Body.Max, rule.Body.At = n, x.at()
		}
	}
}

// upgrades reads the protocols that a request can be upgraded to (RFC 9110,
// section 7.8). After that the door sees bytes only, so each is named.
func upgrades(v value) []string {
	var all []string
	for _, e := range v.scalars(listing{"write `upgrade: [websocket]`", meansNone, apartNames}) {
		s, ok := e.text("write websocket or h2c")
		switch {
		case !ok:
		case s != strings.ToLower(s):
			e.errorf(CodeUpgrade, "write "+strings.ToLower(short(s)), "protocols are written in lower case")
		case strings.ContainsAny(s, " ,*;\"()<>@:[]{}?=") || len(s) > 64:
			e.errorf(CodeUpgrade, "write websocket or h2c", "%q is no protocol", short(s))
		case !slices.Contains(all, s):
			all = append(all, s)
		}
	}
	return all
}
