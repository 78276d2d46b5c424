//go:build !linux

package gate

import "net"

// Lean returns the connection as it is: what it saves on Linux was not measured
// elsewhere.
func Lean(c net.Conn) net.Conn { return c }
