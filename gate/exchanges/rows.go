package exchanges

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// Rows counts what of a response has passed, so that the guard need not be told
// of each row by itself.
type Rows struct {
	Left  uint64 // rows that may pass before the verdict is asked again
	Bytes uint64 // passed and not yet counted

	rows uint64 // passed and not yet counted
	p    *guard.Passage
}

// Of are the rows of the response to what the passage is of.
func Of(p *guard.Passage) Rows { return Rows{p: p} }

// Ask asks how many rows may pass.
func (r *Rows) Ask() { r.Left = r.p.Room() }

// Limited tells whether there may come more rows than may pass.
func (r *Rows) Limited() bool { return r.Left != guard.Unlimited }

// Took notes rows that have passed.
func (r *Rows) Took(rows, bytes uint64) {
	r.rows += rows
	r.Bytes += bytes
	if r.Left != guard.Unlimited {
		r.Left -= rows
	}
}

// Count tells the guard what has passed since it was last told.
func (r *Rows) Count() sallyport.Verdict {
	v := r.p.Count(sallyport.Ingress, r.Bytes, r.rows)
	r.Bytes, r.rows = 0, 0
	return v
}

// MayPass asks for more rows where those that may pass have passed. Where there
// is no room, one more is one too many. In the modes that only report
// it passes, and so do all that follow.
func (r *Rows) MayPass() bool {
	r.Count()
	if r.Ask(); r.Left > 0 {
		return true
	}
	r.rows++
	denied := r.Count().Denied()
	r.TakeBack() // it is counted where it passes, and does not reach the app where not
	if !denied {
		r.Left = guard.Unlimited
	}
	return !denied
}

// TakeBack is for a row that was counted and does not reach the app.
func (r *Rows) TakeBack() {
	r.p.Update(func(c *sallyport.Crossing) { c.In.Rows-- })
}
