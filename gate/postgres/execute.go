package postgresgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// execute serves Execute: a crossing, or more rows of one that is open.
func (s *session) execute(p []byte) error {
	m, err := wire.DecodeExecute(p)
	if err != nil {
		return s.malformed(wire.MsgExecute)
	}
	o := s.pipe.portals[string(m.Portal)]
	if o == nil {
		return s.refuse(oddity("Execute"), wire.CodeInvalidCursorName, sallyport.Reason{Code: sallyport.Protocol, Note: "the session has no such portal"})
	}
	if err := s.beCertain(); err != nil || s.pipe.skip {
		return err
	}
	// A portal that an Execute is still under way of has to be known to be at its
	// end, or not.
	if s.underWay(o) {
		if err := s.drain(); err != nil || s.pipe.skip {
			return err
		}
	}
	x := o.open
	if x == nil {
		x = &exchange{m: o.st.m, act: o.st.m.in(o.path), path: o.path, given: o.st.given, from: o}
		if certain, err := s.lookUp(x, wire.MsgExecute); err != nil || !certain || s.pipe.skip {
			return err
		}
		no, err := s.admit(x, uint64(o.st.text+o.bytes))
		if err != nil {
			return err
		}
		if no != nil {
			return s.fail(no)
		}
		if x.p.Watched() && x.act.Params > 0 {
			exchanges.Unseen(x.p, protocol, "parameters")
		}
	} else {
		x.Ask()
	}
	return s.sendExecute(x, o, m, p)
}

// underWay tells whether the database was sent an Execute of a portal that it
// has not answered.
func (s *session) underWay(o *portal) bool {
	for i := range s.pipe.queue {
		if s.pipe.queue[i].portal == o {
			return true
		}
	}
	return false
}

// sendExecute sends an Execute. One whose rows somebody looks at is described first,
// since clients that know the columns do not ask.
func (s *session) sendExecute(x *exchange, o *portal, m wire.Execute, p []byte) error {
	if x.shown != nil && !x.shown.known && o.st.described {
		x.shown.take(o.st.columns, o.forms)
	}
	if x.shown != nil && !x.shown.known {
		d := wire.Object{Kind: wire.Portal, Name: m.Portal}.AppendDescribe(nil)
		if err := s.send(wire.MsgDescribe, d[5:], expected{what: wire.MsgDescribe, x: x, silent: true}); err != nil || s.pipe.skip {
			return err
		}
	}
	s.cursors.shake(x.of)
	if err := s.send(wire.MsgExecute, p, expected{what: wire.MsgExecute, portal: o, x: x}); err != nil || s.pipe.skip {
		return err
	}
	if x.shown != nil && !x.shown.wanted(x.p) {
		x.shown = nil
	}
	bounded := x.bounded()
	switch pipe := &s.pipe; {
	case bounded && (x.act.Writes || pipe.ran):
		pipe.hold = holdSync
	case bounded, x.m.change, x.m.named(), x.act.Kind == "transaction":
		pipe.hold = holdMessages
	}
	s.pipe.ran = true
	if x.m.copies != copiesNothing {
		// From here on the database takes what comes for a part of the copy.
		return s.drain()
	}
	if x.m.declares() {
		// Which cursor it made is asked for before anything else runs.
		if err := s.drain(); err != nil || s.pipe.skip {
			return err
		}
		return s.beCertain()
	}
	return nil
}

// answerTo brings the answer to one message to the app.
func (s *session) answerTo(e *expected) error {
	if e.what == wire.MsgExecute {
		return s.ran(e)
	}
	for {
		h, err := s.up.c.R.Next()
		if err != nil {
			return s.upError(err)
		}
		p, err := s.up.c.R.Payload()
		if err != nil {
			return s.upError(err)
		}
		done := false
		switch {
		case h.Type == wire.MsgErrorResponse:
			return s.refusedMessage(e, p)
		case e.what == wire.MsgParse && h.Type == wire.MsgParseComplete:
			s.pipe.statements[e.name] = e.st
			done = true
		case e.what == wire.MsgBind && h.Type == wire.MsgBindComplete, e.what == wire.MsgClose && h.Type == wire.MsgCloseComplete:
			done = true
		case e.what == wire.MsgDescribe && h.Type == wire.MsgParameterDescription && !e.silent:
		case e.what == wire.MsgDescribe && (h.Type == wire.MsgRowDescription || h.Type == wire.MsgNoData):
			done = true
			if e.silent {
				if err := e.x.described(h.Type, p); err != nil {
					return s.upError(err)
				}
			}
		default:
			if err := s.aside(h.Type, p); err != nil {
				return s.upError(err)
			}
			continue
		}
		if !e.silent {
			if err := s.down.W.WriteMessage(h.Type, p); err != nil {
				return s.appError(err)
			}
		}
		if done {
			return nil
		}
	}
}

// refusedMessage passes on the database's error about a message that runs
// nothing. It skips the rest, and so does the door.
func (s *session) refusedMessage(e *expected, p []byte) error {
	s.pipe.skip, s.pipe.failedUp = true, true
	if s.touched {
		s.stale = true
	}
	if e.what == wire.MsgParse && e.name == "" {
		delete(s.pipe.statements, e.name)
	}
	told, err := wire.DecodeError(p)
	if err != nil {
		return s.upError(err)
	}
	if told, other := discreet(told, s.signIn.login.User, false); other {
		return s.appError(s.down.W.Write(told.Append(s.down.W.AvailableBuffer())))
	}
	return s.appError(s.down.W.WriteMessage(wire.MsgErrorResponse, p))
}

// ran brings the response to an Execute to the app.
func (s *session) ran(e *expected) error {
	s.pipe.now = e.x
	defer func() { s.pipe.now = nil }()
	t, p, err := s.response(e.x)
	if err != nil {
		return err
	}
	e.portal.open = nil
	switch t {
	case wire.MsgPortalSuspended:
		e.portal.open = e.x
		e.x.Count()
		return s.appError(s.down.W.WriteMessage(t, p))
	case wire.MsgErrorResponse:
		s.pipe.skip, s.pipe.failedUp = true, true
	}
	refused, err := s.finish(e.x, t, p)
	if err != nil || !refused {
		return err
	}
	if s.pipe.failedUp {
		s.pipe.skip = true // the database skips by itself
		return nil
	}
	return s.poison()
}
