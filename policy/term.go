package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// term is one thing that a rule can say beside who it speaks of: a condition,
// which a crossing has to meet to be covered, or an obligation, which holds for
// what is covered. Match, the nearest rule of a refusal and the comparison of
// rules all go by the terms of the door's kind, so that none can forget one.
type term struct {
	key string // as in the policy

	// miss is how far a crossing is from meeting a condition: 0 where it does.
	// It is nil for an obligation.
	miss func(m *doorMatcher, r *compiledRule, c *sallyport.Crossing) int
	// allows is what the rule allows by a condition: "methods GET, POST".
	allows func(r *Rule) string
	// has is what c has instead, where that is not to be seen in c; may be nil.
	has func(r *compiledRule, c *sallyport.Crossing) string
	// within tells whether b says nothing by this term that a does not say: of
	// a condition, that b covers no more than a; of an obligation, that b asks
	// for no more than a.
	within func(a, b *Rule) bool
}

// allTerms is what the rules of a kind of door can say.
func allTerms(kind doorKind) []term { return slices.Concat(kind.terms(), everyTerm) }

// meets tells whether a crossing meets every condition of a rule. Who it is by
// is not looked at.
func (m *doorMatcher) meets(r *compiledRule, c *sallyport.Crossing) bool {
	return m.meetsAll(m.terms, r, c)
}

func (m *doorMatcher) meetsAll(terms []term, r *compiledRule, c *sallyport.Crossing) bool {
	for i := range terms {
		if miss := terms[i].miss; miss != nil && miss(m, r, c) != 0 {
			return false
		}
	}
	return true
}

// distance is how far a rule that speaks of the caller is from covering c: 0
// for one that covers it, or that does not speak of the caller.
func (m *doorMatcher) distance(r *compiledRule, caller int, c *sallyport.Crossing) int {
	if !r.speaksOf(caller) || !m.kind.takes(c.Act) {
		return 0
	}
	n := 0
	for i := range m.terms {
		if miss := m.terms[i].miss; miss != nil {
			n += miss(m, r, c)
		}
	}
	return n
}

// lacks says what a rule allows where c asks for something else: "tables
// colours". only is the key of the condition where one alone is not met.
func (m *doorMatcher) lacks(r *compiledRule, c *sallyport.Crossing) (words, only string) {
	var all []string
	for i := range m.terms {
		if t := &m.terms[i]; t.miss != nil && t.miss(m, r, c) != 0 {
			words := t.allows(r.Rule)
			if t.has != nil {
				words += " (" + t.has(r, c) + ")"
			}
			all = append(all, words)
			only = t.key
		}
	}
	if len(all) > 1 {
		only = ""
	}
	return strings.Join(all, " and "), only
}

// adds tells whether rule b changes anything beside rule a.
func adds(kind doorKind, a, b *Rule) bool {
	for _, t := range allTerms(kind) {
		if !t.within(a, b) {
			return true
		}
	}
	return false
}

// within tells whether each of b has one of a that serves it.
func within[T any](b, a []T, serves func(b, a T) bool) bool {
	for _, y := range b {
		found := false
		for _, x := range a {
			found = found || serves(y, x)
		}
		if !found {
			return false
		}
	}
	return true
}

// anyOr is within for the values of a condition, where none stand for any.
func anyOr[T any](b, a []T, serves func(b, a T) bool) bool {
	return len(a) == 0 || len(b) > 0 && within(b, a, serves)
}

func equal[T comparable](a, b T) bool { return a == b }

// tighter tells whether a bounds as much as b does.
func tighter(a, b sallyport.Limit) bool { return !b.Set() || a.Set() && a.Max <= b.Max }
