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

// inquire asks the session's database by messages that do not end an implicit
// transaction where one is under way, and shows each row of the answer, which is
// borrowed for the call. Nothing of it reaches the app.
func (s *session) inquire(query string, forms wire.Formats, row func(payload []byte) error) error {
	parse := wire.Parse{Name: []byte(asking), Query: []byte(query)}
	bind := wire.Bind{Portal: []byte(asking), Statement: []byte(asking), ResultFormats: forms}
	// One that failed has left its statement behind.
	b := wire.Object{Kind: wire.PreparedStatement, Name: []byte(asking)}.AppendClose(nil)
	b = bind.Append(parse.Append(b))
	b = wire.Execute{Portal: []byte(asking)}.Append(b)
	b = wire.Object{Kind: wire.Portal, Name: []byte(asking)}.AppendClose(b)
	b = wire.Object{Kind: wire.PreparedStatement, Name: []byte(asking)}.AppendClose(b)
	last := wire.MsgReadyForQuery
	if s.pipe.begun {
		b, last = wire.AppendEmpty(b, wire.MsgFlush), wire.MsgCloseComplete
	} else {
		b = wire.AppendEmpty(b, wire.MsgSync)
	}
	if err := s.up.c.Send(b); err != nil {
		return err
	}
	closed := 0
	var refused error
	for {
		t, p, err := s.up.c.ReadMessage()
		if err != nil {
			return err
		}
		switch t {
		case wire.MsgErrorResponse:
			e, err := wire.DecodeError(p)
			if err != nil {
				return err
			}
			if refused = (unanswered{e}); s.pipe.begun {
				return refused
			}
		case wire.MsgDataRow:
			if err := row(p); err != nil {
				return err
			}
		case wire.MsgCloseComplete:
			closed++
		case wire.MsgReadyForQuery:
			if s.tx, err = wire.DecodeReadyForQuery(p); err != nil {
				return err
			}
			if refused != nil {
				return refused
			}
		case wire.MsgParseComplete, wire.MsgBindComplete, wire.MsgCommandComplete:
		default:
			if err := s.aside(t, p); err != nil {
				return err
			}
		}
		if t == last && closed == 3 {
			return nil
		}
	}
}
