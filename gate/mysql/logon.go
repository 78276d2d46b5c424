package mysqlgate

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// logon takes the app through its login and makes the gateway's own. It is
// false where the session is over, and the client has been told.
func (s *session) logon() bool {
	s.Deadline(time.Now().Add(s.d.handshake))
	ctx, cancel := context.WithTimeout(s.base, s.d.handshake)
	defer cancel()
	act := &sallyport.Logon{Protocol: protocol}
	server, err := s.d.greets(ctx)
	if err != nil {
		e := asUpstreamError(err)
		gate.Unusable(s.d.env.Log, &s.d.d, "", e)
		c := s.crossing(act)
		c.Findings = e.findings()
		s.turnAway(s.recorded(&c, e.reason()))
		return false
	}
	offer := s.d.offered(server)
	var in shown
	if why, err := s.hear(ctx, server, offer, act, &in); err != nil {
		s.d.env.Log.Debug("A client broke off its login.", "door", s.d.d.Name, "error", err)
		if why.Code != sallyport.NoReason {
			c := s.crossing(act)
			s.farewell(s.recorded(&c, why))
		}
		return false
	}
	if !s.identify(act, &in) {
		return false
	}
	return s.open(ctx, act, &in)
}

// hear greets and reads the client's response, over TLS where it asks for it.
// The reason is set where the client is to be told.
func (s *session) hear(ctx context.Context, server server, offer wire.Capability, act *sallyport.Logon, in *shown) (why sallyport.Reason, err error) {
	broken := sallyport.Reason{Code: sallyport.Protocol, Note: "the login breaks the protocol"}
	s.nonce = wire.NewNonce(wire.NonceSize)
	g := wire.Greeting{
		ServerVersion: server.version, ThreadID: s.d.thread.Add(1), Nonce: s.nonce, Capabilities: offer,
		Collation: server.collation, Status: wire.StatusAutocommit, AuthPlugin: wire.CachingSHA2Password,
	}
	if err := s.down.Send(g.Append(nil)); err != nil {
		return sallyport.Reason{}, err
	}
	s.down.R.SetExact(true)
	p, err := s.down.ReadPacket()
	if err != nil {
		return heard(err, broken)
	}
	switch {
	case wire.IsSSLRequest(p) && s.d.tls != nil:
		t := tls.Server(s.App, s.d.tls)
		if err := s.down.Upgrade(t); err != nil {
			return broken, err
		}
		if err := t.HandshakeContext(ctx); err != nil {
			// What came is no TLS, so an answer would not be understood.
			c := s.crossing(act)
			s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the TLS handshake did not succeed"})
			return sallyport.Reason{}, err
		}
		s.secure, act.TLS = true, true
		agreed := t.ConnectionState()
		s.version = gate.TLSVersion(agreed)
		s.cert = auth.NewCertificate(agreed.PeerCertificates, s.d.tls.ClientCAs, time.Now())
		if p, err = s.down.ReadPacket(); err != nil {
			return heard(err, broken)
		}
	case !s.d.d.TLS.Optional:
		return sallyport.Reason{Code: sallyport.TLSRequired, Note: "connections to this door have to use TLS"}, errors.New("the client came in the clear")
	}
	s.down.R.SetExact(false)
	r, err := wire.DecodeResponse(p, offer)
	if err != nil {
		return broken, err
	}
	s.hello = r.Capabilities & offer
	s.caps = s.hello & carried
	s.several = s.hello.Has(wire.ClientMultiStatements)
	in.user, in.database = append([]byte(nil), r.User...), append([]byte(nil), r.Database...)
	in.answer, in.plugin, in.collation, in.nonce = append([]byte(nil), r.AuthData...), string(r.AuthPlugin), r.Collation, s.nonce
	act.User, act.Database = string(in.user), string(in.database)
	if why := auth.Wanting(s.d.d.TLS.Client, s.cert); why.Code != sallyport.NoReason {
		return why, errors.New(why.Note)
	}
	if in.plugin != wire.CachingSHA2Password {
		if err := s.another(in); err != nil {
			return heard(err, broken)
		}
	}
	return sallyport.Reason{}, nil
}

// heard tells a client that spoke wrongly from one that went away or fell
// silent: only the first is worth a record.
func heard(err error, broken sallyport.Reason) (sallyport.Reason, error) {
	if breach(err) {
		return broken, err
	}
	return sallyport.Reason{}, err
}

