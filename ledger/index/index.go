package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
)

// Dir is the index's folder within a ledger's.
const Dir = "index"

// Index answers queries over a ledger. It is made by Open or is a Writer's;
// its methods may be called by many goroutines at once.
type Index struct {
	dir     string
	entries int // in a full segment

	src Source

	mu      sync.Mutex
	chain   []part        // segments in files, in order
	full    []*table      // those that wait to be written, in order
	hot     *table        // what follows, as far as it is sealed, or all of it for a Writer
	tail    *table        // what is not sealed, read anew by each Refresh; nil for a Writer
	checked map[name]bool // files that were compared with the log
	holes   []error       // entries that the log lacks, found by the last Refresh
	spill   string        // a folder for segments where dir cannot be written to; "" for none
}

// part is a segment in a file.
type part struct {
	dir string
	name
}

// maxUnsealed bounds the entries without a checkpoint that are held in memory.
const maxUnsealed = 4 * SegmentEntries

// Open opens the index of the ledger in dir, for which src reads the log; a nil
// src is the log in dir. What the files lack is replayed, and full segments of
// it are written, beside the log where the process may and else to a temporary
// folder until Close.
func Open(ctx context.Context, dir string, src Source) (*Index, error) {
	x := newIndex(dir, src, SegmentEntries)
	if err := x.Refresh(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func newIndex(dir string, src Source, entries int) *Index {
	if src == nil {
		src = folder(dir)
	}
	return &Index{
		dir: filepath.Join(dir, Dir), src: src, entries: entries,
		hot: newTable(0), checked: make(map[name]bool),
	}
}

// Close lets go of what the index holds.
func (x *Index) Close() error {
	if x.spill == "" {
		return nil
	}
	return os.RemoveAll(x.spill)
}

// Refresh takes in what was added to the log since the index was opened. A
// Writer's index is always fresh and must not be refreshed.
func (x *Index) Refresh(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	from, err := base(x.src)
	if err != nil {
		return fmt.Errorf("replaying the log into the index: %w", err)
	}
	if err := x.adopt(from, x.src.Sealed()); err != nil {
		return err
	}
	x.tail = newTable(x.hot.end())
	x.holes = nil
	for r, err := range x.src.Records(max(from, x.hot.end())) {
		if hole := (*ledger.HoleError)(nil); errors.As(err, &hole) {
			x.holes = append(x.holes, hole)
			continue
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("replaying the log into the index: %w", err)
		}
		if !r.Sealed && x.tail.rows == maxUnsealed {
			return fmt.Errorf("replaying the log into the index: more than %d entries have no checkpoint", maxUnsealed)
		}
		e, err := r.Entry()
		if err != nil {
			return fmt.Errorf("replaying entry %d into the index: %w: see ledger verify", r.Index, err)
		}
		if !r.Sealed {
			if x.tail.rows == 0 {
				x.tail.first = r.Index
			}
			x.tail.add(e)
			continue
		}
		if err := x.take(r.Index, e); err != nil {
			return err
		}
	}
	return nil
}

// adopt makes the chain what the folder has, and drops from memory what that
// covers.
func (x *Index) adopt(base, sealed uint64) error {
	chain, _, err := list(x.dir, base, sealed)
	if err != nil {
		return err
	}
	spilled := slices.DeleteFunc(x.chain, func(p part) bool { return p.dir == x.dir })
	x.chain = nil
	for _, n := range chain {
		x.chain = append(x.chain, part{x.dir, n})
	}
	for _, p := range spilled {
		if len(x.chain) == 0 && p.first <= base || len(x.chain) > 0 && p.first == x.chainEnd() {
			x.chain = append(x.chain, p)
		}
	}
	if end := x.chainEnd(); len(x.chain) > 0 && x.hot.first != end || x.hot.end() > sealed {
		x.hot = newTable(end)
	}
	return nil
}

// chainEnd is the first entry that no file has.
func (x *Index) chainEnd() uint64 {
	if len(x.chain) == 0 {
		return 0
	}
	return x.chain[len(x.chain)-1].end
}

// take adds a sealed entry that follows, and writes the segment when it is
// full. Entries whose bundles the log has dropped are passed over.
func (x *Index) take(at uint64, e *ledger.Entry) error {
	if at != x.hot.end() && x.hot.rows > 0 {
		if err := x.flush(); err != nil {
			return err
		}
	}
	if x.hot.rows == 0 {
		x.hot.first = at
	}
	x.hot.add(e)
	if x.hot.full(x.entries) {
		return x.flush()
	}
	return nil
}

// flush writes the hot segment, into the temporary folder if need be.
func (x *Index) flush() error {
	os.Mkdir(x.dir, 0o750) // of a ledger that no index was beside; write says if it is not there
	p := part{dir: x.dir}
	var err error
	if p.name, err = write(p.dir, x.hot); err != nil {
		if p.dir, err = x.private(); err != nil {
			return err
		}
		if p.name, err = write(p.dir, x.hot); err != nil {
			return err
		}
	}
	x.chain = append(x.chain, p)
	x.hot = newTable(p.end)
	return nil
}

// private is the temporary folder for segments; the caller holds mu.
func (x *Index) private() (string, error) {
	if x.spill == "" {
		dir, err := os.MkdirTemp("", "sallyport-index-")
		if err != nil {
			return "", fmt.Errorf("making a folder for index files: %w", err)
		}
		x.spill = dir
	}
	return x.spill, nil
}

// covered is how many entries the index has; the caller holds mu.
func (x *Index) covered() (n uint64) {
	for _, p := range x.chain {
		n += p.end - p.first
	}
	for _, t := range x.tables() {
		n += uint64(t.rows)
	}
	return n
}

// tables are what is in memory.
func (x *Index) tables() []*table {
	all := append(slices.Clone(x.full), x.hot)
	if x.tail != nil {
		all = append(all, x.tail)
	}
	return slices.DeleteFunc(all, func(t *table) bool { return t.rows == 0 })
}

// Entry reads the entry of a hit from the log.
func (x *Index) Entry(h Hit) (*ledger.Entry, error) {
	e, ok, err := record(x.src, h.Index)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("reading entry %d: the log no longer has it", h.Index)
	case e.ID != h.ID || find.Moment(e.Time) != find.Moment(h.Time):
		return nil, fmt.Errorf("reading entry %d: it is not the one that the index has; run ledger reindex", h.Index)
	}
	return e, nil
}
