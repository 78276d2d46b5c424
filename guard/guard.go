package guard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Options are what a Guard is made of.
type Options struct {
	Recorder   Recorder
	Inspectors []Inspector
	Addresses  bool // write client addresses in clear; else only those of proven apps
	Logger     *slog.Logger
	Metrics    prometheus.Registerer
	Now        func() time.Time // nil for time.Now
}

// Guard is safe for concurrent use. Until Swap gives it settings it refuses
// everything.
type Guard struct {
	opts    Options
	state   atomic.Pointer[state]
	kills   killList
	rates   *rates
	meters  meters
	tallies *tallies
	metrics *metrics
	swap    sync.Mutex // one reload at a time

	// What entries say again and again.
	digests   *memo[sallyport.Digest, string]
	peers     *memo[sallyport.Party, ledger.Peer]
	positions *memo[sallyport.Position, string]
	states    *memo[sallyport.SQLContext, *ledger.SQLState]
}

// state is what one reload put in force.
type state struct {
	decider Decider
	maskers Maskers
	doors   map[string]*door
}

// New is a guard that refuses everything until Swap.
func New(o Options) *Guard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	g := &Guard{opts: o, rates: newRates(), meters: meters{of: map[meterKey]*meter{}}, tallies: newTallies(), metrics: newMetrics(o.Metrics),
		digests: newMemo[sallyport.Digest, string](), peers: newMemo[sallyport.Party, ledger.Peer](),
		positions: newMemo[sallyport.Position, string](), states: newMemo[sallyport.SQLContext, *ledger.SQLState]()}
	g.state.Store(&state{doors: map[string]*door{}})
	return g
}

// Swap puts settings in force between crossings, then judges what is open by
// them: sessions whose party has no standing any more and crossings that no
// rule covers any more are cut.
func (g *Guard) Swap(s Settings) {
	g.swap.Lock()
	defer g.swap.Unlock()
	old := g.state.Load()
	next := &state{decider: s.Decider, maskers: s.Maskers, doors: make(map[string]*door, len(s.Doors))}
	for _, d := range s.Doors {
		kept := old.doors[d.Name]
		if kept == nil {
			kept = newDoor(d.Name, g.metrics)
		}
		kept.settings.Store(&d)
		next.doors[d.Name] = kept
	}
	g.state.Store(next)
	for name, d := range old.doors {
		_, stays := next.doors[name]
		d.rejudge(next.decider, stays)
	}
}

// Policy is the digest of the policy in force.
func (g *Guard) Policy() sallyport.Digest {
	if d := g.state.Load().decider; d != nil {
		return d.Digest()
	}
	return sallyport.Digest{}
}

// Open takes a crossing in: it is inspected, decided and, at a strict door,
// recorded before Open returns. The Passage owns c from then on; c needs Door,
// From and Act, and may bring an ID that was issued before.
//
// A crossing that is refused comes back as a Passage that is over: its Verdict
// denies and is recorded. cut, where not nil, is called at most once, from any
// goroutine, when an open crossing has to end; it must not block.
//
// At a door that bounds its requests in flight the passage is one of them until
// Done.
//
// The error is not nil only where the crossing cannot be recorded: it wraps
// ErrUnrecorded, and the crossing must not happen.
func (g *Guard) Open(ctx context.Context, c *sallyport.Crossing, cut func(error)) (*Passage, error) {
	g.stamp(c)
	st := g.state.Load()
	d := st.doors[c.Door]
	p := &Passage{g: g, door: d, c: c, decider: st.decider, by: st.maskers, cut: cut}
	if d == nil {
		return g.refused(p, refuse(sallyport.UnknownDoor, sallyport.Position{}, "the policy has no door of this name"))
	}
	p.settings = d.settings.Load()
	if v, off := g.kills.check(c); off {
		return g.refused(p, v)
	}
	if p.settings.Classified && g.opts.Recorder.Pressed() {
		return nil, fmt.Errorf("door %s: the ledger is behind: %w", c.Door, ErrUnrecorded)
	}
	grant, covered := st.decider.Match(c)
	p.grant = grant
	if act, ok := c.Act.(*sallyport.HTTPRequest); ok {
		act.Route = grant.Route
	}
	verdict := st.decider.Decide(c, grant)
	if covered {
		if v, wait := g.rates.spend(p.settings, grant, c); wait > 0 {
			p.retry = wait
			verdict = verdict.Tighten(v)
		}
		p.charges = g.meters.charges(grant, c)
		if v, wait := broke(p.charges, c.Context.Time); wait > 0 {
			p.retry = max(p.retry, wait)
			verdict = verdict.Tighten(v)
		}
	}
	for _, in := range g.opts.Inspectors {
		p.inspect(ctx, in)
	}
	if covered {
		p.values = g.tallies.values(grant, verdict, c)
		if v, wait := p.values.broke(c.Context.Time); wait > 0 {
			p.retry = max(p.retry, wait)
			verdict = verdict.Tighten(v)
		}
	}
	verdict.Policy = st.decider.Digest()
	p.raw = verdict
	p.tightenFindings(c.Findings)
	c.Verdict = soften(p.raw, p.settings.Mode)
	if c.Verdict.Denied() {
		return g.refused(p, p.raw)
	}
	if v, full := d.hold(p); full {
		p.retry = retryRequest
		return g.refused(p, v)
	}
	if p.settings.Strict {
		if err := g.record(p, ledger.Admitted, ledger.Durable); err != nil {
			p.Done()
			return nil, err
		}
	}
	if cut != nil {
		d.enter(p)
	}
	// A kill or a reload that came between the checks above and entering has
	// not seen this passage, so it is looked at once more.
	if v, off := g.kills.check(c); off {
		p.end(v)
	} else if now := g.state.Load(); now != st {
		p.rejudge(now.decider, now.doors[c.Door] != nil)
	}
	return p, nil
}

