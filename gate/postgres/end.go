package postgresgate

import (
	"errors"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// Why a session ends, other than for a refusal.
var (
	errQuit     = errors.New("the client said goodbye")
	errAnswered = errors.New("the session ends; the client has been told")
	errDraining = &ending{sallyport.Draining, "the gateway stops"}
	errIdle     = errors.New("the session was silent for too long")
	errSlow     = errors.New("a message began and did not arrive")
	errLost     = errors.New("the connection to the database was lost")
	errGone     = errors.New("the client went away")
	errStir     = errors.New("the wait was broken off to look round")
)

// ending is a reason of the gateway's own to end a session.
type ending struct {
	code sallyport.ReasonCode
	note string
}

func (e *ending) Error() string { return e.note }

// over tells the app why the session ends, where it does not know and can
// still be told.
func (s *session) over(err error) {
	if hungUpError(err) {
		return
	}
	refused, isRefusal := errors.AsType[*guard.Refusal](err)
	own, isEnding := errors.AsType[*ending](err)
	var e *wire.Error
	switch {
	case isRefusal:
		e = refusal(refused.Verdict.Reason(), nil, sallyport.ID{})
	case isEnding:
		e = refusal(sallyport.Reason{Code: own.code, Note: own.note}, nil, sallyport.ID{})
	case errors.Is(err, errIdle):
		e = wire.NewError(wire.SeverityFatal, wire.CodeIdleSessionTimeout, "sallyport: "+errIdle.Error())
	case errors.Is(err, errSlow):
		c := s.crossing(oddity("message"))
		e = s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: errSlow.Error()})
	case errors.Is(err, errLost):
		e = wire.NewError(wire.SeverityFatal, wire.CodeConnectionFailure, "sallyport: "+errLost.Error())
	default:
		s.d.env.Log.Debug("A session ended by an error of its connection.", "door", s.d.d.Name, "error", err)
		return
	}
	s.farewell(e)
}

// farewell sends the last message of the session.
func (s *session) farewell(e *wire.Error) {
	if s.torn {
		return
	}
	last := *e
	last.Severity, last.SeverityCode = wire.SeverityFatal, wire.SeverityFatal
	s.Last(func() error { return s.down.Send(last.Append(nil)) })
}

// oddity is the act of a message that no statement stands for.
func oddity(message string) *sallyport.Statement {
	return &sallyport.Statement{Protocol: protocol, Kind: "unknown", Writes: true, Shape: message, Unparsed: "it is no statement"}
}

// offence ends the session of a client that breaks the protocol.
func (s *session) offence(note string) error {
	c := s.crossing(oddity("message"))
	s.farewell(s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: note}))
	return errAnswered
}

// appError is an error of the app's leg as a reason to end the session.
func (s *session) appError(err error) error {
	if err == nil {
		return nil
	}
	if why := s.Ended(); why != nil {
		return why
	}
	if breach(err) && s.down.W.Err() == nil {
		return s.offence("the client sent what is no message")
	}
	s.d.env.Log.Debug("The connection of an app was lost.", "door", s.d.d.Name, "error", err)
	return errGone
}

// upError is an error of the database's leg as a reason to end the session.
func (s *session) upError(err error) error {
	if err == nil {
		return nil
	}
	if why := s.Ended(); why != nil {
		return why
	}
	if s.down.W.Err() != nil {
		return s.appError(err)
	}
	if breach(err) {
		return s.hostile("malformed", err)
	}
	s.d.env.Log.Warn("The connection to the database was lost.", "door", s.d.d.Name, "error", err)
	return errLost
}

// breach tells an error about what a peer sent from one of its connection.
func breach(err error) bool { return errors.Is(err, wire.ErrMalformed) }

// hostile ends a session whose database does what none should. What was open is
// closed as refused; where nothing was, the breach is a crossing of its own.
func (s *session) hostile(finding string, err error) error {
	s.d.env.Log.Warn("The database broke the protocol.", "door", s.d.d.Name, "error", err)
	why := sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database broke the protocol"}
	found := sallyport.Finding{Inspector: protocol, Code: finding, Where: "upstream", Count: 1}
	e := s.pipe.suspect(s, why, found)
	if e == nil {
		c := s.crossing(oddity("message"))
		c.Findings = []sallyport.Finding{found}
		e = s.recorded(&c, why)
	}
	s.farewell(e)
	return errAnswered
}
