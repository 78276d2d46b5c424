package postgresgate

import (
	"errors"
	"os"
	"time"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// What a result that is cut may still bring before its statement is cancelled,
// and how long it may take to end.
const (
	drainBytes = 1 << 20
	drainTime  = 5 * time.Second
)

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
	} else if done && x.idle && x.behind {
		// An error tells the app of a rollback that there may not be.
		why.Note += "; what the message changed before it may have been kept"
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
	s.UpDeadline(time.Now().Add(drainTime / 5))
	defer s.UpDeadline(time.Time{})
	r := s.up.c.R
	cancelled := false
	for passed := 0; ; {
		h, err := r.Next()
		if timedOut(err) && !cancelled || passed > drainBytes && !cancelled {
			cancelled = true
			s.d.cancel(s.base, s)
			s.UpDeadline(time.Now().Add(drainTime))
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
