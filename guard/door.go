package guard

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sallyport/sallyport"
)

// door is the state of one door. It outlives reloads; its settings do not.
type door struct {
	name     string
	settings atomic.Pointer[Door]
	metrics  doorMetrics
	flood    flood

	mu       sync.Mutex
	passages map[*Passage]struct{}
	sessions map[*Session]struct{}
	holders  map[holder]int // open sessions but those in unproven
	unproven unproven
	inFlight int            // requests
	requests map[holder]int // of inFlight
}

func newDoor(name string, m *metrics) *door {
	return &door{
		name:     name,
		metrics:  m.door(name),
		flood:    flood{door: name},
		passages: map[*Passage]struct{}{},
		sessions: map[*Session]struct{}{},
		holders:  map[holder]int{},
		requests: map[holder]int{},
	}
}

func (d *door) enter(p *Passage) {
	d.mu.Lock()
	d.passages[p] = struct{}{}
	d.mu.Unlock()
}

func (d *door) leave(p *Passage) {
	if p.cut == nil {
		return
	}
	d.mu.Lock()
	delete(d.passages, p)
	d.mu.Unlock()
}

// open is what is open at the door right now.
func (d *door) open() ([]*Passage, []*Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	ps := make([]*Passage, 0, len(d.passages))
	for p := range d.passages {
		ps = append(ps, p)
	}
	ss := make([]*Session, 0, len(d.sessions))
	for s := range d.sessions {
		ss = append(ss, s)
	}
	return ps, ss
}

// rejudge holds what is open against another policy, of which the door is
// still a part where stays is true.
func (d *door) rejudge(by Decider, stays bool) {
	passages, sessions := d.open()
	for _, p := range passages {
		p.rejudge(by, stays)
	}
	for _, s := range sessions {
		s.rejudge(by, stays)
	}
}

func (p *Passage) rejudge(by Decider, stays bool) {
	if !stays || by == nil {
		p.end(refuse(sallyport.PolicyChanged, sallyport.Position{}, "the door is gone"))
		return
	}
	p.mu.Lock()
	snapshot, old := *p.c, p.c.Verdict
	mode := p.door.settings.Load().Mode
	p.mu.Unlock()
	grant, _ := by.Match(&snapshot)
	v := soften(by.Decide(&snapshot, grant), mode)
	if v.Denied() || v.Effect == sallyport.Mask && !slices.Equal(v.Masks, old.Masks) || v.Discreet && !old.Discreet {
		p.end(refuse(sallyport.PolicyChanged, v.Reason().At, "under the policy that now holds: "+v.Reason().Code.String()))
	}
}
