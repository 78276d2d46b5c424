package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sort"
	"sync/atomic"
	"time"
)

// Record is one entry as it stands in the log.
type Record struct {
	Index  uint64
	Sealed bool   // a signed checkpoint covers it
	Raw    []byte // shares memory with its neighbours; may be kept, not changed
}

// Entry decodes the record.
func (r Record) Entry() (*Entry, error) { return Decode(r.Raw) }

// HoleError tells of entries that a reader found missing. Iterators yield it
// and go on behind the hole.
type HoleError struct {
	From, To uint64 // entries [From, To)
	Dropped  bool   // older than all that is there, as keep leaves it; Verify checks that an entry says so
}

func (e *HoleError) Error() string {
	if e.Dropped {
		return fmt.Sprintf("entries %d to %d, the oldest, are not there: ledger verify tells whether keep: dropped them", e.From, e.To-1)
	}
	return fmt.Sprintf("entries %d to %d are missing: see ledger verify", e.From, e.To-1)
}

// Reader reads the log in a directory, while it is written or a copy of it. It
// changes nothing there, and trusts what it reads: Verify is what does not.
type Reader struct {
	dir    string
	sealed atomic.Uint64
}

// readFS is the disk for reading, files bounded.
type readFS struct{}

func (readFS) ReadFile(name string) ([]byte, error) {
	switch {
	case filepath.Base(name) == checkpointName:
		return readBounded(name, maxCheckpoint)
	case filepath.Ext(name) == walSuffix:
		return readBounded(name, maxSegment)
	}
	return readBounded(name, maxBundle)
}

func (readFS) ReadDir(name string) ([]string, error) { return osFS{}.ReadDir(name) }

// ErrNotBegun tells that a directory holds no log: neither a checkpoint nor
// entries.
var ErrNotBegun = errors.New("is it the directory of a ledger?")

// OpenReader opens the log in dir for reading. It needs no key.
func OpenReader(dir string) (*Reader, error) {
	r := &Reader{dir: dir}
	if err := r.refresh(); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Reader) refresh() error {
	b, err := readFS{}.ReadFile(filepath.Join(r.dir, checkpointName))
	if errors.Is(err, fs.ErrNotExist) {
		if begun, err := hasEntries(readFS{}, r.dir); begun || err != nil {
			return fmt.Errorf("reading ledger %s: %w", r.dir, errors.Join(errNoCheckpoint, err))
		}
		return fmt.Errorf("reading ledger %s: it has no checkpoint: %w", r.dir, ErrNotBegun)
	}
	if err != nil {
		return fmt.Errorf("reading ledger %s: %w", r.dir, err)
	}
	cp, err := unsignedCheckpoint(b)
	if err != nil {
		return fmt.Errorf("reading ledger %s: %w", r.dir, err)
	}
	r.sealed.Store(cp.size)
	return nil
}

// Sealed is the size of the last checkpoint that this reader saw.
func (r *Reader) Sealed() uint64 { return r.sealed.Load() }

// Records yields the entries from an index on, to the end of the write-ahead
// log as it is when the iteration gets there. Holes are yielded as *HoleError,
// and the iteration goes on behind them; any other error ends it.
func (r *Reader) Records(from uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		r.read(from, new(walPlace), yield)
	}
}

// Follow is Records that waits at the end for more, until ctx is done or the
// loop is left. It looks ten times a second whether there is more.
func (r *Reader) Follow(ctx context.Context, from uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		place := new(walPlace)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			next, ok := r.read(from, place, yield)
			if !ok {
				return
			}
			from = next
			for state := r.state(); ; {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if r.state() != state {
					break
				}
			}
		}
	}
}

// state changes whenever the log grows.
func (r *Reader) state() string {
	s := ""
	names, _ := osFS{}.ReadDir(filepath.Join(r.dir, walDir))
	paths := []string{filepath.Join(r.dir, checkpointName)}
	if len(names) > 0 {
		paths = append(paths, filepath.Join(r.dir, walDir, names[len(names)-1]))
	}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			s += fmt.Sprint(info.Name(), info.Size(), info.ModTime().UnixNano(), " ")
		}
	}
	return s
}

// read yields from an index to the end and gives the index to go on with;
// false where the loop was left or an error ended it.
func (r *Reader) read(at uint64, place *walPlace, yield func(Record, error) bool) (uint64, bool) {
	holeSeen := false
	for {
		if err := r.refresh(); err != nil {
			yield(Record{}, err)
			return at, false
		}
		sealed := r.Sealed()
		var ok bool
		if at, ok = r.readSealed(at, sealed, yield); !ok {
			return at, false
		}
		entries, err := place.read(r.dir, at)
		if err != nil {
			yield(Record{}, fmt.Errorf("reading ledger %s: %w", r.dir, err))
			return at, false
		}
		if len(entries) > 0 && entries[0].index > at {
			// Either it was sealed meanwhile, or it is a copy in which bundles
			// are newer than the checkpoint, or it is missing.
			if err := r.refresh(); err == nil && r.Sealed() > at {
				continue
			}
			next, ok := r.readBeyond(at, yield)
			if !ok {
				return next, false
			}
			if next > at || holeSeen {
				at = next
			}
			if at < entries[0].index {
				if !holeSeen {
					holeSeen = true
					continue
				}
				if !yield(Record{}, &HoleError{From: at, To: entries[0].index}) {
					return at, false
				}
				at = entries[0].index
			}
		} else if len(entries) == 0 {
			return r.readBeyond(at, yield)
		}
		for _, e := range entries {
			if e.index < at {
				continue
			}
			if e.index > at && !yield(Record{}, &HoleError{From: at, To: e.index}) {
				return at, false
			}
			if !yield(Record{Index: e.index, Raw: e.raw}, nil) {
				return at, false
			}
			at = e.index + 1
		}
		return at, true
	}
}

