package policy

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

func TestClassifiedDoors(t *testing.T) {
	p := mustParse(t, classPolicy)
	for name, want := range map[string]bool{"db": true, "pg": true, "open": true} {
		if d, _ := p.Door(name); d.Classified() != want {
			t.Errorf("the door %s is classified: %v", name, !want)
		}
	}
	if d := (Door{In: []ClassRule{{Class: "city", Effect: sallyport.Allow}}}); d.Classified() {
		t.Error("a door that keeps nothing is classified")
	}
}

// TestClassesAreInTheDigest changes what becomes of classes: the policy is
// another one, and the sessions of the door go on.
func TestClassesAreInTheDigest(t *testing.T) {
	base := mustParse(t, classPolicy)
	for _, change := range [][2]string{
		{"columns: [users.city]", "columns: [users.town]"},
		{"mask: hash, predicates: deny", "mask: full, predicates: deny"},
		{"mask: hash, predicates: deny", "mask: hash, predicates: equality"},
		{"city: allow", "city: deny"},
		{"out: {secret: deny}", "out: {secret: allow}"},
		{"unknown-lineage: mask", "unknown-lineage: deny"},
		{"in: {email: mask, card: deny}", "in: {email: deny, card: deny}"},
	} {
		p := mustParse(t, replaceOnce(t, classPolicy, change[0], change[1]))
		if p.Digest() == base.Digest() {
			t.Errorf("with %q the digest is the same", change[1])
		}
		for i := range p.Doors {
			if p.Doors[i].Connection() != base.Doors[i].Connection() {
				t.Errorf("with %q the connection of %s is another", change[1], p.Doors[i].Name)
			}
		}
	}
	const order = "  city: {columns: [users.city]}\n  secret: {columns: [users.secret]}\n"
	other := "  secret: {columns: [users.secret]}\n  city: {columns: [users.city]}\n"
	if mustParse(t, replaceOnce(t, classPolicy, order, other)).Digest() != base.Digest() {
		t.Error("the order of classes changes the digest")
	}
	if mustParse(t, replaceOnce(t, classPolicy, "{email: mask, card: deny}", "{card: deny, email: mask}")).Digest() != base.Digest() {
		t.Error("the order of `in` changes the digest")
	}
}

func replaceOnce(t *testing.T, s, old, new string) string {
	t.Helper()
	out := strings.Replace(s, old, new, 1)
	if out == s {
		t.Fatalf("%q is not in the policy", old)
	}
	return out
}
