package guard

import (
	"testing"
	"time"

	"github.com/sallyport/sallyport"
)

var hourly = sallyport.Budget{Rows: 10, Per: time.Hour, At: sallyport.Position{File: "policy.yaml", Line: 9, Path: "doors[0].allow[0].rows-per-hour"}}

// budgeted is a guard whose rule has a budget, and its clock.
func budgeted(t *testing.T, b ...sallyport.Budget) (*Guard, *time.Time) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	g, _ := opened(t, Door{Name: "db"}, allowing(sallyport.Grant{Budgets: b}), func(o *Options) { o.Now = func() time.Time { return now } })
	return g, &now
}

// reads is a SELECT of an app.
func reads(app string) *sallyport.Crossing {
	return &sallyport.Crossing{Door: "db", From: sallyport.Party{Kind: sallyport.AppParty, Name: app, Proof: sallyport.ProofPassword},
		Act: &sallyport.Statement{Kind: "select", Kinds: []string{"select"}}}
}

func TestBudgetIsOfAllSessionsTogether(t *testing.T) {
	g, now := budgeted(t, hourly)
	a, b := open(t, g, reads("x"), nil), open(t, g, reads("x"), nil)
	if n := a.Room(); n != 1 {
		t.Errorf("the first has room for %d rows", n)
	}
	for i := range 9 {
		if n := b.Room(); n != 1 {
			t.Errorf("the second has room for %d rows after %d", n, i)
		}
		b.Count(sallyport.Ingress, 0, 1)
	}
	if n := b.Room(); n != 0 {
		t.Errorf("the second has room for %d rows, while the first holds the last", n)
	}
	a.Close(nil)
	if n := b.Room(); n != 1 {
		t.Errorf("what the first did not need is %d rows", n)
	}
	if v := b.Count(sallyport.Ingress, 0, 1); v.Denied() {
		t.Errorf("the budget to its last row: %s", v)
	}
	if n := b.Room(); n != 0 {
		t.Errorf("there is room for %d rows more", n)
	}
	v := b.Count(sallyport.Ingress, 0, 1)
	if v.Reason().Code != sallyport.RowBudget || v.Reason().At.Line != 9 {
		t.Errorf("a row too many: %s", v)
	}
	b.Close(nil)
	no := open(t, g, reads("x"), nil).Refusal()
	if no == nil || no.Verdict.Reason().Code != sallyport.RowBudget || no.RetryAfter <= 0 || no.RetryAfter > 61*time.Minute {
		t.Fatalf("the next statement: %+v", no)
	}
	if p := open(t, g, reads("y"), nil); p.Refusal() != nil {
		t.Errorf("another app: %s", p.Refusal())
	}
	*now = now.Add(no.RetryAfter)
	if p := open(t, g, reads("x"), nil); p.Refusal() != nil {
		t.Errorf("after the wait that was told: %s", p.Refusal())
	}
}

func TestBudgetOfWrites(t *testing.T) {
	g, _ := budgeted(t, hourly)
	c := reads("x")
	act := &sallyport.Statement{Kind: "update", Kinds: []string{"update"}, Writes: true}
	c.Act = act
	p := open(t, g, c, nil)
	if v := p.Update(func(*sallyport.Crossing) { act.Affected = 11 }); v.Reason().Code != sallyport.RowBudget {
		t.Errorf("11 rows changed: %s", v)
	}
	p.Close(nil)
	if open(t, g, reads("x"), nil).Refusal() == nil {
		t.Error("what writes changed is not counted")
	}
}

func TestBudgetOfRowsThatAreShown(t *testing.T) {
	g, _ := budgeted(t, hourly)
	p := open(t, g, reads("x"), nil)
	for i := range 10 {
		if e := p.Row(&Row{}); e != sallyport.Allow {
			t.Fatalf("row %d: %s", i+1, e)
		}
	}
	if e := p.Row(&Row{}); e != sallyport.Deny {
		t.Errorf("row 11: %s", e)
	}
}

