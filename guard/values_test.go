package guard

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

var fewMails = sallyport.ValueBudget{Class: "email", Values: 4, Per: time.Hour, At: sallyport.Position{File: "policy.yaml", Line: 9, Path: "doors[0].allow[0].values-per-hour.email"}}

// counting is a guard whose rule has budgets of values, for results of two
// columns of which those count, and its clock.
func counting(t *testing.T, mode Mode, counted []sallyport.Counting, b ...sallyport.ValueBudget) (*Guard, *book, *time.Time) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	by := allowing(sallyport.Grant{Values: b})
	by.also = func(v *sallyport.Verdict) { v.Counted, v.Discreet = counted, true }
	g, entries := opened(t, Door{Name: "front", Mode: mode}, by, func(o *Options) { o.Now = func() time.Time { return now } })
	return g, entries, &now
}

var secondIsMail = []sallyport.Counting{{Class: "email", Result: 2}}

// reader2 is an open crossing of a statement with a result of two columns.
func reader2(t *testing.T, g *Guard) *Passage {
	t.Helper()
	p := open(t, g, query(2), nil)
	text := Column{Type: Type{Family: Text}}
	if !p.WantsRows() || !p.Result([]Column{text, text}) {
		t.Fatal("the rows are not to be shown")
	}
	return p
}

// shows gives a row of texts to the passage; "" is NULL.
func shows(p *Passage, cells ...string) sallyport.Effect {
	r := &Row{}
	for _, c := range cells {
		if c == "" {
			r.Cells = append(r.Cells, nil)
			continue
		}
		r.Cells = append(r.Cells, []byte(c))
	}
	return p.Row(r)
}

func TestDifferentValuesAreCounted(t *testing.T) {
	g, b, now := counting(t, Enforce, secondIsMail, fewMails)
	p := reader2(t, g)
	for i, mail := range []string{"a", "b", "", "a", "b", "c"} {
		if e := shows(p, fmt.Sprint(i), mail); e != sallyport.Allow {
			t.Errorf("row %d is %s", i, e)
		}
	}
	p.Close(nil)
	*now = now.Add(30 * time.Minute)
	p = reader2(t, g)
	shows(p, "1", "d")
	if e := shows(p, "1", "a"); e != sallyport.Allow {
		t.Errorf("with nothing left one that passed before is %s", e)
	}
	if e := shows(p, "1", "e"); e != sallyport.Deny {
		t.Errorf("the fifth value is %s", e)
	}
	wantReason(t, p.Verdict(), sallyport.ValuesSpent)
	if no := p.Refusal(); no.RetryAfter <= 0 || no.RetryAfter > 31*time.Minute {
		t.Errorf("to be asked again after %s", no.RetryAfter)
	}
	p.Close(nil)
	if diff := cmp.Diff([][]ledger.Values{{{Class: "email", Count: 3}}, {{Class: "email", Count: 1}}}, [][]ledger.Values{b.entries[0].Values, b.entries[1].Values}); diff != "" {
		t.Errorf("the entries' values (-want +got):\n%s", diff)
	}
	// b and c are forgotten, and a was here half an hour ago.
	*now = now.Add(31 * time.Minute)
	p = reader2(t, g)
	for _, mail := range []string{"f", "g", "a"} {
		if e := shows(p, "1", mail); e != sallyport.Allow {
			t.Errorf("an hour later %s is %s", mail, e)
		}
	}
	if e := shows(p, "1", "h"); e != sallyport.Deny {
		t.Errorf("with a, d, f and g another is %s", e)
	}
	if d := g.tallies.of[meterKey{door: "front", scope: fewMails.At.Path, per: time.Hour, who: holderOf(query(2).From)}]; len(d.last) != 4 || d.sum != 4 {
		t.Errorf("%d values are remembered, %d counted", len(d.last), d.sum)
	}
}

func TestARowPassesWholeOrIsNotCounted(t *testing.T) {
	g, _, _ := counting(t, Enforce, []sallyport.Counting{{Class: "email", Result: 1}, {Class: "email", Result: 2}}, fewMails)
	p := reader2(t, g)
	if shows(p, "a", "a") != sallyport.Allow || shows(p, "b", "c") != sallyport.Allow {
		t.Error("three values do not pass")
	}
	if shows(p, "d", "e") != sallyport.Deny {
		t.Error("a row with one value too many passes")
	}
	if q := reader2(t, g); shows(q, "a", "f") != sallyport.Allow {
		t.Error("what did not pass is counted")
	}
}

