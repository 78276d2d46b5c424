package postgresgate

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// maxQueue and maxPending bound what the database was sent and has not
	// answered: so little that it lies whole in the buffers of the connection,
	// since a database that cannot send its answers does not read either.
	maxQueue   = 64
	maxPending = 16 << 10 // bytes
)

// pipeline is the messages of the extended protocol (the manual's section
// "Extended Query") since the last Sync, and what they made.
type pipeline struct {
	statements map[string]*prepared
	portals    map[string]*portal
	queue      []expected // what the database has been sent and not answered
	pending    int        // bytes of it
	begun      bool       // the database was sent something since the last ReadyForQuery
	ran        bool       // and a statement was run
	skip       bool       // the app was told an error: up to Sync nothing is read
	poisoned   bool       // and the database will be told so, by an error that the app does not get
	failedUp   bool       // the database has told an error of its own
	synced     bool       // the database was sent the Sync
	hold       holding
	now        *exchange // the statement whose response is under way
}

// holding is what may not be sent before the database has answered: a statement
// that the door may cut is not to have others run behind it, and a change that
// may be refused is not to be committed.
type holding uint8

const (
	holdNothing holding = iota
	holdMessages
	holdSync
)

// expected is one message that the database has to answer.
type expected struct {
	what   wire.MessageType
	name   string    // of the statement that a Parse makes, or a Close drops
	st     *prepared // that a Parse makes
	old    *prepared // that the name stood for before
	portal *portal   // of a Bind or an Execute
	x      *exchange // of an Execute
	silent bool      // the app did not ask, and is not told
}

// over is the end of a pipeline. Portals do not outlive their transaction, and
// give nothing more once it has failed.
func (p *pipeline) over(status wire.TxStatus) {
	p.queue, p.pending = p.queue[:0], 0
	p.begun, p.ran, p.skip, p.poisoned, p.failedUp, p.synced, p.hold = false, false, false, false, false, false, holdNothing
	if status == wire.TxActive {
		return
	}
	for _, o := range p.portals {
		o.close(nil)
	}
	if status == wire.TxIdle {
		clear(p.portals)
	}
}

func (p *pipeline) closePortals(err error) {
	for _, o := range p.portals {
		o.close(err)
	}
	clear(p.portals)
}

// dropUnnamed forgets the unnamed statement and portal, which a Query destroys.
func (p *pipeline) dropUnnamed() {
	delete(p.statements, "")
	if o := p.portals[""]; o != nil {
		o.close(nil)
		delete(p.portals, "")
	}
}

// abandon closes what the end of the session leaves open.
func (p *pipeline) abandon(err error) {
	if p.now != nil {
		p.now.Count()
		p.now.p.Close(err)
	}
	for _, e := range p.queue {
		if e.x != nil {
			e.x.Count()
			e.x.p.Close(err)
		}
	}
	p.closePortals(err)
}

// suspect refuses what is under way with a database that broke the protocol,
// and returns the answer to the app; nil where nothing is.
func (p *pipeline) suspect(s *session, why sallyport.Reason, found sallyport.Finding) *wire.Error {
	x := p.now
	for i := 0; x == nil && i < len(p.queue); i++ {
		x = p.queue[i].x
	}
	if x == nil {
		return nil
	}
	x.Count()
	x.p.Update(func(c *sallyport.Crossing) { c.Findings = append(c.Findings, found) })
	x.p.Deny(why)
	e := refusal(why, &x.act, x.p.ID())
	if err := x.p.Close(nil); err != nil {
		e = s.errorFor(err, &x.c)
	}
	return e
}

// heed forgets what a statement in text may have changed behind the names of
// the protocol, which share theirs with PREPARE and DECLARE.
func (p *pipeline) heed(m *meaning) {
	switch {
	case m.act.Kind == "prepare" && m.detail == "deallocate":
		p.deallocated(m.act.Shape)
	case m.act.Kind == "prepare" && m.detail == "prepare", m.act.Kind == "set" && m.detail == "discard":
		clear(p.statements)
	case m.act.Kind == "cursor":
		p.closePortals(nil)
	}
}

// deallocated forgets the statement that a DEALLOCATE names. One that is kept
// for want of its name does no harm, since the database does not have it.
func (p *pipeline) deallocated(shape string) {
	words := strings.Fields(shape)
	switch name := words[len(words)-1]; name {
	case "all":
		clear(p.statements)
	default:
		delete(p.statements, strings.Trim(name, `"`))
	}
}

