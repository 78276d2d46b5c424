package index

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
)

// errForeign is the cause where a file tells of another log.
var errForeign = errors.New("the index file is of another log")

// compare checks that the first and last entry of a file are those of the log.
// Entries that the log has dropped cannot be compared.
func (x *Index) compare(s *file) error {
	x.mu.Lock()
	done := x.checked[s.name]
	x.mu.Unlock()
	if done {
		return nil
	}
	for i, at := range []uint64{s.first, s.end - 1} {
		e, ok, err := record(x.src, at)
		if err != nil {
			return err
		}
		if ok && identity(e) != s.ends[i] {
			return fmt.Errorf("%s: %w: entry %d differs", s.name, errForeign, at)
		}
	}
	x.mu.Lock()
	x.checked[s.name] = true
	x.mu.Unlock()
	return nil
}

func identity(e *ledger.Entry) string {
	return fmt.Sprintf("%016x %s", find.Moment(e.Time), e.ID)
}

// repairable tells whether an error is cured by making the segment again.
func repairable(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, errForeign) ||
		errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// repair makes the segment again from the log, and its file.
func (x *Index) repair(p part) (*table, error) {
	t := newTable(p.first)
	for r, err := range x.src.Records(p.first) {
		if hole := (*ledger.HoleError)(nil); errors.As(err, &hole) && hole.Dropped && t.rows == 0 {
			t.first = hole.To
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("making index of entries %d to %d again: %w", p.first, p.end-1, err)
		}
		if r.Index >= p.end {
			break
		}
		e, err := r.Entry()
		if err != nil {
			return nil, fmt.Errorf("making index of entry %d again: %w", r.Index, err)
		}
		if r.Index != t.end() {
			break
		}
		t.add(e)
	}
	if t.rows == 0 || t.end() != p.end {
		return nil, fmt.Errorf("making index of entries %d to %d again: the log lacks some", p.first, p.end-1)
	}
	x.replace(p, t)
	return t, nil
}

// replace writes the file of a part again, into the temporary folder where it
// cannot be written beside the log; where not even that can be, the part is
// made again for each search.
func (x *Index) replace(p part, t *table) {
	fresh := part{dir: p.dir}
	var err error
	if fresh.name, err = write(p.dir, t); err != nil {
		x.mu.Lock()
		fresh.dir, err = x.private()
		x.mu.Unlock()
		if err == nil {
			fresh.name, err = write(fresh.dir, t)
		}
	}
	if err != nil {
		return
	}
	if fresh.dir == p.dir && fresh.name != p.name {
		os.Remove(filepath.Join(p.dir, p.name.String()))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range x.chain {
		if x.chain[i] == p {
			x.chain[i] = fresh
		}
	}
}
