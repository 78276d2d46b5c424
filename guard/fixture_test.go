package guard

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// rules is a Decider of a test: what it lets pass is a function of the crossing.
type rules struct {
	digest sallyport.Digest
	match  func(*sallyport.Crossing) (sallyport.Grant, bool)
	masks  []sallyport.Masking
	also   func(*sallyport.Verdict) // what an allowing verdict says beside; may be nil
	admits func(door string, p sallyport.Party) bool
}

var _ Decider = (*rules)(nil)

var line7 = sallyport.Position{File: "policy.yaml", Line: 7, Column: 3, Path: "doors[0].allow[0]"}

func (r *rules) Digest() sallyport.Digest { return r.digest }

func (r *rules) Match(c *sallyport.Crossing) (sallyport.Grant, bool) { return r.match(c) }

func (r *rules) Decide(c *sallyport.Crossing, g sallyport.Grant) sallyport.Verdict {
	switch {
	case len(g.Rules) == 0:
		return refuse(sallyport.NoRule, line7, "")
	case g.Rows.Exceeds(c.In.Rows):
		return refuse(sallyport.RowLimit, g.Rows.At, "")
	case g.Body.Exceeds(c.In.Bytes):
		return refuse(sallyport.BodyLimit, g.Body.At, "")
	}
	v := sallyport.Verdict{Effect: sallyport.Allow, Would: sallyport.Allow, Masks: r.masks,
		Reasons: []sallyport.Reason{{Code: sallyport.ByRule, At: g.Rules[0]}}}
	if len(r.masks) > 0 {
		v.Effect, v.Would = sallyport.Mask, sallyport.Mask
	}
	if r.also != nil {
		return saying(v, r.also)
	}
	return v
}

// saying is v with what also says. Its copy is the one that escapes, so that a
// decider without it costs no allocation.
func saying(v sallyport.Verdict, also func(*sallyport.Verdict)) sallyport.Verdict {
	also(&v)
	return v
}

func (r *rules) Admits(door string, p sallyport.Party) bool {
	return r.admits == nil || r.admits(door, p)
}

// allowing lets pass everything, under the grant.
func allowing(g sallyport.Grant) *rules {
	g.Rules = []sallyport.Position{line7}
	return &rules{digest: sallyport.Digest{1}, match: func(*sallyport.Crossing) (sallyport.Grant, bool) { return g, true }}
}

// refusing lets pass nothing.
func refusing() *rules {
	return &rules{digest: sallyport.Digest{2}, match: func(*sallyport.Crossing) (sallyport.Grant, bool) { return sallyport.Grant{}, false }}
}

// book is a Recorder that keeps entries in memory, as the log would encode them.
type book struct {
	mu      sync.Mutex
	entries []ledger.Entry
	how     []ledger.Durability
	bytes   int
	err     error
	pressed bool
}

var _ Recorder = (*book)(nil)

func (b *book) Append(e *ledger.Entry, d ledger.Durability) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if len(text) > ledger.MaxEntry {
		return ledger.ErrTooLarge
	}
	b.bytes += len(text)
	b.entries = append(b.entries, *e)
	b.how = append(b.how, d)
	return nil
}

func (b *book) Pressed() bool { return b.pressed }

func (b *book) Pseudonym(kind string, value []byte) string { return "h:" + kind }

func (b *book) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

func (b *book) all() []ledger.Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.entries)
}

var errDisk = errors.New("no space left")

// opened is a guard with one door and an empty book.
func opened(t *testing.T, d Door, r Decider, more ...func(*Options)) (*Guard, *book) {
	t.Helper()
	b := &book{}
	o := Options{Recorder: b}
	for _, f := range more {
		f(&o)
	}
	g := New(o)
	g.Swap(Settings{Decider: r, Doors: []Door{d}})
	return g, b
}

func request() *sallyport.Crossing {
	return &sallyport.Crossing{
		Door: "front", From: sallyport.Party{Kind: sallyport.AnyoneParty, Addr: netip.MustParseAddrPort("192.0.2.9:4711")},
		To:  sallyport.Party{Kind: sallyport.AppParty, Name: "colours"},
		Act: &sallyport.HTTPRequest{Method: "GET", Path: "/colours/secret-segment", Route: "/colours/**", Proto: "HTTP/2.0", Host: "app.example.com"},
	}
}

func open(t *testing.T, g *Guard, c *sallyport.Crossing, cut func(error)) *Passage {
	t.Helper()
	p, err := g.Open(context.Background(), c, cut)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantReason(t *testing.T, v sallyport.Verdict, want sallyport.ReasonCode) {
	t.Helper()
	if !v.Denied() || v.Reason().Code != want {
		t.Fatalf("verdict is %s, want a denial for %s", v, want)
	}
}
