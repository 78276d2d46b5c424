package sessions

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Ends are the errors that sessions are cut with.
type Ends struct {
	Idle     error // it was silent for too long
	Slow     error // a message began and did not arrive
	Lost     error // the connection to the database was lost
	Gone     error // the client went away
	Draining error // the gateway stops
}

// Set has the sessions of a door. Its fields are set before Serve.
type Set struct {
	Ends  Ends
	Idle  time.Duration // how long a session may wait
	Stall time.Duration // what a message that has begun may take for the next MinStride bytes
	// Speaks says that the database may send something unasked. A session that
	// waits is nudged then, and else is ended where the database is gone.
	Speaks bool
	// Each, where not nil, is called before each look at the sessions.
	Each func()

	draining atomic.Bool
	ended    sync.WaitGroup

	mu  sync.Mutex
	all map[*Legs]struct{}
}

// Serve has serve run a session for each connection, until ctx ends, and drains
// them then for as long as drain. base is the context of the sessions, which
// lasts until the last one has ended.
func (s *Set) Serve(ctx context.Context, ln net.Listener, drain time.Duration, serve func(base context.Context, app net.Conn)) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		s.watch(base)
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
		s.Go(func() { serve(base, c) })
	}
	ln.Close()
	s.drain(drain)
	cancel()
	<-watching
	return failed
}

// Go runs what the door has to wait for when it drains.
func (s *Set) Go(f func()) { s.ended.Go(f) }

// drain ends gracefully: sessions that wait with nothing open end now, the others
// when nothing of them is, and what is left after some time is cut.
func (s *Set) drain(most time.Duration) {
	s.draining.Store(true)
	for _, l := range s.List() {
		l.Nudge()
	}
	done := make(chan struct{})
	go func() {
		s.ended.Wait()
		close(done)
	}()
	timer := time.NewTimer(max(most, 0))
	defer timer.Stop()
	select {
	case <-done:
		return
	case <-timer.C:
	}
	for _, l := range s.List() {
		l.Cut(s.Ends.Draining)
	}
	<-done
}

// Enter takes a session in. It is called before the session waits.
func (s *Set) Enter(l *Legs) {
	l.set = s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[*Legs]struct{}{}
	}
	s.all[l] = struct{}{}
}

// Leave lets a session go.
func (s *Set) Leave(l *Legs) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, l)
}

// List are the sessions that have entered and not left.
func (s *Set) List() []*Legs {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*Legs, 0, len(s.all))
	for l := range s.all {
		all = append(all, l)
	}
	return all
}
