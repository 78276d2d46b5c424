package gate

import (
	"net"
	"testing"

	"github.com/sallyport/sallyport/policy"
)

func TestFit(t *testing.T) {
	kinds := []Kind{
		{Name: "web", Legs: func(l policy.Limits) int { return l.Requests }},
		{Name: "db", Legs: func(l policy.Limits) int { return l.Sessions + 9 }},
	}
	made := func() *policy.Policy {
		return &policy.Policy{Doors: []policy.Door{
			{Kind: "web", Limits: policy.Limits{Sessions: 4096, SessionsPerCaller: 2048, Requests: 1024, RequestsPerCaller: 128}},
			{Kind: "db", Limits: policy.Limits{Sessions: 400, SessionsPerCaller: 1}},
		}}
	}
	want := 4096 + 1024 + turnedAway + 2*400 + 9 + turnedAway
	for _, most := range []int{want, want - 1, 2000, 400, 1} {
		p := made()
		Fit(kinds, p, most)
		got := Descriptors(kinds, p)
		if got > most && most > 2*turnedAway+20 {
			t.Errorf("of %d descriptors the doors may have %d open", most, got)
		}
		if most == want && got != want {
			t.Errorf("limits were lowered from %d to %d without need", want, got)
		}
		for _, d := range p.Doors {
			if l := d.Limits; l.Sessions < 1 || l.SessionsPerCaller < 1 || d.Kind == "web" && (l.Requests < 1 || l.RequestsPerCaller < 1) {
				t.Errorf("at %d a door is left with %+v", most, l)
			}
		}
	}
}

// TestPortIsBounded: what is beyond the bound waits, and is accepted when
// something ends.
func TestPortIsBounded(t *testing.T) {
	p, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	p.allow(2)
	ln := p.lease()
	var open []net.Conn
	for range 3 {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	for range 2 {
		c, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	p.mu.Lock()
	n := p.open
	p.mu.Unlock()
	if n != 2 {
		t.Fatalf("%d connections are open, want 2", n)
	}
	Lean(open[0]).Close() // however it is wrapped
	open[0].Close()
	third, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	third.Close()
	open[1].Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != 0 {
		t.Errorf("%d connections are counted after the last was closed", p.open)
	}
}
