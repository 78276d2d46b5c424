package mysqlgate

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
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// shown is what a client showed in its login.
type shown struct {
	user, database []byte
	collation      uint8
	plugin         string
	answer, nonce  []byte // of the method
}

// nothing tells whether the client has no password: it answers every method by
// nothing, or by the end of an empty text, but for ed25519, by which an empty
// password signs as any other does.
func (in *shown) nothing() bool {
	switch {
	case len(in.answer) == 0, len(in.answer) == 1 && in.answer[0] == 0:
		return true
	case in.plugin == wire.ClientEd25519:
		return wire.VerifyEd25519(in.answer, in.nonce, wire.Ed25519PublicKey(""))
	}
	return false
}

// knows tells whether the client answered by the password.
func (in *shown) knows(password []byte) bool {
	switch in.plugin {
	case wire.NativePassword:
		return wire.VerifyNative(in.answer, in.nonce, wire.NativeHash(string(password)))
	case wire.ClientEd25519:
		return wire.VerifyEd25519(in.answer, in.nonce, wire.Ed25519PublicKey(string(password)))
	}
	return wire.VerifySHA2(in.answer, in.nonce, wire.SHA2Hash(string(password)))
}

// logon takes the app through its login and makes the gateway's own. It is
// false where the session is over, and the client has been told.
func (s *session) logon() bool {
	s.deadline(time.Now().Add(s.d.handshake))
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
		t := tls.Server(s.tcp, s.d.tls)
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
		s.cert = auth.NewCertificate(t.ConnectionState().PeerCertificates, s.d.tls.ClientCAs, time.Now())
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

// another asks a client that would rather authenticate by another method: by
// the one that it says where the door has it, else by caching_sha2_password all
// the same. A client that knows no methods has answered by
// mysql_native_password already.
//
// The nonce is that of the greeting where the method takes one of its length,
// as servers have it: MariaDB's library answers a login anew by the one that it
// saw first, whatever it is sent.
func (s *session) another(in *shown) error {
	in.nonce = s.nonce
	if !s.hello.Has(wire.ClientPluginAuth) {
		in.plugin = wire.NativePassword
		return nil
	}
	switch in.plugin {
	case wire.NativePassword:
	case wire.ClientEd25519:
		in.nonce = wire.NewNonce(wire.Ed25519NonceSize)
	default:
		in.plugin = wire.CachingSHA2Password
	}
	if err := s.down.Send((&wire.AuthSwitch{Plugin: in.plugin, Nonce: in.nonce}).Append(nil)); err != nil {
		return err
	}
	p, err := s.down.ReadPacket()
	in.answer = append([]byte(nil), p...)
	return err
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
	s.deadline(time.Time{})
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
	if _, err := s.d.analyst.describe(use, s.gone, []byte("USE "+quoted(in.database)), &s.sql, home); err != nil {
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

// reach logs in to the database and learns the session's state there.
func (s *session) reach(ctx context.Context, name string, in *shown) error {
	login := s.d.d.Login
	if name != "" {
		var ok bool
		if login, ok = namedLogin(s.d.env.Live.Load(), s.d.d.Name, name); !ok {
			return &upstreamError{note: "the door has no login of the rule's name"}
		}
	}
	s.login = name
	s.signIn = wanted{login: login, caps: s.caps, collation: in.collation, database: in.database}
	up, err := s.d.connect(ctx, s.signIn)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.up, s.upTCP = up, up.tcp
	why := s.why
	s.mu.Unlock()
	s.d.known.learned(up.server)
	if err := why; err != nil {
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
// gets to know of it: that its own choice of a database was wrong, or no more
// than that the door has no database to offer.
func (s *session) unreached(p *guard.Passage, act *sallyport.Logon, err error) *wire.Error {
	if s.ended() == nil {
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
		return wire.NewError(e.code, message(sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the database has no such schema for the door's login"}, p.ID()))
	}
	s.d.known.forget()
	return refusal(why, act, p.ID())
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
	s.mu.Lock()
	s.tcp.SetWriteDeadline(time.Now().Add(cutGrace))
	s.mu.Unlock()
	if s.down.Send(e.AppendBare(nil)) == nil {
		s.linger()
	}
}