// identify finds out who the client is. Unknown names cost the same work and
// get the same answer as known ones with a wrong password.
func (s *session) identify(act *sallyport.Logon, in *shown) bool {
	addr := s.from.Addr.Addr()
	user := string(in.user)
	refuse := func(why sallyport.Reason) bool {
		c := s.crossing(act)
		e := s.recorded(&c, why)
		if why.Code == sallyport.BadCredentials || why.Code == sallyport.WrongAddress {
			// Which of them it was is for the ledger alone.
			e = refusal(sallyport.Reason{Code: sallyport.BadCredentials, Note: "access denied"}, act, c.ID)
		}
		s.farewell(e)
		return false
	}
	if s.d.throttle.Wait(user, addr) > 0 {
		return refuse(sallyport.Reason{Code: sallyport.BadCredentials, Note: "too many wrong tries before; it was not looked at"})
	}
	p := s.d.env.Live.Load()
	_, password := auth.Check(p, user, in.knows)
	party, why := auth.Prove(p, user, password, s.cert, s.from.Addr)
	if why.Code == sallyport.NoReason && !password && !in.nothing() {
		why = sallyport.Reason{Code: sallyport.BadCredentials, Note: "the certificate is the proof, and a wrong password was shown beside it"}
	}
	if why.Code != sallyport.NoReason {
		if why.Code == sallyport.BadCredentials {
			s.d.throttle.Failure(user, addr)
		}
		return refuse(why)
	}
	s.d.throttle.Success(user, addr)
	s.from = party
	if party.Kind == sallyport.AppParty {
		s.app = party.Name
	}
	return true
}

// open takes the login through the guard, makes the gateway's own login, and
// tells the client that it is in.
func (s *session) open(ctx context.Context, act *sallyport.Logon, in *shown) bool {
	c := s.crossing(act)
	if err := s.guard.Identify(&c); err != nil {
		s.farewell(s.errorFor(err, &c))
		return false
	}
	c = s.crossing(act)
	p, err := s.d.env.Guard.Open(ctx, &c, nil)
	if err != nil {
		s.farewell(s.errorFor(err, &c))
		return false
	}
	if no := p.Refusal(); no != nil {
		s.farewell(refusal(no.Verdict.Reason(), act, p.ID()))
		return false
	}
	if e, why := s.enters(ctx, in); e != nil {
		p.Update(func(*sallyport.Crossing) { act.Error = codeWord(e.Code) })
		p.Deny(why)
		if err := p.Close(nil); err != nil {
			e = s.errorFor(err, &c)
		}
		s.farewell(e)
		return false
	}
	if err := s.reach(ctx, p.Grant().Login, in); err != nil {
		s.farewell(s.unreached(p, act, err))
		return false
	}
	if err := p.Close(nil); err != nil {
		s.farewell(s.errorFor(err, &c))
		s.leaveUpstream()
		return false
	}
	if in.plugin == wire.CachingSHA2Password && !in.nothing() {
		s.down.WritePacket(wire.AppendAuthMore(nil, wire.SHA2FastAuthOK))
	}
	if err := s.down.Send((&wire.OK{Status: s.status}).Append(nil, s.caps)); err != nil {
		s.leaveUpstream()
		return false
	}
	s.Deadline(time.Time{})
	s.down.R.SetLimit(s.d.statement + beyondText)
	s.down.R.SetRoom(s.d.store.Of(s.from.Name))
	s.up.c.R.SetRoom(s.d.store.Of(s.from.Name))
	return true
}

// enters judges the database that the login names as USE of it is judged. The
// one that the door leads to is free, and is the default. The error packet is
// nil where the session may begin there.
func (s *session) enters(ctx context.Context, in *shown) (*wire.Error, sallyport.Reason) {
	home := s.d.d.Database
	if len(in.database) == 0 {
		in.database = []byte(home)
	}
	if string(in.database) == home {
		return nil, sallyport.Reason{}
	}
	use := new(sallyport.Statement)
	if _, err := s.d.analyst.describe(use, s.Gone, []byte("USE "+quoted(in.database)), &s.sql, home); err != nil {
		why := sallyport.Reason{Code: sallyport.Draining, Note: "the session ends"}
		return refusal(why, use, sallyport.ID{}), why
	}
	c := s.crossing(use)
	p, err := s.d.env.Guard.Open(ctx, &c, nil)
	if err != nil {
		return s.errorFor(err, &c), sallyport.Reason{Code: sallyport.Unrecorded}
	}
	if no := p.Refusal(); no != nil {
		why := no.Verdict.Reason()
		if why.Code == sallyport.NoRule {
			// Whoever wrote the policy may not have meant to refuse this.
			why.Note = "the login names a database other than the door's `database:`, and " + why.Note
		}
		return refusal(why, use, p.ID()), why
	}
	if err := p.Close(nil); err != nil {
		return s.errorFor(err, &c), sallyport.Reason{Code: sallyport.Unrecorded}
	}
	return nil, sallyport.Reason{}
}

// recorded refuses before there is anything to match, and is the error packet
// to answer with.
func (s *session) recorded(c *sallyport.Crossing, why sallyport.Reason) *wire.Error {
	if err := s.d.env.Guard.Refuse(c, why); err != nil {
		return s.errorFor(err, c)
	}
	return refusal(why, c.Act, c.ID)
}

// turnAway answers in the greeting's place, where errors have no SQLSTATE.
func (s *session) turnAway(e *wire.Error) {
	s.Last(func() error { return s.down.Send(e.AppendBare(nil)) })
}
