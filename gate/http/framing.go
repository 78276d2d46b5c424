package httpgate

import (
	"bytes"
	"io"
	"net"
	"sync/atomic"
)

// framing reads an HTTP/1 client's bytes and lets through only what frames
// requests in one way (RFC 9112, sections 2 to 7): net/http repairs or ignores
// some of what a server before or behind it may read differently (a
// Content-Length beside Transfer-Encoding, line folding, bare LF, chunk
// extensions), and here nothing is repaired.
//
// A head is handed on once it is complete and checked. In place of a bad one
// the server gets refusedHead, so that the refusal is answered in its turn,
// after the requests before it, and nothing that follows is read.
type framing struct {
	net.Conn
	on  *conn
	max int // bytes of one head, of a chunk's line or of the trailers

	buf     []byte // what was read and not handed on yet is buf[r:w]
	r, w    int
	cleared int // of it, from r, what may be handed on
	scanned int // of it, from r, what was searched for the end of a head
	state   framingState
	left    uint64 // of a body or of a chunk's data
	err     error  // mid-body, nothing more can be read

	refused atomic.Pointer[malformed] // why nothing more is read
	broken  atomic.Pointer[malformed] // the same, where that was within a body
}

type framingState uint8

const (
	wantHead framingState = iota
	wantChunk
	wantChunkEnd
	wantTrailers
	inBody
	inChunk
	unframed // after an upgrade: bytes as they come
	ended
)

const (
	refusedMethod = "REFUSED"
	refusedHead   = refusedMethod + " / HTTP/1.1\r\nHost: refused.invalid\r\nConnection: close\r\n\r\n"
	framingBuffer = 4 << 10
	maxChunkLine  = 15 + len("\r\n")
)

func newFraming(c net.Conn, on *conn, max int) *framing {
	return &framing{Conn: c, on: on, max: max, buf: make([]byte, framingBuffer)}
}

// Read hands on what has been checked. A deadline that passes leaves the
// state as it is, and reading can go on after it.
func (f *framing) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		if f.cleared > 0 {
			n := copy(b, f.buf[f.r:f.r+f.cleared])
			f.consume(n)
			return n, nil
		}
		switch f.state {
		case inBody, inChunk:
			return f.readData(b)
		case unframed:
			if f.r < f.w {
				f.cleared = f.w - f.r
				continue
			}
			return f.Conn.Read(b)
		case ended:
			if f.err != nil {
				return 0, f.err
			}
			return 0, io.EOF
		}
		if err := f.advance(); err != nil {
			return 0, err
		}
	}
}

// readData passes bytes of a body, never more than it has, so that the next
// head is never handed on unchecked.
func (f *framing) readData(b []byte) (n int, err error) {
	b = b[:min(uint64(len(b)), f.left)]
	if f.r < f.w {
		n = copy(b, f.buf[f.r:f.w])
		f.r += n
	} else {
		n, err = f.Conn.Read(b)
	}
	f.left -= uint64(n)
	if f.left == 0 {
		if f.state == inChunk {
			f.state = wantChunkEnd
		} else {
			f.state = wantHead
		}
	}
	return n, err
}

func (f *framing) consume(n int) {
	f.r += n
	f.cleared -= n
	if f.r == f.w && f.cleared == 0 {
		f.r, f.w = 0, 0
		if len(f.buf) > framingBuffer {
			f.buf = make([]byte, framingBuffer) // a rare large head is not kept
		}
	}
}

// advance clears the next head, line or trailer section, or reads more of it.
func (f *framing) advance() error {
	have := f.buf[f.r:f.w]
	end, err := 0, error(nil)
	if f.state == wantHead || f.state == wantTrailers {
		end, err = f.section(have)
	} else {
		end, err = line(have)
	}
	switch {
	case err != nil:
		return f.refuse(err)
	case end > f.max || end == 0 && len(have) >= f.max:
		return f.refuse(&tooLarge)
	case end == 0 && len(have) > maxChunkLine && f.state != wantHead && f.state != wantTrailers:
		return f.refuse(broken("a chunk has an invalid size"))
	case end == 0:
		return f.fill()
	}
	f.scanned = 0
	if err := f.accept(have[:end]); err != nil {
		return f.refuse(err)
	}
	f.cleared = end
	return nil
}

// accept checks one complete piece and says what follows it.
func (f *framing) accept(piece []byte) error {
	switch f.state {
	case wantHead:
		body, err := checkHead(piece)
		if err != nil {
			return err
		}
		switch {
		case body.chunked:
			f.state = wantChunk
		case body.length > 0:
			f.state, f.left = inBody, body.length
		}
	case wantChunk:
		size, ok := parseHex(piece[:len(piece)-2])
		if !ok {
			return broken("a chunk has an invalid size")
		}
		f.state, f.left = inChunk, size
		if size == 0 {
			f.state = wantTrailers
		}
	case wantChunkEnd:
		if len(piece) != 2 {
			return broken("a chunk is longer than its size")
		}
		f.state = wantChunk
	case wantTrailers:
		if err := checkTrailers(piece); err != nil {
			return err
		}
		f.state = wantHead
	}
	return nil
}

// refuse ends the stream: between requests by a head that says so, within a
// body by an error. It is nil where the head stands in its place.
func (f *framing) refuse(err error) error {
	why, _ := err.(*malformed)
	f.refused.Store(why)
	if f.state != wantHead {
		f.state, f.err = ended, why
		f.broken.Store(why)
		return why
	}
	f.state = ended
	f.buf = []byte(refusedHead)
	f.r, f.w, f.cleared = 0, len(f.buf), len(f.buf)
	return nil
}

// fill reads at least one byte more.
func (f *framing) fill() error {
	if f.r > 0 {
		f.w = copy(f.buf, f.buf[f.r:f.w])
		f.r = 0
	}
	if f.w == len(f.buf) {
		grown := make([]byte, min(2*len(f.buf), f.max+framingBuffer))
		copy(grown, f.buf[:f.w])
		f.buf = grown
	}
	n, err := f.Conn.Read(f.buf[f.w:])
	f.w += n
	if n > 0 {
		return nil
	}
	return err
}

// section is the length of a head or of trailers up to and with the empty
// line, or 0 where that is not there yet.
func (f *framing) section(have []byte) (int, error) {
	if f.state == wantTrailers && len(have) >= 2 && have[0] == '\r' && have[1] == '\n' {
		return 2, nil
	}
	for at := f.scanned; ; {
		i := bytes.IndexByte(have[at:], '\n')
		if i < 0 {
			f.scanned = len(have)
			return 0, nil
		}
		at += i
		if at == 0 || have[at-1] != '\r' {
			return 0, broken("a line does not end in CRLF")
		}
		if at >= 3 && have[at-2] == '\n' {
			return at + 1, nil
		}
		at++
	}
}

// line is the length of a line with its CRLF, or 0 where that is not there yet.
func line(have []byte) (int, error) {
	i := bytes.IndexByte(have, '\n')
	if i < 0 {
		return 0, nil
	}
	if i == 0 || have[i-1] != '\r' {
		return 0, broken("a line does not end in CRLF")
	}
	return i + 1, nil
}

// release ends the framing: what follows are another protocol's bytes. It
// must not be called while a Read runs, and is false where what the client
// has already sent was taken for a request and refused.
func (f *framing) release() bool {
	if f.refused.Load() != nil {
		return false
	}
	f.state = unframed
	return true
}

// CloseWrite ends what is sent where the connection can do that.
func (f *framing) CloseWrite() error {
	if c, ok := f.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}
