package mysql

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Head is what is known of a packet when it begins: enough to tell a row from
// what ends the rows.
type Head struct {
	// First is the first byte of the payload, 0 when Len is 0.
	First byte
	// Len is the payload length of the packet's first frame. At 16 MiB-1
	// (0xFFFFFF) the packet goes on in further frames.
	Len int
}

// Reader reads packets from one side of a connection. A packet is begun with
// Next and then consumed by one of Packet, Forward or Skip; Next skips one that
// was not.
//
// What Packet and Peek return belongs to the Reader and is valid until its next
// method other than Buffered is called. A Reader is
// not safe for concurrent use.
type Reader struct {
	src   io.Reader
	buf   []byte
	big   *[bufferSize]byte
	r, w  int
	seq   *uint8
	max   int
	exact bool
	more  bool // the last read filled the small buffer: there is more to come

	open   bool // a frame has begun; its header is at buf[r:] while taken is 0
	taken  int  // bytes of that frame that were consumed, its header included
	head   Head
	broken error // the place in the stream is lost
	joined []byte
	room   Room
	small  [smallSize]byte
}

func newReader(src io.Reader, limit int, seq *uint8) *Reader {
	r := &Reader{src: src, max: limit, seq: seq}
	r.buf = r.small[:]
	return r
}

// NewReader reads from src with a sequence of its own. limit bounds the payload
// of a packet held whole by Packet, in bytes; packets that are forwarded or
// skipped have no bound. A limit of 0 holds nothing but empty packets.
func NewReader(src io.Reader, limit int) *Reader { return newReader(src, limit, new(uint8)) }

// SetLimit replaces the bound on packets held whole: before a peer has
// authenticated it should be a few KiB.
func (r *Reader) SetLimit(limit int) { r.max = limit }

// SetExact makes the Reader take no byte from its source beyond the packet it
// was asked for, at the cost of more reads. A server reads the client's first
// packet so: behind an SSLRequest the client sends TLS at once.
func (r *Reader) SetExact(on bool) { r.exact = on }

// Buffered returns how many bytes have been read from the source beyond what
// was consumed. With 0, the next call that needs bytes may block, so whatever
// waits in a Writer should be flushed first.
func (r *Reader) Buffered() int { return r.w - r.r }

// Release hands the Reader's buffer back for others to use, as far as there is
// nothing in it: to be called before waiting long for the next command.
func (r *Reader) Release() {
	r.Drop()
	if r.big != nil && r.r == r.w && !r.open {
		buffers.Put(r.big)
		r.big, r.buf, r.r, r.w, r.more = nil, r.small[:], 0, 0, false
	}
}

// switchTo continues with src. Nothing may be buffered.
func (r *Reader) switchTo(src io.Reader) error {
	if r.w != r.r || r.open {
		return ErrPlaintextBuffered
	}
	r.src = src
	return nil
}

// fill reads until at least n bytes, at most bufferSize, are buffered.
func (r *Reader) fill(n int) error {
	if r.r > 0 {
		r.w = copy(r.buf, r.buf[r.r:r.w])
		r.r = 0
	}
	if r.big == nil && (n > len(r.buf) || r.w == len(r.buf) || r.more) {
		r.big = buffers.Get().(*[bufferSize]byte)
		copy(r.big[:], r.buf[:r.w])
		r.buf = r.big[:]
	}
	r.more = false
	limit := len(r.buf)
	if r.exact {
		limit = n
	}
	for empty := 0; r.w < n; {
		m, err := r.src.Read(r.buf[r.w:limit])
		if m < 0 || m > limit-r.w {
			return errors.New("mysql: reading: source returned an invalid count")
		}
		r.w += m
		if r.w >= n {
			r.more = r.w == len(r.buf)
			break
		}
		if err != nil {
			if err == io.EOF && (r.w > 0 || r.open) {
				err = io.ErrUnexpectedEOF
			}
			if err == io.EOF {
				return io.EOF
			}
			return fmt.Errorf("mysql: reading: %w", err)
		}
		if m > 0 {
			empty = 0
		} else if empty++; empty == 100 {
			return fmt.Errorf("mysql: reading: %w", io.ErrNoProgress)
		}
	}
	return nil
}

// header makes the header of the next frame available at buf[r:].
func (r *Reader) header() error {
	if r.w-r.r < headerSize {
		if err := r.fill(headerSize); err != nil {
			return err
		}
	}
	h := r.buf[r.r : r.r+headerSize : r.w]
	if h[3] != *r.seq {
		r.broken = &SequenceError{Got: h[3], Want: *r.seq}
		return r.broken
	}
	*r.seq++
	r.head.Len = int(h[0]) | int(h[1])<<8 | int(h[2])<<16
	r.open, r.taken = true, 0
	return nil
}

// Next begins the next packet. It returns io.EOF when the source ends between
// two packets, a *SequenceError when the packet is out of sequence, and
// otherwise what the source returned, wrapped. After a timeout it may be called
// again; after an error amid a packet, or one about the packet, it only returns
// that error again.
func (r *Reader) Next() (Head, error) {
	if r.broken != nil {
		return Head{}, r.broken
	}
	if r.joined != nil {
		r.Drop()
	}
	if r.open {
		if err := r.Skip(); err != nil {
			return Head{}, err
		}
	}
	if err := r.header(); err != nil {
		return Head{}, err
	}
	r.head.First = 0
	if r.head.Len > 0 {
		if r.w-r.r < headerSize+1 {
			if err := r.fill(headerSize + 1); err != nil {
				return Head{}, err
			}
		}
		r.head.First = r.buf[r.r+headerSize]
	}
	return r.head, nil
}