// named tells a statement that makes or drops what the names of the protocol
// stand for: what follows it in a pipeline has to wait for it.
func (m *meaning) named() bool {
	return m.act.Kind == "prepare" || m.act.Kind == "cursor" || m.act.Kind == "set" && m.detail == "discard"
}

// send sends a message that the database has to answer as e says. payload is
// not valid any more.
func (s *session) send(t wire.MessageType, payload []byte, e expected) error {
	p := &s.pipe
	if p.hold != holdNothing || len(p.queue) >= maxQueue || p.pending > 0 && p.pending+len(payload) > maxPending {
		if err := s.drain(); err != nil || p.skip {
			s.unsent(e)
			return err
		}
	}
	p.queue = append(p.queue, e)
	p.pending += len(payload) + 5
	p.begun, s.busy = true, true
	return s.upError(s.up.c.W.WriteMessage(t, payload))
}

// unsent ends a statement that was let pass and then not sent, since what came
// before it failed.
func (s *session) unsent(e expected) {
	if e.x != nil {
		e.x.p.Close(guard.ErrNotRun)
	}
}

// drain has the database answer all that it was sent, and brings the answers to
// the app.
func (s *session) drain() error {
	if len(s.pipe.queue) == 0 {
		return nil
	}
	if err := s.up.c.Send(wire.AppendEmpty(nil, wire.MsgFlush)); err != nil {
		return s.upError(err)
	}
	return s.answers()
}

// answers reads the answers to what is in the queue. An error of the database
// is the answer to all of it.
func (s *session) answers() error {
	p := &s.pipe
	for i := 0; i < len(p.queue) && !p.skip; i++ {
		if err := s.answerTo(&p.queue[i]); err != nil {
			p.queue = p.queue[i:]
			return err
		}
		if p.skip {
			s.skipped(p.queue[i+1:])
		}
	}
	clear(p.queue)
	p.queue, p.pending, p.hold = p.queue[:0], 0, holdNothing
	s.busy = false
	return nil
}

// skipped ends what was sent and not run.
func (s *session) skipped(rest []expected) {
	for _, e := range slices.Backward(rest) {
		switch {
		case e.x != nil:
			e.x.p.Close(guard.ErrNotRun)
		case e.old != nil:
			s.pipe.statements[e.name] = e.old
		case e.what == wire.MsgParse && e.name == "":
			delete(s.pipe.statements, e.name)
		}
	}
}

// sync serves Sync, the end of a pipeline.
func (s *session) sync() error {
	if err := s.down.R.Skip(); err != nil {
		return s.appError(err)
	}
	if s.pipe.hold == holdSync {
		if err := s.drain(); err != nil {
			return err
		}
	}
	return s.syncNow()
}

// syncNow sends a Sync and brings what is still to be answered to the app.
func (s *session) syncNow() error {
	p := &s.pipe
	s.busy, p.synced = true, true
	if err := s.up.c.Send(wire.AppendEmpty(nil, wire.MsgSync)); err != nil {
		return s.upError(err)
	}
	told := p.skip
	if !told {
		if err := s.answers(); err != nil {
			return err
		}
	}
	// What the app was told and the database was not has to fail there too.
	return s.ready(p.skip && !p.failedUp && !p.poisoned || told && p.poisoned)
}

// fail answers a message of a pipeline by an error of the door's own. What came
// before it is answered first; what follows is skipped up to Sync.
func (s *session) fail(e *wire.Error) error {
	if err := s.drain(); err != nil || s.pipe.skip {
		return err
	}
	if err := s.down.W.Write(e.Append(s.down.W.AvailableBuffer())); err != nil {
		return s.appError(err)
	}
	return s.poison()
}

// poison makes the database skip too, so that the transaction that is open
// there, the implicit one of the pipeline included, fails as it would have by
// an error of its own.
func (s *session) poison() error {
	p := &s.pipe
	p.skip = true
	if p.synced {
		return nil // ready sees to it
	}
	if !p.begun && s.tx != wire.TxActive {
		p.failedUp = true // there is nothing that could fail
		return nil
	}
	p.poisoned = true
	return s.upError(s.up.c.W.Write(wire.Execute{Portal: []byte(nowhere)}.Append(s.up.c.W.AvailableBuffer())))
}
