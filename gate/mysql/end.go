package mysqlgate

import (
	"errors"
	"io"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// Why a session ends, other than for a refusal.
var (
	errQuit     = errors.New("the client said goodbye")
	errAnswered = errors.New("the session ends; the client has been told")
	errDraining = &ending{sallyport.Draining, "the gateway stops"}
	errIdle     = errors.New("the session was silent for too long")
	errSlow     = errors.New("a command began and did not arrive")
	errLost     = errors.New("the connection to the database was lost")
	errGone     = errors.New("the client went away")
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
	if why := s.Ended(); why != nil {
		err = why
	}
	for _, st := range s.prepared {
		st.closePortal(err)
	}
	if errors.Is(err, errQuit) || errors.Is(err, errAnswered) || errors.Is(err, errGone) || errors.Is(err, io.EOF) {
		return
	}
	var e *wire.Error
	var refused *guard.Refusal
	var own *ending
	switch {
	case errors.As(err, &refused):
		e = refusal(refused.Verdict.Reason(), nil, sallyport.ID{})
	case errors.As(err, &own):
		e = refusal(sallyport.Reason{Code: own.code, Note: own.note}, nil, sallyport.ID{})
	case errors.Is(err, errIdle):
		e = wire.NewError(wire.ER_CLIENT_INTERACTION_TIMEOUT, "sallyport: "+errIdle.Error())
	case errors.Is(err, errSlow):
		e = s.tooSlow()
	case errors.Is(err, errLost):
		e = wire.NewError(wire.ER_NET_READ_ERROR, "sallyport: "+errLost.Error())
	default:
		s.d.env.Log.Debug("A session ended by an error of its connection.", "door", s.d.d.Name, "error", err)
		return
	}
	s.farewell(e)
}

// farewell sends the last packet of the session.
func (s *session) farewell(e *wire.Error) {
	if s.torn {
		return
	}
	if s.down.Sequence() == 0 {
		// Between two commands the error answers the next one, which the client
		// may have sent already: that is where it looks.
		s.down.SetSequence(1)
	}
	s.Last(func() error { return s.down.Send(e.Append(nil)) })
}

// offence ends the session of a client that breaks the protocol.
func (s *session) offence(note string) error {
	act := &sallyport.Statement{Protocol: protocol, Kind: sql.KindUnknown.String(), Unparsed: note}
	c := s.crossing(act)
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
	s.d.env.Log.Debug("The connection of an app was lost.", "door", s.d.d.Name, "error", err)
	return errGone
}

// upError is an error of the database's leg as a reason to end the session.
func (s *session) upError(err error) error {
	if why := s.Ended(); why != nil {
		return why
	}
	s.d.env.Log.Warn("The connection to the database was lost.", "door", s.d.d.Name, "error", err)
	return errLost
}
