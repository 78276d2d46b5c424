package postgresgate

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// errTold ends a login whose client has been told, or need not be.
var errTold = errors.New("the login is over")

// logon takes the app through its login and makes the gateway's own. It is
// false where the session is over, and the client has been told. pid is that of
// the session's key.
func (s *session) logon() (pid uint32, in bool) {
	s.deadline(time.Now().Add(s.d.handshake))
	ctx, cancel := context.WithTimeout(s.base, s.d.handshake)
	defer cancel()
	act := &sallyport.Logon{Protocol: protocol}
	m, err := s.hear(ctx, act)
	if err == nil {
		var params []wire.Parameter
		if params, err = s.begin(m, act); err == nil {
			var final []byte
			if final, err = s.identify(m, act); err == nil {
				return s.open(ctx, act, final, params)
			}
		}
	}
	switch {
	case errors.Is(err, errTold):
	case breach(err), errors.Is(err, wire.ErrUnsupported):
		s.refuseLogon(act, sallyport.Reason{Code: sallyport.Protocol, Note: "the login breaks the protocol"}, "")
	default:
		s.d.env.Log.Debug("A client broke off its login.", "door", s.d.d.Name, "error", err)
	}
	return 0, false
}

// refuseLogon records a refusal and ends the login with it. more is for the
// client alone.
func (s *session) refuseLogon(act *sallyport.Logon, why sallyport.Reason, more string) error {
	c := s.crossing(act)
	e := s.recorded(&c, why)
	switch {
	case why.Code == sallyport.Protocol && why.Note == otherDatabase:
		e.Code = wire.CodeInvalidCatalogName
	case why.Code == sallyport.BadCredentials, why.Code == sallyport.WrongAddress:
		// Which of them it was is for the ledger alone.
		e = refusal(sallyport.Reason{Code: sallyport.BadCredentials, Note: "access denied"}, act, c.ID)
	}
	if more != "" {
		e.Detail = "It is: " + more
	}
	s.farewell(e)
	return errTold
}

// maxRequests is how many packets may come ahead of a StartupMessage: one for
// each kind of encryption.
const maxRequests = 2

// hear reads up to the client's StartupMessage, over TLS where it asks for it.
func (s *session) hear(ctx context.Context, act *sallyport.Logon) (*wire.StartupMessage, error) {
	for range maxRequests + 1 {
		p, err := s.down.R.ReadStartup()
		if err != nil {
			return nil, err
		}
		packet, err := wire.DecodeStartup(p)
		if err != nil {
			return nil, err
		}
		switch packet := packet.(type) {
		case wire.EncryptionRequest:
			yes := packet == wire.SSLRequest && s.d.tls != nil && !s.secure
			s.down.W.WriteEncryptionAnswer(packet, yes)
			if err := s.down.W.Flush(); err != nil {
				return nil, err
			}
			if yes {
				if err := s.upgrade(ctx, act); err != nil {
					return nil, err
				}
			}
		case *wire.CancelRequest:
			s.canceled(ctx, packet, act)
			return nil, errTold
		case *wire.StartupMessage:
			if !s.secure && !s.d.d.TLS.Optional {
				return nil, s.refuseLogon(act, sallyport.Reason{Code: sallyport.TLSRequired, Note: "connections to this door have to use TLS"}, "")
			}
			if why := auth.Wanting(s.d.d.TLS.Client, s.cert); why.Code != sallyport.NoReason {
				act.User, _ = packet.Get("user")
				return nil, s.refuseLogon(act, why, "")
			}
			return packet, nil
		}
	}
	return nil, s.refuseLogon(act, sallyport.Reason{Code: sallyport.Protocol, Note: "the client asks for encryption again and again"}, "")
}

