package policy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy/shapes"
)

// TestTermsAreTheKeys: what a rule can say is what Match, the nearest rule and
// the comparison of rules look at, no more and no less.
func TestTermsAreTheKeys(t *testing.T) {
	everywhere := map[string]bool{}
	for _, k := range schemaRule.names() {
		everywhere[k] = len(kindsOf(schemaRule, k)) == 0
	}
	for _, kind := range doorKinds {
		want := slices.Clone(kind.own(schemaRule))
		for k, every := range everywhere {
			if every {
				want = append(want, k)
			}
		}
		var got []string
		for _, term := range allTerms(kind) {
			got = append(got, term.key)
			if (term.miss == nil) != (term.allows == nil) || term.within == nil {
				t.Errorf("%s: the term %s is not whole", kind.name(), term.key)
			}
		}
		for _, key := range want {
			if !slices.Contains(got, key) {
				t.Errorf("%s: no term says what the key %s means: policy/term.go has where it goes", kind.name(), key)
			}
		}
		for i, key := range got {
			if !slices.Contains(want, key) {
				t.Errorf("%s: the term %s is no key of its rules", kind.name(), key)
			}
			if slices.Contains(got[:i], key) {
				t.Errorf("%s: there are two terms %s", kind.name(), key)
			}
		}
	}
}

// bare is a policy with one door of a kind and rules for app x and anyone.
func bare(kind string, rules ...Rule) *Policy {
	d := Door{Name: "d", Kind: kind, Database: "app", Logins: map[string]Login{"other": {}}}
	for i, r := range rules {
		r.At = sallyport.Position{File: "p.yaml", Line: i + 1}
		if r.Who == nil {
			r.Who = []Who{{Kind: WhoAnyone}}
		}
		d.Allow = append(d.Allow, r)
	}
	classes := []Class{{Name: "a", Columns: []string{"t.a"}}, {Name: "b", Columns: []string{"u.*", "t.b"}}}
	p := &Policy{Doors: []Door{d}, Classes: classes, Apps: []App{{Name: "x", Proof: []string{"password"}}}}
	p.matcher = compile(p)
	return p
}

// reading is a SELECT of the columns, each "schema.table.column", whose lineage
// is known.
func reading(columns ...string) *sallyport.Statement {
	l := &sallyport.Lineage{Known: true, Named: true}
	var tables []string
	for _, c := range columns {
		o := origin(c)
		l.Columns = append(l.Columns, sallyport.ResultColumn{Name: o.Column, Origins: []sallyport.Origin{o}})
		if table := o.Schema + "." + o.Table; !slices.Contains(tables, table) {
			tables = append(tables, table)
			l.Relations = append(l.Relations, sallyport.TableUse{Schema: o.Schema, Name: o.Table})
		}
	}
	return with(sel(tables...), func(s *sallyport.Statement) { s.Database, s.Lineage = "app", l })
}

// origin reads "schema.table.column"; "" is none.
func origin(s string) sallyport.Origin {
	if s == "" {
		return sallyport.Origin{}
	}
	parts := strings.SplitN(s, ".", 3)
	return sallyport.Origin{Schema: parts[0], Table: parts[1], Column: parts[2]}
}

