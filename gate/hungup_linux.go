package gate

import "golang.org/x/sys/unix"

// hungUp asks for the other end's FIN, which shows even behind bytes that
// nobody has read yet (poll(2), POLLRDHUP).
func hungUp(fd uintptr) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n == 1 && fds[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}