func TestValuesAreCountedAsTheyPass(t *testing.T) {
	by := allowing(sallyport.Grant{Values: []sallyport.ValueBudget{fewMails}})
	by.masks = []sallyport.Masking{{Masker: "stars", Class: "email", Result: 2}}
	by.also = func(v *sallyport.Verdict) { v.Counted = secondIsMail }
	g, b := opened(t, Door{Name: "front"}, by)
	g.Swap(Settings{Decider: by, Doors: []Door{{Name: "front"}}, Maskers: wardrobe{}})
	p := reader2(t, g)
	for i := range 100 {
		if e := shows(p, "1", fmt.Sprintf("%03d", i)); e != sallyport.Mask {
			t.Fatalf("row %d is %s", i, e)
		}
	}
	p.Close(nil)
	if diff := cmp.Diff([]ledger.Values{{Class: "email", Count: 1}}, b.entries[0].Values); diff != "" {
		t.Errorf("of values that are all masked alike (-want +got):\n%s", diff)
	}
}

// TestEachBudgetOfValuesHolds: of several rules the tighter one, and one whose
// class is not in the result is not spent.
func TestEachBudgetOfValuesHolds(t *testing.T) {
	fewer, cards := fewMails, fewMails
	fewer.Values, fewer.At.Line, fewer.At.Path = 2, 10, "doors[0].allow[1].values-per-hour.email"
	cards.Class, cards.Values, cards.At.Path = "card", 1, "doors[0].allow[1].values-per-hour.card"
	g, b, _ := counting(t, Enforce, secondIsMail, fewMails, cards, fewer)
	p := reader2(t, g)
	if shows(p, "1", "a") != sallyport.Allow || shows(p, "2", "b") != sallyport.Allow || shows(p, "3", "c") != sallyport.Deny {
		t.Error("not two values pass")
	}
	if at := p.Verdict().Reason().At.Line; at != 10 {
		t.Errorf("cut by line %d", at)
	}
	p.Close(nil)
	if diff := cmp.Diff([]ledger.Values{{Class: "email", Count: 3}}, b.entries[0].Values); diff != "" {
		t.Errorf("what was counted (-want +got):\n%s", diff)
	}
}

func TestAnotherCallerHasValuesOfItsOwn(t *testing.T) {
	g, _, _ := counting(t, Enforce, secondIsMail, fewMails)
	for _, name := range []string{"x", "y"} {
		c := query(2)
		c.From.Name = name
		c.From.Kind, c.From.Proof = sallyport.AppParty, sallyport.ProofPassword
		p := open(t, g, c, nil)
		p.Result(make([]Column, 2))
		for i := range 4 {
			if shows(p, "1", name+fmt.Sprint(i)) != sallyport.Allow {
				t.Errorf("value %d of %s does not pass", i, name)
			}
		}
	}
}

