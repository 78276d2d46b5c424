package learn

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/policy/shapes"
)

var tableNames = []string{"orders", "users", "no", "sales.report", "log_2026"}

// madeUp is a statement as a door could have made it of some text.
func madeUp(rnd *rand.Rand) *sallyport.Statement {
	kinds := [][]string{{"select"}, {"select"}, {"select"}, {"insert"}, {"update"}, {"delete"}, {"insert", "select"}, {"call"}, {"show"}, {"drop"}}[rnd.IntN(10)]
	s := &sallyport.Statement{Kind: kinds[0], Kinds: kinds, Database: "shop", Prepared: rnd.IntN(4) > 0, Varies: rnd.IntN(20) == 0}
	s.Writes = !slices.Contains([]string{"select", "show"}, s.Kind)
	if s.Kind != "call" {
		names := slices.Clone(tableNames)
		rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for i, name := range names[:rnd.IntN(4)] {
			schema, table, ok := strings.Cut(name, ".")
			if !ok {
				schema, table = "", name
			}
			s.Tables = append(s.Tables, sallyport.TableUse{Schema: schema, Name: table, Write: s.Writes && i == 0})
		}
	}
	if rnd.IntN(8) == 0 {
		s.Dangers = []string{"time"}
	}
	if rnd.IntN(6) == 0 {
		s.Database = "other"
	}
	if s.Writes {
		s.Affected = uint64(rnd.IntN(40))
	}
	s.Shape = fmt.Sprint(s.Kinds, s.Tables, s.Dangers, rnd.IntN(2))
	return s
}

// TestRoundTrip learns from made-up crossings and replays them: what was seen
// is all allowed, each rule loads, and a kind of statement on a table is allowed
// only where it was seen, or where a comment says so.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(300) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		kind := []string{"mysql", "postgres"}[seed%2]
		var crossings []sallyport.Crossing
		for range 1 + rnd.IntN(20) {
			c := by(shop, madeUp(rnd))
			c.In.Rows = uint64(rnd.IntN(100) * rnd.IntN(3))
			c.Act.(*sallyport.Statement).Protocol = kind
			crossings = append(crossings, c)
		}
		book, rules := learnt(t, record(t, load(t, kind, "", nil), crossings), "")
		p := load(t, kind, rules, nil)
		for _, c := range crossings {
			if g, v := judge(p, c); v.Denied() {
				t.Fatalf("seed %d: %+v was seen and is refused: %v by %v\n%s", seed, c.Act, v, g.Rules, rules)
			}
		}
		wantNoMore(t, p, kind, crossings, rules)
		pinned(t, book, kind, crossings, rnd)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, rules)
		}
	}
}

func judge(p *policy.Policy, c sallyport.Crossing) (sallyport.Grant, sallyport.Verdict) {
	g, _ := p.Match(&c)
	return g, p.Decide(&c, g)
}

// wantNoMore tries every kind on every table, those that were never seen
// included, by a statement that is prepared and does nothing else.
func wantNoMore(t *testing.T, p *policy.Policy, kind string, crossings []sallyport.Crossing, rules string) {
	t.Helper()
	seen, named, everywhere := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range crossings {
		s := c.Act.(*sallyport.Statement)
		for _, k := range s.Kinds {
			for _, u := range s.Tables {
				name, _ := nameOf(u.String(), kind, s.Database, "shop")
				named[k+" on "+name] = true // by one statement, so that a rule cannot tell them apart
				if !s.Writes || len(s.Kinds) == 1 && u.Write || len(s.Kinds) > 1 && u.Write == (k == "insert") {
					seen[k+" on "+name] = true
				}
			}
			everywhere[k] = everywhere[k] || len(s.Tables) == 0 && s.Writes
		}
	}
	for _, k := range []string{"select", "insert", "update", "delete", "call", "show", "drop", "create"} {
		for _, name := range append(slices.Clone(tableNames), "other.users", "never", "sales.never", "no-table") {
			schema, table, ok := strings.Cut(name, ".")
			if !ok {
				schema, table = "", name
			}
			probe := by(shop, &sallyport.Statement{Protocol: kind, Kind: k, Kinds: []string{k}, Database: "shop", Prepared: true,
				Tables: []sallyport.TableUse{{Schema: schema, Name: table}}})
			_, v := judge(p, probe)
			what := k + " on " + name
			told := everywhere[k] || named[what] && (strings.Contains(rules, "was seen: "+what) || strings.Contains(rules, ", "+what)) || name == "no-table"
			if v.Denied() && seen[what] || !v.Denied() && !seen[what] && !told {
				t.Errorf("%s was seen: %v, and is %v", what, seen[what], v)
			}
		}
	}
}

// pinned learns once more, with shapes: what was seen passes, and the same with
// another shape does not.
func pinned(t *testing.T, book *Book, kind string, crossings []sallyport.Crossing, rnd *rand.Rand) {
	t.Helper()
	var file bytes.Buffer
	var rules strings.Builder
	if err := shapes.Write(&file, book.Shapes()); err != nil {
		t.Fatal(err)
	}
	if err := book.Write(&rules, "shop.shapes"); err != nil {
		t.Fatal(err)
	}
	p := load(t, kind, rules.String(), world{"shop.shapes": file.Bytes()})
	for _, c := range crossings {
		if _, v := judge(p, c); v.Denied() {
			t.Errorf("%+v was seen and is refused: %v", c.Act, v)
		}
	}
	c := crossings[rnd.IntN(len(crossings))]
	s := *c.Act.(*sallyport.Statement)
	s.Shape += " union select"
	c.Act = &s
	if _, v := judge(p, c); v.Reason().Code != sallyport.UnknownShape {
		t.Errorf("an unknown shape is %v", v)
	}
}
