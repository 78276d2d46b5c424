// Package gate says what a door is: a kind, a listener that outlives reloads,
// a graceful end, and TLS on both legs.
//
// It knows how doors are opened, replaced and drained. It knows no protocol;
// each kind of door is a package below this one, and none imports another.
package gate

import (
	"context"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// Env is what the gateway gives to each gate.
type Env struct {
	Live    *policy.Live // the policy in force; read once per session or request, never kept
	Guard   *guard.Guard
	Log     *slog.Logger
	Metrics prometheus.Registerer
	Drain   time.Duration // how long a graceful end may take before what is open is cut
}

// Kind is one kind of door.
type Kind struct {
	Name string
	// New makes a gate for a door. It does no I/O, so that a policy can be
	// checked with it; what is wrong with the door is its error.
	New func(d policy.Door, env Env) (Gate, error)
	// Legs is how many connections of its own, to upstreams, a door with such
	// limits may have open at most. Without it that is one a session.
	Legs func(policy.Limits) int
}

// Gate serves one door.
type Gate interface {
	// Serve accepts from ln until ctx is cancelled, which begins a graceful
	// end: nothing more is accepted, what is open may finish within Env.Drain,
	// then it is cut. Serve returns after the last connection has ended, with
	// nil where ctx ended it. Serve closes ln.
	Serve(ctx context.Context, ln net.Listener) error
}
