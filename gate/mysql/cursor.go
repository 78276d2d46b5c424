package mysqlgate

import (
	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// keepsPortal tells whether the crossing goes on: the rows wait in a cursor
// that the app will fetch from.
func (s *session) keepsPortal(x *exchange, cmd wire.Command, kind wire.PacketKind) bool {
	if x.from == nil || kind == wire.KindErr {
		return false
	}
	status := s.scan.Status()
	open := cmd == wire.ComStmtExecute && status.Has(wire.StatusCursorExists) ||
		cmd == wire.ComStmtFetch && !status.Has(wire.StatusLastRowSent)
	x.from.portal = nil
	if open {
		x.from.portal = x
	}
	return open
}

// fetch serves COM_STMT_FETCH: more rows of a crossing that is open.
func (s *session) fetch(p []byte) error {
	if _, err := wire.DecodeFetch(p); err != nil {
		return s.offence("COM_STMT_FETCH is malformed")
	}
	st, _ := s.statement(p)
	if st == nil {
		return s.unknown(wire.ComStmtFetch)
	}
	x := st.portal
	if x == nil {
		return s.refuseCode(&st.act, wire.ER_STMT_HAS_NO_OPEN_CURSOR, sallyport.Reason{Code: sallyport.Protocol, Note: "the statement has no open cursor"})
	}
	x.affected = 0
	x.Ask()
	if err := s.send(p); err != nil {
		return err
	}
	err := s.respond(x, wire.ComStmtFetch)
	if err != nil {
		st.portal = nil
	}
	return err
}

// closeCursor closes a cursor at the database without a word to the app.
func (s *session) closeCursor(st *prepared) error {
	if err := s.send(wire.AppendStatementCommand(nil, wire.ComStmtReset, st.id)); err != nil {
		return err
	}
	if err := s.scan.Start(wire.ComStmtReset, s.caps); err != nil {
		return s.upError(err)
	}
	for !s.scan.Done() {
		if _, err := s.step(); err != nil {
			return s.upError(err)
		}
		if err := s.up.c.R.Skip(); err != nil {
			return s.upError(err)
		}
	}
	return nil
}
