package guard

import (
	"hash/maphash"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
)

// distinct counts different values in a span of time that slides as a meter's
// does. Each is remembered by a hash, with the slot in which it passed last, for
// as long as it counts: no more of them than the largest budget that was asked
// for. Values that nobody could tell apart are counted by their number.
type distinct struct {
	meter                  // counts each value in the slot where it passed last
	last  map[uint64]int64 // that slot, by the value's hash
	swept int64            // the newest slot when what is too old was last forgotten
	fresh []uint64         // those that an add has put in; its memory is used again
}

func newDistinct(per time.Duration) *distinct {
	return &distinct{meter: *newMeter(per), last: map[uint64]int64{}}
}

// sweep forgets what is too old.
func (d *distinct) sweep(now time.Time) {
	if d.turn(now); d.newest == d.swept {
		return
	}
	d.swept = d.newest
	for h, slot := range d.last {
		if d.newest-slot >= int64(len(d.rows)) {
			delete(d.last, h)
		}
	}
}

// add lets the values of one row pass, by their hashes, and tells how many of
// them did not pass before within the span. Where there would be more than most
// it lets none pass and keeps no new one.
func (d *distinct) add(now time.Time, hashes []uint64, most uint64) (fresh uint64, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep(now)
	d.fresh = d.fresh[:0]
	for _, h := range hashes {
		slot, known := d.last[h]
		switch {
		case known && slot == d.newest:
			continue
		case known:
			d.take(1, slot)
		case d.sum >= most:
			for _, h := range d.fresh {
				delete(d.last, h)
				d.take(1, d.newest)
			}
			return 0, false
		default:
			d.fresh = append(d.fresh, h)
		}
		d.last[h] = d.newest
		d.put(1)
	}
	return uint64(len(d.fresh)), true
}

// put counts values in the newest slot.
func (d *distinct) put(n uint64) {
	*d.at(d.newest) += n
	d.sum += n
}

// reserve counts values that may pass and cannot be told apart, all of them or
// none, and gives the slot they are counted in.
func (d *distinct) reserve(now time.Time, n, most uint64) (slot int64, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep(now)
	if n > most || d.sum > most-n {
		return d.newest, false
	}
	d.put(n)
	return d.newest, true
}

// fill counts values that have passed and cannot be told apart, up to most, and
// tells whether they were more.
func (d *distinct) fill(now time.Time, n, most uint64) (over bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep(now)
	room := most - min(most, d.sum)
	d.put(min(n, room))
	return n > room
}

// tallies has the different values of each budget, class and caller, as meters
// has the rows. A value is hashed by a key that is made at the start and leaves
// the process in no form, and nor do the hashes.
type tallies struct {
	seed maphash.Seed
	mu   sync.Mutex
	of   map[meterKey]*distinct
}

func newTallies() *tallies {
	return &tallies{seed: maphash.MakeSeed(), of: map[meterKey]*distinct{}}
}

func (t *tallies) find(key meterKey, now time.Time) *distinct {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.of[key]
	if d != nil {
		return d
	}
	if len(t.of) >= maxMeters {
		for k, old := range t.of {
			if old.empty(now) {
				delete(t.of, k)
			}
		}
	}
	d = newDistinct(key.per)
	t.of[key] = d
	return d
}

// values is what the crossing has to pay from: those budgets of the grant whose
// class the result has columns of.
func (t *tallies) values(g sallyport.Grant, v sallyport.Verdict, c *sallyport.Crossing) (all values) {
	for _, b := range g.Values {
		charge := valueCharge{budget: b}
		for _, n := range v.Counted {
			if n.Class == b.Class {
				charge.columns = append(charge.columns, n.Result-1)
			}
		}
		if len(charge.columns) == 0 {
			continue
		}
		key := meterKey{door: c.Door, scope: b.At.Path, per: b.Per, who: holderOf(c.From)}
		charge.tally = t.find(key, c.Context.Time)
		all.charges = append(all.charges, charge)
	}
	if s, ok := c.Act.(*sallyport.Statement); ok && len(all.charges) > 0 {
		all.seed, all.blind, all.writes = t.seed, s.Kind == "copy", s.Writes
	}
	return all
}