// upgrade goes on over TLS. Bytes that came with the request, in the clear,
// must not be taken for what came over it.
func (s *session) upgrade(ctx context.Context, act *sallyport.Logon) error {
	t := tls.Server(s.tcp, s.d.tls)
	err := s.down.Upgrade(t)
	if errors.Is(err, wire.ErrPlaintextBuffered) {
		return s.refuseLogon(act, sallyport.Reason{Code: sallyport.Protocol, Note: "bytes came in the clear ahead of TLS"}, "")
	}
	if err == nil {
		err = t.HandshakeContext(ctx)
	}
	if err != nil {
		// What came is no TLS, so an answer would not be understood.
		c := s.crossing(act)
		s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the TLS handshake did not succeed"})
		s.d.env.Log.Debug("A TLS handshake did not succeed.", "door", s.d.d.Name, "error", err)
		return errTold
	}
	s.secure, act.TLS = true, true
	s.cert = auth.NewCertificate(t.ConnectionState().PeerCertificates, s.d.roots(), time.Now())
	return nil
}

// begin judges the StartupMessage.
func (s *session) begin(m *wire.StartupMessage, act *sallyport.Logon) ([]wire.Parameter, error) {
	act.User, _ = m.Get("user")
	act.Database, _ = m.Get("database")
	params, which, why := s.d.accept(m)
	if why.Code != sallyport.NoReason {
		return nil, s.refuseLogon(act, why, which)
	}
	if n, must := m.Negotiate(wire.Version30); must {
		return params, s.down.W.Write(n.Append(nil))
	}
	return params, nil
}

// identify finds out who the client is: by its certificate where that is all
// the proof that its app wants, else by SCRAM. Unknown names cost the same work
// and get the same answers as known ones with a wrong password, or with another
// party's certificate. final is the last message of the exchange, by which the
// door proves itself: it is held back until the session opens, and is nil where
// there was no exchange.
func (s *session) identify(m *wire.StartupMessage, act *sallyport.Logon) (final []byte, err error) {
	addr, user := s.from.Addr.Addr(), act.User
	if s.d.throttle.Wait(user, addr) > 0 {
		return nil, s.refuseLogon(act, sallyport.Reason{Code: sallyport.BadCredentials, Note: "too many wrong tries before; it was not looked at"}, "")
	}
	p := s.d.env.Live.Load()
	password := false
	if !auth.Alone(p, user, s.cert) {
		s.d.verifiers.refresh(p)
		final, err = s.scram(user)
		_, _, known := auth.Passwords(p, user)
		switch {
		case errors.Is(err, wire.ErrChannelBinding):
			s.d.throttle.Failure(user, addr)
			return nil, s.refuseLogon(act, sallyport.Reason{Code: sallyport.BadCredentials, Note: "the client does not see the TLS connection that the door has"}, "")
		case err != nil && !errors.Is(err, wire.ErrWrongPassword):
			return nil, err
		}
		password = err == nil && known
	}
	party, why := auth.Prove(p, user, password, s.cert, s.from.Addr)
	if why.Code != sallyport.NoReason {
		if why.Code == sallyport.BadCredentials {
			s.d.throttle.Failure(user, addr)
		}
		return nil, s.refuseLogon(act, why, "")
	}
	s.d.throttle.Success(user, addr)
	s.from = party
	if party.Kind == sallyport.AppParty {
		s.app = party.Name
	}
	return final, nil
}

// scram is one exchange as the server.
func (s *session) scram(user string) (final []byte, err error) {
	var binding []byte
	if s.secure {
		binding = s.d.binding
	}
	all := s.d.verifiers.find(user)
	x, err := wire.NewScramServer(binding, all[0], all[1:]...)
	if err != nil {
		return nil, err
	}
	if err := s.down.Send((&wire.Authentication{Method: wire.AuthSASL, Mechanisms: x.Mechanisms()}).Append(nil)); err != nil {
		return nil, err
	}
	p, err := s.password()
	if err != nil {
		return nil, err
	}
	first, err := wire.DecodeSASLInitialResponse(p)
	if err != nil {
		return nil, err
	}
	answer, err := x.First(first.Mechanism, first.Data)
	if err != nil {
		return nil, err
	}
	if err := s.down.Send((&wire.Authentication{Method: wire.AuthSASLContinue, Data: answer}).Append(nil)); err != nil {
		return nil, err
	}
	if p, err = s.password(); err != nil {
		return nil, err
	}
	return x.Final(p)
}

