package mysqlgate

import (
	"time"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// What a result that is cut may still bring before its statement is killed,
// and how long it may take to end.
const (
	drainBytes = 1 << 20
	drainTime  = 5 * time.Second
	undoTime   = time.Minute // of a write: a database that is told to end one undoes it first
)

// cutRows ends a result at its limit: an error stands in the place of the rows
// that are too many, the database's own are thrown away.
func (s *session) cutRows(x *exchange, cmd wire.Command) error {
	portal := x.from != nil && x.from.portal == x
	if portal {
		x.from.portal = nil
	}
	s.halted(x)
	why := x.p.Verdict().Reason()
	if x.act.Writes {
		// The record and the app are told what became of the change.
		done, err := s.drainResult(x)
		if err != nil {
			return err
		}
		if done {
			why.Note += "; the change has been made"
		} else {
			why.Note += "; it was ended at its work, and the change may have been made in part"
		}
		x.p.Update(func(c *sallyport.Crossing) { x.act.Affected = c.In.Rows + x.affected })
	}
	if err := s.closed(x); err != nil {
		return err
	}
	if err := s.unmet(x, true); err != nil {
		return err
	}
	if err := s.release(refusal(why, &x.act, x.p.ID()).Append(nil)); err != nil {
		return err
	}
	if !s.scan.Done() {
		if _, err := s.drainResult(x); err != nil {
			return err
		}
	}
	s.settle(s.scan.Status())
	if portal {
		return s.closeCursor(x.from)
	}
	return nil
}

// drainResult throws away what is left of a response, and tells whether the
// statement came to its end. One that has much more to give is killed; where
// even that does not end it, the session has to.
func (s *session) drainResult(x *exchange) (done bool, err error) {
	limit := drainTime
	if x.act.Writes {
		limit = undoTime
	}
	s.UpDeadline(time.Now().Add(limit))
	var killed chan struct{}
	passed := int64(0)
	kind := wire.KindRow
	for !s.scan.Done() {
		n, err := s.up.c.R.Forward(nil)
		if err != nil {
			return false, s.upError(err)
		}
		if x.act.Writes && kind == wire.KindRow {
			x.affected++ // of a RETURNING: one row for each that was changed
		}
		if passed += n; passed > drainBytes && killed == nil {
			killed = make(chan struct{})
			go func() {
				defer close(killed)
				s.d.kill(s.base, s.signIn, "QUERY", s.up.thread)
			}()
		}
		if kind, err = s.step(); err != nil {
			return false, s.upError(err)
		}
	}
	if err := s.up.c.R.Skip(); err != nil {
		return false, s.upError(err)
	}
	if killed != nil {
		// A kill that came late would hit the next statement.
		<-killed
	}
	s.UpDeadline(time.Time{})
	return kind != wire.KindErr, nil
}
