package mysqlgate

import (
	"errors"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// longData serves COM_STMT_SEND_LONG_DATA, which has no answer: what is too
// much spoils the next execution, as it does at a server.
func (s *session) longData(h wire.Head) error {
	const fixed = 7 // command, statement, parameter
	p, err := s.down.R.Peek(fixed)
	if err != nil {
		return s.appError(err)
	}
	if len(p) < fixed {
		return s.offence("COM_STMT_SEND_LONG_DATA is malformed")
	}
	st, _ := s.statement(p)
	if st != nil && s.long+int64(h.Len) > int64(s.d.statement) {
		st.spoiled = true
		st = nil
	}
	if st == nil {
		if err := s.down.R.Skip(); err != nil {
			return s.amid(err)
		}
		return nil
	}
	if n := int(p[5]) | int(p[6])<<8; n < st.act.Params {
		if st.longs == nil {
			st.longs = make([]bool, st.act.Params)
		}
		st.longs[n] = true
	}
	s.up.c.NewExchange()
	n, err := s.down.R.ForwardMost(s.up.c.W, int64(s.d.statement)-s.long)
	if err == nil {
		err = s.up.c.W.Flush()
	}
	var large *wire.TooLargeError
	if errors.As(err, &large) {
		// The database has the first frames and waits for one that does not come.
		s.farewell(s.tooLong(wire.ComStmtSendLongData))
		return errAnswered
	}
	if err != nil {
		if s.up.c.W.Err() != nil {
			return s.upError(err)
		}
		return s.amid(err)
	}
	st.long += n
	s.long += n
	return nil
}

// forgetLong notes that the long data of a statement is gone.
func (s *session) forgetLong(st *prepared) {
	s.long -= st.long
	st.long = 0
	clear(st.longs)
}
