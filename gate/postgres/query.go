package postgresgate

import (
	"time"

	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// query serves Query: a statement, or several where the door allows it, the
// response and ReadyForQuery. It may come amid a pipeline, of which it is the end.
func (s *session) query(p []byte) error {
	text, err := wire.DecodeQuery(p)
	if err != nil {
		return s.malformed(wire.MsgQuery)
	}
	if err := s.drain(); err != nil || s.pipe.skip {
		return err
	}
	if certain, err := s.certainFor(wire.MsgQuery); err != nil || !certain {
		return err
	}
	s.pipe.dropUnnamed()
	m, err := s.understand(text)
	if err != nil {
		return err
	}
	if m.act.Multi && s.several() {
		return s.queries(p, text)
	}
	x := &exchange{m: m, act: m.in(s.path), path: s.path, idle: s.tx == wire.TxIdle && !s.pipe.begun}
	x.alone = x.idle
	if certain, err := s.lookUp(x, wire.MsgQuery); err != nil || !certain {
		return err
	}
	no, err := s.admit(x, uint64(len(p)))
	if err != nil {
		return err
	}
	if no != nil {
		return s.answerAlone(no)
	}
	s.pipe.now = x
	defer s.settled(x)
	if x.p.Watched() {
		s.d.analyst.NoteText(x.p, text, &s.sql)
		if no := x.p.Refusal(); no != nil {
			e := refusal(no.Verdict.Reason(), &x.act, x.p.ID())
			if err := s.close(x); err != nil {
				return err
			}
			return s.answerAlone(e)
		}
	}
	s.cursors.shake(x.of)
	if err := s.sendQuery(p); err != nil {
		return err
	}
	return s.respond(x)
}

// settled closes the passage of a statement that nothing else ended: the
// connection has.
func (s *session) settled(x *exchange) {
	x.Count()
	x.p.Close(errLost)
	s.pipe.now = nil
}

// sendQuery sends the text on. It is not held any longer than that: p is not
// valid any more.
func (s *session) sendQuery(p []byte) error {
	s.busy = true
	w := s.up.c.W
	w.WriteMessage(wire.MsgQuery, p)
	err := w.Flush()
	s.down.R.Drop()
	return s.upError(err)
}

// respond brings the response to the app. What ends it is held back until the
// outcome is recorded.
func (s *session) respond(x *exchange) error {
	t, p, err := s.response(x)
	if err != nil {
		return err
	}
	refused, err := s.finish(x, t, p)
	if err != nil {
		return err
	}
	return s.ready(refused)
}

// ready reads up to ReadyForQuery and passes it on. Where the app has been told
// an error that the database knows nothing of, an open transaction is made to
// fail as it would have by an error of the database's own.
func (s *session) ready(refused bool) error {
	for {
		h, err := s.up.c.R.Next()
		if err != nil {
			return s.upError(err)
		}
		p, err := s.up.c.R.Payload()
		if err != nil {
			return s.upError(err)
		}
		switch h.Type {
		case wire.MsgReadyForQuery:
			status, err := wire.DecodeReadyForQuery(p)
			if err != nil {
				return s.upError(err)
			}
			return s.release(status, refused)
		case wire.MsgErrorResponse:
			// It failed as it was to be committed.
			if s.touched {
				s.stale = true
			}
			e, err := wire.DecodeError(p)
			if err != nil {
				return s.upError(err)
			}
			e, _ = discreet(e, s.signIn.login.User, s.guarded)
			if !refused {
				if err := s.down.W.Write(e.Append(s.down.W.AvailableBuffer())); err != nil {
					return s.appError(err)
				}
			}
		default:
			if err := s.aside(h.Type, p); err != nil {
				return s.upError(err)
			}
		}
	}
}

// release passes ReadyForQuery on.
func (s *session) release(status wire.TxStatus, refused bool) error {
	s.busy = false
	s.tx = status
	if refused && status == wire.TxActive {
		if err := s.provoke(); err != nil {
			return err
		}
	}
	s.pipe.over(s.tx)
	if s.tx != wire.TxActive {
		s.cursors.over(s.tx)
	}
	if s.tx != wire.TxActive && s.touched {
		s.stale, s.touched = true, s.tx == wire.TxFailed
	}
	if s.tx == wire.TxIdle {
		s.guarded = false
		if s.defined {
			// Others see it from the commit on.
			s.d.catalogue.Stale()
			s.defined = false
		}
	}
	return s.appError(s.down.W.Write(wire.AppendReadyForQuery(s.down.W.AvailableBuffer(), s.tx)))
}

// nowhere is the name of a portal that there is not.
const nowhere = "sallyport refuses"

// provoke makes the open transaction fail, by an error of no other effect.
func (s *session) provoke() error {
	b := wire.Execute{Portal: []byte(nowhere)}.Append(nil)
	if err := s.up.c.Send(wire.AppendEmpty(b, wire.MsgSync)); err != nil {
		return s.upError(err)
	}
	failed := false
	for {
		t, p, err := s.up.c.ReadMessage()
		if err != nil {
			return s.upError(err)
		}
		switch t {
		case wire.MsgErrorResponse:
			failed = true
			if s.touched {
				s.stale = true
			}
		case wire.MsgReadyForQuery:
			if s.tx, err = wire.DecodeReadyForQuery(p); err != nil {
				return s.upError(err)
			}
			if !failed {
				return s.hostile("protocol", nil)
			}
			return nil
		default:
			if err := s.aside(t, p); err != nil {
				return s.upError(err)
			}
		}
	}
}

// answerAlone answers a statement that was refused before it was sent.
func (s *session) answerAlone(e *wire.Error) error {
	if s.pipe.begun {
		// The pipeline before it is of one transaction with it.
		if err := s.fail(e); err != nil {
			return err
		}
		return s.syncNow()
	}
	if err := s.down.W.Write(e.Append(s.down.W.AvailableBuffer())); err != nil {
		return s.appError(err)
	}
	return s.release(s.tx, true)
}

// aside passes on what may come at any time: notices, notifications and
// parameters. Anything else is no part of the conversation.
func (s *session) aside(t wire.MessageType, p []byte) error {
	switch t {
	case wire.MsgNoticeResponse:
		if s.guarded {
			return s.notice(p)
		}
	case wire.MsgNotificationResponse:
	case wire.MsgParameterStatus:
		status, err := wire.DecodeParameterStatus(p)
		if err != nil {
			return err
		}
		s.heed(status)
	default:
		return &wire.MalformedError{Message: wire.Backend.Name(t), Reason: "out of its turn"}
	}
	return s.down.W.WriteMessage(t, p)
}

// notice passes on a notice without what can quote values.
func (s *session) notice(p []byte) error {
	e, err := wire.DecodeError(p)
	if err != nil {
		return err
	}
	return s.down.W.Write(plainly(e).AppendNotice(s.down.W.AvailableBuffer()))
}

// listenTime is what listen waits for more of a message that has begun.
const listenTime = 2 * time.Millisecond

// listen passes on what the database says of itself while the app waits: that
// another session notifies, or that it ends this one. Answers that the app has
// not asked for by Flush or Sync can be so long that a server sends them all the
// same. What it says amid a COPY is for the copy to see to: errStir.
func (s *session) listen(amid bool) error {
	if amid {
		return errStir
	}
	if len(s.pipe.queue) > 0 {
		return s.drain()
	}
	if s.up.c.R.Buffered() == 0 && !gate.Readable(s.up.tcp) {
		return nil
	}
	s.UpDeadline(time.Now().Add(listenTime))
	defer s.UpDeadline(time.Time{})
	for {
		t, p, err := s.up.c.ReadMessage()
		switch {
		case timedOut(err):
			return s.appError(s.down.W.Flush())
		case err != nil:
			return s.upError(err)
		case t == wire.MsgErrorResponse:
			if e, err := wire.DecodeError(p); err == nil {
				told, _ := discreet(e, s.signIn.login.User, false)
				s.farewell(told)
				return errAnswered
			}
			return errLost
		}
		if err := s.aside(t, p); err != nil {
			return s.upError(err)
		}
	}
}
