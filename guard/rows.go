package guard

import "github.com/sallyport/sallyport"

// Result tells the passage the columns of the result that follows, and learns
// whether its rows have to be shown to Row. Where it returns false, the door
// forwards frames untouched and counts them with Count.
func (p *Passage) Result(columns []Column) (watched bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.columns, p.maskers = columns, nil
	for i, col := range columns {
		m := p.masker(col)
		if m == nil {
			continue
		}
		if p.maskers == nil {
			p.maskers = make([]Masker, len(columns))
		}
		p.maskers[i] = m
	}
	return p.maskers != nil || len(p.taps) > 0
}

// masker is the one that the verdict asks for a column, nil in a mode that only
// says what it would mask. A masking whose masker nobody wired in must not let
// the value through, so it becomes null.
func (p *Passage) masker(col Column) Masker {
	if p.c.Verdict.Effect != sallyport.Mask {
		return nil
	}
	for _, m := range p.c.Verdict.Masks {
		if m.Where != col.Name && m.Where != col.Table+"."+col.Name {
			continue
		}
		for _, have := range p.g.opts.Maskers {
			if have.Name() == m.Masker {
				return have
			}
		}
		return nullMasker{}
	}
	return nil
}

// Row counts one row and shows it to whoever watches, in the clear; then it
// masks in place. It returns Mask where a cell was replaced, and Deny where the
// result has to be cut before this row.
func (p *Passage) Row(r *Row) sallyport.Effect {
	p.mu.Lock()
	defer p.mu.Unlock()
	var size uint64
	for _, cell := range r.Cells {
		size += uint64(len(cell))
	}
	p.count(sallyport.Ingress, size, 1)
	for _, t := range p.taps {
		p.tightenFindings(p.found(t.Row(r)))
	}
	if p.c.Verdict.Denied() {
		return sallyport.Deny
	}
	effect := sallyport.Allow
	for i, m := range p.maskers {
		if m == nil || i >= len(r.Cells) || r.Cells[i] == nil {
			continue
		}
		masked, ok := m.Mask(nil, r.Cells[i])
		if !ok {
			masked = nil
		}
		r.Cells[i], effect = masked, sallyport.Mask
	}
	return effect
}

// nullMasker stands for a masker that is not there.
type nullMasker struct{}

func (nullMasker) Name() string                    { return "null" }
func (nullMasker) Mask(_, _ []byte) ([]byte, bool) { return nil, false }
