package policy

import (
	"os"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy/shapes"
)

// TestShapesAreOfTheDigest: the list is as much of the policy as its rules are.
func TestShapesAreOfTheDigest(t *testing.T) {
	text, err := os.ReadFile("testdata/shapes.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	digest := func(change string) sallyport.Digest {
		src := testSource(t)
		src.files["colours.shapes"] += change
		p, ds := Parse("sallyport.yaml", text, testVocabulary(), src)
		if p == nil {
			t.Fatal(ds)
		}
		return p.Digest()
	}
	first := digest("")
	if again := digest(""); again != first || first == digest("# another word\n") {
		t.Error("the digest does not go by the file")
	}
}

// TestSeveralLists: each list of the rules that cover a statement has to have
// its shape, and what only steers the session needs to be in none.
func TestSeveralLists(t *testing.T) {
	pinned := func(all ...string) Rule { return Rule{Tables: []string{"t"}, Shapes: shapesOf(all...)} }
	p := bare("mysql", pinned("a", "b"), Rule{Tables: []string{"t"}}, pinned("b"))
	for shape, want := range map[string]sallyport.ReasonCode{"a": sallyport.UnknownShape, "b": sallyport.ByRule, "c": sallyport.UnknownShape, "": sallyport.UnknownShape} {
		st := with(sel("t"), func(s *sallyport.Statement) { s.Database, s.Shape = "app", shape })
		c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: st}
		g, ok := p.Match(&c)
		if got := p.Decide(&c, g).Reason().Code; got != want || !ok || len(g.Rules) != 3 {
			t.Errorf("the shape %q: %s by %d rules, want %s", shape, got, len(g.Rules), want)
		}
	}
	steering := &sallyport.Statement{Kind: "transaction", Kinds: []string{"transaction"}, Session: true, Shape: "begin"}
	c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: steering}
	if g, _ := p.Match(&c); p.Decide(&c, g).Denied() {
		t.Error("BEGIN has to be in a list")
	}
	if set, err := shapes.Parse([]byte(shapes.Header)); err == nil || set != nil {
		t.Error("an empty list, which asks for nothing, loads")
	}
}