// Refuse records a refusal that a door found by itself before there was
// anything to match: a protocol violation, wrong credentials, a client in the
// clear. The code must be a built-in one; the answer to the client may be sent
// when Refuse returns nil.
func (g *Guard) Refuse(c *sallyport.Crossing, why sallyport.Reason) error {
	if !why.Code.BuiltIn() {
		return fmt.Errorf("refusing a crossing: reason %s is not a built-in one", why.Code)
	}
	g.stamp(c)
	st := g.state.Load()
	p := &Passage{g: g, door: st.doors[c.Door], c: c, decider: st.decider}
	if p.door != nil {
		p.settings = p.door.settings.Load()
	}
	_, err := g.refused(p, sallyport.Verdict{Reasons: []sallyport.Reason{why}})
	return err
}

// Event records what is not a crossing: a start, a stop, a reload, a kill.
func (g *Guard) Event(t ledger.Type, note string) error {
	policy := g.Policy()
	e := &ledger.Entry{Type: t, Time: g.opts.Now().UTC(), Note: note}
	if policy != (sallyport.Digest{}) {
		e.Policy = g.digests.of(policy, digestText)
	}
	return g.append(e, ledger.Durable)
}

func (g *Guard) stamp(c *sallyport.Crossing) {
	now := g.opts.Now()
	if c.ID.IsZero() {
		c.ID = sallyport.NewID(now)
	}
	c.Begin, c.Context.Time = now, now
}

// refused ends a passage that never opened: the denial is durable, by itself
// or as one of a counted flood, before refused returns.
func (g *Guard) refused(p *Passage, v sallyport.Verdict) (*Passage, error) {
	if p.decider != nil {
		v.Policy = p.decider.Digest()
	}
	v.Effect, v.Would = sallyport.Deny, sallyport.Deny
	p.raw, p.c.Verdict, p.over = v, v, true
	if act, ok := p.c.Act.(*sallyport.HTTPRequest); ok && act.Status == 0 {
		act.Status = v.Reason().Code.HTTPStatus()
	}
	p.c.End = g.opts.Now()
	if p.door == nil {
		return p, g.record(p, ledger.Crossed, ledger.Durable)
	}
	p.door.metrics.refused(p.c)
	return p, p.door.flood.record(g, p)
}

func (g *Guard) record(p *Passage, t ledger.Type, d ledger.Durability) error {
	return g.append(g.entry(p.c, t), d)
}

func unrecorded(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(ErrUnrecorded, err)
}

// soften applies a door's mode to a verdict, last of all.
func soften(v sallyport.Verdict, m Mode) sallyport.Verdict {
	v.Would = v.Effect
	if m == Enforce {
		return v
	}
	for _, r := range v.Reasons {
		if r.Code.BuiltIn() {
			return v
		}
	}
	v.Effect, v.Discreet = sallyport.Allow, false
	return v
}
