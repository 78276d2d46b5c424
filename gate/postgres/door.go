package postgresgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/gate/sessions"
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
	sessions  sessions.Set
	handshake time.Duration
	statement int // bytes of one statement
	memory    *gate.Memory
	keys      keys
	cancels   chan struct{} // holds one token for each connection that cancels
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
		handshake: d.Limits.Handshake, statement: d.Limits.StatementBytes,
		cancels: make(chan struct{}, maxCancels),
		keys:    keys{of: map[uint32][]key{}},
	}
	if g.binding, err = bindingOf(conf); err != nil {
		return nil, err
	}
	g.sessions = sessions.Set{
		Ends: sessions.Ends{Idle: errIdle, Slow: errSlow, Lost: errLost, Gone: errGone, Draining: errDraining},
		Idle: d.Limits.Idle, Stall: defaultStall, Speaks: true, Each: func() { g.verifiers.refresh(env.Live.Load()) },
	}
	if g.sessions.Idle <= 0 {
		g.sessions.Idle = defaultIdle
	}
	if g.handshake <= 0 {
		g.handshake = defaultHandshake
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
	defer d.contents.line.Close()
	if !warmed(ctx) {
		return ln.Close()
	}
	return d.sessions.Serve(ctx, ln, d.env.Drain, d.serve)
}

// roots are the authorities that sign the certificates of clients; nil where
// the door asks for none.
func (d *door) roots() *x509.CertPool { return d.tls.ClientCAs }
