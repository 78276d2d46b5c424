package mysqlgate

import (
	"bytes"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// rows is what an exchange needs whose rows somebody looks at or has masked:
// they are held one by one, and built anew where a cell was replaced.
type rows struct {
	columns []guard.Column
	meta    []wire.ParamType
	asked   bool // the guard was told the columns
	on      bool // and wants the rows
	row     guard.Row
	before  [][]byte // the row's cells as they came
	text    []byte   // of the cells of a binary row
	build   wire.RowBuilder
}

// define takes a packet that is no row.
func (r *rows) define(kind wire.PacketKind, p []byte, caps wire.Capability) error {
	switch kind {
	case wire.KindColumnCount:
		r.columns, r.meta, r.asked = nil, nil, false
	case wire.KindColumn:
		c, err := wire.DecodeColumn(p, caps)
		if err != nil {
			return err
		}
		name := c.OrgName
		if len(name) == 0 {
			name = c.Name // an expression: its alias is all that there is
		}
		r.columns = append(r.columns, guard.Column{Schema: string(c.Schema), Table: string(c.OrgTable), Name: string(name), Type: typeOf(&c)})
		r.meta = append(r.meta, c.Meta())
	}
	return nil
}

// wanted tells whether the rows that follow have to be shown.
func (r *rows) wanted(p *guard.Passage) bool {
	if r == nil {
		return false
	}
	if !r.asked {
		r.asked, r.on = true, p.Result(r.columns)
	}
	return r.on
}

// show shows a row and returns it as it may pass, valid until the next call.
func (r *rows) show(p *guard.Passage, payload []byte, binary bool) ([]byte, sallyport.Effect, error) {
	if err := r.split(payload, binary); err != nil {
		return nil, sallyport.Deny, err
	}
	effect := p.Row(&r.row)
	if effect != sallyport.Mask {
		return payload, effect, nil
	}
	cells := r.cells(payload, binary)
	if binary {
		r.build.StartBinary(r.meta)
	} else {
		r.build.StartText(len(r.columns))
	}
	for i := 0; cells.Next(); i++ {
		now := r.row.Cells[i]
		switch {
		case (now == nil) == (r.before[i] == nil) && bytes.Equal(now, r.before[i]):
			r.build.Keep(&cells)
		case now == nil || r.build.Text(now) != nil:
			r.build.Null() // what the column cannot hold must not show what it held
		}
	}
	out, err := r.build.Row()
	return out, effect, err
}

func (r *rows) cells(payload []byte, binary bool) wire.Cells {
	if binary {
		return wire.BinaryCells(payload, r.meta)
	}
	return wire.TextCells(payload, len(r.columns))
}

// split takes a row apart into cells as the text protocol writes them.
func (r *rows) split(payload []byte, binary bool) error {
	if r.text == nil {
		r.text = make([]byte, 0, 256) // an empty cell is not NULL
	}
	r.row.Columns, r.row.Cells, r.text = r.columns, r.row.Cells[:0], r.text[:0]
	cells := r.cells(payload, binary)
	for cells.Next() {
		v := cells.Value()
		if v.Null {
			r.row.Cells = append(r.row.Cells, nil)
			continue
		}
		from := len(r.text)
		text, err := v.AppendText(r.text)
		if err != nil {
			return err
		}
		r.text = text
		r.row.Cells = append(r.row.Cells, text[from:len(text):len(text)])
	}
	r.before = append(r.before[:0], r.row.Cells...)
	return cells.Err()
}

// showRow passes on a row that is looked at. Where it is false the result has
// to be cut before the row.
func (s *session) showRow(x *exchange) (bool, error) {
	p, err := s.up.c.R.Packet()
	if err != nil {
		return false, s.unfollowed(x, err)
	}
	row, effect, err := x.shown.show(x.p, p, s.scan.Binary())
	if err != nil {
		return false, s.hostile(x, "malformed", err)
	}
	if effect == sallyport.Deny {
		// The row does not reach the app.
		x.TakeBack()
		return false, nil
	}
	return true, s.appError(s.down.W.WritePacket(row))
}
