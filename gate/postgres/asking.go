package postgresgate

import (
	"errors"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// rows runs one statement and shows each row of its result, whose cells are
// borrowed for the call. NULL is nil.
func (u *upstream) rows(query string, each func(cells [][]byte) error) error {
	if err := u.c.Send(wire.AppendQuery(nil, query)); err != nil {
		return err
	}
	var cells [][]byte
	for {
		t, p, err := u.c.ReadMessage()
		if err != nil {
			return err
		}
		switch t {
		case wire.MsgErrorResponse:
			return refusedBy(p)
		case wire.MsgReadyForQuery:
			return nil
		case wire.MsgCopyInResponse, wire.MsgCopyOutResponse:
			return errors.New("the database began a COPY")
		case wire.MsgDataRow:
			cells = cells[:0]
			c := wire.RowCells(p)
			for c.Next() {
				cells = append(cells, c.Value())
			}
			if err := c.Err(); err != nil {
				return err
			}
			if err := each(cells); err != nil {
				return err
			}
		}
	}
}
