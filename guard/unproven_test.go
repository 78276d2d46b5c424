package guard

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/sallyport/sallyport"
)

// taken is a session that was let in, and what it is cut with.
func taken(t *testing.T, g *Guard, c *sallyport.Crossing) (*Session, *error) {
	t.Helper()
	why := new(error)
	s, err := g.Session(c, func(err error) { *why = err })
	if err != nil {
		t.Fatal(err)
	}
	return s, why
}

func TestNewcomersDisplaceTheUnproven(t *testing.T) {
	g, b := opened(t, Door{Name: "front", Sessions: 6, SessionsPerCaller: 3, Unproven: 4}, allowing(sallyport.Grant{}))
	var gone []*error
	var many []*Session
	for i := range 3 {
		s, why := taken(t, g, from(fmt.Sprintf("192.0.2.1:%d", i+1)))
		many, gone = append(many, s), append(gone, why)
	}
	app, stays := taken(t, g, from("192.0.2.2:1"))
	want := func(n int) {
		t.Helper()
		for i, why := range gone {
			var no *Refusal
			if cut := errors.As(*why, &no); cut != (i < n) {
				t.Fatalf("connection %d was cut: %t, and %d should have been", i, cut, n)
			} else if cut {
				wantReason(t, no.Verdict, sallyport.QuotaSpent)
			}
		}
		if len(b.all()) != n {
			t.Fatalf("%d are recorded, want %d: %+v", len(b.all()), n, b.all())
		}
		if *stays != nil {
			t.Fatalf("the address with one connection lost it: %v", *stays)
		}
	}
	want(0)
	taken(t, g, from("192.0.2.3:1")) // the part is full: the address with three loses its oldest
	want(1)
	if e := b.all()[0]; e.Session != many[0].ID || e.Reasons[0].Code != "quota" {
		t.Fatalf("the book holds %+v", e)
	}
	taken(t, g, from("192.0.2.3:2"))
	want(2)
	many[0].Close() // it is counted no more, so this gives nothing back
	proven := caller("app")
	if err := app.Identify(proven); err != nil {
		t.Fatal(err)
	}
	if err := many[1].Identify(caller("late")); err == nil {
		t.Fatal("a connection whose place was taken became a caller's")
	}
	// With the app's the door has room for two more, of which one is unproven.
	for range 2 {
		s, _ := taken(t, g, from("192.0.2.4:1"))
		if err := s.Identify(caller("app")); err != nil {
			t.Fatal(err)
		}
	}
	if d := g.state.Load().doors["front"]; len(d.sessions) > 6 || d.unproven.n != 3 || d.holders[holderOf(proven.From)] != 3 {
		t.Fatalf("the door counts %d sessions, %d unproven, %v", len(d.sessions), d.unproven.n, d.holders)
	}
}

// TestProvenKeepTheirPlaces: where all sessions are proven a newcomer is
// refused.
func TestProvenKeepTheirPlaces(t *testing.T) {
	g, _ := opened(t, Door{Name: "front", Sessions: 2, Unproven: 1}, allowing(sallyport.Grant{}))
	for range 2 {
		s, why := taken(t, g, from("192.0.2.1:1"))
		if err := s.Identify(caller("app")); err != nil || *why != nil {
			t.Fatal(err, *why)
		}
	}
	var no *Refusal
	if _, err := g.Session(from("192.0.2.9:1"), nil); !errors.As(err, &no) {
		t.Fatalf("a third got %v, want a Refusal", err)
	}
	wantReason(t, no.Verdict, sallyport.QuotaSpent)
}

// TestUnprovenCounts holds the ranks against counting by hand.
func TestUnprovenCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var u unproven
	var all []*Session // the oldest first
	for step := range 5000 {
		if len(all) == 0 || r.IntN(100) < 52 {
			s := &Session{holder: holder{name: fmt.Sprint(r.IntN(7))}}
			u.add(s)
			all = append(all, s)
		} else {
			i := r.IntN(len(all))
			u.remove(all[i])
			all = append(all[:i:i], all[i+1:]...)
		}
		count, first := map[holder]int{}, map[holder]*Session{}
		most := 0
		for _, s := range all {
			if count[s.holder]++; count[s.holder] == 1 {
				first[s.holder] = s
			}
			most = max(most, count[s.holder])
		}
		h := u.heaviest()
		if u.n != len(all) || len(u.queues) != len(count) || (h == nil) != (most == 0) {
			t.Fatalf("step %d: %d of %d addresses, want %d of %d", step, u.n, len(u.queues), len(all), len(count))
		}
		if h != nil && (count[h.holder] != most || first[h.holder] != h || u.of(h.holder) != most || u.oldest(h.holder) != h) {
			t.Fatalf("step %d: the heaviest holds %d, want %d", step, count[h.holder], most)
		}
	}
}
