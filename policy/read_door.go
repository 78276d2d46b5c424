package policy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

func (r *reader) door(v value) {
	f, ok := v.object(schemaDoor, "write `- name: front` and its keys")
	if !ok {
		return
	}
	d := Door{At: v.at(), Limits: Limits{}}
	if x, ok := f.need("name", "give the door a name: `name: front`"); ok {
		if name, ok := x.name(); ok {
			if old, taken := r.doors[name]; taken {
				x.errorf(CodeDuplicateName, "give it a name of its own", "a door %q stands already on line %d", name, old.node.Line)
			} else {
				r.doors[name] = x
				d.Name = name
			}
		}
	}
	if !r.kind(f, &d) {
		return
	}
	kind := kindOf(d.Kind)
	f.only(kind)
	loopback := false
	if x, ok := f.need("listen", "write `listen: :443`, or 127.0.0.1:8080"); ok {
		d.Listen, loopback, _ = r.listen(x)
	}
	r.doorTLS(f, &d, loopback)
	if x, ok := f.need("to", kind.toHint()); ok {
		kind.readTo(r, x, &d)
	}
	kind.readDoor(r, f, &d)
	if x := f.get("mode"); x.set() {
		switch w, _ := x.word("enforce", "report", "learn"); w {
		case "report":
			d.Mode = Report
		case "learn":
			d.Mode = Learn
		}
		hint := "write `mode: enforce` when what it reports is what you expect"
		if d.Mode == Learn {
			hint = "put what `sallyport learn` writes in the place of `allow:` when it has seen enough, and remove `mode`"
			r.learns(kind)
		}
		if d.Mode != Enforce {
			x.warnf(CodeNotEnforcing, hint, "the door lets pass what no rule allows, and only says so")
		}
	}
	if x := f.get("audit"); x.set() {
		if w, _ := x.word("spool", "strict"); w == "strict" {
			d.Audit = Strict
		}
	}
	r.limits(f.get("limits"), &d)
	if x := f.get("allow"); x.set() {
		before := len(r.doc.diags)
		for _, e := range x.list(false, "write one rule an entry: `- {who: anyone, paths: [/]}`") {
			r.rule(e, &d)
		}
		if !r.doc.diags[before:].Failed() { // what could not be read is not in the rules
			r.overlaps(&d, x.value)
		}
	} else if d.Mode != Learn { // whose rules are still to come
		r.doc.report(Warning, f.doc.extent(f.node), f.path, CodeAllowsNothing, "write `allow:` with a rule", "the door has no `allow`, so it refuses everything")
	}
	f.done()
	r.p.Doors = append(r.p.Doors, d)
}

// learns notes that every app may come to a door that is still without its rules,
// where apps can.
func (r *reader) learns(kind doorKind) {
	if what, _ := kind.unprovable(WhoApp); what != "" {
		return
	}
	for name := range r.apps {
		r.used["app "+name] = true
	}
}

// kind tells whether the door is one whose keys can be read further.
func (r *reader) kind(f fields, d *Door) bool {
	x, ok := f.need("kind", "write `kind: "+oneOf(r.voc.Doors)+"`")
	if !ok {
		return false
	}
	s, ok := x.text("write " + oneOf(r.voc.Doors))
	d.Kind = s
	switch {
	case !ok:
		return false
	case slices.Contains(r.voc.Doors, s) && kindOf(s) != nil:
		return true
	case slices.Contains(notYetWords["doors[].kind"], s):
		x.errorf(CodeNotYet, "remove the door: it must not look as if it guarded something", "doors of kind `%s` are not yet there in this version", s)
	default:
		x.errorf(CodeWord, didYouMean(s, r.voc.Doors, "write "+oneOf(r.voc.Doors)), "%q is no kind of door", short(s))
	}
	return false
}

func (r *reader) doorTLS(f fields, d *Door, loopback bool) {
	accepted := r.plaintext(f, !loopback)
	clear := func(v value) {
		d.TLS.Optional = true
		if !loopback && !accepted && d.Listen != "" {
			v.errorf(CodeClearListener, "listen on 127.0.0.1, demand TLS, or add `plaintext: accepted`", "clients could come in the clear, and the door can be reached from other machines")
		}
	}
	x := f.get("tls")
	switch {
	case !x.set() && accepted:
		d.TLS.Optional = true
	case !x.set():
		f.doc.report(Error, f.doc.extent(f.node), f.path, CodeNoTLS, "write `tls: {cert: file:gate.pem, key: file:gate-key.pem}`, or on loopback `tls: optional`", "the door says nothing of `tls`")
	case x.node.Kind == yaml.ScalarNode:
		if _, ok := x.word("optional"); ok {
			clear(x.value)
		}
	default:
		t, ok := x.object(schemaDoorTLS, "write `{cert: file:gate.pem, key: file:gate-key.pem}`")
		if !ok {
			return
		}
		r.certificate(t, d)
		if o := t.get("optional"); o.set() {
			if on, ok := o.flag(); ok && on {
				clear(o.value)
			}
		}
		r.clientCertificates(t, d)
		if accepted && !d.TLS.Optional {
			x.key.errorf(CodeExclusive, "remove `plaintext: accepted`, or add `optional: true` to `tls`", "the door demands TLS, and `plaintext: accepted` says that it does not")
		}
		t.done()
	}
}

