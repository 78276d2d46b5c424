//go:build unix

package gate

import "golang.org/x/sys/unix"

// readable looks whether a read would return at once (poll(2), POLLIN).
func readable(fd uintptr) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n == 1 && fds[0].Revents&unix.POLLIN != 0
}
