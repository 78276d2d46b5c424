//go:build unix && !linux

package gate

import "golang.org/x/sys/unix"

// hungUp looks at the next byte without taking it: none is the other end's
// FIN. Behind bytes that nobody has read yet the FIN does not show.
func hungUp(fd uintptr) bool {
	var b [1]byte
	n, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	return n == 0 && err == nil || err != nil && err != unix.EAGAIN && err != unix.EINTR
}
