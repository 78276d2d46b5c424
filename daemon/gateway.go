package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/index"
	"github.com/sallyport/sallyport/policy"
)

// gateway is one running gateway. Reloads, kills and the end take turns on mu.
type gateway struct {
	o        Options
	registry *prometheus.Registry
	parts    *slog.Logger // what doors, guard and ledger log to: no client can fill it
	log      *ledger.Log
	guard    *guard.Guard
	live     policy.Live
	doors    *gate.Set
	started  time.Time
	draining atomic.Bool

	mu        sync.Mutex
	loaded    time.Time
	reloadErr error
	kills     killFile
	policies  policyMetrics
	files     fileDigests
}

// Run starts a gateway and returns when ctx is cancelled and the last
// connection has ended, or when it cannot go on. Diagnostics of the policy are
// in the error.
func Run(ctx context.Context, o Options) error {
	quiet := newCalm(o.Log.Handler())
	defer quiet.state.close()
	g := &gateway{o: o, registry: prometheus.NewRegistry(), parts: slog.New(quiet), started: time.Now()}
	p, diags := g.read()
	if p == nil {
		return diags
	}
	for _, d := range diags {
		o.Log.Warn("The policy has a weak spot.", "at", fmt.Sprintf("%s:%d", d.File, d.Line), "code", string(d.Code), "what", d.Message)
	}
	g.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	g.policies = newPolicyMetrics(g.registry)
	if err := g.openLedger(ctx, p); err != nil {
		return err
	}
	err := g.serve(ctx, p)
	if err = errors.Join(err, g.closeLedger(err)); err == nil {
		o.Log.Info("The gateway has stopped.")
	}
	return err
}

// serve opens the doors of p and keeps them open until ctx ends.
func (g *gateway) serve(ctx context.Context, p *policy.Policy) error {
	g.guard = guard.New(guard.Options{
		Recorder: g.log, Inspectors: g.o.Inspectors,
		Addresses: p.Ledger.Addresses == "clear", Logger: g.parts, Metrics: g.registry,
	})
	if err := g.restoreKills(p); err != nil {
		return err
	}
	g.doors = gate.NewSet(g.o.Kinds, gate.Env{
		Live: &g.live, Guard: g.guard, Log: g.parts, Metrics: g.registry, Drain: g.o.Drain,
	})
	// Health is answered until the last connection has ended.
	stopAdmin := func() {}
	defer func() {
		g.draining.Store(true)
		g.doors.Close()
		g.guard.Close()
		stopAdmin()
	}()
	change, err := g.doors.Prepare(p)
	if err != nil {
		return listening(err)
	}
	if err := g.guard.Event(ledger.Started, "sallyport "+g.o.Version+", ledger key "+g.log.VerifierKey()); err != nil {
		change.Abort()
		return err
	}
	if err := g.commit(p, change); err != nil {
		return err
	}
	if stopAdmin, err = g.serveAdmin(p); err != nil {
		return err
	}
	g.announce(p)
	return g.wait(ctx)
}

// commit puts p in force. The entry comes first: what cannot be recorded does
// not happen.
func (g *gateway) commit(p *policy.Policy, change *gate.Change) error {
	next, err := settings(p, g.o.Maskers)
	if err != nil {
		change.Abort()
		return err
	}
	digest := p.Digest()
	if err := g.guard.Event(ledger.PolicyLoaded, fmt.Sprintf("policy %x", digest[:])); err != nil {
		change.Abort()
		return err
	}
	g.live.Store(p)
	g.guard.Swap(next)
	change.Commit()
	g.loaded, g.reloadErr = time.Now(), nil
	g.policies.loaded(g.loaded)
	return nil
}

func (g *gateway) openLedger(ctx context.Context, p *policy.Policy) error {
	anchors := make([]ledger.Anchor, 0, len(p.Ledger.Anchors))
	for _, url := range p.Ledger.Anchors {
		a, err := ledger.ParseAnchor(url)
		if err != nil {
			return err
		}
		anchors = append(anchors, a)
	}
	// The index must not be opened for writing beside another writer.
	if err := held(p.Ledger.Path); err != nil {
		return err
	}
	ix, err := index.NewWriter(ctx, p.Ledger.Path, nil)
	if err != nil {
		return err
	}
	g.log, err = ledger.Open(ledger.Options{
		Dir: p.Ledger.Path, Origin: origin(p.Ledger.Path), Keep: p.Ledger.Keep, Anchors: anchors,
		Indexer: ix, Logger: g.parts, Metrics: g.registry,
	})
	if err != nil {
		return errors.Join(err, ix.Close())
	}
	if g.log.Fresh() {
		fmt.Fprintf(g.o.Out, "A new ledger begins in %s. Keep its public key somewhere else, to verify it by:\n  %s\n",
			p.Ledger.Path, g.log.VerifierKey())
	}
	return nil
}

// origin names a log that is about to begin in its checkpoints: one log per
// gateway. A log that is there keeps the name that its key has, whatever the
// host is called by now.
func origin(dir string) string {
	if _, err := os.Stat(dir + ".key"); err == nil {
		return ""
	}
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "localhost"
	}
	return "sallyport/" + host
}

func (g *gateway) closeLedger(why error) error {
	note := "in good order"
	if why != nil {
		note = "by an error of the gateway"
	}
	err := g.log.Append(&ledger.Entry{Type: ledger.Stopped, Time: time.Now().UTC(), Note: note}, ledger.Durable)
	return errors.Join(err, g.log.Close())
}

// announce says where the doors are.
func (g *gateway) announce(p *policy.Policy) {
	for _, d := range p.Doors {
		if addr, open := g.doors.Addr(d.Name); open {
			fmt.Fprintf(g.o.Out, "door %s (%s) listens on %s\n", d.Name, d.Kind, addr)
		}
	}
	fmt.Fprintf(g.o.Out, "sallyport %s is ready: policy %s, %s\n", g.o.Version, p.Digest(), p.File)
}
