package mysqlgate

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// What a result that is cut may still bring before its statement is killed,
// and how long it may take to end.
const (
	drainBytes = 1 << 20
	drainTime  = 5 * time.Second
	undoTime   = time.Minute // of a write: a database that is told to end one undoes it first
)

// respond brings the response to the app: frames are forwarded untouched and
// counted, what ends the response is held back until the outcome is recorded.
func (s *session) respond(x *exchange, cmd wire.Command) error {
	if err := s.scan.Start(cmd, s.caps); err != nil {
		return s.hostile(x, "protocol", err)
	}
	err := s.relay(x, cmd)
	if err != nil {
		x.count()
		x.p.Close(err)
	}
	return err
}

func (s *session) relay(x *exchange, cmd wire.Command) error {
	scan, up, down := &s.scan, s.up.c, s.down
	s.warns(x)
	for {
		show := scan.InRows() && x.shown.wanted(x.p)
		if scan.InRows() && !show {
			rows, bytes, err := up.R.ForwardRows(down.W, scan, x.left)
			x.took(rows, bytes)
			if err != nil {
				return s.between(x, err)
			}
		}
		if up.R.Buffered() == 0 {
			if err := down.W.Flush(); err != nil {
				return s.appError(err)
			}
		}
		kind, err := s.step()
		if err != nil {
			return s.unfollowed(x, err)
		}
		if kind == wire.KindRow && show {
			switch passed, err := s.showRow(x); {
			case err != nil:
				return err
			case !passed:
				return s.cutRows(x, cmd)
			}
			continue
		}
		if kind == wire.KindRow && x.left == 0 && !x.mayPass() {
			return s.cutRows(x, cmd)
		}
		ends := kind == wire.KindOK || kind == wire.KindRowsEnd // a result, and so a statement where another follows
		if scan.Done() || len(x.rest) > 0 && ends {
			p, err := up.R.Packet()
			if err != nil {
				return s.unfollowed(x, err)
			}
			return s.finish(x, cmd, kind, p)
		}
		switch kind {
		case wire.KindOK:
			if err := s.among(x, kind); err != nil {
				return err
			}
		case wire.KindLocalInfile:
			return s.wantsFile(x)
		case wire.KindColumnCount, wire.KindColumn:
			if err := s.head(x, kind); err != nil {
				return err
			}
		default:
			n, err := up.R.Forward(down.W)
			if err != nil {
				return s.halfway(x, err)
			}
			if kind == wire.KindRow {
				x.took(1, uint64(n))
			} else {
				x.bytes += uint64(n)
			}
		}
	}
}

// head passes on what comes before the rows of a result.
func (s *session) head(x *exchange, kind wire.PacketKind) error {
	if x.shown == nil {
		n, err := s.up.c.R.Forward(s.down.W)
		if err != nil {
			return s.halfway(x, err)
		}
		x.bytes += uint64(n)
		return nil
	}
	p, err := s.up.c.R.Packet()
	if err != nil {
		return s.unfollowed(x, err)
	}
	if err := x.shown.define(kind, p, s.caps); err != nil {
		return s.hostile(x, "malformed", err)
	}
	x.bytes += uint64(len(p))
	return s.appError(s.down.W.WritePacket(p))
}

// step looks at the next packet of the response without taking it.
func (s *session) step() (wire.PacketKind, error) {
	h, err := s.up.c.R.Next()
	if err != nil {
		return wire.KindInvalid, err
	}
	prefix, err := s.up.c.R.Peek(wire.ScanPrefix)
	if err != nil {
		return wire.KindInvalid, err
	}
	return s.scan.Step(h, prefix)
}

// among passes on an OK that ends one result of several.
func (s *session) among(x *exchange, kind wire.PacketKind) error {
	p, err := s.up.c.R.Packet()
	if err != nil {
		return s.unfollowed(x, err)
	}
	if err := s.read(x, kind, p); err != nil {
		return s.hostile(x, "malformed", err)
	}
	x.bytes += uint64(len(p))
	if err := s.down.W.WritePacket(p); err != nil {
		return s.appError(err)
	}
	return nil
}

// read takes from a packet that ends a result what it says of the statement
// and of the session.
func (s *session) read(x *exchange, kind wire.PacketKind, p []byte) error {
	if kind != wire.KindOK && kind != wire.KindRowsEnd || kind == wire.KindRowsEnd && !s.caps.Has(wire.ClientDeprecateEOF) {
		return nil
	}
	ok, err := wire.DecodeOK(p, s.caps)
	if err != nil {
		return err
	}
	x.affected += ok.AffectedRows
	s.heed(&ok)
	return nil
}

