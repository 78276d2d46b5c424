package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/sallyport/sallyport/ledger"
)

// Writer keeps the index beside a log that is being written. Its files are
// written by a goroutine of its own; Add waits for it only when two segments
// are full and sealed and not yet written, so memory holds at most those, the
// one that is filled, and entries without a checkpoint.
type Writer struct {
	*Index
	sealed uint64
	sent   int // how many of full were handed over
	work   chan *table
	done   chan struct{}
	err    error // why the index has stopped; guarded by mu
}

var _ ledger.Indexer = (*Writer)(nil)

// NewWriter opens the index of the ledger in dir for its writer. src reads the
// log; a nil src is the log in dir, which need not be there yet. What is
// sealed and not indexed is replayed before NewWriter returns; the rest comes
// by Add. The log closes its Indexer.
func NewWriter(ctx context.Context, dir string, src Source) (*Writer, error) {
	return newWriter(ctx, dir, src, SegmentEntries)
}

func newWriter(ctx context.Context, dir string, src Source, entries int) (*Writer, error) {
	w := &Writer{Index: newIndex(dir, src, entries), work: make(chan *table, 1), done: make(chan struct{})}
	if err := os.MkdirAll(w.dir, 0o750); err != nil {
		return nil, fmt.Errorf("opening index: %w", err)
	}
	if err := w.tidy(); err != nil {
		return nil, err
	}
	if err := w.Refresh(ctx); err != nil {
		return nil, errors.Join(err, w.Index.Close())
	}
	w.tail = nil
	go w.run()
	return w, nil
}

// tidy removes what was left half written or is of no use, and the last
// segment if there is room in it, so that a restart does not make it smaller
// for good.
func (w *Writer) tidy() error {
	from, err := base(w.src)
	if err != nil {
		return fmt.Errorf("opening index: %w", err)
	}
	w.sealed = w.src.Sealed()
	chain, rest, err := list(w.dir, from, w.sealed)
	if err != nil {
		return err
	}
	if n := len(chain); n > 0 && chain[n-1].rows() < w.entries {
		rest = append(rest, chain[n-1])
	}
	torn, err := filepath.Glob(filepath.Join(w.dir, temporary))
	for _, t := range torn {
		os.Remove(t)
	}
	remove(w.dir, rest)
	return err
}

// Add takes the next entry of the log. An entry that the index has already is
// passed over; one that is not the next stops the index, as does an error of
// an earlier write: the error then is the same for every call, the log remains
// the truth, and the next NewWriter catches up.
func (w *Writer) Add(at uint64, e *ledger.Entry) error {
	w.mu.Lock()
	next := w.hot.end()
	switch {
	case w.err != nil:
	case w.hot.rows == 0 && len(w.chain)+len(w.full) == 0:
		w.hot.first = at
		fallthrough
	case at == next:
		w.hot.add(e)
		if w.hot.full(w.entries) {
			w.full = append(w.full, w.hot)
			w.hot = newTable(at + 1)
		}
		if len(w.full) > w.sent+maxUnsealed/SegmentEntries {
			w.err = fmt.Errorf("index stopped: no checkpoint covers entry %d and many after it", w.full[w.sent].first)
		}
	case at > next:
		w.err = fmt.Errorf("index stopped: entry %d came where %d was to come", at, next)
	}
	err := w.err
	w.mu.Unlock()
	if err == nil {
		w.handOver()
	}
	return err
}

// Sealed says that a checkpoint covers size entries: those may be written.
func (w *Writer) Sealed(size uint64) error {
	w.mu.Lock()
	w.sealed = max(w.sealed, size)
	err := w.err
	w.mu.Unlock()
	if err == nil {
		w.handOver()
	}
	return err
}

// handOver gives full and sealed segments to the goroutine that writes.
func (w *Writer) handOver() {
	for {
		w.mu.Lock()
		var next *table
		if w.sent < len(w.full) && w.full[w.sent].end() <= w.sealed {
			next = w.full[w.sent]
			w.sent++
		}
		w.mu.Unlock()
		if next == nil {
			return
		}
		w.work <- next
	}
}

func (w *Writer) run() {
	defer close(w.done)
	for t := range w.work {
		n, err := write(w.dir, t)
		w.mu.Lock()
		if err != nil {
			w.err = fmt.Errorf("index stopped: %w", err)
		} else if w.err == nil {
			w.chain = append(w.chain, part{w.dir, n})
			w.full = slices.Delete(w.full, 0, 1)
			w.sent--
		}
		w.mu.Unlock()
	}
}

// Close writes what is sealed and ends the writer. It returns why the index
// stopped, if it did.
func (w *Writer) Close() error {
	w.handOver()
	close(w.work)
	<-w.done
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && w.hot.rows > 0 && w.hot.end() <= w.sealed && len(w.full) == 0 {
		var n name
		if n, w.err = write(w.dir, w.hot); w.err == nil {
			w.chain = append(w.chain, part{w.dir, n})
			w.hot = newTable(n.end)
		}
	}
	return errors.Join(w.err, w.Index.Close())
}
