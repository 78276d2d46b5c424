package gate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"github.com/sallyport/sallyport/policy"
)

// Set is the doors that are open. Its methods are not safe for concurrent use;
// one goroutine runs and reloads the gateway.
type Set struct {
	kinds map[string]Kind
	env   Env
	ports map[string]*port // by portKey
	open  map[string]*serving
	ended sync.WaitGroup
	fails chan error
}

// serving is one gate at work.
type serving struct {
	door   policy.Door
	cancel context.CancelFunc
}

// NewSet has no door open.
func NewSet(kinds []Kind, env Env) *Set {
	s := &Set{kinds: map[string]Kind{}, env: env, ports: map[string]*port{}, open: map[string]*serving{}, fails: make(chan error, 1)}
	for _, k := range kinds {
		s.kinds[k.Name] = k
	}
	return s
}

// Change is a reload that has been prepared: everything that can go wrong has
// been tried, and nothing has changed yet. It ends by Commit or Abort.
type Change struct {
	set   *Set
	doors []policy.Door
	gates map[string]Gate  // new ones; a door that is not here keeps its gate
	ports map[string]*port // newly bound
}

// Prepare builds the gates of p and binds the addresses that are not bound
// yet. All errors are returned together; each names its door.
func (s *Set) Prepare(p *policy.Policy) (*Change, error) {
	c := &Change{set: s, doors: p.Doors, gates: map[string]Gate{}, ports: map[string]*port{}}
	var errs []error
	for _, d := range p.Doors {
		if was := s.open[d.Name]; was != nil && same(&was.door, &d) {
			continue
		}
		g, err := build(s.kinds, d, s.env)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		c.gates[d.Name] = g
		key := portKey(&d)
		if s.ports[key] != nil || c.ports[key] != nil {
			continue
		}
		bound, err := listen(d.Listen)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: door %s: listening on %s: %w", d.At, d.Name, d.Listen, err))
			continue
		}
		c.ports[key] = bound
	}
	if len(errs) > 0 {
		c.Abort()
		return nil, errors.Join(errs...)
	}
	return c, nil
}

// Check makes the gate of each door of p and throws it away: what is wrong with
// the doors is told without opening one.
func Check(kinds []Kind, p *policy.Policy, env Env) error {
	s := NewSet(kinds, env)
	var errs []error
	for _, d := range p.Doors {
		if _, err := build(s.kinds, d, env); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// build makes the gate of one door; the error names the door and its place.
func build(kinds map[string]Kind, d policy.Door, env Env) (Gate, error) {
	k, known := kinds[d.Kind]
	if !known {
		return nil, fmt.Errorf("%s: door %s: no such kind of door: %s", d.At, d.Name, d.Kind)
	}
	g, err := k.New(d, env)
	if err != nil {
		return nil, fmt.Errorf("%s: door %s: %w", d.At, d.Name, err)
	}
	return g, nil
}

// same tells whether the sessions of a door may go on under another policy.
func same(a, b *policy.Door) bool {
	return a.Kind == b.Kind && a.Listen == b.Listen && a.Connection() == b.Connection()
}

// portKey names the socket of a door: its address, or the door itself where
// the address leaves the port to the system.
func portKey(d *policy.Door) string {
	if strings.HasSuffix(d.Listen, ":0") {
		return d.Name + " " + d.Listen
	}
	return d.Listen
}

// Abort gives up the addresses that Prepare bound.
func (c *Change) Abort() {
	for _, p := range c.ports {
		p.close()
	}
}

// Commit opens the new gates, turns the ports over to them, and begins to
// drain those that are replaced or gone. It cannot fail.
func (c *Change) Commit() {
	s := c.set
	for addr, p := range c.ports {
		s.ports[addr] = p
	}
	next := make(map[string]*serving, len(c.doors))
	used := map[string]bool{}
	for _, d := range c.doors {
		used[portKey(&d)] = true
		if d.Limits.Sessions > 0 {
			s.ports[portKey(&d)].allow(d.Limits.Sessions + turnedAway)
		}
		if was := s.open[d.Name]; was != nil && c.gates[d.Name] == nil {
			was.door = d
			next[d.Name] = was
		}
	}
	// A gate has to know that it drains before its port is taken away, or it
	// would take the closed listener for a failure.
	for name, was := range s.open {
		if next[name] == nil {
			was.cancel()
		}
	}
	for _, d := range c.doors {
		if g := c.gates[d.Name]; g != nil {
			next[d.Name] = s.serve(d, g)
		}
	}
	for addr, p := range s.ports {
		if !used[addr] {
			p.close()
			delete(s.ports, addr)
		}
	}
	s.open = next
}

func (s *Set) serve(d policy.Door, g Gate) *serving {
	ctx, cancel := context.WithCancel(context.Background())
	ln := s.ports[portKey(&d)].lease()
	s.env.Log.Info("The door is open.", "door", d.Name, "kind", d.Kind, "addr", ln.Addr().String())
	s.ended.Go(func() {
		if err := g.Serve(ctx, ln); err != nil {
			s.fail(fmt.Errorf("door %s: %w", d.Name, err))
		}
		s.env.Log.Log(ctx, slog.LevelDebug, "The gate has ended.", "door", d.Name)
	})
	return &serving{door: d, cancel: cancel}
}

func (s *Set) fail(err error) {
	select {
	case s.fails <- err:
	default: // one is enough to end the gateway
	}
}

// Failed yields the error of a gate that ended by itself.
func (s *Set) Failed() <-chan error { return s.fails }

// Addr is where a door listens now: the real port where the policy says 0.
func (s *Set) Addr(door string) (addr string, ok bool) {
	w := s.open[door]
	if w == nil {
		return "", false
	}
	return s.ports[portKey(&w.door)].ln.Addr().String(), true
}

// Close drains every door and returns when the last connection has ended.
func (s *Set) Close() {
	for _, w := range s.open {
		w.cancel()
	}
	for _, p := range s.ports {
		p.close()
	}
	s.ended.Wait()
}