// Peek returns up to n bytes, at most 1,024, of the start of the packet that
// Next began, without consuming them; fewer when its first frame is shorter.
func (r *Reader) Peek(n int) ([]byte, error) {
	if !r.open || r.taken > 0 {
		return nil, errors.New("mysql: peeking without a packet begun, or into one that was partly taken")
	}
	n = headerSize + min(n, r.head.Len, 1024)
	if r.w-r.r < n {
		if err := r.fill(n); err != nil {
			return nil, err
		}
	}
	return r.buf[r.r+headerSize : r.r+n : r.r+n], nil
}

// Packet consumes the packet that Next began and returns its payload, joined
// when it came in several frames. One that fits the buffer is not copied. It
// returns a *TooLargeError when the payload is over the limit; memory grows
// with the bytes that came, not with the length that was announced. Where the
// Room has no more to lend, its error is returned, and what is left of the
// packet can still be skipped.
func (r *Reader) Packet() ([]byte, error) {
	if !r.open || r.taken > 0 {
		return nil, errors.New("mysql: reading a packet that was not begun, or was partly taken")
	}
	if r.broken != nil {
		return nil, r.broken
	}
	if r.head.Len > r.max {
		r.broken = &TooLargeError{Size: r.head.Len, Max: r.max}
		return nil, r.broken
	}
	total := headerSize + r.head.Len
	if total <= bufferSize {
		if r.w-r.r < total {
			if err := r.fill(total); err != nil {
				return nil, err
			}
		}
		p := r.buf[r.r+headerSize : r.r+total : r.r+total]
		r.r += total
		r.open = false
		return p, nil
	}
	if err := r.join(); err != nil {
		r.Drop()
		return nil, err
	}
	return r.joined, nil
}

// join copies the packet, which does not fit the buffer, together.
func (r *Reader) join() error {
	for {
		if size := len(r.joined) + r.head.Len; size > r.max {
			r.broken = &TooLargeError{Size: size, Max: r.max}
			return r.broken
		}
		r.r += headerSize
		r.taken = headerSize
		for left := r.head.Len; left > 0; {
			if len(r.joined) == cap(r.joined) {
				if err := r.grow(left); err != nil {
					return err
				}
			}
			c, err := r.chunk(min(left, cap(r.joined)-len(r.joined)))
			if err != nil {
				r.broken = err
				return err
			}
			r.joined = append(r.joined, c...)
			r.taken += len(c)
			left -= len(c)
		}
		if r.head.Len < maxFrame {
			r.open = false
			return nil
		}
		if err := r.header(); err != nil {
			r.broken = err
			return err
		}
	}
}

// ReadPacket is Next and Packet in one.
func (r *Reader) ReadPacket() ([]byte, error) {
	if _, err := r.Next(); err != nil {
		return nil, err
	}
	return r.Packet()
}

// chunk consumes and returns what is buffered, at most n bytes and at least
// one, reading when there is nothing.
func (r *Reader) chunk(n int) ([]byte, error) {
	if r.w == r.r {
		want := 1
		if r.exact {
			want = min(n, bufferSize)
		}
		if err := r.fill(want); err != nil {
			return nil, err
		}
	}
	n = min(n, r.w-r.r)
	c := r.buf[r.r : r.r+n]
	r.r += n
	return c, nil
}

// Skip consumes the packet that Next began without holding it.
func (r *Reader) Skip() error {
	_, err := r.Forward(nil)
	return err
}

// Forward consumes the packet that Next began and writes it to w frame by
// frame, numbered in w's sequence, never holding it whole. It returns the
// payload bytes written. After an error both connections are beyond repair,
// since part of a packet may have been written; w.Err tells whose error it was.
// With a nil w it skips.
func (r *Reader) Forward(w *Writer) (n int64, err error) { return r.ForwardMost(w, math.MaxInt64) }

// ForwardMost is Forward for a packet of at most limit bytes. A frame that would
// take it beyond is not written, and the error is a *TooLargeError.
func (r *Reader) ForwardMost(w *Writer, limit int64) (n int64, err error) {
	if r.broken != nil {
		return 0, r.broken
	}
	if w != nil && r.taken > 0 {
		return 0, errors.New("mysql: forwarding a packet that was partly taken")
	}
	if n, err = r.drain(w, limit); err != nil {
		r.broken = err
	}
	return n, err
}

func (r *Reader) drain(w *Writer, limit int64) (n int64, err error) {
	for r.open {
		total := headerSize + r.head.Len - r.taken
		if int64(r.head.Len) > limit-n {
			return n, &TooLargeError{Size: int(n) + r.head.Len, Max: int(limit)}
		}
		n += int64(r.head.Len)
		if w != nil {
			r.buf[r.r+3] = *w.seq
			*w.seq++
		}
		for left := total; left > 0; {
			c, err := r.chunk(left)
			if err != nil {
				return n, err
			}
			left -= len(c)
			if w == nil {
				continue
			}
			if err := w.write(c); err != nil {
				return n, err
			}
		}
		if r.head.Len < maxFrame {
			r.open = false
			break
		}
		if err := r.header(); err != nil {
			return n, err
		}
	}
	return n, nil
}
