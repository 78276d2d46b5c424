package guard

import (
	"errors"
	"sync"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// cuts collects what a cut function was called with.
type cuts struct {
	mu  sync.Mutex
	got []error
}

func (c *cuts) cut(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, err)
}

func (c *cuts) want(t *testing.T, code sallyport.ReasonCode) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var refusal *Refusal
	if len(c.got) != 1 || !errors.As(c.got[0], &refusal) || refusal.Verdict.Reason().Code != code {
		t.Fatalf("cut was called with %v, want once for %s", c.got, code)
	}
}

func caller(name string) *sallyport.Crossing {
	c := request()
	c.From.Kind, c.From.Name, c.From.Proof = sallyport.CallerParty, name, sallyport.ProofKey
	return c
}

func TestKillCutsWhatIsOpen(t *testing.T) {
	for _, tc := range []struct {
		kill    Kill
		covered bool
	}{
		{Kill{Door: "front"}, true},
		{Kill{Caller: "partner-a"}, true},
		{Kill{Door: "front", Caller: "partner-a"}, true},
		{Kill{Door: "front", Caller: "partner-b"}, false},
		{Kill{Door: "db"}, false},
		{Kill{}, false},
	} {
		g, _ := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
		var passage, session cuts
		p := open(t, g, caller("partner-a"), passage.cut)
		s, err := g.Session(caller("partner-a"), session.cut)
		if err != nil {
			t.Fatal(err)
		}
		g.Kill(tc.kill)
		if !tc.covered {
			if len(passage.got)+len(session.got) != 0 || p.Verdict().Denied() {
				t.Fatalf("%+v cut %v %v", tc.kill, passage.got, session.got)
			}
			continue
		}
		passage.want(t, sallyport.Killed)
		session.want(t, sallyport.Killed)
		wantReason(t, open(t, g, caller("partner-a"), nil).Verdict(), sallyport.Killed)
		if _, err := g.Session(caller("partner-a"), session.cut); err == nil {
			t.Fatalf("%+v let a new session in", tc.kill)
		}
		if !g.Unkill(tc.kill) || g.Unkill(tc.kill) {
			t.Fatal("Unkill does not tell news from old")
		}
		if v := open(t, g, caller("partner-a"), nil).Verdict(); v.Denied() {
			t.Fatalf("after Unkill the verdict is %s", v)
		}
		s.Close()
	}
}

func TestReloadJudgesWhatIsOpen(t *testing.T) {
	front := Door{Name: "front"}
	gone := &rules{match: allowing(sallyport.Grant{}).match, admits: func(string, sallyport.Party) bool { return false }}
	for _, tc := range []struct {
		name             string
		next             Settings
		passage, session bool // cut
	}{
		{"still allowed", Settings{Decider: allowing(sallyport.Grant{}), Doors: []Door{front}}, false, false},
		{"no rule any more", Settings{Decider: refusing(), Doors: []Door{front}}, true, false},
		{"no rule, but the door only reports", Settings{Decider: refusing(), Doors: []Door{{Name: "front", Mode: Report}}}, false, false},
		{"no standing any more", Settings{Decider: gone, Doors: []Door{front}}, false, true},
		{"door gone", Settings{Decider: allowing(sallyport.Grant{}), Doors: nil}, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g, b := opened(t, front, allowing(sallyport.Grant{}))
			var passage, session cuts
			p := open(t, g, caller("partner-a"), passage.cut)
			if _, err := g.Session(caller("partner-a"), session.cut); err != nil {
				t.Fatal(err)
			}
			g.Swap(tc.next)
			if tc.passage {
				passage.want(t, sallyport.PolicyChanged)
			} else if len(passage.got) != 0 {
				t.Fatalf("the passage was cut: %v", passage.got)
			}
			if tc.session {
				session.want(t, sallyport.PolicyChanged)
			} else if len(session.got) != 0 {
				t.Fatalf("the session was cut: %v", session.got)
			}
			if err := p.Close(nil); err != nil {
				t.Fatal(err)
			}
			if e := b.entries[len(b.entries)-1]; (e.Effect == "deny") != tc.passage {
				t.Fatalf("the entry is %+v", e)
			}
		})
	}
}

func TestSessionQuotas(t *testing.T) {
	g, b := opened(t, Door{Name: "front", Sessions: 3, SessionsPerCaller: 2}, allowing(sallyport.Grant{}))
	none := func(error) {}
	a1, err1 := g.Session(caller("a"), none)
	_, err2 := g.Session(caller("a"), none)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	var refusal *Refusal
	if _, err := g.Session(caller("a"), none); !errors.As(err, &refusal) {
		t.Fatalf("a third session of one caller: %v, want a Refusal", err)
	}
	wantReason(t, refusal.Verdict, sallyport.QuotaSpent)
	unproven, err := g.Session(request(), none)
	if err != nil {
		t.Fatal(err)
	}
	if err := unproven.Identify(caller("a")); !errors.As(err, &refusal) {
		t.Fatalf("becoming a caller whose sessions are in use: %v, want a Refusal", err)
	}
	if _, err := g.Session(caller("b"), none); !errors.As(err, &refusal) {
		t.Fatalf("a fourth session at the door: %v, want a Refusal", err)
	}
	a1.Close()
	a1.Close()
	if err := unproven.Identify(caller("a")); err != nil {
		t.Fatalf("after one was closed: %v", err)
	}
	for _, e := range b.all() {
		if e.Type != ledger.Crossed || e.Effect != "deny" || e.Reasons[0].Code != "quota" {
			t.Fatalf("the book holds %+v, want denials for quota only", e)
		}
	}
	if n := len(b.all()); n != 3 {
		t.Fatalf("%d refusals are recorded, want 3", n)
	}
}

func TestPassagesAndSwapsAtOnce(t *testing.T) {
	g, _ := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				p, err := g.Open(t.Context(), caller("a"), func(error) {})
				if err != nil {
					t.Error(err)
					return
				}
				p.Count(sallyport.Ingress, 1, 1)
				if err := p.Close(nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 100 {
			next := Decider(allowing(sallyport.Grant{}))
			if i%2 == 0 {
				next = refusing()
			}
			g.Swap(Settings{Decider: next, Doors: []Door{{Name: "front"}}})
			g.Kill(Kill{Caller: "a"})
			g.Unkill(Kill{Caller: "a"})
		}
	})
	wg.Wait()
	if ps, _ := g.state.Load().doors["front"].open(); len(ps) != 0 {
		t.Fatalf("%d passages are still open", len(ps))
	}
}
