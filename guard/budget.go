package guard

import (
	"fmt"
	"math"
	"time"

	"github.com/sallyport/sallyport"
)

// Unlimited is more rows than there can be.
const Unlimited = math.MaxUint64

// What a passage takes of a budget at once, in rows: little at first, since most
// statements need little, and twice as much each time up to roomAtOnce. So a
// budget that many sessions spend from is exact, and not asked for each row.
const (
	roomAtFirst = 16
	roomAtOnce  = 1024
)

// charge is one budget that a passage spends from, and what it holds of it.
type charge struct {
	budget sallyport.Budget
	meter  *meter
	held   uint64 // reserved and not spent
	ask    uint64 // what was asked for last
	slot   int64  // of the meter, for what is held
}

// broke is the verdict on a crossing whose budget is used up before it began,
// and how long that lasts.
func broke(charges []charge, now time.Time) (v sallyport.Verdict, wait time.Duration) {
	for _, c := range charges {
		if wait = c.meter.wait(now, c.budget.Rows); wait > 0 {
			return refuse(sallyport.RowBudget, c.budget.At, used(c.budget)), wait
		}
	}
	return v, 0
}

func used(b sallyport.Budget) string {
	per := b.Per.String()
	switch b.Per {
	case time.Hour:
		per = "an hour"
	case 24 * time.Hour:
		per = "a day"
	}
	return fmt.Sprintf("the rule allows %d rows in %s of all sessions together", b.Rows, per)
}

// Room is how many more rows may pass before the door has to ask again: what the
// grant's limit leaves of those that are counted so far, and no more than there
// is of its budgets. A door asks again where a result goes on after it has waited
// for the app: what was held meanwhile may be gone. 0 says that the next one would be one too many: it is for
// Count to refuse. Unlimited stands for as many as there are.
func (p *Passage) Room() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	room := uint64(Unlimited)
	if most := p.grant.Rows; most.Set() {
		room = most.Max - min(most.Max, p.c.In.Rows)
	}
	room = min(room, p.roomForValues(room))
	if len(p.charges) == 0 {
		return room
	}
	now := p.g.opts.Now()
	for i := range p.charges {
		c := &p.charges[i]
		if c.held > 0 {
			c.held, c.slot = c.meter.renew(now, c.held, c.slot, c.budget.Rows)
		}
		if c.held == 0 {
			c.ask = min(max(2*c.ask, roomAtFirst), roomAtOnce)
			c.held, c.slot = c.meter.reserve(now, min(room, c.ask), c.budget.Rows)
		}
		room = min(room, c.held)
	}
	return room
}

// spend takes the crossing's rows from its budgets: those of the result, or
// those that a write changed, whichever are more.
func (p *Passage) spend() {
	if len(p.charges) == 0 || p.over {
		return
	}
	rows := p.c.In.Rows
	if s, ok := p.c.Act.(*sallyport.Statement); ok && s.Writes {
		rows = max(rows, s.Affected)
	}
	if rows <= p.spent {
		return
	}
	n := rows - p.spent
	p.spent = rows
	now := p.g.opts.Now()
	for i := range p.charges {
		c := &p.charges[i]
		held := min(c.held, n)
		c.held -= held
		if c.meter.spend(now, held, c.slot, n-held, c.budget.Rows) && p.raw.Effect != sallyport.Deny {
			p.retry = c.meter.wait(now, c.budget.Rows)
			p.tighten(refuse(sallyport.RowBudget, c.budget.At, used(c.budget)))
		}
	}
}

// giveBack returns what is held of the budgets and was not needed.
func (p *Passage) giveBack() {
	for i := range p.charges {
		c := &p.charges[i]
		c.meter.release(c.held, c.slot)
		c.held = 0
	}
}
