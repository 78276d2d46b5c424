package mysqlgate

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime/debug"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/sessions"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// session is one app's connection and the database connection behind it. One
// goroutine runs it.
type session struct {
	*sessions.Legs

	d     *door
	base  context.Context
	down  *wire.Conn
	up    *upstream
	guard *guard.Session
	stop  func(error) // s.Cut, made once

	from, to sallyport.Party
	app      string
	secure   bool             // the app's leg is TLS
	version  string           // of that TLS, "1.3"; it outlives a login on the connection
	cert     auth.Certificate // what the app showed in its handshake
	hello    wire.Capability  // in force in the app's logins
	nonce    []byte           // that the app was greeted with
	caps     wire.Capability  // in force on both legs
	several  bool             // the client wants several statements in one message
	batch    bool             // the command that is sent has several, which may pass
	login    string           // the name of the upstream login; "" for the door's own
	signIn   wanted           // what the upstream was logged in with

	sql      sql.Session
	context  sallyport.SQLContext
	stale    bool // sql has to be asked for before the next statement
	discreet bool // the statement before may have warnings that quote what is guarded
	status   wire.Status
	scan     wire.ResultScanner
	prepared map[uint32]*prepared
	last     *prepared // what MariaDB's clients call statement -1
	long     int64     // bytes of long data that wait at the database
	torn     bool      // part of a packet was written to the app
	cmd      wire.Command
}

// serve runs one connection to its end.
func (d *door) serve(base context.Context, tcp net.Conn) {
	legs := sessions.New(tcp)
	s := &session{
		Legs: legs, d: d, base: base, down: wire.NewConn(legs.App, maxHello),
		from: sallyport.Party{Addr: gate.RemoteAddr(tcp)},
		to:   sallyport.Party{Kind: sallyport.HostParty, Name: d.d.To.Host},
	}
	s.stop = s.Cut
	defer tcp.Close()
	defer func() {
		if v := recover(); v != nil {
			d.env.Log.Error("A session ended by a fault of the gateway.", "door", d.d.Name, "fault", v, "stack", string(debug.Stack()))
		}
	}()
	c := s.crossing(&sallyport.Logon{Protocol: protocol})
	gs, err := d.env.Guard.Session(&c, s.stop)
	if err != nil {
		s.turnAway(s.errorFor(err, &c))
		return
	}
	s.guard = gs
	defer gs.Close()
	d.sessions.Enter(s.Legs)
	defer d.sessions.Leave(s.Legs)
	if !s.logon() {
		return
	}
	defer s.leaveUpstream()
	defer s.drop()
	s.over(s.run())
}

// crossing is a crossing of this session.
func (s *session) crossing(act sallyport.Act) sallyport.Crossing {
	c := sallyport.Crossing{App: s.app, Door: s.d.d.Name, From: s.from, To: s.to, Act: act}
	if s.guard != nil {
		c.Session = s.guard.ID
	}
	c.From.TLS = s.version // here, since a login puts another party into s.from
	c.Context.TLS, c.Context.SQL = s.secure, s.context
	return c
}

// run serves commands until the session ends, and returns why.
func (s *session) run() error {
	for {
		h, err := s.next()
		if err != nil {
			return s.astray(err)
		}
		if err := s.command(h); err != nil {
			return err
		}
	}
}

// next waits for the next command.
func (s *session) next() (wire.Head, error) {
	s.down.NewExchange()
	s.drop()
	return s.await(!s.status.Has(wire.StatusInTrans))
}

// await waits for the app's next packet. idle says that nothing of the session is
// open, so that it may end where the door drains.
func (s *session) await(idle bool) (wire.Head, error) {
	for {
		if err := s.Wait(idle); err != nil {
			return wire.Head{}, err
		}
		h, err := s.down.R.Next()
		nudged, why := s.Wake()
		switch {
		case why != nil:
			return h, why
		case err == nil:
			return h, nil
		case nudged && errors.Is(err, os.ErrDeadlineExceeded):
			// Whoever waits for long holds no large buffer.
			s.down.R.Release()
			s.up.c.R.Release()
		default:
			return h, err
		}
	}
}

// drop gives back what large packets were held in.
func (s *session) drop() {
	s.down.R.Drop()
	s.up.c.R.Drop()
}

// leaveUpstream ends the database connection: a statement that still runs is
// killed, since a server may not notice that nobody waits for it.
func (s *session) leaveUpstream() {
	busy := !s.scan.Done()
	s.up.close(!busy && s.Ended() == nil)
	if busy {
		s.d.killLater(s.signIn, s.up.thread)
	}
}

// errorFor is the error packet for what the guard answered.
func (s *session) errorFor(err error, c *sallyport.Crossing) *wire.Error {
	var refused *guard.Refusal
	if errors.As(err, &refused) {
		return refusal(refused.Verdict.Reason(), c.Act, c.ID)
	}
	s.d.env.Log.Error("A crossing was refused, since the ledger cannot record it.", "door", s.d.d.Name, "error", err)
	return unrecorded()
}
