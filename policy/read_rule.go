package policy

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/sallyport/sallyport"
)

// methods are those that a rule can name.
var methods = sallyport.Methods()

func (r *reader) rule(v value, d *Door) {
	before := len(r.doc.diags) // a key that is misspelt is told of here
	f, ok := v.object(schemaRule, "write `- {who: anyone, …}`")
	if !ok {
		return
	}
	rule := Rule{At: v.at()}
	kind := kindOf(d.Kind)
	f.only(kind)
	if x, ok := f.need("who", "write `who: anyone`, the name of an app, or `{key: NAME}`"); ok {
		for _, e := range x.entriesOf(listing{"write `who: anyone`, the name of an app, or `{key: NAME}`", "", apartNames}) {
			if w, ok := r.who(e, d); ok {
				if slices.Contains(rule.Who, w) {
					e.warnf(CodeRepeated, "remove one of them", "this caller stands here twice")
				} else {
					rule.Who = append(rule.Who, w)
				}
			}
		}
	}
	if x := f.get("addresses"); x.set() {
		rule.Addresses = x.prefixes()
	}
	if x := f.get("hours"); x.set() {
		for _, e := range x.scalars(listing{hoursHint, "it is always", apartHours}) {
			if h, ok := e.hours(); ok {
				rule.Hours = append(rule.Hours, h)
			}
		}
	}
	kind.readRule(r, f, &rule, d)
	if x := f.get("rate"); x.set() {
		for _, e := range x.scalars(listing{"write `rate: 20/s per address`", "there is no bound", apartRates}) {
			if rate, ok := e.rate(true); ok {
				rule.Rates = append(rule.Rates, rate)
			}
		}
	}
	if what, hint := kind.wideOpen(&rule); what != "" && !r.doc.diags[before:].Failed() {
		v.warnf(CodeWideOpen, hint, "%s", what)
	}
	f.done()
	d.Allow = append(d.Allow, rule)
}

// words reads a list of words of a closed set; none stands twice.
func (v value) words(l listing, all []string, what string) []string {
	var out []string
	hint := "write some of " + oneOf(all)
	for _, e := range v.scalars(l) {
		s, ok := e.text(hint)
		switch {
		case !ok:
		case !slices.Contains(all, s):
			e.errorf(CodeWord, didYouMean(s, all, hint), "%q is no %s", short(s), what)
		case slices.Contains(out, s):
			e.warnf(CodeRepeated, "remove one of them", "%s stands twice", s)
		default:
			out = append(out, s)
		}
	}
	return out
}

// who reads one caller and sees that it can prove itself at the door.
func (r *reader) who(v value, d *Door) (Who, bool) {
	const hint = "write anyone, the name of an app, {key: NAME} or {mtls: NAME}"
	if v.node.Kind == yaml.MappingNode {
		f, ok := v.object(schemaWho, hint)
		if !ok || len(f.all) == 0 {
			if ok && len(v.node.Content) == 0 {
				v.errorf(CodeWho, hint, "nobody is named here")
			}
			return Who{}, false
		}
		if x := f.get("mtls"); x.set() {
			return r.certified(f, x, d)
		}
		x := f.get("key")
		f.done()
		s, ok := x.text("name a key of `keys:`")
		if !ok || !r.known(x.value, s, "key", r.keys, CodeUnknownAPIKey) {
			return Who{}, false
		}
		return Who{WhoKey, s}, x.provable(WhoKey, d)
	}
	s, ok := v.text(hint)
	switch {
	case !ok:
		return Who{}, false
	case s == "*" || s == "all" || s == "everyone" || s == "anybody":
		v.errorf(CodeWho, "write anyone", "%q is not what a policy calls everybody", s)
		return Who{}, false
	case s == "anyone":
		return Who{Kind: WhoAnyone}, v.provable(WhoAnyone, d)
	}
	if _, isKey := r.keys[s]; isKey && r.apps[s].node == nil {
		v.errorf(CodeWho, "write {key: "+s+"}", "%q is a key, and a bare name means an app", s)
		return Who{}, false
	}
	if !r.known(v, s, "app", r.apps, CodeUnknownApp) {
		return Who{}, false
	}
	if !v.provable(WhoApp, d) {
		return Who{}, false
	}
	for _, a := range r.p.Apps {
		if a.Name == s && !r.canLogIn(v, &a, d) {
			return Who{}, false
		}
	}
	return Who{WhoApp, s}, true
}

// canLogIn sees that an app has some proof of those that it may show at the
// door.
func (r *reader) canLogIn(v value, a *App, d *Door) bool {
	hasPassword := len(a.Passwords) > 0 || hasKey(r.apps[a.Name].node, "password") // one that could not be read has been reported already
	asks := !d.TLS.Client.CA.IsZero()
	certificateMissing := false
	for _, w := range a.Proof {
		password, certificate := shows(w, "password"), shows(w, "mtls")
		switch {
		case password && !hasPassword:
		case certificate && !asks:
			certificateMissing = true
		default:
			return true
		}
	}
	switch {
	case len(a.Proof) == 0 && hasKey(r.apps[a.Name].node, "proof"):
		return false // it has been reported already
	case certificateMissing:
		v.errorf(CodeNoCertificate, "add `client: {ca: file:clients-ca.pem}` to the door's `tls`", "the app %s proves itself by its certificate, and the door asks for none", a.Name)
	default:
		v.errorf(CodeNoPassword, "write `proof: [password]` and `password: env:NAME` at the app", "the app %s has no password to log in with", a.Name)
	}
	return false
}

// provable tells whether a caller of that kind can prove itself at the door,
// and complains where it cannot.
func (v value) provable(caller WhoKind, d *Door) bool {
	what, hint := kindOf(d.Kind).unprovable(caller)
	if what != "" {
		v.errorf(CodeUnprovable, hint, "%s", what)
	}
	return what == ""
}