func TestTheTighterBudgetHolds(t *testing.T) {
	daily := sallyport.Budget{Rows: 15, Per: 24 * time.Hour, At: sallyport.Position{Line: 10, Path: "doors[0].allow[0].rows-per-day"}}
	g, now := budgeted(t, hourly, daily)
	p := open(t, g, reads("x"), nil)
	if v := p.Count(sallyport.Ingress, 0, 10); v.Denied() {
		t.Error(v)
	}
	p.Close(nil)
	*now = now.Add(2 * time.Hour)
	p = open(t, g, reads("x"), nil)
	if n := p.Room(); n != 1 {
		t.Errorf("two hours later room for %d rows", n)
	}
	if v := p.Count(sallyport.Ingress, 0, 6); v.Reason().At.Line != 10 {
		t.Errorf("the day's budget: %s", v)
	}
}

// TestBudgetInReport: a mode that refuses nothing says once what it would have.
func TestBudgetInReport(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	g, _ := opened(t, Door{Name: "db", Mode: Report}, allowing(sallyport.Grant{Budgets: []sallyport.Budget{hourly}}), func(o *Options) { o.Now = func() time.Time { return now } })
	p := open(t, g, reads("x"), nil)
	var v sallyport.Verdict
	for range 50 {
		v = p.Count(sallyport.Ingress, 0, 1)
	}
	if v.Effect != sallyport.Allow || v.Would != sallyport.Deny || len(v.Reasons) > 2 {
		t.Errorf("%s for %d reasons", v, len(v.Reasons))
	}
}

// TestManySmallStatements: what those that are open hold and do not need keeps
// none of them from its row.
func TestManySmallStatements(t *testing.T) {
	g, _ := budgeted(t, sallyport.Budget{Rows: 5000, Per: time.Hour, At: hourly.At})
	var all []*Passage
	for i := range 200 {
		p := open(t, g, reads("x"), nil)
		if n := p.Room(); n == 0 || p.Refusal() != nil {
			t.Fatalf("statement %d has room for %d rows: %v", i+1, n, p.Refusal())
		}
		all = append(all, p)
	}
	for _, p := range all {
		if v := p.Count(sallyport.Ingress, 0, 1); v.Denied() {
			t.Fatal(v)
		}
	}
	// One that reads much is not asked for each row.
	for _, p := range all {
		p.Close(nil)
	}
	p, asked := open(t, g, reads("x"), nil), 0
	for rows := uint64(0); rows < 4000; asked++ {
		n := p.Room()
		rows += n
		p.Count(sallyport.Ingress, 0, n)
	}
	if asked > 200 {
		t.Errorf("4,000 rows took %d questions", asked)
	}
}

// TestWhatIsHeldForLong: a result that waits for its app, as a cursor does, keeps
// no rows for a time when they would come on top of others.
func TestWhatIsHeldForLong(t *testing.T) {
	g, now := budgeted(t, sallyport.Budget{Rows: 640, Per: time.Hour, At: hourly.At})
	var waiting []*Passage
	for range 20 {
		p := open(t, g, reads("x"), nil)
		if p.Room() == 0 {
			t.Fatal("no room")
		}
		waiting = append(waiting, p)
	}
	*now = now.Add(2 * time.Hour)
	p, rows := open(t, g, reads("x"), nil), uint64(0)
	for n := p.Room(); n > 0; n = p.Room() {
		p.Count(sallyport.Ingress, 0, n)
		rows += n
	}
	if rows != 640 {
		t.Errorf("%d rows, while others held some two hours ago", rows)
	}
	for _, w := range waiting {
		if n := w.Room(); n > 0 {
			t.Errorf("one that waited has room for %d rows more", n)
		}
	}
	if v := waiting[0].Count(sallyport.Ingress, 0, 1); v.Reason().Code != sallyport.RowBudget {
		t.Errorf("a row that was held two hours ago: %s", v)
	}
}
