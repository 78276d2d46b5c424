package guard

import (
	"container/list"
	"errors"
	"sync"

	"github.com/sallyport/sallyport"
)

// Session is one connection at a door: it counts against quotas, and it is cut
// by a kill switch and by a reload that leaves its party no standing.
type Session struct {
	ID   sallyport.ID
	g    *Guard
	door *door
	cut  func(error)
	turn *list.Element // among the unproven of its address; guarded by door.mu

	mu     sync.Mutex
	party  sallyport.Party
	holder holder
	ended  bool
}

// Session takes a connection in. c is how it would be recorded where it is
// refused: Door, From with its address, and a Logon. cut is called at most
// once, from any goroutine, when the connection has to end; it must not block.
// The error is a *Refusal, already recorded, or wraps ErrUnrecorded.
//
// At a door where everybody has to prove something (Door.Unproven) a newcomer
// for whom there is no room takes the place of one that has proven nothing: the
// oldest of its own address where that holds all that one may, else the oldest
// of the address that holds the most. That one is recorded as refused, and cut.
func (g *Guard) Session(c *sallyport.Crossing, cut func(error)) (*Session, error) {
	g.stamp(c)
	st := g.state.Load()
	d := st.doors[c.Door]
	if d == nil {
		return nil, g.refuseSession(c, refuse(sallyport.UnknownDoor, sallyport.Position{}, "the policy has no door of this name"))
	}
	if v, off := g.kills.check(c); off {
		return nil, g.refuseSession(c, v)
	}
	s := &Session{ID: sallyport.NewID(c.Begin), g: g, door: d, cut: cut, party: c.From, holder: holderOf(c.From)}
	v, displaced, full := d.admit(s)
	if displaced != nil {
		if err := displaced.displace(c); err != nil {
			s.Close()
			return nil, err
		}
	}
	if full {
		return nil, g.refuseSession(c, v)
	}
	return s, nil
}

// displace ends a session whose place the connection of c has taken.
func (s *Session) displace(c *sallyport.Crossing) error {
	s.mu.Lock()
	lost := sallyport.Crossing{Session: s.ID, App: c.App, Door: c.Door, From: s.party, To: c.To, Act: c.Act}
	s.mu.Unlock()
	s.g.stamp(&lost)
	v := refuse(sallyport.QuotaSpent, sallyport.Position{}, "it had proven nothing when others came, and its address held the most of the door's `limits: unproven`")
	err := s.g.refuseSession(&lost, v)
	s.end(v)
	if errors.Is(err, ErrUnrecorded) {
		return err
	}
	return nil
}

// Identify says who the connection turned out to be. From then on it counts
// as that party's.
func (s *Session) Identify(c *sallyport.Crossing) error {
	s.g.stamp(c)
	if v, off := s.g.kills.check(c); off {
		return s.g.refuseSession(c, v)
	}
	if v, full := s.door.rename(s, c.From); full {
		return s.g.refuseSession(c, v)
	}
	// A kill or a reload between the check and the renaming saw the old party.
	if v, off := s.g.kills.check(c); off {
		return s.g.refuseSession(c, v)
	}
	return nil
}

// Close gives back what the session holds. It may be called more than once.
func (s *Session) Close() { s.door.release(s) }

func (g *Guard) refuseSession(c *sallyport.Crossing, v sallyport.Verdict) error {
	st := g.state.Load()
	c.ID = sallyport.NewID(c.Begin)
	p := &Passage{g: g, door: st.doors[c.Door], c: c, decider: st.decider}
	if _, err := g.refused(p, v); err != nil {
		return err
	}
	return &Refusal{Verdict: p.c.Verdict}
}

func (d *door) admit(s *Session) (v sallyport.Verdict, displaced *Session, full bool) {
	limits := d.settings.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	queued := limits.Unproven > 0 && s.party.Proof == 0
	if queued {
		displaced = d.makeRoom(limits, s.holder)
	}
	if limits.Sessions > 0 && len(d.sessions) >= limits.Sessions {
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "the door's sessions are all in use"), displaced, true
	}
	if !queued && limits.SessionsPerCaller > 0 && d.holders[s.holder] >= limits.SessionsPerCaller {
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "the caller's sessions are all in use"), nil, true
	}
	d.sessions[s] = struct{}{}
	if queued {
		d.unproven.add(s)
	} else {
		d.holders[s.holder]++
	}
	d.metrics.sessions.Inc()
	return sallyport.Verdict{}, displaced, false
}

// makeRoom takes one session out that has proven nothing, where an unproven
// newcomer finds no room, and returns it. Proven ones keep their places.
func (d *door) makeRoom(limits *Door, newcomer holder) *Session {
	var s *Session
	switch {
	case limits.SessionsPerCaller > 0 && d.unproven.of(newcomer) >= limits.SessionsPerCaller:
		s = d.unproven.oldest(newcomer)
	case d.unproven.n >= limits.Unproven, limits.Sessions > 0 && len(d.sessions) >= limits.Sessions:
		s = d.unproven.heaviest()
	}
	if s != nil {
		d.forget(s)
	}
	return s
}

func (d *door) rename(s *Session, p sallyport.Party) (sallyport.Verdict, bool) {
	limits := d.settings.Load()
	next := holderOf(p)
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, open := d.sessions[s]; !open {
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "another connection took its place"), true
	}
	if next != s.holder && limits.SessionsPerCaller > 0 && d.holders[next] >= limits.SessionsPerCaller {
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "the caller's sessions are all in use"), true
	}
	if s.turn == nil || p.Proof != 0 {
		d.unhold(s)
		d.holders[next]++
	}
	s.mu.Lock()
	s.holder, s.party = next, p
	s.mu.Unlock()
	return sallyport.Verdict{}, false
}

func (d *door) release(s *Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, open := d.sessions[s]; !open {
		return
	}
	d.forget(s)
}

// forget takes a session out of all counts.
func (d *door) forget(s *Session) {
	delete(d.sessions, s)
	d.unhold(s)
	d.metrics.sessions.Dec()
}

func (d *door) unhold(s *Session) {
	if s.turn != nil {
		d.unproven.remove(s)
	} else {
		leave(d.holders, s.holder)
	}
}

func (s *Session) rejudge(by Decider, stays bool) {
	s.mu.Lock()
	party := s.party
	s.mu.Unlock()
	switch {
	case !stays || by == nil:
		s.end(refuse(sallyport.PolicyChanged, sallyport.Position{}, "the door is gone"))
	case party.Proof != 0 && !by.Admits(s.door.name, party):
		s.end(refuse(sallyport.PolicyChanged, sallyport.Position{}, "no rule of the door speaks of this caller any more"))
	}
}

func (s *Session) end(v sallyport.Verdict) {
	s.mu.Lock()
	first := !s.ended
	s.ended = true
	s.mu.Unlock()
	if first && s.cut != nil {
		s.cut(&Refusal{Verdict: v})
	}
}