// TestEachTermTells: for each thing that a rule can say there is a crossing
// that fares otherwise by it.
func TestEachTermTells(t *testing.T) {
	at := sallyport.Position{Line: 9}
	read := func() *sallyport.Statement {
		return with(sel("t"), func(s *sallyport.Statement) { s.Database, s.Prepared = "app", false })
	}
	sleeping := read()
	sleeping.Dangers = []string{"time"}
	calling := read()
	calling.Functions = []string{"lower"}
	upgrading := get("GET", "/a")
	upgrading.Upgrade = "websocket"
	cases := map[string]struct {
		kind   string
		act    sallyport.Act
		in     sallyport.Flow
		say    func(*Rule)
		want   string // what becomes of it once the rule says so: a reason, or what the grant then holds
		before string // and before
	}{
		"methods":    {kind: "http", act: get("GET", "/a"), say: func(r *Rule) { r.Methods = []string{"POST"} }, want: "no-rule", before: "rule"},
		"paths":      {kind: "http", act: get("GET", "/a"), say: func(r *Rule) { r.Paths = []string{"/b"} }, want: "no-rule", before: "rule"},
		"upgrade":    {kind: "http", act: upgrading, say: func(r *Rule) { r.Upgrade = []string{"websocket"} }, want: "rule", before: "upgrade"},
		"body":       {kind: "http", act: get("POST", "/a"), in: sallyport.Flow{Bytes: 6}, say: func(r *Rule) { r.Body = sallyport.Limit{Max: 5, At: at} }, want: "body-limit", before: "rule"},
		"statements": {kind: "mysql", act: read(), say: func(r *Rule) { r.Statements = []string{"insert"} }, want: "no-rule", before: "rule"},
		"tables":     {kind: "mysql", act: read(), say: func(r *Rule) { r.Tables = []string{"u"} }, want: "no-rule", before: "rule"},
		"columns":    {kind: "mysql", act: reading("app.t.id"), say: func(r *Rule) { r.Columns = []string{"t.name"} }, want: "no-rule", before: "rule"},
		"functions":  {kind: "mysql", act: calling, say: func(r *Rule) { r.Functions = []string{"upper"} }, want: "no-rule", before: "rule"},
		"dangers":    {kind: "mysql", act: sleeping, say: func(r *Rule) { r.Dangers = []string{"time"} }, want: "rule", before: "dangerous"},
		"prepared":   {kind: "mysql", act: read(), say: func(r *Rule) { r.Prepared, r.PreparedAt = true, at }, want: "unprepared", before: "rule"},
		"shapes":     {kind: "mysql", act: read(), say: func(r *Rule) { r.Shapes = shapesOf("SELECT ?") }, want: "unknown-shape", before: "rule"},
		"rows":       {kind: "mysql", act: read(), in: sallyport.Flow{Rows: 6}, say: func(r *Rule) { r.Rows = sallyport.Limit{Max: 5, At: at} }, want: "row-limit", before: "rule"},
		"rows-per-hour": {kind: "mysql", act: read(), say: func(r *Rule) {
			r.Budgets = []sallyport.Budget{{Rows: 5, Per: time.Hour, At: at}}
		}, want: "rule in 5 rows", before: "rule"},
		"rows-per-day": {kind: "mysql", act: read(), say: func(r *Rule) {
			r.Budgets = []sallyport.Budget{{Rows: 6, Per: 24 * time.Hour, At: at}}
		}, want: "rule in 6 rows", before: "rule"},
		"values-per-hour": {kind: "mysql", act: reading("app.t.a"), say: func(r *Rule) {
			r.Values = []sallyport.ValueBudget{{Class: "a", Values: 7, Per: time.Hour, At: at}}
		}, want: "rule in 7 values of a, counted", before: "rule"},
		"addresses": {kind: "http", act: get("GET", "/a"), say: func(r *Rule) { r.Addresses = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }, want: "no-rule", before: "rule"},
		"hours":     {kind: "mysql", act: read(), say: func(r *Rule) { r.Hours = []Hours{{From: 0, To: day, Zone: "UTC"}} }, want: "no-rule", before: "rule"},
		"login":     {kind: "mysql", act: read(), say: func(r *Rule) { r.Login = "other" }, want: "rule as other", before: "rule"},
		"rate":      {kind: "http", act: get("GET", "/a"), say: func(r *Rule) { r.Rates = []sallyport.Rate{{N: 1, Per: time.Second, At: at}} }, want: "rule at a rate", before: "rule"},
		"who":       {kind: "mysql", act: read(), say: func(r *Rule) { r.Who = []Who{{WhoApp, "y"}} }, want: "unknown-caller", before: "rule"},
	}
	for _, kind := range doorKinds {
		for _, term := range allTerms(kind) {
			if _, ok := cases[term.key]; !ok {
				t.Errorf("no crossing fares otherwise by %s", term.key)
			}
		}
	}
	for key, tt := range cases {
		fate := func(r Rule) string {
			p := bare(tt.kind, r)
			c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: tt.act, In: tt.in}
			g, _ := p.Match(&c)
			v := p.Decide(&c, g)
			fate := v.Reason().Code.String()
			if g.Login != "" {
				fate += " as " + g.Login
			}
			if len(g.Rates) > 0 {
				fate += " at a rate"
			}
			for _, b := range g.Budgets {
				fate += fmt.Sprintf(" in %d rows", b.Rows)
			}
			for _, b := range g.Values {
				fate += fmt.Sprintf(" in %d values of %s", b.Values, b.Class)
			}
			if len(v.Counted) > 0 {
				fate += ", counted"
			}
			return fate
		}
		var said Rule
		tt.say(&said)
		if got := fate(Rule{}); got != tt.before {
			t.Errorf("%s: without it %s, want %s", key, got, tt.before)
		}
		if got := fate(said); got != tt.want {
			t.Errorf("%s: with it %s, want %s", key, got, tt.want)
		}
	}
}

