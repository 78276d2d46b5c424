package httpgate

import (
	"context"
	"net"
	"sync"
	"time"
)

// legs is the connections that a door has open to its app, those under way
// included: as many as it may have requests in flight, and no more, whatever
// its transports keep or begin.
type legs struct {
	most   int
	spare  func() // closes those that no request is on
	dialer net.Dialer

	mu    sync.Mutex
	open  int
	freed chan struct{} // closed when one ends
}

// lookAgain is how long a dial without room waits before it looks for
// connections that no request is on any more: a transport does not tell.
const lookAgain = 20 * time.Millisecond

func newLegs(most int, spare func()) *legs {
	return &legs{
		most: most, spare: spare, freed: make(chan struct{}),
		dialer: net.Dialer{Timeout: upstreamDial, KeepAlive: 30 * time.Second},
	}
}

// dial connects to addr once there is room. A request that may be in flight
// finds some: what is open beyond the others' connections is spare.
func (l *legs) dial(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, upstreamDial)
	defer cancel()
	for {
		freed, ok := l.take()
		if ok {
			break
		}
		l.spare()
		timer := time.NewTimer(lookAgain)
		select {
		case <-freed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}
		timer.Stop()
	}
	c, err := l.dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		l.give()
		return nil, err
	}
	return &upLeg{Conn: c, ended: sync.OnceFunc(l.give)}, nil
}

// take is false where there is no room; the channel then tells when that may
// have changed.
func (l *legs) take() (freed <-chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.most {
		return l.freed, false
	}
	l.open++
	return nil, true
}

func (l *legs) give() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	close(l.freed)
	l.freed = make(chan struct{})
}

// upLeg is one connection to the app.
type upLeg struct {
	net.Conn
	ended func()
}

// Close makes room for another.
func (u *upLeg) Close() error {
	err := u.Conn.Close()
	u.ended()
	return err
}
