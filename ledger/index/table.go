package index

import (
	"math"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
)

const (
	// SegmentEntries is how many entries a segment holds at most. What is not
	// in a file is replayed when the index is opened, some 10 µs an entry, so
	// that this is also what opening costs; codes of texts are 16 bits.
	SegmentEntries = 32768

	// segmentText is how many bytes of different texts a segment holds before
	// it is full, so that long shapes cannot fill the memory.
	segmentText = 8 << 20
)

const (
	numbers = int(find.ID)
	ids     = int(find.Type - find.ID)
	texts   = int(find.NumColumns - find.Type)
)

// table holds the columns of consecutive entries in memory. It only grows:
// what a snapshot sees does not change.
type table struct {
	first    uint64 // index of its first entry
	rows     int
	min, max uint64 // moments
	weight   int    // bytes of different texts
	number   [numbers][]uint64
	id       [ids][]sallyport.ID
	text     [texts]textColumn
}

// textColumn is a text for each row as a code into the different ones; code 0
// is the absent text.
type textColumn struct {
	dict  []string
	codes []uint16
	seen  map[string]uint16
}

func newTable(first uint64) *table {
	t := &table{first: first, min: math.MaxUint64}
	for i := range t.text {
		t.text[i].dict = []string{""}
	}
	return t
}

func (t *table) end() uint64 { return t.first + uint64(t.rows) }

func (t *table) full(entries int) bool {
	return t.rows >= entries || t.weight >= segmentText
}

func (t *table) add(e *ledger.Entry) {
	for i := range t.number {
		t.number[i] = append(t.number[i], find.Column(i).Number(e))
	}
	for i := range t.id {
		t.id[i] = append(t.id[i], (find.ID + find.Column(i)).ID(e))
	}
	for i := range t.text {
		t.weight += t.text[i].add((find.Type + find.Column(i)).Text(e))
	}
	m := t.number[find.Time][t.rows]
	t.min, t.max = min(t.min, m), max(t.max, m)
	t.rows++
}

// add is how many bytes more the column now holds in different texts.
func (c *textColumn) add(s string) int {
	if s == "" {
		c.codes = append(c.codes, 0)
		return 0
	}
	if n := len(c.codes); n > 0 && c.dict[c.codes[n-1]] == s {
		c.codes = append(c.codes, c.codes[n-1])
		return 0
	}
	code, ok := c.seen[s]
	if !ok {
		if c.seen == nil {
			c.seen = make(map[string]uint16)
		}
		s = strings.Clone(s) // the entry may hold it as part of a larger text
		code = uint16(len(c.dict))
		c.dict = append(c.dict, s)
		c.seen[s] = code
	}
	c.codes = append(c.codes, code)
	if ok {
		return 0
	}
	return len(s) + 48
}

// snapshot is the table as it is now; the caller excludes add meanwhile.
func (t *table) snapshot() *table {
	s := *t
	for i := range s.text {
		s.text[i].seen = nil
	}
	return &s
}

// A table is a segment whose columns are at hand.
var _ segment = (*table)(nil)

func (t *table) extent() extent {
	return extent{t.first, t.end(), t.min, t.max}
}

func (t *table) bounds(find.Column) (lo, hi uint64) { return 0, math.MaxUint64 }

func (t *table) mayHold(find.Column, sallyport.ID) (bool, error) { return true, nil }

func (t *table) numbers(c find.Column) ([]uint64, error) { return t.number[c][:t.rows], nil }

func (t *table) ids(c find.Column) ([]sallyport.ID, error) { return t.id[c-find.ID][:t.rows], nil }

func (t *table) dict(c find.Column) ([]string, error) { return t.text[c-find.Type].dict, nil }

func (t *table) codes(c find.Column) ([]uint16, error) {
	return t.text[c-find.Type].codes[:t.rows], nil
}
