package policy

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// everyKey is the policy that has each key once.
func everyKey(t *testing.T) *Policy {
	t.Helper()
	text, err := os.ReadFile("testdata/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, ds := Parse("every-key.yaml", text, testVocabulary(), testSource(t))
	if p == nil {
		t.Fatal(ds)
	}
	return p
}

// TestObligationsHoldTogether wants what a rule asks for by itself asked for beside
// a rule that asks for nothing.
func TestObligationsHoldTogether(t *testing.T) {
	for name, m := range everyKey(t).matcher.doors {
		for i := range m.rules {
			alone := reflect.ValueOf(m.rules[i].grant)
			m.rules = append(m.rules, compiledRule{Rule: new(Rule)})
			m.rules[len(m.rules)-1].grant.Rules = m.rules[i].grant.Rules
			var f found
			f.add(i)
			f.add(len(m.rules) - 1)
			g, _ := m.grant(&f)
			for n := range alone.NumField() {
				if field := alone.Type().Field(n).Name; !alone.Field(n).IsZero() && reflect.ValueOf(g).Field(n).IsZero() {
					t.Errorf("%s: rule %d asks for %s, and beside another it does not: doorMatcher.grant forgets it", name, i+1, field)
				}
			}
			m.rules = m.rules[:len(m.rules)-1]
		}
	}
}

// TestExplanationsHaveEveryObligation wants each that a rule can have among what
// explain says that it asks for.
func TestExplanationsHaveEveryObligation(t *testing.T) {
	said := ""
	for _, m := range everyKey(t).matcher.doors {
		for i := range m.rules {
			said += "\n" + strings.Join(m.rules[i].asksFor(), "\n")
		}
	}
	for _, kind := range doorKinds {
		for _, term := range allTerms(kind) {
			switch {
			case term.miss != nil: // a condition
			case term.key == "who", term.key == "upgrade": // it grants
			case !strings.Contains(said, "\n"+term.key+": "):
				t.Errorf("%s: asksFor says nothing of %s", kind.name(), term.key)
			}
		}
	}
}
