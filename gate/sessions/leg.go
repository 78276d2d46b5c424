package sessions

import (
	"net"
	"sync/atomic"
)

// MinStride is how many bytes of a message that has begun, or its rest, have to
// arrive within Set.Stall.
const MinStride = 64 << 10

// leg is the app's connection below TLS. It counts what comes, so that the
// watch sees whether a message that has begun arrives.
type leg struct {
	net.Conn
	came atomic.Uint64
}

// Read implements net.Conn.
func (l *leg) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	l.came.Add(uint64(n))
	return n, err
}
