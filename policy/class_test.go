package policy

import (
	"slices"
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

// TestSentencesAreWeighed has tests of a policy whose statements are followed to
// their columns without a database.
func TestSentencesAreWeighed(t *testing.T) {
	lineages := map[string]*sallyport.Statement{
		"SELECT id FROM users":                    reading("shop.users.id"),
		"SELECT email FROM users":                 reading("shop.users.email"),
		"SELECT id FROM users WHERE email = ?":    testOf("shop.users.email", true),
		"SELECT id FROM users WHERE email LIKE ?": testOf("shop.users.email", false),
		"SELECT pan FROM payments":                reading("shop.payments.pan"),
	}
	voc := testVocabulary()
	var told []sallyport.Origin
	voc.Lineage = func(d Door, named []sallyport.Origin, text string) *sallyport.Lineage {
		if told = named; lineages[text] == nil {
			return nil
		}
		return lineages[text].Lineage
	}
	text := classPolicy + `tests:
  - shop may "SELECT id FROM users" at db
  - shop may "SELECT email FROM users" at db
  - shop may "SELECT id FROM users WHERE email = ?" at db
  - shop may not "SELECT id FROM users WHERE email LIKE ?" at db
  - shop may not "SELECT pan FROM payments" at db
  - shop may not "SELECT nobody FROM knows" at db
`
	p, ds := Parse("test.yaml", []byte(text), voc, testSource(t))
	if p == nil {
		t.Fatal(ds)
	}
	for _, want := range []sallyport.Origin{{Schema: "shop", Table: "users", Column: "email"}, {Schema: "sales", Table: "customers", Column: "mail"}, {Schema: "shop", Table: "payments", Column: "*"}} {
		if !slices.Contains(told, want) {
			t.Errorf("%s is not among the columns that the policy names: %v", want, told)
		}
	}
	e, err := p.Explain(`shop "SELECT email FROM users" at db`)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := e.Write(&out); err != nil {
		t.Fatal(err)
	}
	const want = `mask
  because class at test.yaml:24: the class email is masked
  because rule at test.yaml:23
  column 1, of shop.users.email, is masked by email
  covered by test.yaml:23
`
	if out.String() != want {
		t.Errorf("explained as\n%s, want\n%s", out.String(), want)
	}
	if _, ds := Parse("test.yaml", []byte(text), testVocabulary(), testSource(t)); !ds.Failed() {
		t.Error("without a lineage the tests hold all the same")
	}
}
