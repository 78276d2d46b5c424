package guard

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
)

// The buckets are spread over shards, each bounded: a flood of new addresses
// pushes out other buckets of its shard, oldest theoretical arrival first
// among a few looked at, and never grows memory.
const (
	rateShards = 32
	shardKeys  = 4096
)

// rates counts how often, by the generic cell rate algorithm (ITU-T I.371): a
// bucket is one moment, the theoretical arrival time of the next crossing.
type rates struct {
	seed   maphash.Seed
	shards [rateShards]rateShard
}

type rateShard struct {
	sync.Mutex
	arrival map[rateKey]time.Time
}

type rateKey struct {
	scope string // of the door, or of the rule's place in it
	who   holder
}

func newRates() *rates {
	r := &rates{seed: maphash.MakeSeed()}
	for i := range r.shards {
		r.shards[i].arrival = map[rateKey]time.Time{}
	}
	return r
}

// spend takes one crossing from the door's quota and from each rate of the
// grant. Where one is used up, wait says when it will have room again.
func (r *rates) spend(d *Door, g sallyport.Grant, c *sallyport.Crossing) (v sallyport.Verdict, wait time.Duration) {
	if wait = r.take(rateKey{scope: d.Name}, d.Rate, c.Context.Time); wait > 0 {
		return refuse(sallyport.QuotaSpent, d.Rate.At, "the door's rate is used up"), wait
	}
	for _, rate := range g.Rates {
		key := rateKey{scope: d.Name + " " + rate.At.Path, who: rateWho(rate.Key, c.From)}
		if wait = r.take(key, rate, c.Context.Time); wait > 0 {
			return refuse(sallyport.RateLimit, rate.At, "more often than the rule allows per "+rate.Key.String()), wait
		}
	}
	return v, 0
}

func (r *rates) take(key rateKey, rate sallyport.Rate, now time.Time) (wait time.Duration) {
	if rate.N == 0 || rate.Per <= 0 {
		return 0
	}
	interval := rate.Per / time.Duration(rate.N)
	s := &r.shards[maphash.Comparable(r.seed, key)%rateShards]
	s.Lock()
	defer s.Unlock()
	at, known := s.arrival[key]
	if !known && len(s.arrival) >= shardKeys {
		s.evict()
	}
	if at.Before(now) {
		at = now
	}
	if wait = at.Sub(now) + interval - rate.Per; wait > 0 {
		return wait
	}
	s.arrival[key] = at.Add(interval)
	return 0
}

// evict drops the bucket that is nearest to being full again among eight that
// the map's order happens to give: what is forgotten least is what is throttled.
func (s *rateShard) evict() {
	var oldest rateKey
	var when time.Time
	seen := 0
	for k, at := range s.arrival {
		if seen == 0 || at.Before(when) {
			oldest, when = k, at
		}
		if seen++; seen == 8 {
			break
		}
	}
	delete(s.arrival, oldest)
}

func rateWho(k sallyport.RateKey, p sallyport.Party) holder {
	switch k {
	case sallyport.PerAddress:
		return holder{addr: addressKey(p.Addr.Addr())}
	case sallyport.PerCaller:
		return holderOf(p)
	default:
		return holder{}
	}
}