// readSealed yields the sealed entries of [at, end).
func (r *Reader) readSealed(at, end uint64, yield func(Record, error) bool) (uint64, bool) {
	for at < end {
		n := at / tileWidth
		width := int(min(tileWidth, end-n*tileWidth))
		b, path, err := readTile(readFS{}, r.dir, entriesLevel, n, width)
		if errors.Is(err, fs.ErrNotExist) {
			// A partial bundle may have been replaced since the checkpoint was
			// read.
			if r.refresh() == nil && r.Sealed() > end {
				end = r.Sealed()
				continue
			}
			first := firstBundle(r.has, end) * tileWidth
			hole := &HoleError{From: at, To: min(end, (n+1)*tileWidth)}
			if first > at && !anyBundle(r.has, n) {
				hole.To, hole.Dropped = min(end, first), true
			}
			if !yield(Record{}, hole) {
				return at, false
			}
			at = hole.To
			continue
		}
		var entries [][]byte
		if err == nil {
			entries, err = parseBundle(b)
		}
		if err != nil || len(entries) < width {
			yield(Record{}, fmt.Errorf("reading ledger %s: %s holds %d of %d entries: %w", r.dir, path, len(entries), width, errors.Join(err, errors.New("see ledger verify"))))
			return at, false
		}
		for ; at < min(end, (n+1)*tileWidth); at++ {
			if !yield(Record{Index: at, Sealed: true, Raw: entries[at%tileWidth]}, nil) {
				return at, false
			}
		}
	}
	return at, true
}

// readBeyond yields what bundles hold beyond the checkpoint: in a copy whose
// checkpoint was copied first.
func (r *Reader) readBeyond(at uint64, yield func(Record, error) bool) (uint64, bool) {
	for {
		n := at / tileWidth
		b, _, err := readTile(readFS{}, r.dir, entriesLevel, n, int(at%tileWidth)+1)
		if err != nil {
			return at, true
		}
		entries, _ := parseBundle(b)
		if len(entries) <= int(at%tileWidth) {
			return at, true
		}
		for _, raw := range entries[at%tileWidth:] {
			if !yield(Record{Index: at, Raw: raw}, nil) {
				return at, false
			}
			at++
		}
	}
}

// has tells whether a file is there, by its path within the log.
func (r *Reader) has(path string) bool {
	_, err := os.Stat(filepath.Join(r.dir, path))
	return err == nil
}

// firstBundle is the number of the oldest full bundle that is there, or the one
// past the last full one. Bundles are dropped from the oldest on.
func firstBundle(has func(path string) bool, size uint64) uint64 {
	return uint64(sort.Search(int(size/tileWidth), func(n int) bool {
		return has(tilePath(entriesLevel, uint64(n), tileWidth))
	}))
}

// anyBundle tells whether any of the bundles [0, n) is there.
func anyBundle(has func(path string) bool, n uint64) bool {
	for i := range n {
		if has(tilePath(entriesLevel, i, tileWidth)) {
			return true
		}
	}
	return false
}

// walPlace is how far the write-ahead log was read: it saves reading a segment
// from its beginning again.
type walPlace struct {
	name string
	at   int64
	next uint64
}

// read gives the entries from an index on. Where only the segment read last
// grew, it reads just that.
func (p *walPlace) read(dir string, from uint64) ([]walEntry, error) {
	wal := filepath.Join(dir, walDir)
	if p.name != "" && p.next == from {
		names, err := osFS{}.ReadDir(wal)
		if err == nil && len(names) > 0 && names[len(names)-1] == p.name {
			return p.more(wal)
		}
	}
	view, err := readWAL(readFS{}, wal, nil)
	if err != nil {
		return nil, err
	}
	entries := view.entries
	for len(entries) > 0 && entries[0].index < from {
		entries = entries[1:]
	}
	p.name = ""
	if len(view.names) > 0 && len(entries) > 0 && entries[len(entries)-1].file == view.names[len(view.names)-1] {
		p.name = view.names[len(view.names)-1]
		p.at, p.next = -1, entries[len(entries)-1].index+1
	}
	return entries, nil
}

// more reads what the segment grew by.
func (p *walPlace) more(wal string) ([]walEntry, error) {
	b, err := readFS{}.ReadFile(filepath.Join(wal, p.name))
	if errors.Is(err, fs.ErrNotExist) {
		p.name = ""
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	at := int(p.at)
	if at < 0 || at > len(b) {
		at = segmentHeader
	}
	var entries []walEntry
	for at < len(b) {
		f, state := parseFrame(b, at)
		if state != frameWhole {
			break
		}
		if f.index == p.next {
			entries = append(entries, walEntry{index: f.index, raw: f.raw, file: p.name})
			p.next++
		}
		at = f.end
	}
	p.at = int64(at)
	return entries, nil
}
