package guard

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// from is a request of nobody in particular from an address.
func from(addr string) *sallyport.Crossing {
	c := request()
	c.From.Addr = netip.MustParseAddrPort(addr)
	return c
}

func TestRequestsInFlight(t *testing.T) {
	for _, tc := range []struct {
		name string
		door Door
		open []*sallyport.Crossing // in flight
		next *sallyport.Crossing
		full bool
	}{
		{"no bound", Door{}, []*sallyport.Crossing{request(), request()}, request(), false},
		{"the door is full", Door{Requests: 2}, []*sallyport.Crossing{from("192.0.2.1:1"), from("192.0.2.2:1")}, from("192.0.2.3:1"), true},
		{"the address is full", Door{Requests: 9, RequestsPerCaller: 2}, []*sallyport.Crossing{from("192.0.2.1:1"), from("192.0.2.1:2")}, from("192.0.2.1:3"), true},
		{"another address", Door{Requests: 9, RequestsPerCaller: 2}, []*sallyport.Crossing{from("192.0.2.1:1"), from("192.0.2.1:2")}, from("192.0.2.2:1"), false},
		{"one IPv6 subscriber", Door{RequestsPerCaller: 1}, []*sallyport.Crossing{from("[2001:db8::1]:1")}, from("[2001:db8::2:0:0:1]:1"), true},
		{"another IPv6 subscriber", Door{RequestsPerCaller: 1}, []*sallyport.Crossing{from("[2001:db8::1]:1")}, from("[2001:db8:0:1::1]:1"), false},
		{"a proven caller behind a full address", Door{RequestsPerCaller: 1}, []*sallyport.Crossing{from("192.0.2.1:1")}, caller("a"), false},
		{"a proven caller that is full", Door{RequestsPerCaller: 1}, []*sallyport.Crossing{caller("a")}, caller("a"), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.door.Name = "front"
			g, b := opened(t, tc.door, allowing(sallyport.Grant{}))
			var held []*Passage
			for _, c := range tc.open {
				held = append(held, open(t, g, c, nil))
			}
			p := open(t, g, tc.next, nil)
			if !tc.full {
				if p.Refusal() != nil {
					t.Fatalf("it was refused: %v", p.Refusal())
				}
				return
			}
			wantReason(t, p.Verdict(), sallyport.QuotaSpent)
			if wait := p.Refusal().RetryAfter; wait != time.Second {
				t.Errorf("it is told to wait for %s", wait)
			}
			if e := b.all()[len(b.all())-1]; e.Type != ledger.Crossed || e.Reasons[0].Code != "quota" {
				t.Errorf("recorded as %+v", e)
			}
			p.Done() // one that never was in flight gives nothing back
			held[0].Close(nil)
			again := *tc.next
			wantReason(t, open(t, g, &again, nil).Verdict(), sallyport.QuotaSpent)
			held[0].Done()
			held[0].Done()
			again = *tc.next
			if no := open(t, g, &again, nil).Refusal(); no != nil {
				t.Fatalf("after one was done: %v", no)
			}
			again = *tc.next
			wantReason(t, open(t, g, &again, nil).Verdict(), sallyport.QuotaSpent)
		})
	}
}

// TestRefusedRequestsHoldNothing: what no rule allows, and what the ledger
// cannot take, is not in flight.
func TestRefusedRequestsHoldNothing(t *testing.T) {
	g, b := opened(t, Door{Name: "front", Strict: true, Requests: 1}, refusing())
	wantReason(t, open(t, g, request(), nil).Verdict(), sallyport.NoRule)
	g.Swap(Settings{Decider: allowing(sallyport.Grant{}), Doors: []Door{{Name: "front", Strict: true, Requests: 1}}})
	b.fail(errDisk)
	if _, err := g.Open(t.Context(), request(), nil); !errors.Is(err, ErrUnrecorded) {
		t.Fatalf("opening ended with %v", err)
	}
	b.fail(nil)
	if no := open(t, g, request(), nil).Refusal(); no != nil {
		t.Fatalf("a request that was not in flight took the room: %v", no)
	}
}
