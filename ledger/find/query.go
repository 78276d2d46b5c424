package find

import (
	"math"
	"net/netip"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Query is a parsed query: the entries for which every term holds. It is
// immutable and may be used by many goroutines at once.
type Query struct{ terms []Term }

// Terms are the query's terms in the order they were written in.
func (q *Query) Terms() []Term { return q.terms }

// Match tells whether the query finds e.
func (q *Query) Match(e *ledger.Entry) bool {
	for i := range q.terms {
		if !q.terms[i].Match(e) {
			return false
		}
	}
	return true
}

// Term is one condition: a field has one of some values, or has none of them.
type Term struct {
	not    bool
	field  *field
	values []value
}

// value is one value of a term; which of its parts count is the field's sort.
type value struct {
	parts     []string // as written, around the wildcards
	pattern   pattern
	lo, hi    uint64       // numbers and moments, inclusive
	id        sallyport.ID // zero for one with wildcards
	prefix    netip.Prefix
	pseudonym string
}

// Not tells whether the term is negated. Text, Number and ID do not heed it.
func (t *Term) Not() bool { return t.not }

// Kind is how the term looks at its columns: IsText for lists also, where each
// column is asked by itself; IsNumber, where they are added up; or IsID.
func (t *Term) Kind() Kind {
	if k := t.field.columns[0].Kind(); k != IsList {
		return k
	}
	return IsText
}

// Columns are what the term looks at: it holds where one of them fits.
func (t *Term) Columns() []Column { return t.field.columns }

// Match tells whether the term holds for e.
func (t *Term) Match(e *ledger.Entry) bool {
	return t.fits(e) != t.not
}

func (t *Term) fits(e *ledger.Entry) bool {
	var sum uint64
	for _, c := range t.field.columns {
		switch t.Kind() {
		case IsNumber:
			sum = Add(sum, c.Number(e))
		case IsID:
			if t.ID(c.ID(e)) {
				return true
			}
		default:
			if t.Text(c, c.Text(e)) {
				return true
			}
		}
	}
	return t.Kind() == IsNumber && t.Number(sum)
}

// Add is a+b, or the largest number where that is too large.
func Add(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// Number tells whether n, the sum of the term's columns, is one of its values.
func (t *Term) Number(n uint64) bool { return t.Within(n, n) }

// Within tells whether any number from lo to hi is one of the term's values.
func (t *Term) Within(lo, hi uint64) bool {
	for i := range t.values {
		if v := &t.values[i]; v.lo <= hi && lo <= v.hi {
			return true
		}
	}
	return false
}

// ID tells whether id is one of the term's values; the zero ID never is.
func (t *Term) ID(id sallyport.ID) bool {
	if id.IsZero() {
		return false
	}
	for i := range t.values {
		v := &t.values[i]
		if id == v.id || v.id.IsZero() && v.pattern.matches(id.String()) {
			return true
		}
	}
	return false
}

// IDs are the only identities that the term can fit; ok is false where it
// fits an unknown number of them.
func (t *Term) IDs() (ids []sallyport.ID, ok bool) {
	for i := range t.values {
		if t.values[i].id.IsZero() {
			return nil, false
		}
		ids = append(ids, t.values[i].id)
	}
	return ids, true
}

// Text tells whether s, the text of column c, fits one of the term's values;
// of a list, whether one of its items does. "" never does.
func (t *Term) Text(c Column, s string) bool {
	if s == "" {
		return false
	}
	if c.Kind() != IsList {
		return t.item(s)
	}
	for item := range Items(s) {
		if t.item(item) {
			return true
		}
	}
	return false
}

func (t *Term) item(s string) bool {
	s = lower(s)
	for i := range t.values {
		v := &t.values[i]
		if v.pattern.matches(s) {
			return true
		}
		switch t.field.sort {
		case address:
			if v.address(s) {
				return true
			}
		case asked:
			if v.pseudonym == s {
				return true
			}
		case rule:
			if v.line(s) {
				return true
			}
		}
	}
	return false
}

// address tells whether an entry's address is the value's in another form.
func (v *value) address(s string) bool {
	if v.pseudonym != "" && s == v.pseudonym {
		return true
	}
	if !v.prefix.IsValid() {
		return false
	}
	addr, err := netip.ParseAddr(s)
	if ap, errPort := netip.ParseAddrPort(s); errPort == nil {
		addr, err = ap.Addr(), nil
	}
	return err == nil && v.prefix.Contains(addr.Unmap())
}

// line tells whether a position is on the line that the value is the number of.
func (v *value) line(s string) bool {
	n := v.pattern[0]
	if len(v.pattern) > 1 || strings.Trim(n, "0123456789") != "" {
		return false
	}
	_, at, ok := strings.Cut(s, ":")
	return ok && at == n
}

// Covers tells whether one of the term's values holds all numbers from lo to hi.
func (t *Term) Covers(lo, hi uint64) bool {
	for i := range t.values {
		if v := &t.values[i]; v.lo <= lo && hi <= v.hi {
			return true
		}
	}
	return false
}
