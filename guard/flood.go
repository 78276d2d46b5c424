package guard

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Beyond denialQuota entries a second at one door, denials that are equal but
// for their moment and their connection are counted into one entry a second. A
// count is announced by a durable entry before its first denial is answered,
// so that a crash loses a number at most, never the fact.
const (
	denialQuota = 20
	floodKinds  = 64 // counted apart; what comes beyond is counted together
)

type floodKey struct {
	code  sallyport.ReasonCode
	at    sallyport.Position
	party string
	verb  string
	what  string // the tables, or the route; what else a client chose makes no difference
}

var otherDenials = floodKey{verb: "other"}

// flood is the state of one door's denials in the running second.
type flood struct {
	door string

	mu      sync.Mutex
	second  time.Time
	entries int
	counts  map[floodKey]*tally
	flushes bool // a flush is due
}

type tally struct {
	sample    ledger.Entry // the announcement, reused for the count
	n         uint64
	announced chan struct{} // closed once the announcement is durable or was refused
	err       error
}

// record makes the denial durable: as an entry, or as one of a count.
func (f *flood) record(g *Guard, p *Passage) error {
	why := p.c.Verdict.Reason()
	key := floodKey{code: why.Code, at: why.At, party: p.c.From.Name, verb: entryVerb(p.c.Act), what: whatOf(p.c.Act)}
	f.mu.Lock()
	if now := p.c.Begin.Truncate(time.Second); !now.Equal(f.second) {
		f.second, f.entries = now, 0
	}
	counted := f.counts[key]
	if counted == nil && f.entries < denialQuota {
		f.entries++
		f.mu.Unlock()
		return g.record(p, ledger.Crossed, ledger.Durable)
	}
	if counted == nil && len(f.counts) >= floodKinds {
		key = otherDenials
		counted = f.counts[key]
	}
	if counted != nil {
		counted.n++
		f.mu.Unlock()
		<-counted.announced
		return counted.err
	}
	t := &tally{n: 1, announced: make(chan struct{}), sample: f.announcement(g, p, key)}
	if f.counts == nil {
		f.counts = map[floodKey]*tally{}
	}
	f.counts[key] = t
	if !f.flushes {
		f.flushes = true
		time.AfterFunc(time.Second, func() { f.flush(g) })
	}
	f.mu.Unlock()
	t.err = g.append(&t.sample, ledger.Durable)
	close(t.announced)
	return t.err
}

// whatOf is what a denial was about, in names of the policy or the database: one
// denied table must not be hidden among denials of another.
func whatOf(a sallyport.Act) string {
	switch a := a.(type) {
	case *sallyport.HTTPRequest:
		return a.Route
	case *sallyport.Statement:
		var b strings.Builder
		b.WriteString(a.Database)
		for _, t := range a.Tables {
			b.WriteByte(0)
			b.WriteString(t.String())
		}
		return b.String()
	}
	return ""
}

// announcement is the entry that says that a count has begun. Of what the sender
// is it says no more than its key does: a flood has many addresses, and may have
// many certificates.
func (f *flood) announcement(g *Guard, p *Passage, key floodKey) ledger.Entry {
	e := *g.entry(p.c, ledger.Flood)
	e.ID, e.Session = sallyport.ID{}, sallyport.ID{}
	e.From = ledger.Peer{Kind: e.From.Kind, Name: e.From.Name}
	e.Act.Rest, e.Nanos = "", 0
	if _, request := p.c.Act.(*sallyport.HTTPRequest); !request {
		e.Act.What = "" // the shape of one of them
	}
	if key == otherDenials {
		e.Act, e.From, e.Reasons = ledger.Act{}, ledger.Peer{}, nil
	}
	e.Note = "equal denials are counted from here on"
	return e
}

// flush writes each count of the second that is over. A kind that kept coming
// stays a count, without another announcement; one that was silent is dropped.
func (f *flood) flush(g *Guard) {
	f.mu.Lock()
	var due []ledger.Entry
	for key, t := range f.counts {
		if t.n == 0 {
			delete(f.counts, key)
			continue
		}
		e := t.sample
		e.Time, e.Count = g.opts.Now().UTC(), t.n
		e.Note = fmt.Sprintf("%d equal denials in about one second", t.n)
		due = append(due, e)
		t.n = 0
	}
	f.flushes = len(f.counts) > 0
	if f.flushes {
		time.AfterFunc(time.Second, func() { f.flush(g) })
	}
	f.mu.Unlock()
	for i := range due {
		if err := g.append(&due[i], ledger.Durable); err != nil {
			f.putBack(g, due[i])
			g.opts.Logger.Error("a count of denials could not be recorded and is kept for the next second",
				"door", f.door, "count", due[i].Count, "error", err)
		}
	}
}

// putBack keeps a count that the ledger did not take.
func (f *flood) putBack(g *Guard, e ledger.Entry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.counts[otherDenials]
	if t == nil {
		t = &tally{announced: make(chan struct{}), sample: ledger.Entry{
			Type: ledger.Flood, Door: e.Door, App: e.App, Effect: e.Effect, Policy: e.Policy,
		}}
		close(t.announced)
		f.counts[otherDenials] = t
	}
	t.n += e.Count
	if !f.flushes {
		f.flushes = true
		time.AfterFunc(time.Second, func() { f.flush(g) })
	}
}

// Close writes the counts of denials that are not written yet. The guard
// refuses nothing by it: the doors have to be closed before.
func (g *Guard) Close() {
	for _, d := range g.state.Load().doors {
		d.flood.flush(g)
	}
}
