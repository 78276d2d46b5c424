package index

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"

	"github.com/sallyport/sallyport/ledger/find"
)

// MaxLimit bounds the hits of one page.
const MaxLimit = 10_000

// Request is a page of a query's hits.
type Request struct {
	Query *find.Query // nil: everything
	After Cursor      // hits older than this; zero: from the newest on
	Limit int         // hits a page, 1 to MaxLimit; 0 stands for 100
}

// Result is a page of hits, the newest first.
type Result struct {
	Hits []Hit
	Next Cursor // After of the next page; zero where there is none

	// Scanned says for how many entries it is settled whether they belong to
	// the page, whether they were looked at or ruled out by what their segment
	// says of itself. It is less than Of where the page was full before; of
	// the rest, newer entries cannot be hits of this page.
	Scanned, Of uint64

	Repaired []error // what was wrong with index files that were then made again
	Holes    []error // *ledger.HoleError: entries that the log lacked when they were replayed
}

// candidate is a segment that is not yet open.
type candidate struct {
	extent
	table *table
	file  part
}

// Search finds one page. It reads only the columns, and only of the segments,
// that the query needs. Cancelling ctx ends it between two segments.
func (x *Index) Search(ctx context.Context, r Request) (*Result, error) {
	if r.Limit == 0 {
		r.Limit = 100
	}
	if r.Limit < 0 || r.Limit > MaxLimit {
		return nil, fmt.Errorf("searching the index: %d hits a page, want 1 to %d", r.Limit, MaxLimit)
	}
	var terms []find.Term
	if r.Query != nil {
		terms = r.Query.Terms()
	}
	res := new(Result)
	todo := x.candidates(res)
	page := &newest{limit: r.Limit + 1} // one more tells whether there is a next page
	for _, c := range todo {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("searching the index: %w", err)
		}
		if page.beyond(c.max) {
			break
		}
		res.Scanned += uint64(c.rows())
		if !r.After.IsZero() && c.min > r.After.moment {
			continue
		}
		err := x.visit(c, res, func(s segment) error { return page.collect(s, terms, r.After) })
		if err != nil {
			return nil, fmt.Errorf("searching the index: %w", err)
		}
	}
	slices.SortFunc(page.all, func(a, b Cursor) int { return b.compare(a) })
	for i, c := range page.all {
		if i == r.Limit {
			res.Next = res.Hits[i-1].Cursor()
			break
		}
		res.Hits = append(res.Hits, c.hit())
	}
	return res, nil
}

// All is every hit of a query, the newest first, a page at a time.
func (x *Index) All(ctx context.Context, q *find.Query) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		r := Request{Query: q, Limit: MaxLimit}
		for {
			res, err := x.Search(ctx, r)
			if err != nil {
				yield(Hit{}, err)
				return
			}
			for _, h := range res.Hits {
				if !yield(h, nil) {
					return
				}
			}
			if r.After = res.Next; r.After.IsZero() {
				return
			}
		}
	}
}

// candidates are all segments, that with the newest entry first; res is told
// how many entries they hold.
func (x *Index) candidates(res *Result) []candidate {
	x.mu.Lock()
	defer x.mu.Unlock()
	res.Of, res.Holes = x.covered(), slices.Clone(x.holes)
	var all []candidate
	for _, p := range x.chain {
		all = append(all, candidate{p.extent, nil, p})
	}
	for _, t := range x.tables() {
		s := t.snapshot()
		all = append(all, candidate{s.extent(), s, part{}})
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		if a.max > b.max {
			return -1
		}
		return 1
	})
	return all
}

// visit opens the segment and lets look be at it; one that cannot be read is
// made again and looked at a second time.
func (x *Index) visit(c candidate, res *Result, look func(segment) error) error {
	if c.table != nil {
		return look(c.table)
	}
	err := x.visitFile(c.file, look)
	if err == nil || !repairable(err) {
		return err
	}
	t, errRepair := x.repair(c.file)
	if errRepair != nil {
		return errors.Join(err, errRepair)
	}
	if !errors.Is(err, fs.ErrNotExist) { // one that a longer one has replaced is no damage
		res.Repaired = append(res.Repaired, err)
	}
	return look(t)
}

func (x *Index) visitFile(p part, look func(segment) error) error {
	s, err := open(p.dir, p.name)
	if err != nil {
		return err
	}
	defer s.close()
	if err := x.compare(s); err != nil {
		return err
	}
	return look(s)
}

// newest keeps the newest hits, a heap with the oldest of them on top.
type newest struct {
	all   []Cursor
	limit int
}

// beyond tells whether nothing at or before the moment can be a hit any more.
func (n *newest) beyond(moment uint64) bool {
	return len(n.all) == n.limit && moment < n.all[0].moment
}

// collect adds the hits of a segment that are after the cursor, all or, with
// an error, none of them.
func (n *newest) collect(s segment, terms []find.Term, after Cursor) error {
	fit, err := scan(s, terms)
	if err != nil || fit == nil {
		return err
	}
	moments, err := s.numbers(find.Time)
	if err != nil {
		return err
	}
	ids, err := s.ids(find.ID)
	if err != nil {
		return err
	}
	first := s.extent().first
	for i, ok := range slices.Backward(fit) { // mostly the newest first: few enter the heap
		if !ok || n.beyond(moments[i]) {
			continue
		}
		c := Cursor{moments[i], ids[i], first + uint64(i)}
		switch {
		case !after.IsZero() && c.compare(after) >= 0:
		case len(n.all) < n.limit:
			heap.Push(n, c)
		case c.compare(n.all[0]) > 0:
			n.all[0] = c
			heap.Fix(n, 0)
		}
	}
	return nil
}

func (n *newest) Len() int           { return len(n.all) }
func (n *newest) Less(i, j int) bool { return n.all[i].compare(n.all[j]) < 0 }
func (n *newest) Swap(i, j int)      { n.all[i], n.all[j] = n.all[j], n.all[i] }
func (n *newest) Push(c any)         { n.all = append(n.all, c.(Cursor)) }
func (n *newest) Pop() any {
	last := n.all[len(n.all)-1]
	n.all = n.all[:len(n.all)-1]
	return last
}
