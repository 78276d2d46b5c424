package mysqlgate

import (
	"errors"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// rows asks one question and shows each row of the answer, whose cells are
// borrowed for the call. NULL is nil.
func (u *upstream) rows(query string, each func(cells [][]byte) error) (wire.Status, error) {
	var scan wire.ResultScanner
	u.c.NewExchange()
	if err := u.c.Send(wire.AppendQuery(nil, query, u.caps)); err != nil {
		return 0, err
	}
	if err := scan.Start(wire.ComQuery, u.caps); err != nil {
		return 0, err
	}
	var cells [][]byte
	for !scan.Done() {
		h, err := u.c.R.Next()
		if err != nil {
			return 0, err
		}
		prefix, err := u.c.R.Peek(wire.ScanPrefix)
		if err != nil {
			return 0, err
		}
		kind, err := scan.Step(h, prefix)
		if err != nil {
			return 0, err
		}
		p, err := u.c.R.Packet()
		if err != nil {
			return 0, err
		}
		switch kind {
		case wire.KindErr:
			return 0, refusedBy(p)
		case wire.KindLocalInfile:
			return 0, errors.New("the database asked for a file")
		case wire.KindRow:
			if cells, err = textRow(cells[:0], p, scan.Columns()); err != nil {
				return 0, err
			}
			if err := each(cells); err != nil {
				return 0, err
			}
		}
	}
	return scan.Status(), nil
}

// textRow takes a row of the text protocol apart.
func textRow(cells [][]byte, p []byte, columns int) ([][]byte, error) {
	c := wire.TextCells(p, columns)
	for c.Next() {
		v := c.Value()
		if v.Null {
			cells = append(cells, nil)
			continue
		}
		cells = append(cells, v.Raw)
	}
	return cells, c.Err()
}
