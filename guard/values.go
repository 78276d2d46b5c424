package guard

import (
	"fmt"
	"hash/maphash"
	"slices"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// values is what a passage spends of budgets of different values. The zero
// values spends nothing.
type values struct {
	charges []valueCharge
	seed    maphash.Seed
	hashes  []uint64 // of one row, for one charge
	blind   bool     // its rows are in no form that cells can be told in: a COPY
	writes  bool
	paid    bool // one row of a COPY is paid for that has not passed
}

// valueCharge is one budget of values.
type valueCharge struct {
	budget  sallyport.ValueBudget
	tally   *distinct
	columns []int  // of the result, from 0
	slot    int64  // of the tally, for the row that is paid for
	spent   uint64 // values that were counted
}

// broke is the verdict on a crossing that cannot do with the values that its app
// had already. One that reads can, and is cut at the first that is new; a COPY
// shows no values, and a write would be cut when its change has been made.
func (s *values) broke(now time.Time) (v sallyport.Verdict, wait time.Duration) {
	if !s.blind && !s.writes {
		return v, 0
	}
	for _, c := range s.charges {
		if wait = c.tally.wait(now, c.budget.Values); wait > 0 {
			return refuse(sallyport.ValuesSpent, c.budget.At, manyValues(c.budget)), wait
		}
	}
	return v, 0
}

func manyValues(b sallyport.ValueBudget) string {
	return fmt.Sprintf("the rule allows %d different values of the class %s in an hour of all sessions together", b.Values, b.Class)
}

// seen counts the values of a row as the app is to have them: what a mask makes
// the same is the same, and NULL is none.
func (p *Passage) seen(cells [][]byte) {
	s := &p.values
	if len(s.charges) == 0 {
		return
	}
	now := p.g.opts.Now()
	for i := range s.charges {
		c := &s.charges[i]
		s.hashes = s.hashes[:0]
		for _, column := range c.columns {
			if column < len(cells) && cells[column] != nil {
				s.hashes = append(s.hashes, maphash.Bytes(s.seed, cells[column]))
			}
		}
		fresh, ok := c.tally.add(now, s.hashes, c.budget.Values)
		// What another budget cuts stays counted here: meanwhile another session
		// may have been let pass the same value because of it.
		c.spent += fresh
		if !ok {
			p.spentValues(now, c)
		}
	}
}

// unseen counts rows that passed and were not shown: each value of them may be
// another.
func (p *Passage) unseen(rows uint64) {
	s := &p.values
	if len(s.charges) == 0 || rows == 0 {
		return
	}
	paid := uint64(0)
	if s.paid {
		s.paid, paid = false, 1
	}
	now := p.g.opts.Now()
	for i := range s.charges {
		c := &s.charges[i]
		each := uint64(len(c.columns))
		over := c.tally.fill(now, (rows-paid)*each, c.budget.Values)
		c.spent += rows * each
		if over {
			c.spent -= each // the row that is one too many does not pass
			p.spentValues(now, c)
		}
	}
}

// roomForValues is how many rows the budgets of values have room for, as far as
// rows are not shown: one, paid for at once, since other sessions spend as well.
func (p *Passage) roomForValues(most uint64) uint64 {
	s := &p.values
	if !s.blind || len(s.charges) == 0 || most == 0 {
		return most
	}
	if s.paid {
		return 1
	}
	now := p.g.opts.Now()
	for i := range s.charges {
		c := &s.charges[i]
		slot, ok := c.tally.reserve(now, uint64(len(c.columns)), c.budget.Values)
		if !ok {
			giveBack(s.charges[:i])
			return 0
		}
		c.slot = slot
	}
	s.paid = true
	return 1
}

// giveBack returns what is paid for and did not pass.
func (s *values) giveBack() {
	if s.paid {
		s.paid = false
		giveBack(s.charges)
	}
}

func giveBack(charges []valueCharge) {
	for i := range charges {
		charges[i].tally.release(uint64(len(charges[i].columns)), charges[i].slot)
	}
}

func (p *Passage) spentValues(now time.Time, c *valueCharge) {
	if p.raw.Effect != sallyport.Deny {
		p.retry = c.tally.wait(now, c.budget.Values)
		p.tighten(refuse(sallyport.ValuesSpent, c.budget.At, manyValues(c.budget)))
	}
}

// entry is what was counted, by class, for the ledger: the most that a budget of
// it was charged.
func (s *values) entry() (all []ledger.Values) {
	for i := range s.charges {
		c := &s.charges[i]
		at := slices.IndexFunc(all, func(v ledger.Values) bool { return v.Class == c.budget.Class })
		if at < 0 {
			all, at = append(all, ledger.Values{Class: c.budget.Class}), len(all)
		}
		all[at].Count = max(all[at].Count, c.spent)
	}
	return all
}
