package guard

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Passage is one open crossing. Its methods are safe for concurrent use: both
// directions of an exchange change it at once.
type Passage struct {
	g        *Guard
	door     *door
	settings *Door
	decider  Decider
	grant    sallyport.Grant
	retry    time.Duration
	cut      func(error)
	charges  []charge // the budgets that its rows are spent from
	spent    uint64   // rows that were
	values   values   // the budgets that values of its rows are spent from

	holder holder // whose request in flight it is
	holds  bool   // guarded by door.mu

	mu       sync.Mutex
	c        *sallyport.Crossing
	raw      sallyport.Verdict // as enforcing would have it; c.Verdict is raw softened by the mode
	taps     []Tap
	by       Maskers  // nil for none
	maskers  []Masker // by column of the result; nil where it is not masked
	masked   []byte   // memory of the masked cells of the last row; not nil where maskers is not
	over     bool
	closeErr error
}

// ID is the crossing's.
func (p *Passage) ID() sallyport.ID { return p.c.ID }

// Grant is the rules that cover the crossing, and their obligations.
func (p *Passage) Grant() sallyport.Grant { return p.grant }

// Verdict is the verdict as it stands; it only ever tightens.
func (p *Passage) Verdict() sallyport.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.c.Verdict
}

// Refusal is the verdict as an error, or nil where the crossing may go on.
func (p *Passage) Refusal() *Refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refusal()
}

func (p *Passage) refusal() *Refusal {
	if !p.c.Verdict.Denied() {
		return nil
	}
	return &Refusal{Verdict: p.c.Verdict, RetryAfter: p.retry}
}

// Update lets a door complete what it knows of the crossing (a status, the
// rows changed) and decides again. fn must not keep the crossing.
func (p *Passage) Update(fn func(*sallyport.Crossing)) sallyport.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn(p.c)
	p.decide()
	p.spend()
	return p.c.Verdict
}

// Watched tells whether anybody looks at facts, so that a door need not make
// them for nobody.
func (p *Passage) Watched() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.taps) > 0
}

// WantsRows tells whether the door has to call Result for the results of the
// statement: somebody looks at its rows, they may be masked or have values that
// are counted, or their columns have to be known.
func (p *Passage) WantsRows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	v := &p.c.Verdict
	return len(p.taps) > 0 || v.Effect == sallyport.Mask || v.Discreet || len(p.values.charges) > 0
}

// Note tells the passage one fact; f.Text is borrowed for the call.
func (p *Passage) Note(f sallyport.Fact) sallyport.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.taps {
		p.tightenFindings(p.found(t.Fact(f)))
	}
	return p.c.Verdict
}

// Count adds what moved without being looked at: frames that were forwarded
// untouched. Where a limit is passed, the verdict that it returns denies.
func (p *Passage) Count(d sallyport.Direction, bytes, rows uint64) sallyport.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(d, bytes, rows)
	if d == sallyport.Ingress {
		p.unseen(rows)
	}
	return p.c.Verdict
}

func (p *Passage) count(d sallyport.Direction, bytes, rows uint64) {
	flow := &p.c.In
	if d == sallyport.Egress {
		flow = &p.c.Out
	}
	flow.Bytes += bytes
	flow.Rows += rows
	if p.grant.Rows.Exceeds(p.c.In.Rows) || p.grant.Body.Exceeds(p.c.In.Bytes) {
		p.decide()
	}
	p.spend()
}

// Deny tightens the verdict by a built-in refusal that the door found on the
// way: what flows after it must be cut.
func (p *Passage) Deny(why sallyport.Reason) sallyport.Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tighten(sallyport.Verdict{Reasons: []sallyport.Reason{why}})
	return p.c.Verdict
}

// Reader counts what is read from r as flowing in direction d, shows it to
// whoever watches, and ends with a *Refusal where the crossing may not go on.
func (p *Passage) Reader(d sallyport.Direction, r io.Reader) io.Reader {
	return &reader{p: p, d: d, r: r}
}