// password reads what a client answers while it logs in.
func (s *session) password() ([]byte, error) {
	t, p, err := s.down.ReadMessage()
	if err == nil && t != wire.MsgPassword {
		err = &wire.MalformedError{Message: wire.Frontend.Name(t), Reason: "it is no part of a login"}
	}
	return p, err
}

// open takes the login through the guard, makes the gateway's own login, and
// tells the client that it is in.
func (s *session) open(ctx context.Context, act *sallyport.Logon, final []byte, params []wire.Parameter) (pid uint32, in bool) {
	c := s.crossing(act)
	if err := s.guard.Identify(&c); err != nil {
		s.farewell(s.errorFor(err, &c))
		return 0, false
	}
	c = s.crossing(act)
	p, err := s.d.env.Guard.Open(ctx, &c, nil)
	if err != nil {
		s.farewell(s.errorFor(err, &c))
		return 0, false
	}
	if no := p.Refusal(); no != nil {
		s.farewell(refusal(no.Verdict.Reason(), act, p.ID()))
		return 0, false
	}
	if err := s.reach(ctx, p.Grant().Login, params); err != nil {
		s.farewell(s.unreached(p, act, err))
		return 0, false
	}
	if err := p.Close(nil); err != nil {
		s.farewell(s.errorFor(err, &c))
		s.leaveUpstream()
		return 0, false
	}
	k := s.d.keys.give(s)
	if err := s.welcome(final, k); err != nil {
		s.d.keys.drop(k.ProcessID, s)
		s.leaveUpstream()
		return 0, false
	}
	s.deadline(time.Time{})
	s.down.R.SetLimit(s.d.statement + beyondText)
	s.down.R.SetRoom(s.d.memory.Of(s.from.Name))
	s.up.c.R.SetRoom(s.d.memory.Of(s.from.Name))
	return k.ProcessID, true
}

// welcome tells the client that it is in, and what the database says of itself.
func (s *session) welcome(final []byte, k wire.BackendKeyData) error {
	var b []byte
	if final != nil {
		b = (&wire.Authentication{Method: wire.AuthSASLFinal, Data: final}).Append(b)
	}
	b = (&wire.Authentication{Method: wire.AuthOK}).Append(b)
	for _, p := range s.up.statuses {
		b = p.AppendStatus(b)
	}
	return s.down.Send(wire.AppendReadyForQuery(k.Append(b), wire.TxIdle))
}

// reach logs in to the database and learns the session's state there.
func (s *session) reach(ctx context.Context, name string, params []wire.Parameter) error {
	login := s.d.d.Login
	if name != "" {
		var ok bool
		if login, ok = namedLogin(s.d.env.Live.Load(), s.d.d.Name, name); !ok {
			return &upstreamError{note: "the door has no login of the rule's name"}
		}
	}
	s.login = name
	s.signIn = wanted{login: login, database: s.d.d.Database, params: params}
	up, err := s.d.connect(ctx, s.signIn)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.up, s.upTCP = up, up.tcp
	why := s.why
	s.mu.Unlock()
	if why != nil {
		up.close(false)
		return why
	}
	s.to.Addr = up.addr
	s.sql.Database = s.d.d.Database
	for _, p := range up.statuses {
		s.heed(p)
	}
	s.upDeadline(time.Now().Add(s.d.handshake))
	if err := s.ask(); err != nil {
		up.close(false)
		return &upstreamError{note: "the database does not tell the session's state", err: err}
	}
	s.upDeadline(time.Time{})
	return nil
}

func namedLogin(p *policy.Policy, door, name string) (policy.Login, bool) {
	d, ok := p.Door(door)
	if !ok {
		return policy.Login{}, false
	}
	l, ok := d.Logins[name]
	return l, ok
}

// unreached records that the database could not be used, and is what the app
// gets to know of it.
func (s *session) unreached(p *guard.Passage, act *sallyport.Logon, err error) *wire.Error {
	if s.ended() == nil {
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
