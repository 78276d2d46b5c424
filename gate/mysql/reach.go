package mysqlgate

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// reach logs in to the database and learns the session's state there.
func (s *session) reach(ctx context.Context, name string, in *shown) error {
	login := s.d.d.Login
	if name != "" {
		var ok bool
		if login, ok = s.d.env.Live.Load().Login(s.d.d.Name, name); !ok {
			return &upstreamError{note: "the door has no login of the rule's name"}
		}
	}
	s.login = name
	s.signIn = wanted{login: login, caps: s.caps, collation: in.collation, database: in.database}
	up, err := s.d.connect(ctx, s.signIn)
	if err != nil {
		return err
	}
	s.up = up
	s.d.known.learned(up.server)
	if err := s.Reach(up.tcp); err != nil {
		up.close(false)
		return err
	}
	// Both legs speak alike: what the database would not have, the app does
	// not have either.
	s.caps = up.caps & carried
	s.status = up.status
	s.to.Addr = up.addr
	s.sql.Version = up.server.version
	s.prepared = map[uint32]*prepared{}
	s.UpDeadline(time.Now().Add(s.d.handshake))
	if err := s.ask(); err != nil {
		up.close(false)
		return &upstreamError{note: "the database does not tell the session's state", err: err}
	}
	s.UpDeadline(time.Time{})
	return nil
}

// unreached records that the database could not be used, and is what the app
// gets to know of it: that its own choice of a database was wrong, or no more
// than that the door has no database to offer.
func (s *session) unreached(p *guard.Passage, act *sallyport.Logon, err error) *wire.Error {
	if s.Ended() == nil {
		gate.Unusable(s.d.env.Log, &s.d.d, s.login, err)
	}
	e := asUpstreamError(err)
	why := e.reason()
	var cut *guard.Refusal
	if errors.As(err, &cut) {
		why = cut.Verdict.Reason()
	}
	p.Update(func(c *sallyport.Crossing) {
		act.Error = codeWord(e.code)
		c.Findings = append(c.Findings, e.findings()...)
	})
	p.Deny(why)
	if err := p.Close(nil); err != nil {
		return s.errorFor(err, &sallyport.Crossing{})
	}
	switch e.code {
	case wire.ER_BAD_DB_ERROR, wire.ER_DBACCESS_DENIED_ERROR:
		return wire.NewError(e.code, exchanges.Refusal(sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database has no such schema for the door's login"}, act, p.ID()))
	}
	s.d.known.forget()
	return refusal(why, act, p.ID())
}