func (r *reader) certificate(t fields, d *Door) {
	later := t.node.Kind == yaml.MappingNode && hasKey(t.node, "acme")
	if later {
		t.get("cert")
		t.get("key")
		return // it has been refused already; asking for a file as well would mislead
	}
	cert, okCert := t.need("cert", "write `cert: file:gate.pem`")
	key, okKey := t.need("key", "write `key: file:gate-key.pem`")
	if okCert {
		d.TLS.Cert, _, okCert = r.file(cert.value)
	}
	if okKey {
		d.TLS.Key, okKey = r.privateKey(key.value)
	}
	if okCert && okKey {
		r.pair(cert.value, key.value, d.TLS.Cert, d.TLS.Key, "door's own")
	}
}

func hasKey(n *yaml.Node, name string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}

// flag is true or false.
func (v value) flag() (on, ok bool) {
	if v.node.Kind != yaml.ScalarNode || v.node.Tag != "!!bool" {
		v.errorf(CodeType, "write true or false", "%s is to be true or false, and this is %s", v.last(), v.shape())
		return false, false
	}
	return strings.EqualFold(v.node.Value, "true"), true
}

// known tells whether a name is one that the policy gives, and complains where
// it is not.
func (r *reader) known(v value, name, what string, all map[string]field, code Code) bool {
	if _, ok := all[name]; ok {
		r.used[what+" "+name] = true
		return true
	}
	var names []string
	if len(r.doc.diags) < maxDiagnostics {
		names = slices.Sorted(maps.Keys(all))
	}
	section := what + "s"
	if strings.HasSuffix(what, "s") {
		section = what + "es"
	}
	hint := "add it to `" + section + ":`"
	if len(names) > 0 && len(names) <= 10 {
		hint += "; there are " + strings.Join(names, ", ")
	}
	v.errorf(code, didYouMean(name, names, hint), "the policy has no %s %q", what, short(name))
	return false
}

// everyLimit is what a kind of door has for limits unless it says otherwise.
var everyLimit = Limits{
	Sessions: 4096, SessionsPerCaller: 2048, Handshake: 10 * time.Second,
	Idle: 8 * time.Hour, HeaderBytes: 64 << 10, StatementBytes: 16 << 20,
}

func (r *reader) limits(x field, d *Door) {
	kind := kindOf(d.Kind)
	d.Limits = kind.limits()
	if !x.set() {
		return
	}
	f, ok := x.object(schemaLimits, "write `{sessions: 1000, idle: 10m}`")
	if !ok {
		return
	}
	f.only(kind)
	l := &d.Limits
	number := func(name string, to *int) {
		if x := f.get(name); x.set() {
			if n, ok := x.number(1, 1<<20); ok {
				*to = int(n)
			}
		}
	}
	duration := func(name string, to *time.Duration, high time.Duration) {
		if x := f.get(name); x.set() {
			if n, ok := x.duration(100*time.Millisecond, high); ok {
				*to = n
			}
		}
	}
	size := func(name string, to *int, high uint64) {
		if x := f.get(name); x.set() {
			if n, ok := x.size(1<<10, high); ok {
				*to = int(n)
			}
		}
	}
	number("sessions", &l.Sessions)
	number("sessions-per-caller", &l.SessionsPerCaller)
	duration("idle", &l.Idle, 30*24*time.Hour)
	duration("handshake", &l.Handshake, 5*time.Minute)
	size("header", &l.HeaderBytes, 1<<20)
	size("statement", &l.StatementBytes, 1<<30)
	switch kind.(type) {
	case httpKind:
		r.requests(f, l)
	case *sqlKind:
		r.unproven(f, l)
		r.memory(f, l)
	}
	if x := f.get("rate"); x.set() {
		l.Rate, _ = x.rate(false)
	} else {
		l.Rate = sallyport.Rate{}
	}
	f.done()
}
