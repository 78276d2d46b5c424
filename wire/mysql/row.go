package mysql

// nullCell stands in a text row for a cell that is NULL.
const nullCell = 0xFB

// Cells splits a row into its cells, borrowed, one by one:
//
//	cells := mysql.TextCells(payload, len(columns))
//	for cells.Next() {
//		v := cells.Value()
//	}
//	if err := cells.Err(); err != nil {
//
// A row that has fewer cells than columns, or bytes behind them, is malformed.
type Cells struct {
	c     cursor
	meta  []ParamType
	nulls []byte // of a binary row
	n, i  int
	value Value
	enc   []byte
}

// TextCells splits a row of the text protocol. Each Value is of TypeVarString,
// whatever the column's type is.
func TextCells(p []byte, columns int) Cells { return Cells{c: cursor{b: p}, n: columns} }

// BinaryCells splits a row of the binary protocol, whose columns have the types
// in meta. meta is kept, not copied.
func BinaryCells(p []byte, meta []ParamType) Cells {
	r := Cells{c: cursor{b: p}, n: len(meta), meta: meta}
	if r.c.u8() != 0 {
		r.c.bad = true
	}
	r.nulls = r.c.take((len(meta) + 7 + 2) / 8)
	return r
}

// Next goes to the next cell. It is false after the last one and at the first
// malformed one: see Err.
func (r *Cells) Next() bool {
	if r.c.bad || r.i >= r.n {
		return false
	}
	before := r.c.b
	if r.meta == nil {
		r.value = Value{ParamType: ParamType{Type: TypeVarString}}
		if len(before) > 0 && before[0] == nullCell {
			r.value.Null = true
			r.c.take(1)
		} else {
			r.value.Raw = r.c.lenencString()
		}
	} else {
		r.value = Value{ParamType: r.meta[r.i]}
		if bit := r.i + 2; r.nulls[bit/8]&(1<<(bit%8)) != 0 || r.value.Type == TypeNull {
			r.value.Null = true
		} else {
			r.value.Raw = takeValue(&r.c, r.value.Type)
		}
	}
	if r.c.bad {
		return false
	}
	r.enc = before[:len(before)-len(r.c.b)]
	r.i++
	return true
}

// Value returns the cell that Next went to.
func (r *Cells) Value() Value { return r.value }

// Index returns the number of the cell that Next went to, from 0.
func (r *Cells) Index() int { return r.i - 1 }

// Encoded returns the cell that Next went to as it stands in the row, with its
// length: empty for a NULL of a binary row.
func (r *Cells) Encoded() []byte { return r.enc }

// Err returns an error when Next stopped at a malformed cell, or when bytes are
// left behind the last one.
func (r *Cells) Err() error {
	if r.c.bad || r.i == r.n && !r.c.empty() {
		return malformed("row")
	}
	return nil
}

// RowBuilder encodes a row, cell by cell, in either protocol: to write one of
// its own, or one in which some cells were replaced. Its buffer is used again
// by the next row. The zero value is ready for StartText or StartBinary.
type RowBuilder struct {
	buf    []byte
	binary bool
	meta   []ParamType
	n, i   int
}

// StartText begins a row of the text protocol.
func (b *RowBuilder) StartText(columns int) {
	b.buf, b.binary, b.meta, b.n, b.i = b.buf[:0], false, nil, columns, 0
}

// StartBinary begins a row of the binary protocol.
func (b *RowBuilder) StartBinary(meta []ParamType) {
	b.buf, b.binary, b.meta, b.n, b.i = append(b.buf[:0], 0), true, meta, len(meta), 0
	for range (len(meta) + 7 + 2) / 8 {
		b.buf = append(b.buf, 0)
	}
}

// Keep appends the cell that r stands at as it is. r must be of the same
// protocol and have the same columns.
func (b *RowBuilder) Keep(r *Cells) {
	if b.binary && r.value.Null {
		b.Null()
		return
	}
	b.buf = append(b.buf, r.enc...)
	b.i++
}

// Null appends a NULL.
func (b *RowBuilder) Null() {
	if b.binary {
		bit := b.i + 2
		b.buf[1+bit/8] |= 1 << (bit % 8)
	} else {
		b.buf = append(b.buf, nullCell)
	}
	b.i++
}

// Text appends a cell given as text. In a binary row it is converted to the
// column's type; an error says that the text is no value of it, and nothing was
// appended.
func (b *RowBuilder) Text(s []byte) error {
	if !b.binary {
		b.buf = AppendLenencString(b.buf, s)
		b.i++
		return nil
	}
	if b.i >= b.n {
		return malformed("row to be built: too many cells")
	}
	out, err := appendFromText(b.buf, b.meta[b.i], s)
	if err != nil {
		return err
	}
	b.buf = out
	b.i++
	return nil
}

// Row returns the payload, valid until the next Start.
func (b *RowBuilder) Row() ([]byte, error) {
	if b.i != b.n {
		return nil, malformed("row to be built: number of cells")
	}
	return b.buf, nil
}
