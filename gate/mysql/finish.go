package mysqlgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// finish records the outcome and releases the last packet.
func (s *session) finish(x *exchange, cmd wire.Command, kind wire.PacketKind, p []byte) error {
	x.Bytes += uint64(len(p))
	if cmd == wire.ComFieldList && kind == wire.KindRowsEnd {
		kind = wire.KindColumnsEnd
	}
	if err := s.read(x, kind, p); err != nil {
		return s.hostile(x, "malformed", err)
	}
	if catalogue.Redefines(&x.act) {
		s.d.catalogue.Stale()
	}
	v := x.Count()
	last := p
	code := wire.ErrorCode(0)
	if kind == wire.KindErr {
		e, err := wire.DecodeError(p)
		if err != nil {
			return s.hostile(x, "malformed", err)
		}
		code = e.Code
		if told, other := discreet(e, v.Discreet); other {
			last = told.Append(nil)
		}
		s.halted(x)
	} else {
		s.succeeded(x)
	}
	if x.affected > 0 || code != 0 {
		v = x.p.Update(func(c *sallyport.Crossing) { x.act.Affected, x.act.Error = x.affected, codeWord(code) })
	}
	if v.Denied() {
		why := v.Reason()
		if x.affected > 0 {
			why.Note += "; the change has been made"
		}
		last = refusal(why, &x.act, x.p.ID()).Append(nil)
	} else if s.keepsPortal(x, cmd, kind) {
		return s.release(last)
	}
	if err := s.closed(x); err != nil {
		return err
	}
	if kind == wire.KindErr || v.Denied() {
		if err := s.unmet(x, kind != wire.KindErr); err != nil {
			return err
		}
	}
	return s.release(last)
}

// succeeded brings the session up to date.
func (s *session) succeeded(x *exchange) {
	s.changed(x.change)
	s.settle(s.scan.Status())
	if x.forget {
		s.forgetStatements(nil)
	}
}

// halted is for a statement that did not come to its end: what it was to change
// in the session it may have changed in part, as a SET does of which a later
// assignment fails. The database is asked before the next one is judged.
func (s *session) halted(x *exchange) {
	if x.change != nil || x.act.Kind == sql.KindSet.String() {
		s.stale = true
	}
}

// closed records the outcome. What cannot be recorded is not released, and the
// session ends. A cursor of the crossing is over with it: rows that it might
// still give would be of no crossing.
func (s *session) closed(x *exchange) error {
	if x.from != nil && x.from.portal == x {
		x.from.portal = nil
	}
	if err := x.p.Close(nil); err != nil {
		s.farewell(s.errorFor(err, &x.c))
		return errAnswered
	}
	return nil
}

// release sends the last packet of a response.
func (s *session) release(p []byte) error { return s.appError(s.down.Send(p)) }
