package postgresgate

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime/debug"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/sessions"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
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
	login    string           // the name of the upstream login; "" for the door's own
	signIn   wanted           // what the upstream was logged in with

	sql     sql.Session
	path    []string // the schemas that unqualified names are looked for in
	context sallyport.SQLContext
	asked   time.Time
	stale   bool // the state has to be asked for before the next statement
	touched bool // the open transaction has changed the state
	defined bool // and what the database holds
	guarded bool // and reached what the database's messages are not to quote
	busy    bool // the database works on what it was sent
	torn    bool // part of a message was written to the app

	tx      wire.TxStatus // as of the last ReadyForQuery
	pipe    pipeline
	cursors cursors
}

// serve runs one connection to its end.
func (d *door) serve(base context.Context, tcp net.Conn) {
	legs := sessions.New(tcp)
	s := &session{
		Legs: legs, d: d, base: base, down: wire.NewConn(legs.App, wire.Frontend, maxLogin),
		from: sallyport.Party{Addr: gate.RemoteAddr(tcp)}, tx: wire.TxIdle,
		to: sallyport.Party{Kind: sallyport.HostParty, Name: d.d.To.Host},
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
		s.farewell(s.errorFor(err, &c))
		return
	}
	s.guard = gs
	defer gs.Close()
	d.sessions.Enter(s.Legs)
	defer d.sessions.Leave(s.Legs)
	pid, in := s.logon()
	if !in {
		return
	}
	defer d.keys.drop(pid, s)
	defer s.leaveUpstream()
	defer s.drop()
	err = s.run()
	if why := s.Ended(); why != nil {
		err = why
	}
	s.pipe.abandon(err)
	s.over(err)
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

// run serves messages until the session ends, and returns why.
func (s *session) run() error {
	for {
		h, err := s.next(false)
		if err != nil {
			return err
		}
		if err := s.message(h); err != nil {
			return err
		}
	}
}

// next waits for the next message. amid says that it is one of a COPY, which
// the database waits for.
func (s *session) next(amid bool) (wire.Head, error) {
	s.drop()
	for {
		if s.down.R.Buffered() == 0 {
			if err := s.pause(); err != nil {
				return wire.Head{}, err
			}
		}
		if err := s.Wait(!amid && s.tx == wire.TxIdle && !s.pipe.begun); err != nil {
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
			if err := s.listen(amid); err != nil {
				return h, err
			}
		case breach(err):
			return h, s.offence("the client sent what is no message")
		default:
			return h, err
		}
	}
}

// pause sends on what is held while more was to be expected: the app waits for
// the one part of it, and the database may begin with the other, whose
// statement_timeout runs from a Parse on.
func (s *session) pause() error {
	if err := s.up.c.W.Flush(); err != nil {
		return s.upError(err)
	}
	return s.appError(s.down.W.Flush())
}

// drop gives back what large messages were held in.
func (s *session) drop() {
	s.down.R.Drop()
	s.up.c.R.Drop()
}

// leaveUpstream ends the database connection: what still runs is cancelled,
// since a server may not notice that nobody waits for it.
func (s *session) leaveUpstream() {
	if s.busy {
		s.d.sessions.Go(func() {
			defer s.up.close(false)
			s.d.cancel(context.Background(), s)
		})
		return
	}
	s.up.close(s.Ended() == nil)
}

// errorFor is the error for what the guard answered.
func (s *session) errorFor(err error, c *sallyport.Crossing) *wire.Error {
	if refused, ok := errors.AsType[*guard.Refusal](err); ok {
		return refusal(refused.Verdict.Reason(), c.Act, c.ID)
	}
	s.d.env.Log.Error("A crossing was refused, since the ledger cannot record it.", "door", s.d.d.Name, "error", err)
	return unrecorded()
}

// recorded refuses before there is anything to match, and is the error to
// answer with.
func (s *session) recorded(c *sallyport.Crossing, why sallyport.Reason) *wire.Error {
	if err := s.d.env.Guard.Refuse(c, why); err != nil {
		return s.errorFor(err, c)
	}
	return refusal(why, c.Act, c.ID)
}

// hungUpError tells an end of the app's that nobody has to be told of.
func hungUpError(err error) bool {
	return errors.Is(err, errQuit) || errors.Is(err, errAnswered) || errors.Is(err, errGone) || errors.Is(err, io.EOF)
}
