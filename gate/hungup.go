package gate

import (
	"net"
	"syscall"
)

// HungUp tells whether the other end has closed the connection, without reading
// from it.
func HungUp(c net.Conn) bool { return look(c, hungUp) }

// Readable tells whether something of the other end waits to be read, or its
// end does, without reading it.
func Readable(c net.Conn) bool { return look(c, readable) }

// look asks something of a connection's descriptor. A connection that is closed
// already is whatever is asked for.
func look(c net.Conn, ask func(fd uintptr) bool) bool {
	t, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return true
	}
	yes := false
	if err := raw.Control(func(fd uintptr) { yes = ask(fd) }); err != nil {
		return true
	}
	return yes
}