type reader struct {
	p *Passage
	d sallyport.Direction
	r io.Reader
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if refusal := r.p.bytes(r.d, b[:n]); refusal != nil {
		return 0, refusal
	}
	return n, err
}

func (p *Passage) bytes(d sallyport.Direction, b []byte) *Refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(d, uint64(len(b)), 0)
	for _, t := range p.taps {
		p.tightenFindings(p.found(t.Bytes(d, b)))
	}
	return p.refusal()
}

// Close records the outcome and returns when that is as durable as the door
// wants it: a strict door releases the last of a result only after Close
// returned nil. err is what ended the crossing early, or nil. Close after the
// first is without effect and returns what the first did.
func (p *Passage) Close(err error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return p.closeErr
	}
	p.over = true
	p.giveBack()
	p.values.giveBack()
	for _, t := range p.taps {
		p.tightenFindings(p.found(t.Done()))
	}
	p.c.End = p.g.opts.Now()
	p.classes(err)
	p.door.leave(p)
	p.door.metrics.crossed(p.c)
	durability := ledger.Buffered
	if p.settings.Strict || p.c.Verdict.Denied() {
		durability = ledger.Durable
	}
	p.door.metrics.counted(&p.values)
	e := p.g.entry(p.c, ledger.Crossed)
	e.Values = p.values.entry()
	if s, ok := p.c.Act.(*sallyport.Statement); ok && p.settings.Mode == Learn {
		e.Act.Columns, e.Act.Traced = columnsOf(s)
	}
	if err != nil {
		e.Note = outcome(err)
		if s, ok := p.c.Act.(*sallyport.Statement); ok && s.Writes && !errors.Is(err, ErrNotRun) {
			e.Note += "; what it writes may have been written"
		}
	}
	p.closeErr = p.g.append(e, durability)
	return p.closeErr
}

// decide asks the policy again and tightens by its answer.
func (p *Passage) decide() {
	if p.over || p.decider == nil {
		return
	}
	if v := p.decider.Decide(p.c, p.grant); v.Effect < p.raw.Effect {
		p.tighten(v)
	}
}

func (p *Passage) tighten(v sallyport.Verdict) {
	v.Would = v.Effect
	p.raw = p.raw.Tighten(v)
	p.c.Verdict = soften(p.raw, p.settings.Mode)
}

// end is a denial from outside (a kill, a reload): the door's cut is called.
func (p *Passage) end(v sallyport.Verdict) {
	p.mu.Lock()
	if p.over || p.c.Verdict.Denied() {
		p.mu.Unlock()
		return
	}
	p.tighten(v)
	refusal, cut := p.refusal(), p.cut
	p.mu.Unlock()
	if cut != nil && refusal != nil {
		cut(refusal)
	}
}

func (p *Passage) inspect(ctx context.Context, in Inspector) {
	p.found(in.Inspect(ctx, p.c))
	if w, ok := in.(Watcher); ok {
		if t := w.Watch(p.c); t != nil {
			p.taps = append(p.taps, t)
		}
	}
	if w, ok := in.(Causer); ok && p.c.Cause.How == sallyport.NoEvidence {
		p.c.Cause = w.Cause(p.c)
	}
}

func (p *Passage) found(fs []sallyport.Finding) []sallyport.Finding {
	p.c.Findings = append(p.c.Findings, fs...)
	return fs
}

// tightenFindings refuses what an inspector must refuse, then lets the policy
// weigh the rest.
func (p *Passage) tightenFindings(fs []sallyport.Finding) {
	if len(fs) == 0 {
		return
	}
	for _, f := range fs {
		if f.Deny {
			p.tighten(refuse(sallyport.Inspected, sallyport.Position{}, f.Inspector+" found "+f.Code))
		}
	}
	p.decide()
}
