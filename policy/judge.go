package policy

import (
	"maps"
	"slices"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// judge is what can be said of a policy only when all of it is known.
func (r *reader) judge() {
	r.checkLogins()
	r.checkMaskingKeys()
	r.checkValueBudgets()
	r.unused()
}

// checkLogins sees that a caller has one upstream login at a door: a session
// has one, and it is made before the first statement.
func (r *reader) checkLogins() {
	for _, d := range r.p.Doors {
		first := map[Who]Rule{}
		for _, rule := range d.Allow {
			for _, w := range rule.Who {
				old, seen := first[w]
				if !seen {
					first[w] = rule
				} else if old.Login != rule.Login {
					r.at(Error, rule.At, CodeLoginsDiffer, "name the same login in all rules of "+w.Name+" at this door",
						"a session of %s has one login at the database: the rule on line %d names another", w.Name, old.At.Line)
				}
			}
		}
	}
}

// unused warns of names that nothing leads to.
func (r *reader) unused() {
	for _, kind := range []struct {
		what string
		all  map[string]field
	}{{"app", r.apps}, {"host", r.hosts}, {"class", r.classes}, {"key", r.keys}} {
		for _, name := range slices.Sorted(maps.Keys(kind.all)) {
			if !r.used[kind.what+" "+name] {
				kind.all[name].key.warnf(CodeUnused, "remove it, or name it where it is meant", "nothing in the policy uses the %s %s", kind.what, name)
			}
		}
	}
	for _, d := range r.p.Doors {
		for _, name := range slices.Sorted(maps.Keys(d.Logins)) {
			if !r.used["login "+d.Name+" "+name] {
				r.at(Warning, d.At, CodeUnused, "remove it, or name it in a rule", "no rule uses the login %s", name)
			}
		}
	}
}

// at reports at a position that Load itself made.
func (r *reader) at(severity Severity, p sallyport.Position, code Code, hint, format string, args ...any) {
	if n := r.nodeAt(p); n != nil {
		r.doc.report(severity, r.doc.extent(n), p.Path, code, hint, format, args...)
		return
	}
	r.doc.report(severity, span{p.Line, p.Column, p.Column + 1}, p.Path, code, hint, format, args...)
}

// overlaps warns of rules that change nothing: another one covers all that
// they cover, and they ask for nothing that it does not ask for.
func (r *reader) overlaps(d *Door, v value) {
	if len(d.Allow) > 500 {
		return // comparing each with each would take longer than the load
	}
	kind := kindOf(d.Kind)
	for i := range d.Allow {
		b := &d.Allow[i]
		for j := range d.Allow {
			a := &d.Allow[j]
			// Of two that say the same, the later one is told of.
			if i == j || adds(kind, a, b) || j > i && !adds(kind, b, a) {
				continue
			}
			r.at(Warning, b.At, CodeAddsNothing, "remove it, or make it ask for more", "the rule changes nothing: the one on line %d covers all of it, and asks for as much", a.At.Line)
			break
		}
	}
}

// nodeAt is the first node that stands at a position that Load made.
func (r *reader) nodeAt(p sallyport.Position) *yaml.Node {
	if r.nodes == nil {
		r.nodes = make(map[[2]int]*yaml.Node, len(r.doc.order))
		for _, n := range r.doc.order {
			if at := [2]int{n.Line, n.Column}; r.nodes[at] == nil {
				r.nodes[at] = n
			}
		}
	}
	return r.nodes[[2]int{p.Line, p.Column}]
}