// TestValuesOfManySessions: all together bring as many as the budget has.
func TestValuesOfManySessions(t *testing.T) {
	b := fewMails
	b.Values = 1000
	g, _, _ := counting(t, Enforce, secondIsMail, b)
	var passed atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			p := reader2(t, g)
			defer p.Close(nil)
			for n := range 300 {
				if shows(p, "1", fmt.Sprint(i, n)) == sallyport.Deny {
					return
				}
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if n := passed.Load(); n != 1000 {
		t.Errorf("%d values passed", n)
	}
}

// TestRowsThatAreNotShown: each value of a COPY is another, a row is paid for
// before it passes, and what is not needed is given back.
func TestRowsThatAreNotShown(t *testing.T) {
	g, b, _ := counting(t, Enforce, secondIsMail, fewMails)
	copying := func() *Passage {
		c := query(2)
		c.Act.(*sallyport.Statement).Kind = "copy"
		return open(t, g, c, nil)
	}
	p, q := copying(), copying()
	if p.Room() != 1 || q.Room() != 1 || p.Room() != 1 {
		t.Error("no room for a row each")
	}
	q.Close(nil)
	for i := range 4 {
		if p.Room() != 1 || p.Count(sallyport.Ingress, 10, 1).Denied() {
			t.Errorf("row %d of four does not pass", i+1)
		}
	}
	if n := p.Room(); n != 0 {
		t.Errorf("room for %d rows more", n)
	}
	wantReason(t, p.Count(sallyport.Ingress, 10, 1), sallyport.ValuesSpent)
	p.Close(nil)
	if diff := cmp.Diff([]ledger.Values{{Class: "email", Count: 4}}, b.all()[1].Values); diff != "" {
		t.Errorf("what was counted (-want +got):\n%s", diff)
	}
	no := copying().Refusal()
	if no == nil || no.Verdict.Reason().Code != sallyport.ValuesSpent || no.RetryAfter <= 0 {
		t.Errorf("a COPY where nothing is left: %v", no)
	}
	c := query(2)
	c.Act.(*sallyport.Statement).Writes = true
	if open(t, g, c, nil).Refusal() == nil {
		t.Error("a write that returns values is run where nothing is left")
	}
	if open(t, g, query(2), nil).Refusal() != nil {
		t.Error("a reading is not run where nothing is left")
	}
}

// TestResultsOfUnknownShapeAreCut: whose columns are not those of its lineage,
// nobody knows which to count of.
func TestResultsOfUnknownShapeAreCut(t *testing.T) {
	g, _, _ := counting(t, Enforce, secondIsMail, fewMails)
	for columns, kind := range map[int]string{3: "select", 2: "show"} {
		c := query(2)
		c.Act.(*sallyport.Statement).Kind = kind
		p := open(t, g, c, nil)
		if !p.Result(make([]Column, columns)) || p.Row(&Row{Cells: make([][]byte, columns)}) != sallyport.Deny {
			t.Errorf("a row of %d columns of a %s passes", columns, kind)
		}
		wantReason(t, p.Verdict(), sallyport.UnknownLineage)
	}
}

// TestValuesInReport: a mode that refuses nothing remembers no more than the
// budget, and says once what it would have done.
func TestValuesInReport(t *testing.T) {
	g, b, _ := counting(t, Report, secondIsMail, fewMails)
	p := reader2(t, g)
	for i := range 50 {
		if e := shows(p, "1", fmt.Sprint(i)); e != sallyport.Allow {
			t.Fatalf("row %d is %s", i, e)
		}
	}
	v := p.Verdict()
	if v.Would != sallyport.Deny || len(v.Reasons) > 2 {
		t.Errorf("%s for %d reasons", v, len(v.Reasons))
	}
	p.Close(nil)
	if b.entries[0].Values[0].Count != 4 {
		t.Errorf("%d values are counted", b.entries[0].Values[0].Count)
	}
}

// TestNothingIsShownWithoutABudget: rows of a result that nothing is counted of
// are not shown.
func TestNothingIsShownWithoutABudget(t *testing.T) {
	g, _, _ := counting(t, Enforce, nil, fewMails)
	p := open(t, g, query(2), nil)
	if p.Result(make([]Column, 2)) {
		t.Error("rows are to be shown")
	}
}

func BenchmarkValuesSeenBefore(b *testing.B) {
	by := allowing(sallyport.Grant{Values: []sallyport.ValueBudget{{Class: "email", Values: 1000, Per: time.Hour, At: fewMails.At}}})
	by.also = func(v *sallyport.Verdict) { v.Counted = secondIsMail }
	g := New(Options{Recorder: nowhere{}})
	g.Swap(Settings{Decider: by, Doors: []Door{{Name: "front"}}})
	p, err := g.Open(b.Context(), query(2), nil)
	if err != nil {
		b.Fatal(err)
	}
	p.Result(make([]Column, 2))
	row := &Row{Cells: [][]byte{[]byte("1"), []byte("ann@example.com")}}
	p.Row(row)
	b.ReportAllocs()
	for b.Loop() {
		if p.Row(row) == sallyport.Deny {
			b.Fatal(p.Verdict())
		}
	}
}

// What came in for the first time in the hour is in the metric, by class.
func TestDifferentValuesAreMeasured(t *testing.T) {
	by := allowing(sallyport.Grant{Values: []sallyport.ValueBudget{fewMails}})
	by.also = func(v *sallyport.Verdict) { v.Counted, v.Discreet = secondIsMail, true }
	reg := prometheus.NewRegistry()
	g, _ := opened(t, Door{Name: "front"}, by, func(o *Options) { o.Metrics = reg })
	for range 2 {
		p := reader2(t, g)
		for _, mail := range []string{"a", "b", "a", ""} {
			shows(p, "1", mail)
		}
		p.Close(nil)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != "sallyport_crossing_values_total" {
			continue
		}
		if m := f.GetMetric(); len(m) != 1 || m[0].GetCounter().GetValue() != 2 || m[0].GetLabel()[0].GetValue() != "email" {
			t.Errorf("measured is %v, want two of the class email", m)
		}
		return
	}
	t.Error("nothing is measured")
}
