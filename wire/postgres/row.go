package postgres

import (
	"encoding/binary"
	"errors"
)

// Cells splits a row, or the parameters of a Bind, into its values, borrowed,
// one by one:
//
//	cells := postgres.RowCells(payload)
//	for cells.Next() {
//		v := cells.Value()
//	}
//	if err := cells.Err(); err != nil {
//
// A row that has fewer cells than it says, or bytes behind them, is malformed.
// Whether it has as many as it has columns is for the caller to compare: see
// Len.
type Cells struct {
	b     []byte
	n, i  int
	why   string
	value []byte
	enc   []byte
}

// RowCells splits the payload of a DataRow.
func RowCells(p []byte) Cells {
	if len(p) < 2 {
		return Cells{why: whyShort}
	}
	return Cells{b: p[2:], n: int(binary.BigEndian.Uint16(p))}
}

// Len returns how many cells there are.
func (r *Cells) Len() int { return r.n }

// Next goes to the next cell. It is false after the last one and at the first
// malformed one: see Err.
func (r *Cells) Next() bool {
	if r.i >= r.n || r.why != "" {
		return false
	}
	b := r.b
	if len(b) < 4 {
		r.why = whyShort
		return false
	}
	end := 4
	if n := binary.BigEndian.Uint32(b); n == nullLength {
		r.value = nil
	} else {
		if uint64(n) > uint64(len(b)-4) {
			r.why = whyShort
			if int32(n) < 0 {
				r.why = whyNegative
			}
			return false
		}
		end += int(n)
		r.value = b[4:end:end]
	}
	r.enc = b[:end:end]
	r.b = b[end:]
	r.i++
	return true
}

// Value returns the cell that Next went to: nil for NULL, which an empty value
// is not.
func (r *Cells) Value() []byte { return r.value }

// Null reports whether the cell that Next went to is NULL.
func (r *Cells) Null() bool { return r.value == nil }

// Index returns the number of the cell that Next went to, from 0.
func (r *Cells) Index() int { return r.i - 1 }

// Encoded returns the cell that Next went to as it stands in the row, with its
// length.
func (r *Cells) Encoded() []byte { return r.enc }

// Err returns an error when Next stopped at a malformed cell, or when bytes are
// left behind the last one.
func (r *Cells) Err() error {
	if r.why == "" && r.i == r.n && len(r.b) > 0 {
		r.why = whyTrailing
	}
	if r.why != "" {
		return malformed("DataRow", r.why)
	}
	return nil
}

// RowBuilder encodes a DataRow, cell by cell: to write one of its own, or one
// in which some cells were replaced. Its buffer is used again by the next row;
// one that a rare long row left is let go by Release. The zero value is ready
// for Start.
type RowBuilder struct {
	buf  []byte
	n, i int
}

// Start begins a row of so many columns, at most 65,535.
func (b *RowBuilder) Start(columns int) {
	b.n, b.i = columns, 0
	b.buf = append(b.buf[:0], byte(MsgDataRow), 0, 0, 0, 0, byte(columns>>8), byte(columns))
}

// Keep appends the cell that r stands at as it is.
func (b *RowBuilder) Keep(r *Cells) {
	b.buf = append(b.buf, r.enc...)
	b.i++
}

// Null appends a NULL.
func (b *RowBuilder) Null() {
	b.buf = appendU32(b.buf, nullLength)
	b.i++
}

// Cell appends a cell, in the format of its column. It may have another length
// than the one it replaces; nil is NULL, as in Cells.
func (b *RowBuilder) Cell(v []byte) {
	if v == nil {
		b.Null()
		return
	}
	b.buf = append(appendU32(b.buf, uint32(len(v))), v...)
	b.i++
}

// Text is Cell for a string, which is never NULL.
func (b *RowBuilder) Text(s string) {
	b.buf = append(appendU32(b.buf, uint32(len(s))), s...)
	b.i++
}

// Row returns the whole message, valid until the next Start or Release. It is
// an error when there are not as many cells as columns, or when the row does
// not fit a message.
func (b *RowBuilder) Row() ([]byte, error) {
	if b.i != b.n || b.n > maxItems {
		return nil, errors.New("postgres: building a DataRow: another number of cells than of columns")
	}
	if len(b.buf)-1 > maxLength {
		return nil, &TooLargeError{Message: "DataRow", Size: len(b.buf) - headerSize, Max: maxPayload}
	}
	binary.BigEndian.PutUint32(b.buf[1:], uint32(len(b.buf)-1))
	return b.buf, nil
}

// Release lets the memory go.
func (b *RowBuilder) Release() { *b = RowBuilder{} }
