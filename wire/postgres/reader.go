package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Head is what is known of a message when it begins.
type Head struct {
	Type MessageType
	// Len is the length of the payload: without the type byte and the length.
	Len int
}

// Reader reads messages from one side of a connection. A message is begun with
// Next and then consumed by one of Payload, Piece, Forward or Skip; Next skips
// one that was not.
//
// What Payload, Piece, Peek and ReadStartup return belongs to the Reader and is
// valid until its next method other than Buffered is called. A Reader is not
// safe for concurrent use. While nothing is buffered and Release was called it
// holds less than 1 KiB.
type Reader struct {
	src  io.Reader
	from Side
	buf  []byte
	big  *[bufferSize]byte
	r, w int
	max  int
	more bool // the last read filled the small buffer: there is more to come

	open   bool // a message has begun; its header is at buf[r:] while taken is 0
	taken  int  // bytes of that message that were consumed, its header included
	head   Head
	broken error // the place in the stream is lost
	joined []byte
	room   Room
	small  [smallSize]byte
}

// NewReader reads what the side from sends. limit bounds the payload of a
// message held whole by Payload, in bytes; messages that are forwarded, taken
// in pieces or skipped have the bound of their kind: 1 GiB, and a few KiB for
// those that are never long. A limit of 0 holds nothing but empty messages.
func NewReader(src io.Reader, from Side, limit int) *Reader {
	r := &Reader{src: src, from: from, max: limit}
	r.buf = r.small[:]
	return r
}

// SetLimit replaces the bound on messages held whole: before a peer has
// authenticated it should be a few KiB.
func (r *Reader) SetLimit(limit int) { r.max = limit }

// Buffered returns how many bytes have been read from the source beyond what
// was consumed. With 0, the next call that needs bytes may block, so whatever
// waits in a Writer should be flushed first.
func (r *Reader) Buffered() int { return r.w - r.r }

// Release hands the Reader's buffer back for others to use, as far as there is
// nothing in it: to be called before waiting long for the next message.
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
	for empty := 0; r.w < n; {
		m, err := r.src.Read(r.buf[r.w:])
		if m < 0 || m > len(r.buf)-r.w {
			return errors.New("postgres: reading: source returned an invalid count")
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
			return fmt.Errorf("postgres: reading: %w", err)
		}
		if m > 0 {
			empty = 0
		} else if empty++; empty == 100 {
			return fmt.Errorf("postgres: reading: %w", io.ErrNoProgress)
		}
	}
	return nil
}

// Next begins the next message, as soon as its header is there. It returns
// io.EOF when the source ends between two messages, a *MalformedError or a
// *TooLargeError when the side does not send such a message, and otherwise what
// the source returned, wrapped. After a timeout it may be called again; after
// an error amid a message, or one about the message, it only returns that error
// again.
func (r *Reader) Next() (Head, error) {
	if r.joined != nil {
		r.Drop()
	}
	if r.broken != nil {
		return Head{}, r.broken
	}
	if r.open {
		if err := r.Skip(); err != nil {
			return Head{}, err
		}
	}
	if r.w-r.r < headerSize {
		if err := r.fill(headerSize); err != nil {
			return Head{}, err
		}
	}
	h := r.buf[r.r : r.r+headerSize]
	head, err := r.from.head(MessageType(h[0]), binary.BigEndian.Uint32(h[1:]))
	if err != nil {
		r.broken = err
		return Head{}, err
	}
	r.head, r.open, r.taken = head, true, 0
	return head, nil
}

// Peek returns up to n bytes, at most 1,024, of the start of the payload of the
// message that Next began, without consuming them; fewer when it is shorter.
func (r *Reader) Peek(n int) ([]byte, error) {
	if !r.open || r.taken > 0 {
		return nil, errors.New("postgres: peeking without a message begun, or into one that was partly taken")
	}
	n = headerSize + min(n, r.head.Len, 1024)
	if r.w-r.r < n {
		if err := r.fill(n); err != nil {
			return nil, err
		}
	}
	return r.buf[r.r+headerSize : r.r+n : r.r+n], nil
}

// Payload consumes the message that Next began and returns its payload. One
// that fits the buffer is not copied. It returns a *TooLargeError when the
// payload is over the limit; memory grows with the bytes that came, not with
// the length that was announced. Where the Room has no more to lend, its error
// is returned, and what is left of the message can still be skipped.
func (r *Reader) Payload() ([]byte, error) {
	if !r.open || r.taken > 0 {
		return nil, errors.New("postgres: reading a message that was not begun, or was partly taken")
	}
	if r.broken != nil {
		return nil, r.broken
	}
	if r.head.Len > r.max {
		r.broken = &TooLargeError{Message: r.from.Name(r.head.Type), Size: r.head.Len, Max: r.max}
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

// join copies the message, which does not fit the buffer, together.
func (r *Reader) join() error {
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
	r.open = false
	return nil
}

// ReadMessage is Next and Payload in one.
func (r *Reader) ReadMessage() (MessageType, []byte, error) {
	h, err := r.Next()
	if err != nil {
		return 0, nil, err
	}
	p, err := r.Payload()
	return h.Type, p, err
}

// chunk consumes and returns what is buffered, at most n bytes and at least
// one, reading when there is nothing.
func (r *Reader) chunk(n int) ([]byte, error) {
	if r.w == r.r {
		if err := r.fill(1); err != nil {
			return nil, err
		}
	}
	n = min(n, r.w-r.r)
	c := r.buf[r.r : r.r+n]
	r.r += n
	return c, nil
}
