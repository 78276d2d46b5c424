package postgresgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/policy"
)

// Kind is the PostgreSQL door, as the list of kinds wants it.
var Kind = gate.Kind{Name: "postgres", New: New, Legs: legsOf}

// legsOf is how many connections to its database a door may have open: one a
// session, those that cancel, and the one that asks what the database holds.
func legsOf(l policy.Limits) int { return l.Sessions + maxCancels + 1 }

// What a door does where its `limits:` do not say.
const (
	defaultHandshake = 10 * time.Second
	defaultIdle      = 8 * time.Hour
	defaultStatement = 16 << 20
	defaultStall     = 10 * time.Second
	beyondText       = 1 << 10 // bytes of a message, besides its statement
)

// door is one PostgreSQL door at work.
type door struct {
	env       gate.Env
	d         policy.Door
	tls       *tls.Config // nil where clients can only come in the clear
	binding   []byte      // to the door's certificate; nil where it has none to bind to
	analyst   *analyst
	contents  *contents
	catalogue *catalogue.Keeper
	throttle  *auth.Throttle
	verifiers verifiers
	handshake time.Duration
	idle      time.Duration
	statement int           // bytes of one statement
	stall     time.Duration // what a message that has begun may take for the next minStride bytes
	memory    *gate.Memory
	keys      keys
	cancels   chan struct{} // holds one token for each connection that cancels
	ended     sync.WaitGroup

	mu       sync.Mutex
	draining bool
	sessions map[*session]struct{}
}

var _ gate.Gate = (*door)(nil)

// New makes the gate of a PostgreSQL door. It does no I/O.
func New(d policy.Door, env gate.Env) (gate.Gate, error) {
	conf, err := gate.ServerTLS(d.TLS)
	if err != nil {
		return nil, err
	}
	// The name to verify comes from the policy at each connection; the rest can
	// be wrong already.
	if _, err := gate.ClientTLS(d.To.TLS, "db.example.com"); err != nil {
		return nil, err
	}
	if d.To.Host == "" || d.Database == "" {
		return nil, errors.New("reading to: a PostgreSQL door needs the host of its database, and the database")
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	g := &door{
		env: env, d: d, tls: conf, throttle: auth.NewThrottle(nil), verifiers: newVerifiers(),
		handshake: d.Limits.Handshake, idle: d.Limits.Idle, statement: d.Limits.StatementBytes,
		stall: defaultStall, cancels: make(chan struct{}, maxCancels),
		keys: keys{of: map[uint32][]key{}}, sessions: map[*session]struct{}{},
	}
	if g.binding, err = bindingOf(conf); err != nil {
		return nil, err
	}
	if g.handshake <= 0 {
		g.handshake = defaultHandshake
	}
	if g.idle <= 0 {
		g.idle = defaultIdle
	}
	if g.statement <= 0 {
		g.statement = defaultStatement
	}
	g.memory = gate.NewMemory(d.Limits.Memory, d.Limits.MemoryPerCaller, g.statement+beyondText)
	g.analyst = newAnalyst(g.statement)
	g.contents = newContents(g)
	g.catalogue = catalogue.New(g.contents, g.unread)
	return g, nil
}

// Serve implements gate.Gate.
func (d *door) Serve(ctx context.Context, ln net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	if !warmed(ctx) {
		return nil
	}
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		d.watch(base)
	}()
	var failed error
	for {
		c, err := ln.Accept()
		if err != nil {
			if ctx.Err() == nil {
				failed = fmt.Errorf("accepting connections: %w", err)
			}
			break
		}
		d.ended.Go(func() { d.serve(base, c) })
	}
	ln.Close()
	d.drain()
	cancel()
	<-watching
	d.contents.line.Close()
	return failed
}

// drain ends gracefully: sessions that wait outside of a transaction end now,
// the others after their statement or transaction, and what is left after
// Env.Drain is cut.
func (d *door) drain() {
	d.mu.Lock()
	d.draining = true
	d.mu.Unlock()
	for _, s := range d.list() {
		s.nudge()
	}
	done := make(chan struct{})
	go func() {
		d.ended.Wait()
		close(done)
	}()
	timer := time.NewTimer(max(d.env.Drain, 0))
	defer timer.Stop()
	select {
	case <-done:
		return
	case <-timer.C:
	}
	for _, s := range d.list() {
		s.cut(errDraining)
	}
	<-done
}

// roots are the authorities that sign the certificates of clients; nil where
// the door asks for none.
func (d *door) roots() *x509.CertPool { return d.tls.ClientCAs }

func (d *door) drains() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.draining
}

func (d *door) enter(s *session) {
	d.mu.Lock()
	d.sessions[s] = struct{}{}
	d.mu.Unlock()
}

func (d *door) leave(s *session) {
	d.mu.Lock()
	delete(d.sessions, s)
	d.mu.Unlock()
}

func (d *door) list() []*session {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]*session, 0, len(d.sessions))
	for s := range d.sessions {
		all = append(all, s)
	}
	return all
}
