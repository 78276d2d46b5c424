package postgresgate

import (
	"bytes"
	"slices"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// rows is what an exchange needs whose rows somebody looks at or has masked:
// they are held one by one, and built anew where a cell was replaced.
type rows struct {
	meta    []wire.Column
	columns []guard.Column
	known   bool // the description has come
	asked   bool // the guard was told the columns
	on      bool // and wants the rows
	row     guard.Row
	before  [][]byte // the row's cells as they came
	build   wire.RowBuilder
}

// define takes a RowDescription. Columns are told by the names that they have
// in the result: which table they are of, the message has as numbers alone.
func (r *rows) define(p []byte) error {
	if r == nil {
		return nil
	}
	meta, err := wire.DecodeRowDescription(r.meta[:0], p)
	if err != nil {
		return err
	}
	r.meta, r.columns, r.known, r.asked = meta, nil, true, false
	for i := range meta {
		r.columns = append(r.columns, guard.Column{Name: string(meta[i].Name), Type: typeOf(&meta[i])})
		meta[i].Name = nil // it is borrowed
	}
	return nil
}

// take is define by what is known of the statement, and the formats that its
// portal was bound with.
func (r *rows) take(columns []wire.Column, forms wire.Formats) {
	r.meta, r.columns, r.known, r.asked = slices.Clone(columns), nil, true, false
	for i := range r.meta {
		r.meta[i].Format = forms.Of(i)
		r.columns = append(r.columns, guard.Column{Type: typeOf(&r.meta[i])})
	}
}

// described takes the answer to a Describe that the app did not ask for, and has
// the statement remember it.
func (x *exchange) described(t wire.MessageType, p []byte) error {
	if t == wire.MsgRowDescription {
		if err := x.shown.define(p); err != nil {
			return err
		}
	} else {
		x.shown.take(nil, wire.Formats{})
	}
	if x.m.act.Kind == sql.KindCursor.String() {
		return nil // the next time the name may stand for another cursor
	}
	x.from.st.columns, x.from.st.described = slices.Clone(x.shown.meta), true
	return nil
}

// wanted tells whether the rows that follow have to be shown. Rows whose
// columns nobody has told of have to be: they are refused.
func (r *rows) wanted(p *guard.Passage) bool {
	if r == nil {
		return false
	}
	if r.known && !r.asked {
		r.asked, r.on = true, p.Result(r.columns)
	}
	return !r.known || r.on
}

// show shows a row and returns it, whole, as it may pass; nil for as it came.
func (r *rows) show(p *guard.Passage, payload []byte) ([]byte, sallyport.Effect, error) {
	r.row.Columns, r.row.Cells = r.columns, r.row.Cells[:0]
	cells := wire.RowCells(payload)
	if !r.known || cells.Len() != len(r.meta) {
		return nil, sallyport.Deny, &wire.MalformedError{Message: "DataRow", Reason: "another number of cells than of columns"}
	}
	for cells.Next() {
		r.row.Cells = append(r.row.Cells, r.plain(cells.Index(), cells.Value()))
	}
	if err := cells.Err(); err != nil {
		return nil, sallyport.Deny, err
	}
	r.before = append(r.before[:0], r.row.Cells...)
	effect := p.Row(&r.row)
	if effect != sallyport.Mask {
		return nil, effect, nil
	}
	cells = wire.RowCells(payload)
	r.build.Start(len(r.meta))
	for i := 0; cells.Next(); i++ {
		now := r.row.Cells[i]
		if (now == nil) == (r.before[i] == nil) && bytes.Equal(now, r.before[i]) {
			r.build.Keep(&cells)
			continue
		}
		if now != nil && r.meta[i].Format == wire.FormatBinary {
			var ok bool
			if now, ok = binaryOf(r.meta[i].Type, now); !ok {
				now = nil // what the column cannot hold must not show what it held
			}
		}
		if now == nil {
			r.build.Null()
		} else {
			r.build.Cell(now)
		}
	}
	out, err := r.build.Row()
	return out, effect, err
}

// plain is a cell as text where its type has one.
func (r *rows) plain(i int, cell []byte) []byte {
	if cell == nil || r.meta[i].Format != wire.FormatBinary {
		return cell
	}
	if text, ok := textOf(r.meta[i].Type, cell); ok {
		return text
	}
	return cell
}

// showRow passes on a row that is looked at. Where it is false the result has
// to be cut before the row.
func (s *session) showRow(x *exchange, p []byte) (bool, error) {
	row, effect, err := x.shown.show(x.p, p)
	switch {
	case err != nil:
		return false, s.upError(err)
	case effect == sallyport.Deny:
		// The row does not reach the app.
		x.TakeBack()
		return false, nil
	case row != nil:
		return true, s.appError(s.down.W.Write(row))
	}
	return true, s.appError(s.down.W.WriteMessage(wire.MsgDataRow, p))
}
