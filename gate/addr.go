package gate

import (
	"net"
	"net/netip"
)

// RemoteAddr is where the other end of a connection is; the zero value where that
// is no address and port. One of IPv4 is of IPv4 whatever the socket is of.
func RemoteAddr(c net.Conn) netip.AddrPort {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		p := a.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	p, _ := netip.ParseAddrPort(c.RemoteAddr().String())
	return p
}
