package mysql

import (
	"fmt"
	"io"
)

// Writer writes packets to one side of a connection. It collects them and
// writes only when its buffer is full or Flush is called. The first error
// stays: every later call returns it. A Writer is not safe for concurrent use.
type Writer struct {
	dst io.Writer
	buf *[bufferSize]byte // nil while empty
	n   int
	seq *uint8
	err error
}

// NewWriter writes to dst with a sequence of its own.
func NewWriter(dst io.Writer) *Writer { return &Writer{dst: dst, seq: new(uint8)} }

// Err returns the error that broke the Writer, or nil.
func (w *Writer) Err() error { return w.err }

// Buffered returns how many bytes wait for Flush.
func (w *Writer) Buffered() int { return w.n }

// Flush writes what was collected. While nothing is collected the Writer holds
// no buffer.
func (w *Writer) Flush() error {
	if w.err != nil {
		return w.err
	}
	if w.n > 0 {
		w.send(w.buf[:w.n])
		w.n = 0
	}
	if w.buf != nil {
		buffers.Put(w.buf)
		w.buf = nil
	}
	return w.err
}

func (w *Writer) send(b []byte) {
	n, err := w.dst.Write(b)
	if err == nil && n != len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.err = fmt.Errorf("mysql: writing: %w", err)
	}
}

// write collects b, or passes it on directly when it is so long that copying
// it would cost more than it saves.
func (w *Writer) write(b []byte) error {
	if w.err != nil {
		return w.err
	}
	if w.n+len(b) > bufferSize && w.n > 0 {
		w.send(w.buf[:w.n])
		w.n = 0
	}
	if w.n == 0 && len(b) >= bufferSize/2 {
		if w.err == nil {
			w.send(b)
		}
		return w.err
	}
	if w.buf == nil {
		w.buf = buffers.Get().(*[bufferSize]byte)
	}
	w.n += copy(w.buf[w.n:], b)
	return w.err
}

// header writes the header of the next frame, of n bytes, into the buffer.
func (w *Writer) header(n int) error {
	seq := *w.seq
	*w.seq++
	if w.err == nil && w.n+headerSize > bufferSize {
		w.send(w.buf[:w.n])
		w.n = 0
	}
	if w.err != nil {
		return w.err
	}
	if w.buf == nil {
		w.buf = buffers.Get().(*[bufferSize]byte)
	}
	w.n += copy(w.buf[w.n:], []byte{byte(n), byte(n >> 8), byte(n >> 16), seq})
	return nil
}

// WritePacket writes payload as one packet, in as many frames as it needs. The
// payload is not kept.
func (w *Writer) WritePacket(payload []byte) error {
	for {
		n := min(len(payload), maxFrame)
		if err := w.header(n); err != nil {
			return err
		}
		if n > 0 {
			if err := w.write(payload[:n]); err != nil {
				return err
			}
		}
		if n < maxFrame {
			return nil
		}
		payload = payload[n:]
	}
}