// finish records the outcome and releases the last packet.
func (s *session) finish(x *exchange, cmd wire.Command, kind wire.PacketKind, p []byte) error {
	x.bytes += uint64(len(p))
	if cmd == wire.ComFieldList && kind == wire.KindRowsEnd {
		kind = wire.KindColumnsEnd
	}
	if err := s.read(x, kind, p); err != nil {
		return s.hostile(x, "malformed", err)
	}
	if catalogue.Redefines(&x.act) {
		s.d.catalogue.Stale()
	}
	v := x.count()
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
	s.upDeadline(time.Now().Add(limit))
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
	s.upDeadline(time.Time{})
	return kind != wire.KindErr, nil
}

// wantsFile answers a server that asks for a file of the client. The app has
// not said that it would give one, so no honest server asks.
func (s *session) wantsFile(x *exchange) error {
	s.up.c.R.Skip()
	s.up.c.Send(nil) // an empty packet is the end of a file that has nothing in it
	return s.suspect(x, sallyport.Reason{Code: sallyport.LocalFile, Note: "the database asked for a file of the client"}, "local-infile")
}

// halfway is an error amid a packet: what was written of it cannot be undone.
func (s *session) halfway(x *exchange, err error) error {
	s.torn = true
	return s.between(x, err)
}

// between is an error between two packets, of either leg.
func (s *session) between(x *exchange, err error) error {
	if s.down.W.Err() != nil {
		return s.appError(err)
	}
	return s.unfollowed(x, err)
}

// unfollowed ends a session whose database broke off or broke the protocol.
func (s *session) unfollowed(x *exchange, err error) error {
	if breach(err) {
		return s.hostile(x, "malformed", err)
	}
	return s.upError(err)
}

// breach tells an error about what a peer sent from one of its connection.
func breach(err error) bool {
	var sequence *wire.SequenceError
	var large *wire.TooLargeError
	return errors.Is(err, wire.ErrMalformed) || errors.As(err, &sequence) || errors.As(err, &large)
}

// accuse is unfollowed for a command that is no crossing of its own.
func (s *session) accuse(cmd wire.Command, err error) error {
	if !breach(err) {
		return s.upError(err)
	}
	s.d.env.Log.Warn("The database broke the protocol.", "door", s.d.d.Name, "error", err)
	c := s.crossing(oddity(cmd))
	c.Findings = []sallyport.Finding{{Inspector: protocol, Code: "malformed", Where: "upstream", Count: 1}}
	s.farewell(s.recorded(&c, sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database broke the protocol"}))
	return errAnswered
}

// hostile ends a session whose database does what none should.
func (s *session) hostile(x *exchange, finding string, err error) error {
	s.d.env.Log.Warn("The database broke the protocol.", "door", s.d.d.Name, "error", err)
	return s.suspect(x, sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database broke the protocol"}, finding)
}

// suspect records what the database did and ends the session.
func (s *session) suspect(x *exchange, why sallyport.Reason, finding string) error {
	x.count()
	x.p.Update(func(c *sallyport.Crossing) {
		c.Findings = append(c.Findings, sallyport.Finding{Inspector: protocol, Code: finding, Where: "upstream", Count: 1})
	})
	x.p.Deny(why)
	e := refusal(why, &x.act, x.p.ID())
	if err := x.p.Close(nil); err != nil {
		e = s.errorFor(err, &x.c)
	}
	s.farewell(e)
	return errAnswered
}

// pass forwards a command that is no crossing of its own, and its response.
// seen, where not nil, is shown the first packet. It returns what ended the
// response.
func (s *session) pass(cmd wire.Command, p []byte, seen func(wire.PacketKind, []byte)) (wire.PacketKind, error) {
	if err := s.send(p); err != nil {
		return 0, err
	}
	if err := s.scan.Start(cmd, s.caps); err != nil {
		return 0, s.upError(err)
	}
	for first := true; ; first = false {
		if s.up.c.R.Buffered() == 0 {
			if err := s.down.W.Flush(); err != nil {
				return 0, s.appError(err)
			}
		}
		kind, err := s.step()
		if err != nil {
			return kind, s.accuse(cmd, err)
		}
		packet, err := s.up.c.R.Packet()
		if err != nil {
			return kind, s.accuse(cmd, err)
		}
		if first && seen != nil {
			seen(kind, packet)
		}
		if kind == wire.KindErr {
			e, err := wire.DecodeError(packet)
			if err != nil {
				return kind, s.accuse(cmd, err)
			}
			if told, other := discreet(e, false); other {
				packet = told.Append(nil)
			}
		}
		if err := s.down.WritePacket(packet); err != nil {
			return kind, s.appError(err)
		}
		if s.scan.Done() {
			if kind != wire.KindErr && cmd != wire.ComStmtPrepare {
				s.settle(s.scan.Status())
			}
			return kind, s.appError(s.down.W.Flush())
		}
	}
}
