package gate

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// Lean makes the reads and writes of a TCP connection cheaper, for doors that
// make many small ones. The runtime is not told of the system calls: they are on
// a non-blocking socket and over in microseconds, while telling makes the
// runtime's monitor look after each and move the work of a processor to another
// thread meanwhile (docs/performance.md has what that costs). Waiting, deadlines
// and closing are the runtime's as before. Other connections are returned as
// they are.
func Lean(c net.Conn) net.Conn {
	var t *net.TCPConn
	switch c := c.(type) {
	case *net.TCPConn:
		t = c
	case *accepted:
		t = c.TCPConn
	default:
		return c
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return c
	}
	l := &lean{TCPConn: t, under: c, raw: raw}
	l.in.try, l.out.try = l.in.read, l.out.write
	return l
}

type lean struct {
	*net.TCPConn
	under   net.Conn // what was made lean, which may count its end
	raw     syscall.RawConn
	in, out half
}

// Close implements net.Conn.
func (l *lean) Close() error { return l.under.Close() }

// half is one direction, and the call under way in it.
type half struct {
	mu  sync.Mutex
	buf []byte
	n   int // bytes done
	err syscall.Errno
	try func(fd uintptr) (done bool) // read or write, made once
}

// Read implements net.Conn.
func (l *lean) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, err := l.in.call("read", l.raw.Read, b)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

// Write implements net.Conn.
func (l *lean) Write(b []byte) (int, error) { return l.out.call("write", l.raw.Write, b) }

// call runs the half's call by way of the raw connection, which waits as long
// as it is not done.
func (h *half) call(name string, run func(func(uintptr) bool) error, b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buf, h.n, h.err = b, 0, 0
	err := run(h.try)
	h.buf = nil
	if err == nil && h.err != 0 {
		err = os.NewSyscallError(name, h.err)
	}
	return h.n, err
}

// read reads what is there.
func (h *half) read(fd uintptr) bool {
	n, again := h.trap(syscall.SYS_READ, fd, h.buf)
	h.n = n
	return !again
}

// write writes all of it.
func (h *half) write(fd uintptr) bool {
	for h.n < len(h.buf) && h.err == 0 {
		n, again := h.trap(syscall.SYS_WRITE, fd, h.buf[h.n:])
		if again {
			return false
		}
		h.n += n
	}
	return true
}

// trap makes one system call, and notes its error. again tells that the socket
// is not ready.
func (h *half) trap(call, fd uintptr, b []byte) (n int, again bool) {
	for {
		r, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch errno {
		case 0:
			return int(r), false
		case syscall.EINTR:
		case syscall.EAGAIN:
			return 0, true
		default:
			h.err = errno
			return 0, false
		}
	}
}