// TestRulesAgainstMatch makes up rules and crossings: the nearest rule is at no
// distance just where it covers, and a rule that is said to change nothing
// beside another changes the fate of no crossing.
func TestRulesAgainstMatch(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	idle := map[string]int{}
	for range 6000 {
		for _, kind := range doorKinds {
			a, b := madeUpRule(rnd, kind.name()), madeUpRule(rnd, kind.name())
			both, alone := bare(kind.name(), a, b), bare(kind.name(), a)
			changes := adds(kind, &both.Doors[0].Allow[0], &both.Doors[0].Allow[1])
			if !changes {
				idle[kind.name()]++
			}
			for range 12 {
				c := madeUpCrossing(rnd, kind.name())
				m := both.matcher.doors["d"]
				w, _ := both.matcher.proven(c.From, c.Context.Time, true)
				g, ok := both.Match(&c)
				for i := range m.rules {
					if m.distance(&m.rules[i], m.number(w), &c) > 0 && slices.Contains(g.Rules, m.rules[i].At) {
						words, _ := m.lacks(&m.rules[i], &c)
						t.Fatalf("%s: a rule covers %s, which is said to miss its %s", kind.name(), crossingInALine(&c), words)
					}
					if m.rules[i].speaksOf(m.number(w)) && m.distance(&m.rules[i], m.number(w), &c) == 0 && ok != slices.Contains(g.Rules, m.rules[i].At) {
						t.Fatalf("%s: no term says that %s misses %s, which does not cover it", kind.name(), crossingInALine(&c), ruleInALine(m.rules[i].Rule))
					}
				}
				if changes {
					continue
				}
				h, _ := alone.Match(&c)
				if x, y := told(both.Decide(&c, g), g), told(alone.Decide(&c, h), h); x != y {
					with := func(b Rule) string {
						p := bare(kind.name(), a, b)
						g, _ := p.Match(&c)
						return told(p.Decide(&c, g), g)
					}
					t.Fatalf("%s: within says that a rule changes nothing by %s, and %s is with it %q, without it %q", kind.name(), culprit(a, b, with), crossingInALine(&c), x, y)
				}
			}
		}
	}
	for _, kind := range doorKinds {
		if idle[kind.name()] < 20 {
			t.Errorf("only %d idle rules of %s were made up", idle[kind.name()], kind.name())
		}
	}
}

// shapesOf is a rule's list of shapes.
func shapesOf(all ...string) Shapes {
	s := Shapes{At: sallyport.Position{File: "p.yaml", Line: 98}, set: shapes.Set{}}
	for _, shape := range all {
		s.set[shapes.HashOf(shape)] = struct{}{}
	}
	return s
}

// told is a verdict and what goes with it, without the rules that it is by.
func told(v sallyport.Verdict, g sallyport.Grant) string {
	rates := map[string]bool{}
	for _, r := range g.Rates {
		rates[fmt.Sprint(r.N, r.Per, r.Key)] = true
	}
	tightest := slices.Sorted(maps.Keys(rates))
	if len(tightest) > 1 {
		tightest = tightest[:1] // the looser ones bind nobody
	}
	budgets := map[time.Duration]uint64{}
	for _, b := range g.Budgets {
		if least, known := budgets[b.Per]; !known || b.Rows < least {
			budgets[b.Per] = b.Rows
		}
	}
	values := map[string]uint64{}
	for _, b := range g.Values {
		if least, known := values[b.Class]; !known || b.Values < least {
			values[b.Class] = b.Values
		}
	}
	return strings.Join([]string{v.Effect.String(), v.Reason().Code.String(), g.Login, fmt.Sprint(g.Upgrade, g.Body.Max, g.Rows.Max, tightest, budgets, values, v.Counted, v.Discreet)}, " ")
}

