package postgresgate

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// reach logs in to the database and learns the session's state there.
func (s *session) reach(ctx context.Context, params []wire.Parameter) error {
	login := s.d.d.Login
	if s.login != "" {
		var ok bool
		if login, ok = s.d.env.Live.Load().Login(s.d.d.Name, s.login); !ok {
			return &upstreamError{note: "the door has no login of the rule's name"}
		}
	}
	s.signIn = wanted{login: login, database: s.d.d.Database, params: params}
	up, err := s.d.connect(ctx, s.signIn)
	if err != nil {
		return err
	}
	s.up = up
	if err := s.Reach(up.tcp); err != nil {
		up.close(false)
		return err
	}
	s.to.Addr = up.addr
	for _, p := range up.statuses {
		s.heed(p)
	}
	s.UpDeadline(time.Now().Add(s.d.handshake))
	if err := s.ask(); err != nil {
		up.close(false)
		return &upstreamError{note: "the database does not tell the session's state", err: err}
	}
	s.UpDeadline(time.Time{})
	return nil
}

// unreached records that the database could not be used, and is what the app
// gets to know of it.
func (s *session) unreached(p *guard.Passage, act *sallyport.Logon, err error) *wire.Error {
	if s.Ended() == nil {
		gate.Unusable(s.d.env.Log, &s.d.d, s.login, err)
	}
	e := asUpstreamError(err)
	why := e.reason()
	if cut, ok := errors.AsType[*guard.Refusal](err); ok {
		why = cut.Verdict.Reason()
	}
	p.Update(func(c *sallyport.Crossing) {
		act.Error = e.code
		c.Findings = append(c.Findings, e.findings()...)
	})
	p.Deny(why)
	if err := p.Close(nil); err != nil {
		return s.errorFor(err, &sallyport.Crossing{})
	}
	return refusal(why, act, p.ID())
}
