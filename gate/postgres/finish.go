package postgresgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// finish records the outcome of a statement and then passes on what ends it, or
// the refusal in its place.
func (s *session) finish(x *exchange, t wire.MessageType, p []byte) (refused bool, err error) {
	s.cursors.followed()
	switch t {
	case overLimit:
		return true, s.cutRows(x)
	case wire.MsgErrorResponse:
		return false, s.failed(x, p)
	case wire.MsgCommandComplete, wire.MsgEmptyQueryResponse:
	default:
		return false, s.upError(&wire.MalformedError{Message: wire.Backend.Name(t), Reason: "out of its turn"})
	}
	x.Bytes += uint64(len(p))
	v := x.Count()
	if t == wire.MsgCommandComplete {
		tag, err := wire.DecodeCommandComplete(p)
		if err != nil {
			return false, s.upError(err)
		}
		if x.act.Writes && tag.Counted {
			x.affected = tag.Rows
			v = x.p.Update(func(c *sallyport.Crossing) { x.act.Affected = x.affected })
		}
	}
	s.succeeded(x)
	var e *wire.Error
	if v.Denied() {
		why := v.Reason()
		why.Note += s.fate(x, true)
		e = refusal(why, &x.act, x.p.ID())
	}
	if err := s.close(x); err != nil {
		return false, err
	}
	if e != nil {
		return true, s.appError(s.down.W.Write(e.Append(s.down.W.AvailableBuffer())))
	}
	return false, s.appError(s.down.W.WriteMessage(t, p))
}

// fate is what becomes of the change that a refused statement made: the door
// makes the transaction fail that is still open, and knows of none that was
// over with the statement.
func (s *session) fate(x *exchange, done bool) string {
	switch {
	case !x.act.Writes:
		return ""
	case !x.idle:
		return "; the transaction fails and takes the change back"
	case done:
		return "; the change has been made"
	}
	return "; it was ended at its work, and nothing has been changed"
}

// failed records that the database refused a statement, and passes its error on.
func (s *session) failed(x *exchange, p []byte) error {
	e, err := wire.DecodeError(p)
	if err != nil {
		return s.upError(err)
	}
	x.Bytes += uint64(len(p))
	x.Count()
	x.p.Update(func(*sallyport.Crossing) { x.act.Error, x.act.Affected = sqlstate(e.Code), 0 })
	if x.m.change || s.touched {
		s.stale = true
	}
	if err := s.close(x); err != nil {
		return err
	}
	if told, other := discreet(e, s.signIn.login.User, x.p.Verdict().Discreet); other {
		return s.appError(s.down.W.Write(told.Append(s.down.W.AvailableBuffer())))
	}
	return s.appError(s.down.W.WriteMessage(wire.MsgErrorResponse, p))
}

// succeeded brings the session up to date. The database is asked for what a
// change has come to, and not believed to have done what its text says; and so
// it is after what ends a transaction or a part of it that changed something.
func (s *session) succeeded(x *exchange) {
	s.defined = s.defined || catalogue.Redefines(&x.act)
	switch {
	case x.m.change:
		s.stale, s.touched = true, true
	case s.touched && x.act.Kind == sql.KindTransaction.String():
		s.stale = true
	}
	s.pipe.heed(&x.m)
	s.cursors.heed(x)
}
