package mysqlgate

import (
	"errors"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// wantsFile answers a server that asks for a file that the app's statement does
// not name: no honest one does.
func (s *session) wantsFile(x *exchange) error {
	s.up.c.Send(nil) // an empty packet is the end of a file that has nothing in it
	return s.suspect(x, sallyport.Reason{Code: sallyport.LocalFile, Note: "the database asked for a file of the client"}, "local-infile")
}

// unfollowed ends a session whose database broke off or broke the protocol.
func (s *session) unfollowed(x *exchange, err error) error {
	if breach(err) {
		return s.hostile(x, "malformed", err)
	}
	return s.upError(err)
}

// hostile ends a session whose database does what none should.
func (s *session) hostile(x *exchange, finding string, err error) error {
	s.d.env.Log.Warn("The database broke the protocol.", "door", s.d.d.Name, "error", err)
	return s.suspect(x, sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database broke the protocol"}, finding)
}

// suspect records what the database did and ends the session.
func (s *session) suspect(x *exchange, why sallyport.Reason, finding string) error {
	x.Count()
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

// breach tells an error about what a peer sent from one of its connection.
func breach(err error) bool {
	var sequence *wire.SequenceError
	var large *wire.TooLargeError
	return errors.Is(err, wire.ErrMalformed) || errors.As(err, &sequence) || errors.As(err, &large)
}
