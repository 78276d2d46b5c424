package gate

import (
	"errors"
	"net"
	"sync"
	"time"
)

// port is one bound address. It outlives the gates that serve it: a reload
// turns new connections over to the next gate without closing the socket, so
// that no client is refused in between.
type port struct {
	ln *net.TCPListener

	mu     sync.Mutex
	change *sync.Cond
	to     *lease
	closed bool
	open   int // connections that are not closed yet
	most   int // of them; 0 for no bound
}

func listen(addr string) (*port, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &port{ln: ln.(*net.TCPListener)}
	p.change = sync.NewCond(&p.mu)
	go p.accept()
	return p, nil
}

// accept hands each connection to whoever holds the lease at that moment.
func (p *port) accept() {
	for {
		p.room()
		conn, err := p.ln.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Out of descriptors or the like: it passes, and a tight loop would
			// keep it from passing.
			time.Sleep(5 * time.Millisecond)
			continue
		}
		p.give(p.accepted(conn))
	}
}

func (p *port) give(conn net.Conn) {
	for {
		p.mu.Lock()
		for p.to == nil && !p.closed {
			p.change.Wait()
		}
		to, closed := p.to, p.closed
		p.mu.Unlock()
		if closed {
			conn.Close()
			return
		}
		select {
		case to.conns <- conn:
			return
		case <-to.done:
			p.forget(to)
		}
	}
}

// forget takes the lease away from one that ended by itself.
func (p *port) forget(l *lease) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to == l {
		p.to = nil
	}
}

// lease gives the port's new connections to the listener it returns, and ends
// the lease of the one before.
func (p *port) lease() *lease {
	l := &lease{port: p, conns: make(chan net.Conn), done: make(chan struct{})}
	p.mu.Lock()
	old := p.to
	p.to = l
	p.change.Broadcast()
	p.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return l
}

func (p *port) close() {
	p.mu.Lock()
	p.closed = true
	old := p.to
	p.to = nil
	p.change.Broadcast()
	p.mu.Unlock()
	p.ln.Close()
	if old != nil {
		old.Close()
	}
}

// lease is a net.Listener over a port that somebody else may take over.
type lease struct {
	port  *port
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

var _ net.Listener = (*lease)(nil)

// Accept waits for a connection; net.ErrClosed after Close.
func (l *lease) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close ends the lease and leaves the port bound.
func (l *lease) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr is the address that the port is bound to.
func (l *lease) Addr() net.Addr { return l.port.ln.Addr() }
