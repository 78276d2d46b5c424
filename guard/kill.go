package guard

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/sallyport/sallyport"
)

// Kill names what an operator stopped: a door, a caller at every door, or a
// caller at one door. The zero Kill stops nothing.
type Kill struct {
	Door   string `json:"door,omitempty"`
	Caller string `json:"caller,omitempty"`
}

func (k Kill) covers(door, caller string) bool {
	return k != Kill{} && (k.Door == "" || k.Door == door) && (k.Caller == "" || k.Caller == caller)
}

// String says what is stopped, for a person.
func (k Kill) String() string {
	switch {
	case k.Caller == "":
		return "door " + k.Door
	case k.Door == "":
		return "caller " + k.Caller
	default:
		return "caller " + k.Caller + " at door " + k.Door
	}
}

// killList is read on every crossing and changed by hand.
type killList struct {
	change sync.Mutex
	on     atomic.Pointer[map[Kill]struct{}]
}

func (l *killList) check(c *sallyport.Crossing) (sallyport.Verdict, bool) {
	on := l.on.Load()
	if on == nil {
		return sallyport.Verdict{}, false
	}
	for k := range *on {
		if k.covers(c.Door, c.From.Name) {
			return refuse(sallyport.Killed, sallyport.Position{}, "an operator stopped "+k.String()), true
		}
	}
	return sallyport.Verdict{}, false
}

func (l *killList) set(k Kill, on bool) (changed bool) {
	l.change.Lock()
	defer l.change.Unlock()
	next := map[Kill]struct{}{}
	if old := l.on.Load(); old != nil {
		maps.Copy(next, *old)
	}
	_, had := next[k]
	if on {
		next[k] = struct{}{}
	} else {
		delete(next, k)
	}
	if len(next) == 0 {
		l.on.Store(nil)
	} else {
		l.on.Store(&next)
	}
	return had != on
}

// Kill stops what k names at once: new sessions and crossings are refused and
// open ones are cut. It tells whether that is news.
func (g *Guard) Kill(k Kill) bool {
	if k == (Kill{}) || !g.kills.set(k, true) {
		return false
	}
	v := refuse(sallyport.Killed, sallyport.Position{}, "an operator stopped "+k.String())
	for _, d := range g.state.Load().doors {
		passages, sessions := d.open()
		for _, p := range passages {
			if k.covers(d.name, p.c.From.Name) {
				p.end(v)
			}
		}
		for _, s := range sessions {
			s.mu.Lock()
			caller := s.party.Name
			s.mu.Unlock()
			if k.covers(d.name, caller) {
				s.end(v)
			}
		}
	}
	return true
}

// Unkill takes a Kill back and tells whether it was on.
func (g *Guard) Unkill(k Kill) bool { return g.kills.set(k, false) }

// Kills is what is stopped now, doors first.
func (g *Guard) Kills() []Kill {
	on := g.kills.on.Load()
	if on == nil {
		return nil
	}
	return slices.SortedFunc(maps.Keys(*on), func(a, b Kill) int {
		if a.String() < b.String() {
			return -1
		}
		return 1
	})
}
