package httpgate

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/guard"
)

// conn is one client's TCP connection, below TLS: it holds the session that
// counts against the door's quotas. One connection may carry the requests of
// several callers, so the session counts as its address's.
type conn struct {
	net.Conn
	addr    netip.AddrPort
	session *guard.Session
	tls     bool
	framing *framing // nil under HTTP/2
	first   []byte   // read ahead of TLS, to be read again
	ended   func()

	active atomic.Int32 // requests and tunnels that are open on it
	served atomic.Bool  // it has carried a request
	ending atomic.Bool  // it was cut
	timed  atomic.Bool  // a write deadline of an earlier request still stands
	once   sync.Once
}

// Read gives what was read ahead first.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// Close ends the session with the connection.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.session.Close()
		c.ended()
	})
	return err
}

// CloseWrite ends what is sent and leaves what is received.
func (c *conn) CloseWrite() error {
	if t, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return t.CloseWrite()
	}
	return nil
}

// cut is the guard's: the door or its caller was stopped, or the policy that
// now holds has no place for it. What is open gets a moment to say why.
func (c *conn) cut(error) {
	c.ending.Store(true)
	if c.active.Load() == 0 {
		c.Conn.Close()
		return
	}
	time.AfterFunc(cutGrace, func() { c.Conn.Close() })
}

// reset ends the connection so that the client sees an error, not an end: a
// body that ends with the connection would otherwise look complete.
func (c *conn) reset() {
	if t, ok := c.Conn.(interface{ SetLinger(int) error }); ok {
		t.SetLinger(0)
	}
	c.Conn.Close()
}

type connKey struct{}

// withConn is http.Server.ConnContext.
func withConn(ctx context.Context, c net.Conn) context.Context {
	switch c := c.(type) {
	case *framing:
		return context.WithValue(ctx, connKey{}, c.on)
	case *tls.Conn:
		return context.WithValue(ctx, connKey{}, c.NetConn())
	}
	return ctx
}

func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}
