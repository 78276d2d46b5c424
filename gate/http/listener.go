package httpgate

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
)

// listener takes connections in before the server sees them: it opens their
// sessions, ends TLS, and puts a framing round HTTP/1.
type listener struct {
	g     *door
	under net.Listener
	ready chan net.Conn
	fails chan error
	done  chan struct{}
	once  sync.Once

	mu    sync.Mutex
	conns map[*conn]struct{}
}

func newListener(g *door, under net.Listener) *listener {
	l := &listener{
		g: g, under: under,
		ready: make(chan net.Conn), fails: make(chan error, 1), done: make(chan struct{}),
		conns: map[*conn]struct{}{},
	}
	go l.accept()
	return l
}

func (l *listener) accept() {
	for {
		c, err := l.under.Accept()
		if err != nil {
			l.fails <- err
			return
		}
		l.g.open.add()
		go func() {
			defer l.g.open.done()
			l.prepare(c)
		}()
	}
}

// Accept gives the server a connection that is ready for requests.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case err := <-l.fails:
		return nil, err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close stops accepting; connections that were accepted stay open.
func (l *listener) Close() error {
	var err error
	l.once.Do(func() {
		close(l.done)
		err = l.under.Close()
	})
	return err
}

// Addr is the address of the listener below.
func (l *listener) Addr() net.Addr { return l.under.Addr() }

// prepare takes one connection in, or closes it.
func (l *listener) prepare(tcp net.Conn) {
	c := &conn{Conn: tcp, addr: gate.RemoteAddr(tcp)}
	c.ended = func() { l.forget(c) }
	session, err := l.g.env.Guard.Session(l.crossing(c), c.cut)
	if err != nil {
		// A refusal is in the ledger already.
		if errors.Is(err, guard.ErrUnrecorded) {
			l.g.env.Log.Error("A connection was closed, since the ledger cannot record it.", "door", l.g.d.Name, "error", err)
		}
		tcp.Close()
		return
	}
	c.session = session
	l.mu.Lock()
	l.conns[c] = struct{}{}
	l.mu.Unlock()
	select {
	case <-l.done: // closeUnused may have looked before the connection was there
		c.Close()
		return
	default:
	}
	tcp.SetDeadline(time.Now().Add(l.g.handshake))
	ready, err := l.secure(c)
	if err != nil {
		l.g.env.Log.Debug("A connection ended before its first request.", "door", l.g.d.Name, "error", err)
		c.Close()
		return
	}
	tcp.SetDeadline(time.Time{})
	select {
	case l.ready <- ready:
	case <-l.done:
		ready.Close()
	}
}

// tlsHandshake is the content type of the first record of a TLS client (RFC
// 8446, section 5.1). No HTTP method begins with it.
const tlsHandshake = 0x16

// secure ends TLS where the client speaks it, refuses plain HTTP where the
// policy wants TLS, and puts a framing round HTTP/1.
func (l *listener) secure(c *conn) (net.Conn, error) {
	if l.g.tls == nil {
		return l.framed(c, c), nil
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(c.Conn, first); err != nil {
		return nil, err
	}
	c.first = first
	if first[0] != tlsHandshake {
		if l.g.d.TLS.Optional {
			return l.framed(c, c), nil
		}
		return nil, l.refusePlain(c)
	}
	t := tls.Server(c, l.g.tls)
	ctx, cancel := context.WithTimeout(context.Background(), l.g.handshake)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	c.tls = true
	if t.ConnectionState().NegotiatedProtocol == "h2" {
		return t, nil
	}
	return l.framed(t, c), nil
}

func (l *listener) framed(over net.Conn, c *conn) net.Conn {
	c.framing = newFraming(over, c, l.g.headBytes)
	return c.framing
}

// refusePlain answers a client in the clear at a door that wants TLS, without
// reading what it asks for.
func (l *listener) refusePlain(c *conn) error {
	x := l.crossing(c)
	x.Session = c.session.ID
	why := sallyport.Reason{Code: sallyport.TLSRequired, Note: "the door speaks TLS only"}
	if err := l.g.env.Guard.Refuse(x, why); err != nil {
		return err
	}
	head, body := rawProblem(x.ID, why.Code)
	io.WriteString(c.Conn, head+body)
	c.CloseWrite()
	c.SetDeadline(time.Now().Add(cutGrace))
	// What the client sent must be read, or the answer is lost in a reset.
	io.CopyN(io.Discard, c.Conn, maxStray)
	return errors.New("the client came in the clear")
}

// maxStray is how much of a refused connection is read before it is closed.
const maxStray = 64 << 10

// crossing is how a connection is recorded where it is refused.
func (l *listener) crossing(c *conn) *sallyport.Crossing {
	return &sallyport.Crossing{
		App: l.g.d.To.App, Door: l.g.d.Name,
		From: sallyport.Party{Kind: sallyport.AnyoneParty, Addr: c.addr},
		To:   sallyport.Party{Kind: sallyport.AppParty, Name: l.g.d.To.App},
		Act:  &sallyport.Logon{Protocol: "http", TLS: c.tls},
	}
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
}

// closeUnused closes what has not carried a request yet: the server would wait
// for some of it as for a request that is under way.
func (l *listener) closeUnused() {
	for _, c := range l.list() {
		if !c.served.Load() {
			c.Close()
		}
	}
}

// closeAll closes whatever is left, hijacked connections as well.
func (l *listener) closeAll() {
	for _, c := range l.list() {
		c.Close()
	}
}

func (l *listener) list() []*conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]*conn, 0, len(l.conns))
	for c := range l.conns {
		all = append(all, c)
	}
	return all
}
