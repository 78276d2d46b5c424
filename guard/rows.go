package guard

import (
	"errors"
	"fmt"

	"github.com/sallyport/sallyport"
)

// Result tells the passage the columns of the result that follows, and learns
// whether its rows have to be shown to Row. Where it returns false, the door
// forwards frames untouched and counts them with Count. A door has to call it
// where WantsRows says so.
//
// The columns have to be all of the result, from the left, since masks go by
// position. Where they are not as many as the lineage of the statement has, and
// the statement reaches what may not come in in clear, nobody knows which column
// is which: the verdict then denies, and Row cuts the result before its first row.
func (p *Passage) Result(columns []Column) (watched bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.maskers = nil
	if s, ok := p.c.Act.(*sallyport.Statement); ok && p.raw.Discreet {
		n, known := s.ResultColumns()
		if known && n != len(columns) || !known && len(p.values.charges) > 0 {
			if len(columns) == 0 {
				return true // no rows come, as of a DECLARE: none may be forwarded unseen
			}
			p.tighten(refuse(sallyport.UnknownLineage, sallyport.Position{}, fmt.Sprintf("the result has %d columns, and %d are known of", len(columns), n)))
			return true
		}
	}
	for i, col := range columns {
		m := p.masker(i+1, col)
		if m == nil {
			continue
		}
		if p.maskers == nil {
			p.maskers = make([]Masker, len(columns))
			if p.masked == nil {
				p.masked = make([]byte, 0, 64)
			}
		}
		p.maskers[i] = m
	}
	return p.maskers != nil || len(p.taps) > 0 || len(p.values.charges) > 0
}

// masker is the one that the verdict asks for a column, nil in a mode that only
// says what it would mask. Where nobody has the masker, or several are asked for,
// the value must not come through all the same, so it becomes null.
func (p *Passage) masker(position int, col Column) Masker {
	if p.c.Verdict.Effect != sallyport.Mask {
		return nil
	}
	var asked *sallyport.Masking
	for i := range p.c.Verdict.Masks {
		m := &p.c.Verdict.Masks[i]
		switch {
		case !isOf(m, position, col):
		case asked != nil && (asked.Masker != m.Masker || asked.Class != m.Class):
			return nullMasker{}
		default:
			asked = m
		}
	}
	if asked == nil {
		return nil
	}
	if p.by != nil {
		if m := p.by.Masker(p.c.App, *asked, col.Type); m != nil {
			return m
		}
	}
	return nullMasker{}
}

// isOf tells whether a masking is of a column of the result.
func isOf(m *sallyport.Masking, position int, col Column) bool {
	switch m.Result {
	case sallyport.AllResults, position:
		return true
	case 0:
		return m.Where == col.Name || m.Where == col.Table+"."+col.Name
	}
	return false
}

// classes records which classes of data moved: with rows that came in, and with
// what was written.
func (p *Passage) classes(err error) {
	if p.c.In.Rows > 0 {
		p.c.In.Classes = p.c.In.Classes.Union(p.raw.Classes)
	}
	if !errors.Is(err, ErrNotRun) {
		p.c.Out.Classes = p.c.Out.Classes.Union(p.raw.Written)
	}
}

// Row counts one row and shows it to whoever watches, in the clear; then it
// masks in place, and counts the values that the app will tell apart. It returns
// Mask where a cell was replaced, and Deny where the result has to be cut before
// this row. A masked cell is valid until the next call.
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
	p.masked = p.masked[:0]
	for i, m := range p.maskers {
		if m == nil || i >= len(r.Cells) || r.Cells[i] == nil {
			continue
		}
		r.Cells[i], effect = p.mask(m, r.Cells[i]), sallyport.Mask
	}
	if p.seen(r.Cells); p.c.Verdict.Denied() {
		return sallyport.Deny
	}
	return effect
}

// mask is the cell masked, nil for NULL, in memory that the row's cells share.
func (p *Passage) mask(m Masker, cell []byte) []byte {
	masked, ok := m.Mask(p.masked[len(p.masked):], cell)
	switch n := len(p.masked) + len(masked); {
	case !ok:
		return nil
	case n <= cap(p.masked):
		p.masked = p.masked[:n]
	default:
		p.masked = make([]byte, 0, 2*n) // what is full stays with the cells in it
	}
	return masked[:len(masked):len(masked)]
}

// nullMasker stands for a masker that is not there.
type nullMasker struct{}

func (nullMasker) Name() string                    { return "null" }
func (nullMasker) Mask(_, _ []byte) ([]byte, bool) { return nil, false }
