package postgresgate

import (
	"errors"
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// message serves one message of the app. The error ends the session.
func (s *session) message(h wire.Head) error {
	switch h.Type {
	case wire.MsgTerminate:
		return errQuit
	case wire.MsgSync:
		return s.sync()
	case wire.MsgPassword:
		return s.offence("the client has logged in already")
	}
	left := s.pipe.skip // until Sync, as the server does
	switch h.Type {
	case wire.MsgCopyData, wire.MsgCopyDone, wire.MsgCopyFail:
		left = true // of a COPY that has failed
	}
	late := s.down.R.Buffered() < h.Len // it has not come whole, so the watch has to look after it
	if late {
		s.Arriving(true)
		defer s.Arriving(false)
	}
	if left {
		return s.appError(s.down.R.Skip())
	}
	if h.Type == wire.MsgFlush {
		if err := s.down.R.Skip(); err != nil {
			return s.appError(err)
		}
		return s.drain()
	}
	p, err := s.receive(h)
	if p == nil {
		return err
	}
	s.Arriving(false)
	switch h.Type {
	case wire.MsgQuery:
		return s.query(p)
	case wire.MsgParse:
		return s.parse(p)
	case wire.MsgBind:
		return s.bind(p)
	case wire.MsgDescribe:
		return s.describe(p)
	case wire.MsgExecute:
		return s.execute(p)
	case wire.MsgClose:
		return s.closeObject(p)
	}
	return s.unserved(h.Type)
}

// receive reads the message that has begun whole. Where p is nil the app has
// been told why; the error is not nil only where the session has to end.
func (s *session) receive(h wire.Head) (p []byte, err error) {
	refuse := func(why sallyport.Reason, code string) error {
		if err := s.down.R.Skip(); err != nil {
			return s.appError(err)
		}
		c := s.crossing(oddity(wire.Frontend.Name(h.Type)))
		return s.answer(h.Type, recoded(s.recorded(&c, why), code))
	}
	if h.Len > s.d.statement+beyondText {
		return nil, refuse(sallyport.Reason{Code: sallyport.Protocol, Note: "the message is longer than the door's `limits: statement` of " +
			strconv.Itoa(s.d.statement) + " bytes"}, wire.CodeProgramLimitExceeded)
	}
	if p, err = s.down.R.Payload(); err == nil {
		if p == nil {
			p = []byte{}
		}
		return p, nil
	}
	if errors.Is(err, gate.ErrDoorFull) || errors.Is(err, gate.ErrCallerFull) {
		return nil, refuse(sallyport.Reason{Code: sallyport.QuotaSpent, Note: err.Error()}, "")
	}
	return nil, s.appError(err)
}

// recoded gives the answer to a breach of the protocol the code of its own. One
// that says that the ledger cannot record it stays.
func recoded(e *wire.Error, code string) *wire.Error {
	if e.Code == wire.CodeProtocolViolation && code != "" {
		e.Code = code
	}
	return e
}

// unserved refuses a message that this door does not serve.
func (s *session) unserved(t wire.MessageType) error {
	c := s.crossing(oddity(wire.Frontend.Name(t)))
	return s.answer(t, recoded(s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the door does not serve " + wire.Frontend.Name(t)}), wire.CodeFeatureNotSupported))
}

// malformed ends the session of a client whose message cannot be decoded.
func (s *session) malformed(t wire.MessageType) error {
	return s.offence(wire.Frontend.Name(t) + " is malformed")
}

// answer refuses a message as the server would: those that are answered by
// themselves get an error and ReadyForQuery, those of a pipeline an error, and
// the rest of the pipeline is skipped.
func (s *session) answer(t wire.MessageType, e *wire.Error) error {
	if t == wire.MsgQuery || t == wire.MsgFunctionCall {
		return s.answerAlone(e)
	}
	return s.fail(e)
}
