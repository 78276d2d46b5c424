package guard

import (
	"time"

	"github.com/sallyport/sallyport"
)

// retryRequest is when a request that found no room may be worth another try:
// nobody knows when one of those under way ends.
const retryRequest = time.Second

// hold counts the passage as a request in flight, at doors that bound them.
func (d *door) hold(p *Passage) (sallyport.Verdict, bool) {
	most, each := p.settings.Requests, p.settings.RequestsPerCaller
	if most <= 0 && each <= 0 {
		return sallyport.Verdict{}, false
	}
	who := holderOf(p.c.From)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case most > 0 && d.inFlight >= most:
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "the door's requests in flight are as many as its `limits: requests`"), true
	case each > 0 && d.requests[who] >= each:
		return refuse(sallyport.QuotaSpent, sallyport.Position{}, "the caller's requests in flight are as many as the door's `limits: requests-per-caller`"), true
	}
	d.inFlight++
	d.requests[who]++
	p.holder, p.holds = who, true
	return sallyport.Verdict{}, false
}

// Done gives back the passage's share of the requests that may be in flight at
// its door. A door with such a bound calls it once nothing of the request is
// open any more: that is after Close, since what Close releases may still be on
// its way to a client that does not read. It may be called more than once.
func (p *Passage) Done() {
	if p.door == nil {
		return
	}
	p.door.mu.Lock()
	defer p.door.mu.Unlock()
	if p.holds {
		p.holds = false
		p.door.inFlight--
		leave(p.door.requests, p.holder)
	}
}
