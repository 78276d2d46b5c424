package index

import (
	"github.com/sallyport/sallyport/ledger/find"
)

// rows is a set of rows of one segment.
type rows []bool

// scan is the rows of s for which every term holds, nil for none.
func scan(s segment, terms []find.Term) (rows, error) {
	for i := range terms {
		if may, err := possible(s, &terms[i]); err != nil || !may {
			return nil, err
		}
	}
	all := make(rows, s.extent().rows())
	for i := range all {
		all[i] = true
	}
	for i := range terms {
		t := &terms[i]
		if settled(s, t) {
			continue
		}
		fit, err := fits(s, t)
		if err != nil {
			return nil, err
		}
		if fit == nil { // in no row
			if t.Not() {
				continue
			}
			return nil, nil
		}
		left := false
		for i := range all {
			all[i] = all[i] && fit[i] != t.Not()
			left = left || all[i]
		}
		if !left {
			return nil, nil
		}
	}
	return all, nil
}

// possible is false where the term holds for no row, as far as bounds and
// filters tell.
func possible(s segment, t *find.Term) (bool, error) {
	if t.Not() {
		return true, nil
	}
	switch t.Kind() {
	case find.IsNumber:
		lo, hi := bounds(s, t)
		return t.Within(lo, hi), nil
	case find.IsID:
		wanted, ok := t.IDs()
		if !ok {
			return true, nil
		}
		for _, id := range wanted {
			if may, err := s.mayHold(t.Columns()[0], id); err != nil || may {
				return may, err
			}
		}
		return false, nil
	}
	return true, nil
}

// bounds are those of the sum of the term's columns.
func bounds(s segment, t *find.Term) (lo, hi uint64) {
	for _, c := range t.Columns() {
		l, h := s.bounds(c)
		if c == find.Time {
			x := s.extent()
			l, h = x.min, x.max
		}
		lo, hi = find.Add(lo, l), find.Add(hi, h)
	}
	return lo, hi
}

// settled tells whether the term holds for every row because of the time that
// the segment covers: most segments lie wholly within since and until.
func settled(s segment, t *find.Term) bool {
	x := s.extent()
	return !t.Not() && t.Columns()[0] == find.Time && t.Covers(x.min, x.max)
}

// fits is the rows in which the term fits, its negation not heeded; nil for
// none.
func fits(s segment, t *find.Term) (rows, error) {
	switch t.Kind() {
	case find.IsNumber:
		return fitsNumber(s, t)
	case find.IsID:
		column, err := s.ids(t.Columns()[0])
		if err != nil {
			return nil, err
		}
		out := make(rows, len(column))
		for i, id := range column {
			out[i] = t.ID(id)
		}
		return out, nil
	}
	return fitsText(s, t)
}

func fitsNumber(s segment, t *find.Term) (rows, error) {
	var sum []uint64
	for _, c := range t.Columns() {
		column, err := s.numbers(c)
		if err != nil {
			return nil, err
		}
		if sum == nil {
			sum = column
			continue
		}
		total := make([]uint64, len(sum))
		for i := range total {
			total[i] = find.Add(sum[i], column[i])
		}
		sum = total
	}
	out := make(rows, len(sum))
	for i, n := range sum {
		out[i] = t.Number(n)
	}
	return out, nil
}

// fitsText asks each different text once, and reads the rows only of columns
// in which one fits.
func fitsText(s segment, t *find.Term) (rows, error) {
	var out rows
	for _, c := range t.Columns() {
		dict, err := s.dict(c)
		if err != nil {
			return nil, err
		}
		fit, some := make([]bool, len(dict)), false
		for code, text := range dict {
			fit[code] = t.Text(c, text)
			some = some || fit[code]
		}
		if !some {
			continue
		}
		codes, err := s.codes(c)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = make(rows, len(codes))
		}
		for i, code := range codes {
			out[i] = out[i] || fit[code]
		}
	}
	return out, nil
}