func madeUpRule(rnd *rand.Rand, kind string) Rule {
	at := sallyport.Position{File: "p.yaml", Line: 99}
	some := func(words ...string) (out []string) {
		for _, w := range words {
			if rnd.IntN(3) == 0 {
				out = append(out, w)
			}
		}
		return out
	}
	limit := func() (l sallyport.Limit) {
		if rnd.IntN(3) == 0 {
			l = sallyport.Limit{Max: uint64(rnd.IntN(3)), At: at}
		}
		return l
	}
	r := Rule{Who: [][]Who{{{Kind: WhoAnyone}}, {{WhoApp, "x"}}, {{WhoApp, "x"}, {WhoApp, "y"}}}[rnd.IntN(3)]}
	if rnd.IntN(4) == 0 {
		r.Rates = []sallyport.Rate{{N: 1 + uint32(rnd.IntN(2)), Per: time.Second, Key: sallyport.RateKey(rnd.IntN(2)), At: at}}
	}
	if rnd.IntN(4) == 0 {
		r.Addresses = []netip.Prefix{netip.MustParsePrefix([]string{"10.0.0.0/8", "10.1.0.0/16"}[rnd.IntN(2)])}
	}
	if rnd.IntN(4) == 0 {
		h := Hours{From: []int{0, 600, 1200}[rnd.IntN(3)], To: []int{300, 900, day}[rnd.IntN(3)], Zone: []string{"UTC", "Europe/Berlin"}[rnd.IntN(2)]}
		h.Days[rnd.IntN(7)], h.Days[rnd.IntN(7)] = true, true
		r.Hours = []Hours{h}
	}
	switch kind {
	case "http":
		r.Methods, r.Upgrade, r.Body = some("GET", "POST"), some("websocket"), limit()
		r.Paths = some("/a", "/a/*", "/a/**", "/*/b")
	default:
		r.Statements, r.Dangers, r.Rows = some("select", "insert"), some("time"), limit()
		r.Tables = some("t", "app.t", "app.*", "*", "other.u")
		if rnd.IntN(5) == 0 {
			r.Columns = some("t.a", "t.b", "t.*", "app.t.a", "other.u.a", "T.a")
		}
		if rnd.IntN(4) == 0 {
			r.Dangers = append(r.Dangers, "dynamic_sql")
		}
		if rnd.IntN(6) == 0 {
			r.Functions = some("lower", "app.f", "app.*", "count")
		}
		r.Login = []string{"", "other"}[rnd.IntN(2)]
		if rnd.IntN(3) == 0 {
			r.Shapes = shapesOf(append(some("SELECT ?"), "SELECT ? + ?")...)
		}
		for _, span := range budgetSpans {
			if rnd.IntN(4) == 0 {
				r.Budgets = append(r.Budgets, sallyport.Budget{Rows: 1 + uint64(rnd.IntN(2)), Per: span.per, At: at})
			}
		}
		if rnd.IntN(4) == 0 {
			for _, class := range some("a", "b") {
				r.Values = append(r.Values, sallyport.ValueBudget{Class: class, Values: 1 + uint64(rnd.IntN(2)), Per: time.Hour, At: at})
			}
		}
		if rnd.IntN(3) == 0 {
			r.Prepared, r.PreparedAt = true, at
		}
	}
	return r
}

func madeUpCrossing(rnd *rand.Rand, kind string) sallyport.Crossing {
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	c := sallyport.Crossing{Door: "d", In: sallyport.Flow{Bytes: uint64(rnd.IntN(3)), Rows: uint64(rnd.IntN(3))}}
	c.From = app(pick("x", "y"), pick("", "10.1.2.3", "10.2.3.4", "192.0.2.1"), sallyport.ProofPassword)
	c.Context.Time = time.Date(2026, 3, 1+rnd.IntN(7), rnd.IntN(24), rnd.IntN(60), 0, 0, time.UTC)
	if kind == "http" {
		q := get(pick("GET", "POST"), pick("/a", "/a/c", "/a/b", "/x/b", "/a/c/d"))
		q.Upgrade = pick("", "", "websocket")
		c.Act = q
		return c
	}
	st := sel(pick("t", "app.t", "other.u", "other.v"))
	st.Database, st.Kind = "app", pick("select", "insert")
	st.Kinds = []string{st.Kind}
	st.Prepared = rnd.IntN(2) == 0
	st.Lineage = madeUpLineage(rnd)
	st.Shape = pick("SELECT ?", "SELECT ? + ?", "SELECT name")
	if rnd.IntN(3) == 0 {
		st.Dangers = []string{pick("time", "time", "dynamic_sql")}
	}
	for range rnd.IntN(3) {
		st.Functions = append(st.Functions, pick("lower", "app.f", "app.g", "count"))
	}
	c.Act = st
	return c
}

// madeUpLineage is nil at times, as at a door that works none out.
func madeUpLineage(rnd *rand.Rand) *sallyport.Lineage {
	if rnd.IntN(4) == 0 {
		return nil
	}
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	o := func() sallyport.Origin {
		return origin(pick("app.t.a", "app.t.b", "app.t.c", "other.u.a", "other.u.b"))
	}
	l := &sallyport.Lineage{Known: rnd.IntN(3) > 0, Named: rnd.IntN(3) > 0}
	for range rnd.IntN(4) {
		col := sallyport.ResultColumn{Derived: rnd.IntN(3) == 0, Unknown: pick("", "", "", "", "a function")}
		for range rnd.IntN(3) {
			col.Origins = append(col.Origins, o())
		}
		l.Columns = append(l.Columns, col)
	}
	for range rnd.IntN(2) {
		l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: o(), Equal: rnd.IntN(2) == 0})
	}
	for range rnd.IntN(2) {
		l.Writes = append(l.Writes, sallyport.ColumnWrite{To: []sallyport.Origin{{}, o()}[rnd.IntN(2)], From: []sallyport.Origin{{}, o()}[rnd.IntN(2)]})
	}
	for range rnd.IntN(3) {
		x := o()
		l.Relations = append(l.Relations, sallyport.TableUse{Schema: x.Schema, Name: x.Table})
	}
	return l
}
