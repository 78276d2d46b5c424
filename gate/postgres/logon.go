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
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// errTold ends a login whose client has been told, or need not be.
var errTold = errors.New("the login is over")

// logon takes the app through its login and makes the gateway's own. It is
// false where the session is over, and the client has been told. pid is that of
// the session's key.
func (s *session) logon() (pid uint32, in bool) {
	s.Deadline(time.Now().Add(s.d.handshake))
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
	t := tls.Server(s.App, s.d.tls)
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
	agreed := t.ConnectionState()
	s.version = gate.TLSVersion(agreed)
	s.cert = auth.NewCertificate(agreed.PeerCertificates, s.d.roots(), time.Now())
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
	s.login, s.sql.Database = p.Grant().Login, s.d.d.Database
	set, in := s.setPath(p, act, params)
	if !in {
		return 0, false
	}
	if err := s.reach(ctx, params); err != nil {
		set.settle(guard.ErrNotRun)
		s.farewell(s.unreached(p, act, err))
		return 0, false
	}
	if err := errors.Join(p.Close(nil), set.settle(nil)); err != nil {
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
	s.Deadline(time.Time{})
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
