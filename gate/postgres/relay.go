package postgresgate

import (
	"errors"
	"os"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// What a result that is cut may still bring before its statement is cancelled,
// and how long it may take to end.
const (
	drainBytes = 1 << 20
	drainTime  = 5 * time.Second
)

// overLimit stands for the type of the message that ends a result which was cut
// at a limit: the database's own end is still to come.
const overLimit wire.MessageType = 0

// relay brings the rows of a statement to the app: frames are forwarded
// untouched and counted. It returns what ends them, not yet passed on: the end
// of the statement or of the portal's turn, an error, the begin of a COPY, or
// overLimit.
func (s *session) relay(x *exchange) (wire.MessageType, []byte, error) {
	up, down := s.up.c, s.down
	for {
		show := x.shown.wanted(x.p)
		if !show {
			rows, bytes, err := up.R.ForwardRows(down.W, x.left)
			x.took(rows, bytes)
			if err != nil {
				return 0, nil, s.appError(err)
			}
		}
		if up.R.Buffered() == 0 {
			if err := down.W.Flush(); err != nil {
				return 0, nil, s.appError(err)
			}
		}
		h, err := up.R.Next()
		if err != nil {
			return 0, nil, s.upError(err)
		}
		if h.Type == wire.MsgDataRow && !show {
			if x.left == 0 && !x.mayPass() {
				return overLimit, nil, nil
			}
			n, err := up.R.Forward(down.W)
			if err != nil {
				s.torn = true
				return 0, nil, s.upError(err)
			}
			x.took(1, uint64(n))
			continue
		}
		p, err := up.R.Payload()
		if err != nil {
			return 0, nil, s.upError(err)
		}
		switch h.Type {
		case wire.MsgDataRow:
			passed, err := s.showRow(x, p)
			if err != nil || !passed {
				return overLimit, nil, err
			}
		case wire.MsgRowDescription:
			if err := x.shown.define(p); err != nil {
				return 0, nil, s.upError(err)
			}
			x.bytes += uint64(len(p))
			if err := down.W.WriteMessage(h.Type, p); err != nil {
				return 0, nil, s.appError(err)
			}
		case wire.MsgCommandComplete, wire.MsgEmptyQueryResponse, wire.MsgPortalSuspended, wire.MsgErrorResponse,
			wire.MsgCopyInResponse, wire.MsgCopyOutResponse:
			return h.Type, p, nil
		default:
			if err := s.aside(h.Type, p); err != nil {
				return 0, nil, s.upError(err)
			}
		}
	}
}

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
	x.bytes += uint64(len(p))
	v := x.count()
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
	x.bytes += uint64(len(p))
	x.count()
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

// cutRows ends a result at its limit: an error stands in the place of the rows
// that are too many, the database's own are thrown away.
func (s *session) cutRows(x *exchange) error {
	why := x.p.Verdict().Reason()
	done, rows, err := s.drainResult()
	if err != nil {
		return err
	}
	if x.m.change || s.touched {
		s.stale = true
	}
	if x.act.Writes {
		// The record and the app are told what became of the change.
		why.Note += s.fate(x, done)
		x.p.Update(func(c *sallyport.Crossing) { x.act.Affected = c.In.Rows + rows })
	}
	if err := s.close(x); err != nil {
		return err
	}
	e := refusal(why, &x.act, x.p.ID())
	return s.appError(s.down.W.Write(e.Append(s.down.W.AvailableBuffer())))
}

// drainResult throws away what is left of a response up to its end, which it
// takes too, and tells whether the statement came to it. One that has much more
// to give, or takes long, is cancelled; where even that does not end it, the
// session has to.
func (s *session) drainResult() (done bool, rows uint64, err error) {
	s.upDeadline(time.Now().Add(drainTime / 5))
	defer s.upDeadline(time.Time{})
	r := s.up.c.R
	cancelled := false
	for passed := 0; ; {
		h, err := r.Next()
		if timedOut(err) && !cancelled || passed > drainBytes && !cancelled {
			cancelled = true
			s.d.cancel(s.base, s)
			s.upDeadline(time.Now().Add(drainTime))
			if err != nil {
				continue
			}
		}
		if err != nil {
			return false, rows, s.upError(err)
		}
		passed += h.Len
		switch h.Type {
		case wire.MsgDataRow:
			rows++
			err = r.Skip()
		case wire.MsgCopyData, wire.MsgCopyDone, wire.MsgRowDescription, wire.MsgCopyOutResponse:
			err = r.Skip()
		case wire.MsgCopyInResponse:
			if err = r.Skip(); err == nil {
				err = s.up.c.Send(giveUp)
			}
		case wire.MsgCommandComplete, wire.MsgPortalSuspended, wire.MsgEmptyQueryResponse:
			return true, rows, s.upError(r.Skip())
		case wire.MsgErrorResponse:
			s.pipe.failedUp = true
			return false, rows, s.upError(r.Skip())
		default:
			var p []byte
			if p, err = r.Payload(); err == nil {
				err = s.aside(h.Type, p)
			}
		}
		if err != nil {
			return false, rows, s.upError(err)
		}
	}
}

func timedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
