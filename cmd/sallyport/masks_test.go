package main

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/mask"
	"github.com/sallyport/sallyport/policy"
)

// TestMaskersOfThePolicy: each masker that there is can be named by a policy, and
// what a policy says of it leads back to it.
func TestMaskersOfThePolicy(t *testing.T) {
	args := map[string]string{"constant": "(x)", "partial": "( 2,2 )", "date-shift": "(30 days)", "round": "(10)"}
	for _, d := range mask.Names() {
		m, what, _ := masker(d.Name + args[d.Name])
		if what != "" || m.Keyed != d.Keyed {
			t.Errorf("%s is keyed %v: %s", d.Name, m.Keyed, what)
		}
		if spec, err := mask.Parse(m.Spec); err != nil || spec.Single() != m.Single {
			t.Errorf("%s has one mask for all values: %v, %v", d.Name, m.Single, err)
		}
		if again, what, _ := masker(m.Spec); what != "" || again != m {
			t.Errorf("%s is read as %+v, and that as %+v: %s", d.Name, m, again, what)
		}
	}
	if m, what, hint := masker("lst4"); m.Spec != "" || what == "" || !strings.Contains(hint, "last4") {
		t.Errorf("lst4 is read as %+v: %q, %q", m, what, hint)
	}
}

func TestMaskingKeysAreEachAppsOwn(t *testing.T) {
	set, err := maskers(&policy.Policy{Apps: []policy.App{{Name: "web"}}})
	if err != nil {
		t.Fatal(err)
	}
	text := guard.Type{Family: guard.Text}
	if set.Masker("web", sallyport.Masking{Masker: "hash", Class: "email"}, text) != nil {
		t.Error("an app without a key has a keyed masker")
	}
	if set.Masker("web", sallyport.Masking{Masker: "last4", Class: "card"}, text) == nil {
		t.Error("an app without a key has no masker at all")
	}
}
