package mysqlgate

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// session is one app's connection and the database connection behind it. One
// goroutine runs it; cut and nudge come from others.
type session struct {
	d     *door
	base  context.Context
	down  *wire.Conn
	up    *upstream
	guard *guard.Session
	stop  func(error) // s.cut, made once

	from, to sallyport.Party
	app      string
	secure   bool             // the app's leg is TLS
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
	arriving atomic.Bool // the command has begun and not come whole

	mu      sync.Mutex
	tcp     *leg          // the app's, below TLS
	upTCP   net.Conn      // the database's, below TLS
	waiting bool          // for the next command
	nudged  bool          // the wait was broken off
	beat    uint64        // rises with each command and each wait
	gone    chan struct{} // closed when the session has to end
	why     error         // why the session has to end
}

// serve runs one connection to its end.
func (d *door) serve(base context.Context, tcp net.Conn) {
	app := &leg{Conn: gate.Lean(tcp)}
	s := &session{
		d: d, base: base, tcp: app, down: wire.NewConn(app, maxHello),
		from: sallyport.Party{Addr: addrOf(tcp)}, gone: make(chan struct{}),
		to: sallyport.Party{Kind: sallyport.HostParty, Name: d.d.To.Host},
	}
	s.stop = s.cut
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
	d.enter(s)
	defer d.leave(s)
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
	for {
		if err := s.wait(); err != nil {
			return wire.Head{}, err
		}
		h, err := s.down.R.Next()
		nudged, why := s.wake()
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

// wait marks the session as waiting, unless it has to end.
func (s *session) wait() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil {
		return s.why
	}
	if s.d.draining.Load() && !s.status.Has(wire.StatusInTrans) {
		return errDraining
	}
	s.waiting = true
	s.beat++
	return nil
}

func (s *session) wake() (nudged bool, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	nudged, s.nudged = s.nudged, false
	s.waiting = false
	s.beat++
	if nudged && s.why == nil {
		s.tcp.SetReadDeadline(time.Time{})
	}
	return nudged, s.why
}

// nudge breaks off the wait of a session, if it waits, so that it looks round.
func (s *session) nudge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting && !s.nudged && s.why == nil {
		s.nudged = true
		s.tcp.SetReadDeadline(longAgo)
	}
}

var longAgo = time.Unix(1, 0)

// cut ends the session, whatever it is doing. It does not block.
func (s *session) cut(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil {
		return
	}
	s.why = why
	close(s.gone)
	s.tcp.SetReadDeadline(longAgo)
	s.tcp.SetWriteDeadline(time.Now().Add(cutGrace))
	if s.upTCP != nil {
		s.upTCP.SetDeadline(longAgo)
	}
}

// deadline bounds what the app's leg may take; the zero time lifts the bound.
// A session that has to end keeps the deadline that it was cut with.
func (s *session) deadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == nil {
		s.tcp.SetDeadline(t)
	}
}

// upDeadline is deadline for reading from the database.
func (s *session) upDeadline(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == nil {
		s.upTCP.SetReadDeadline(t)
	}
}

// ended is why the session has to end, or nil.
func (s *session) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.why
}

// leaveUpstream ends the database connection: a statement that still runs is
// killed, since a server may not notice that nobody waits for it.
func (s *session) leaveUpstream() {
	busy := !s.scan.Done()
	s.up.close(!busy && s.ended() == nil)
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
