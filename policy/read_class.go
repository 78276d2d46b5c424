package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

func (r *reader) class(name string, e field) {
	c := Class{Name: name, At: e.key.at(), Predicates: PredicatesEquality}
	f, ok := e.object(schemaClass, "write `{columns: [users.email], mask: email}`")
	if !ok {
		return
	}
	if x := f.get("columns"); x.set() {
		c.Columns = x.columns("")
	}
	if x := f.get("mask"); x.set() {
		c.Masker = r.masker(x.value)
	}
	if x := f.get("predicates"); x.set() {
		if w, ok := x.word(predicateWords...); ok {
			c.Predicates = Predicates(slices.Index(predicateWords, w))
		}
	}
	f.done()
	r.p.Classes = append(r.p.Classes, c)
}

// columns reads a list of patterns of columns, or one; without is what holds
// where there is none.
func (v value) columns(without string) (all []string) {
	for _, e := range v.scalars(listing{"write `columns: [users.email]`", without, apartNames}) {
		s, ok := e.text("write table.column, schema.table.column or table.*")
		if !ok {
			continue
		}
		if _, what, hint := parseColumn(s); what != "" {
			e.errorf(CodeColumn, hint, "%q is no column: %s", short(s), what)
		} else if s = canonicalName(s); slices.Contains(all, s) {
			e.warnf(CodeRepeated, "remove one of them", "%s stands twice", short(s))
		} else {
			all = append(all, s)
		}
	}
	return all
}

func (r *reader) masker(v value) Masker {
	s, ok := v.text("write a masker: `mask: last4`")
	if !ok {
		return Masker{}
	}
	m, what, hint := Masker{}, "this program is built without maskers", "remove it"
	if r.voc.Masker != nil {
		m, what, hint = r.voc.Masker(s)
	}
	if what != "" {
		v.errorf(CodeMasker, hint, "masker %q: %s", short(s), what)
		return Masker{}
	}
	return m
}

// minMaskingKey is how many bytes a masking key has at least.
const minMaskingKey = 32

func (r *reader) maskingKey(v value) Secret {
	s, ok := r.secret(v)
	if ok && len(s.value) < minMaskingKey {
		v.errorf(CodeShortKey, "make one with `openssl rand -hex 32`", "a masking key has at least %d bytes, and this one has %d", minMaskingKey, len(s.value))
		return Secret{}
	}
	return s
}

// doorClasses reads what becomes of classes at a database door.
func (r *reader) doorClasses(f fields, d *Door) {
	d.In = r.classRules(f.get("in"), "deny", "mask", "allow")
	d.Out = r.classRules(f.get("out"), "deny", "allow")
	x := f.get("unknown-lineage")
	if !x.set() {
		return
	}
	if w, ok := x.word("deny", "mask"); ok && w == "mask" {
		d.UnknownLineage, d.UnknownLineageAt = sallyport.Mask, x.at()
	}
	if !f.get("in").set() && !budgetsValues(f.get("allow")) {
		x.warnf(CodeUnused, "remove it, or say with `in:` what may not come in", "the door keeps no class from coming in, so this says nothing")
	}
}

// classRules reads what becomes of each class, in words of which a class can
// have some.
func (r *reader) classRules(x field, words ...string) (all []ClassRule) {
	if !x.set() {
		return nil
	}
	entries, _ := x.entries("write one class a line: `email: " + words[0] + "`")
	for _, e := range entries {
		name := e.key.node.Value
		if !r.known(e.key, name, "class", r.classes, CodeUnknownClass) {
			continue
		}
		w, ok := e.word(words...)
		if !ok {
			continue
		}
		rule := ClassRule{Class: name, At: e.key.at()}
		for _, effect := range []sallyport.Effect{sallyport.Mask, sallyport.Allow} {
			if effect.String() == w {
				rule.Effect = effect
			}
		}
		if c, read := r.p.Class(name); read && r.tells(e, c, rule) {
			all = append(all, rule)
		}
	}
	slices.SortFunc(all, func(a, b ClassRule) int { return strings.Compare(a.Class, b.Class) })
	return all
}

// tells sees that a door can do with a class what its rule says.
func (r *reader) tells(e field, c *Class, rule ClassRule) bool {
	node := r.classes[c.Name].node
	switch {
	case !hasKey(node, "columns"):
		e.key.errorf(CodeBlindClass, "say in `classes:` which columns hold it: `columns: [users.email]`", "the door could never see the class %s: it has no columns", c.Name)
		return false
	case rule.Effect == sallyport.Mask && !hasKey(node, "mask"):
		e.errorf(CodeNoMasker, "say in `classes:` how it is masked: `mask: full`; or write deny", "the class %s has no masker", c.Name)
		return false
	}
	return true
}

// checkMaskingKeys sees that an app has a key where the masks of what it reads
// want one.
func (r *reader) checkMaskingKeys() {
	told := map[string]bool{}
	for _, d := range r.p.Doors {
		class, keyed := r.keyed(&d)
		if !keyed {
			continue
		}
		for _, rule := range d.Allow {
			for _, w := range rule.Who {
				if w.Kind == WhoCertificate {
					r.at(Error, rule.At, CodeNoMaskingKey, "make it an app: `apps:` has `certificates` and `masking-key`",
						"the door %s masks the class %s by a key, and a caller that is no app has none", d.Name, class.Name)
				}
				a, ok := r.p.App(w.Name)
				if w.Kind != WhoApp || !ok || told[a.Name] || !a.MaskingKey.IsZero() {
					continue
				}
				told[a.Name] = true
				r.at(Error, a.At, CodeNoMaskingKey, "add `masking-key: env:NAME` to it, with 32 random bytes or more: `openssl rand -hex 32`",
					"the door %s masks the class %s for the app %s by a key, and the app has none", d.Name, class.Name, a.Name)
			}
		}
	}
}

// keyed is a class that the door masks by a key.
func (r *reader) keyed(d *Door) (*Class, bool) {
	for _, rule := range d.In {
		if c, ok := r.p.Class(rule.Class); ok && rule.Effect == sallyport.Mask && c.Masker.Keyed {
			return c, true
		}
	}
	return nil, false
}
