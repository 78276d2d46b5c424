package guard

import (
	"sync"
	"time"

	"github.com/sallyport/sallyport"
)

// meterSlots is how finely a meter forgets: in so many steps over its span.
const meterSlots = 60

// meter counts rows in a span of time that slides in slots. It counts what
// came in the span and the slot before it, so that no span of that length, begin
// it where it may, holds more than the meter let pass.
type meter struct {
	mu     sync.Mutex
	slot   time.Duration
	rows   [meterSlots + 1]uint64
	newest int64 // the slot that the clock was last seen in, counted from 1970
	sum    uint64
}

func newMeter(per time.Duration) *meter {
	return &meter{slot: max(per/meterSlots, 1)}
}

// turn forgets what is too old. A clock that was set back turns nothing.
func (m *meter) turn(now time.Time) {
	n := now.UnixNano() / int64(m.slot)
	for i := range min(n-m.newest, int64(len(m.rows))) {
		at := m.at(n - i)
		m.sum -= *at
		*at = 0
	}
	m.newest = max(m.newest, n)
}

func (m *meter) at(slot int64) *uint64 { return &m.rows[slot%int64(len(m.rows))] }

// spend counts rows that came now: those that were held since a slot, and more.
// It tells whether they are more than most. What was held for so long that it is
// forgotten is as if it had not been held.
func (m *meter) spend(now time.Time, held uint64, slot int64, more, most uint64) (over bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	known := m.take(held, slot)
	*m.at(m.newest) += held + more
	m.sum += held + more
	return m.sum > most && held+more > known
}

// take takes rows out of the slot that they are counted in, as many as are still
// counted: all of them, or none.
func (m *meter) take(rows uint64, slot int64) uint64 {
	if rows == 0 || m.newest-slot >= int64(len(m.rows)) {
		return 0
	}
	*m.at(slot) -= rows
	m.sum -= rows
	return rows
}

// sharePart is how many passages may take a share of what is left before it is
// gone: what one holds and does not need keeps no other from its rows.
const sharePart = 64

// reserve counts rows that may come, and gives the slot they are counted in: of
// those wanted a small share of what is left, and one row while there is any.
func (m *meter) reserve(now time.Time, wanted, most uint64) (rows uint64, slot int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	if m.sum < most {
		rows = min(wanted, max(1, (most-m.sum)/sharePart))
	}
	*m.at(m.newest) += rows
	m.sum += rows
	return rows, m.newest
}

// renew counts rows that are held since a slot as held now. Of those that are
// forgotten there may be fewer.
func (m *meter) renew(now time.Time, held uint64, slot int64, most uint64) (rows uint64, newest int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	if rows = m.take(held, slot); rows == 0 && m.sum < most {
		rows = min(held, most-m.sum)
	}
	*m.at(m.newest) += rows
	m.sum += rows
	return rows, m.newest
}

// release gives back what was reserved and did not come.
func (m *meter) release(rows uint64, slot int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.take(rows, slot)
}

// wait is how long it takes until there is room for a row; 0 where there is.
func (m *meter) wait(now time.Time, most uint64) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	sum := m.sum
	for slot := m.newest - meterSlots; slot <= m.newest && sum >= most; slot++ {
		if sum -= *m.at(slot); sum < most || slot == m.newest {
			free := time.Duration(slot+meterSlots+1) * m.slot
			return max(free-time.Duration(now.UnixNano()), 1)
		}
	}
	return 0
}

// empty tells whether nothing is counted any more.
func (m *meter) empty(now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	return m.sum == 0
}

// meters has a meter for each budget and caller. There are as many as the
// policies that were in force name; beyond maxMeters those that count nothing
// go.
type meters struct {
	mu sync.Mutex
	of map[meterKey]*meter
}

type meterKey struct {
	door, scope string // scope is the budget's place in the policy
	per         time.Duration
	who         holder
}

const maxMeters = 4096

func (ms *meters) find(key meterKey, now time.Time) *meter {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m := ms.of[key]
	if m != nil {
		return m
	}
	if len(ms.of) >= maxMeters {
		for k, old := range ms.of {
			if old.empty(now) {
				delete(ms.of, k)
			}
		}
	}
	m = newMeter(key.per)
	ms.of[key] = m
	return m
}

// charges is what the crossing has to pay from.
func (ms *meters) charges(g sallyport.Grant, c *sallyport.Crossing) []charge {
	if len(g.Budgets) == 0 {
		return nil
	}
	all := make([]charge, len(g.Budgets))
	for i, b := range g.Budgets {
		key := meterKey{door: c.Door, scope: b.At.Path, per: b.Per, who: holderOf(c.From)}
		all[i] = charge{budget: b, meter: ms.find(key, c.Context.Time)}
	}
	return all
}
