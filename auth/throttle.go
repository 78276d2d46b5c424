package auth

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// What a throttle forgives, and how long it makes others wait.
const (
	freePerName    = 5               // failures of one name from one address before it waits
	freePerAddress = 20              // failures of one address under any names before it waits
	firstWait      = time.Second     // doubled by each further failure
	longestWait    = 2 * time.Minute // and never more than this
	forgetAfter    = 10 * time.Minute

	throttleShards = 16
	shardEntries   = 2048
)

// Throttle makes those wait who show wrong credentials, ever longer. Failures
// are counted for an address (IPv6: its /64) and for a name at an address,
// never for a name alone, so that nobody can lock an app out by guessing its
// password from elsewhere.
//
// Its memory is bounded: at most 32,768 counts, about 4 MiB. A flood from many
// addresses pushes out the counts that are nearest to being forgiven. The zero
// Throttle is not usable; it is safe for concurrent use.
//
// What is in flight is not counted until it has failed, so a caller can try at
// once as often as it can hold connections open: the door's session quota
// bounds that.
type Throttle struct {
	now    func() time.Time
	seed   maphash.Seed
	shards [throttleShards]throttleShard
}

type throttleShard struct {
	sync.Mutex
	counts map[throttleKey]failures
}

// throttleKey is an address, and a name where named. Names that clients chose
// are kept as a hash, so that they cannot spend memory by their length.
type throttleKey struct {
	addr  netip.Addr
	name  uint64
	named bool
}

type failures struct {
	n    uint32
	last time.Time
}

// NewThrottle has no failures on its count; now is nil for time.Now.
func NewThrottle(now func() time.Time) *Throttle {
	if now == nil {
		now = time.Now
	}
	t := &Throttle{now: now, seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].counts = map[throttleKey]failures{}
	}
	return t
}

// Wait is how long name at addr still has to wait before its next try is worth
// looking at; 0 where it may try. A caller that tries earlier is refused
// without its credentials being looked at.
func (t *Throttle) Wait(name string, addr netip.Addr) time.Duration {
	byAddr, byName := t.keys(name, addr)
	now := t.now()
	return max(t.wait(byAddr, freePerAddress, now), t.wait(byName, freePerName, now))
}

// Failure counts wrong credentials for name at addr.
func (t *Throttle) Failure(name string, addr netip.Addr) {
	byAddr, byName := t.keys(name, addr)
	now := t.now()
	t.count(byAddr, freePerAddress, now)
	t.count(byName, freePerName, now)
}

// Success forgives name at addr, and only that: what the address did under
// other names stays on its count.
func (t *Throttle) Success(name string, addr netip.Addr) {
	_, byName := t.keys(name, addr)
	s := t.shard(byName)
	s.Lock()
	delete(s.counts, byName)
	s.Unlock()
}

func (t *Throttle) keys(name string, addr netip.Addr) (byAddr, byName throttleKey) {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			addr = p.Addr()
		}
	}
	byAddr = throttleKey{addr: addr}
	return byAddr, throttleKey{addr: addr, name: maphash.String(t.seed, name), named: true}
}

func (t *Throttle) shard(k throttleKey) *throttleShard {
	return &t.shards[maphash.Comparable(t.seed, k)%throttleShards]
}

func (t *Throttle) wait(k throttleKey, free uint32, now time.Time) time.Duration {
	s := t.shard(k)
	s.Lock()
	f := s.counts[k]
	s.Unlock()
	return max(0, f.until(free).Sub(now))
}

func (t *Throttle) count(k throttleKey, free uint32, now time.Time) {
	s := t.shard(k)
	s.Lock()
	defer s.Unlock()
	f, known := s.counts[k]
	if known && now.Sub(f.until(free)) > forgetAfter {
		f = failures{}
	}
	if !known && len(s.counts) >= shardEntries {
		s.evict(now)
	}
	if f.n < 1<<31 {
		f.n++
	}
	f.last = now
	s.counts[k] = f
}

// until is the moment from which another try is looked at.
func (f failures) until(free uint32) time.Time {
	if f.n < free {
		return f.last
	}
	wait := longestWait
	if doublings := f.n - free; doublings < 7 {
		wait = min(wait, firstWait<<doublings)
	}
	return f.last.Add(wait)
}

// evict drops the count that is nearest to being forgiven of eight that the
// map's order happens to give.
func (s *throttleShard) evict(now time.Time) {
	var victim throttleKey
	var when time.Time
	seen := 0
	for k, f := range s.counts {
		free := uint32(freePerAddress)
		if k.named {
			free = freePerName
		}
		until := f.until(free)
		if now.Sub(until) > forgetAfter {
			victim = k
			break
		}
		if seen == 0 || until.Before(when) {
			victim, when = k, until
		}
		if seen++; seen == 8 {
			break
		}
	}
	delete(s.counts, victim)
}
