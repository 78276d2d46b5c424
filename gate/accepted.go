package gate

import (
	"net"
	"sync"
)

// accepted is a client's connection that its port counts until it is closed.
type accepted struct {
	*net.TCPConn
	ended func()
}

// accepted takes the connection into the port's count.
func (p *port) accepted(c *net.TCPConn) *accepted {
	p.mu.Lock()
	p.open++
	p.mu.Unlock()
	return &accepted{TCPConn: c, ended: sync.OnceFunc(p.ended)}
}

// Close makes room for another connection at the port.
func (a *accepted) Close() error {
	err := a.TCPConn.Close()
	a.ended()
	return err
}

func (p *port) ended() {
	p.mu.Lock()
	p.open--
	p.change.Broadcast()
	p.mu.Unlock()
}

// room waits until another connection may be open. Clients wait meanwhile
// where the system keeps them before they are accepted, and cost nothing here.
func (p *port) room() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.most > 0 && p.open >= p.most && !p.closed {
		p.change.Wait()
	}
}

// allow sets how many connections may be open at once; 0 is no bound.
func (p *port) allow(most int) {
	p.mu.Lock()
	p.most = most
	p.change.Broadcast()
	p.mu.Unlock()
}
