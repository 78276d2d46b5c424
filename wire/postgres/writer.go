package postgres

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Writer writes messages to one side of a connection. It collects them and
// writes only when its buffer is full or Flush is called. The first error
// stays: every later call returns it. A Writer is not safe for concurrent use.
// While nothing is collected it holds no buffer.
type Writer struct {
	dst io.Writer
	buf *[bufferSize]byte // nil while empty
	n   int
	err error
}

// NewWriter writes to dst.
func NewWriter(dst io.Writer) *Writer { return &Writer{dst: dst} }

// Err returns the error that broke the Writer, or nil.
func (w *Writer) Err() error { return w.err }

// Buffered returns how many bytes wait for Flush.
func (w *Writer) Buffered() int { return w.n }

// Flush writes what was collected and hands the buffer back for others to use.
func (w *Writer) Flush() error {
	if w.err == nil && w.n > 0 {
		w.send(w.buf[:w.n])
	}
	w.n = 0
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
		w.err = fmt.Errorf("postgres: writing: %w", err)
	}
}

// AvailableBuffer returns the free part of the Writer's buffer, empty, for a
// message to be encoded in place, as bufio.Writer's does:
//
//	err := w.Write(postgres.AppendQuery(w.AvailableBuffer(), "SELECT 1"))
//
// It is valid until the Writer's next method.
func (w *Writer) AvailableBuffer() []byte {
	if w.buf == nil {
		w.buf = buffers.Get().(*[bufferSize]byte)
	}
	return w.buf[w.n:w.n]
}

// Write collects b: whole messages, or pieces of one behind WriteHead. It
// passes b on directly when it is so long that copying it would cost more than
// it saves. b is not kept.
func (w *Writer) Write(b []byte) error {
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

// WriteHead writes the header of a message whose payload of h.Len bytes the
// caller writes behind it, in pieces: none more and none less.
func (w *Writer) WriteHead(h Head) error {
	length := frameLength(h.Len + 4)
	if w.err == nil && w.n+headerSize > bufferSize {
		w.send(w.buf[:w.n])
		w.n = 0
	}
	if w.err != nil {
		return w.err
	}
	b := append(w.AvailableBuffer(), byte(h.Type))
	w.n += len(binary.BigEndian.AppendUint32(b, length))
	return nil
}

// WriteMessage writes one message with the given payload, which is not kept.
func (w *Writer) WriteMessage(t MessageType, payload []byte) error {
	if err := w.WriteHead(Head{Type: t, Len: len(payload)}); err != nil {
		return err
	}
	return w.Write(payload)
}

// WriteEncryptionAnswer writes the single byte that answers an SSLRequest or a
// GSSENCRequest; see Reader.ReadEncryptionAnswer.
func (w *Writer) WriteEncryptionAnswer(request EncryptionRequest, yes bool) error {
	b := [1]byte{encryptionNo}
	if yes {
		b[0] = request.yes()
	}
	return w.Write(b[:])
}
