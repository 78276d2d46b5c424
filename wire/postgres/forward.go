package postgres

import (
	"encoding/binary"
	"errors"
)

// Skip consumes the message that Next began without holding it.
func (r *Reader) Skip() error {
	_, err := r.drain(nil)
	return err
}

// Forward consumes the message that Next began and writes it to w as it is,
// piece by piece, never holding it whole. It returns the payload bytes written.
// After an error both connections are beyond repair, since part of a message
// may have been written; w.Err tells whose error it was.
func (r *Reader) Forward(w *Writer) (n int64, err error) {
	if r.taken > 0 || !r.open {
		return 0, errors.New("postgres: forwarding a message that was not begun, or was partly taken")
	}
	return r.drain(w)
}

func (r *Reader) drain(w *Writer) (n int64, err error) {
	if r.broken != nil {
		return 0, r.broken
	}
	for total := headerSize + r.head.Len; r.open && r.taken < total; {
		c, err := r.chunk(total - r.taken)
		if err == nil && w != nil {
			err = w.Write(c)
		}
		if err != nil {
			r.broken = err
			return max(n-headerSize, 0), err
		}
		r.taken += len(c)
		n += int64(len(c))
	}
	r.open = false
	return n - headerSize, nil
}

// Piece consumes and returns what has come of the payload of the message that
// Next began, at least one byte, waiting for it where there is none. At the end
// of the message it is empty. It is for messages that are looked at without
// being held, such as CopyData:
//
//	head, err := r.Next()
//	err = w.WriteHead(head)
//	for {
//		p, err := r.Piece()
//		if err != nil || len(p) == 0 {
//			break
//		}
//		err = lines.Count(p)
//		err = w.Write(p)
//	}
//
// An error amid a message cannot be repaired, as with Forward.
func (r *Reader) Piece() ([]byte, error) {
	if r.broken != nil {
		return nil, r.broken
	}
	if !r.open {
		return nil, nil
	}
	if r.taken == 0 {
		r.r += headerSize
		r.taken = headerSize
	}
	left := headerSize + r.head.Len - r.taken
	if left == 0 {
		r.open = false
		return nil, nil
	}
	c, err := r.chunk(left)
	if err != nil {
		r.broken = err
		return nil, err
	}
	r.taken += len(c)
	r.open = len(c) < left
	return c, nil
}

// ForwardRows forwards DataRows that are already buffered whole, up to limit of
// them, to w in one piece and untouched, so that a row costs a few nanoseconds.
// It stops at the first message that is no DataRow, is not whole in the buffer
// or is longer than it; that one is for Next and Forward. It never reads and,
// unless w's buffer is full, never writes. rows may be 0.
//
//	for {
//		rows, bytes, err := r.ForwardRows(w, left)
//		if r.Buffered() == 0 { w.Flush() }
//		head, err := r.Next()
//		if head.Type == postgres.MsgDataRow {
//			n, err := r.Forward(w)
//			continue
//		}
//		…
//	}
//
// bytes counts payload. Whether rows may come now is for the caller to know. A
// Reader of the frontend's side has none.
func (r *Reader) ForwardRows(w *Writer, limit uint64) (rows, bytes uint64, err error) {
	if r.open || r.broken != nil || r.from != Backend {
		return 0, 0, nil
	}
	rows, size := scanRows(r.buf[r.r:r.w], limit)
	if rows == 0 {
		return 0, 0, nil
	}
	span := r.buf[r.r : r.r+size]
	r.r += size
	return rows, uint64(size) - headerSize*rows, w.Write(span)
}

// scanRows walks the whole DataRows at the start of buf, at most limit, and
// returns how many there are and the bytes they take.
func scanRows(buf []byte, limit uint64) (rows uint64, size int) {
	// One that has no room for its number of cells is for Next to refuse.
	for rows < limit && len(buf)-size >= headerSize+2 {
		h := buf[size : size+headerSize]
		n := binary.BigEndian.Uint32(h[1:])
		if h[0] != byte(MsgDataRow) || n < 4+2 || uint64(n) > uint64(len(buf)-size-1) {
			break
		}
		size += 1 + int(n)
		rows++
	}
	return rows, size
}
