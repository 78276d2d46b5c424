package mysqlgate

import (
	"errors"
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// longestFrame is the length of a frame that is continued by another.
const longestFrame = 1<<24 - 1

// receive reads the command that has begun whole. Where p is nil the app has
// been told why; the error is not nil only where the session has to end.
func (s *session) receive(cmd wire.Command, h wire.Head) (p []byte, err error) {
	if h.Len > s.d.statement+beyondText && h.Len < longestFrame {
		return nil, s.leave(h, s.tooLong(cmd))
	}
	p, err = s.down.R.Packet()
	if err == nil {
		return p, nil
	}
	var large *wire.TooLargeError
	switch {
	case errors.Is(err, gate.ErrDoorFull), errors.Is(err, gate.ErrCallerFull):
		c := s.crossing(oddity(cmd))
		return nil, s.leave(h, s.recorded(&c, sallyport.Reason{Code: sallyport.QuotaSpent, Note: err.Error()}))
	case errors.As(err, &large):
		return nil, s.leave(h, s.tooLong(cmd))
	}
	return nil, s.amid(err)
}

// amid is an error amid a command: of the app's connection, or a breach of the
// protocol by the app.
func (s *session) amid(err error) error {
	if breach(err) {
		return s.astray(err)
	}
	return s.appError(err)
}

// leave answers a command that is not taken: behind its end where that is in
// sight, and else with the last packet of the session.
func (s *session) leave(h wire.Head, e *wire.Error) error {
	if h.Len == longestFrame {
		s.farewell(e)
		return errAnswered
	}
	if err := s.down.R.Skip(); err != nil {
		return s.appError(err)
	}
	return s.answer(e)
}

// tooLong records a command that is longer than the door reads.
func (s *session) tooLong(cmd wire.Command) *wire.Error {
	c := s.crossing(oddity(cmd))
	e := s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the command is longer than the door's `limits: statement` of " + strconv.Itoa(s.d.statement) + " bytes"})
	return recoded(e, wire.ER_NET_PACKET_TOO_LARGE)
}

// tooSlow records a command that began and did not arrive.
func (s *session) tooSlow() *wire.Error {
	c := s.crossing(oddity(s.cmd))
	return recoded(s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: errSlow.Error()}), wire.ER_NET_READ_INTERRUPTED)
}

// recoded gives the answer to a breach of the protocol the code of its own. One
// that says that the ledger cannot record it stays.
func recoded(e *wire.Error, code wire.ErrorCode) *wire.Error {
	if e.Code == wire.ER_MALFORMED_PACKET {
		e.Code, e.State = code, code.SQLState()
	}
	return e
}

// understand describes the statement in text. The error is why the session has
// to end.
func (s *session) understand(x *exchange, text []byte) (err error) {
	x.meaning, err = s.d.analyst.describe(&x.act, s.Gone, text, &s.sql, s.d.d.Database)
	if err != nil {
		return s.Ended()
	}
	return nil
}
