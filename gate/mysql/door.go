package mysqlgate

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/gate/sessions"
	"github.com/sallyport/sallyport/policy"
)

// Kind is the MySQL door, as the list of kinds wants it.
var Kind = gate.Kind{Name: "mysql", New: New, Legs: legsOf}

// legsOf is how many connections to its database a door may have open: one a
// session, those that kill, and those that ask what the database is and holds.
func legsOf(l policy.Limits) int { return l.Sessions + maxKillers + 2 }

// What a door does where its `limits:` do not say.
const (
	defaultHandshake = 10 * time.Second
	defaultIdle      = 8 * time.Hour
	defaultStatement = 16 << 20
	defaultStall     = 10 * time.Second
	beyondText       = 1 << 10 // bytes of a command, besides its statement
)

// door is one MySQL door at work.
type door struct {
	env       gate.Env
	d         policy.Door
	tls       *tls.Config // nil where clients can only come in the clear
	analyst   *analyst
	contents  *contents
	catalogue *catalogue.Keeper
	throttle  *auth.Throttle
	sessions  sessions.Set
	handshake time.Duration
	statement int // bytes of one command
	store     *gate.Memory
	known     knownServer
	killers   chan struct{} // holds one token for each connection that kills
	thread    atomic.Uint32
}

var _ gate.Gate = (*door)(nil)

// New makes the gate of a MySQL door. It does no I/O.
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
	if d.To.Host == "" {
		return nil, errors.New("reading to: a MySQL door needs the host of its database")
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	g := &door{
		env: env, d: d, tls: conf, throttle: auth.NewThrottle(nil),
		handshake: d.Limits.Handshake, statement: d.Limits.StatementBytes,
		killers: make(chan struct{}, maxKillers),
	}
	g.sessions = sessions.Set{
		Ends: sessions.Ends{Idle: errIdle, Slow: errSlow, Lost: errLost, Gone: errGone, Draining: errDraining},
		Idle: d.Limits.Idle, Stall: defaultStall,
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
	g.store = gate.NewMemory(d.Limits.Memory, d.Limits.MemoryPerCaller, g.statement+beyondText)
	g.analyst = newAnalyst(g.statement)
	g.contents = newContents(g)
	g.catalogue = catalogue.New(g.contents, g.unread)
	return g, nil
}

// Serve implements gate.Gate.
func (d *door) Serve(ctx context.Context, ln net.Listener) error {
	defer d.contents.line.Close()
	return d.sessions.Serve(ctx, ln, d.env.Drain, d.serve)
}
