package ledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// batchBytes is when a batch is full: what one write takes at most, but for
// its last entry.
const batchBytes = 1 << 20

// queue holds the entries that are not yet written, oldest batch first. The
// last batch is the one that Append fills.
type queue struct {
	mu      sync.Mutex
	batches []*batch
	bytes   int64 // of entries not yet durable, written ones included
	urgent  bool  // a Durable entry waits
	closed  bool
	failed  error         // why the disk refuses; nil where it does not
	refused uint64        // since the last gap entry: with ErrUnavailable
	full    uint64        // since the last gap entry: with ErrFull
	wake    chan struct{} // of the committer
}

// batch is entries that are written together. buf has their frames, the
// headers of which are filled when the batch is written.
type batch struct {
	buf    []byte
	items  []item
	first  uint64 // index of the first, set when it is written
	urgent bool   // has a Durable entry
	done   chan struct{}
	err    error // for Durable entries; read after done is closed
}

// item is one entry of a batch.
type item struct {
	at, n   int // the entry is buf[at:at+n]; its frame begins frameHeader before
	crc     uint32
	leaf    tlog.Hash
	durable bool
	entry   *Entry // for the Indexer; nil without one
}

// hashed splits an entry from the byte before it, which its leaf hash is over
// too, and gives the item of it.
func hashed(prefixed []byte) (raw []byte, it item) {
	raw = prefixed[1:]
	return raw, item{crc: crc32.Checksum(raw, castagnoli), leaf: sha256.Sum256(prefixed)}
}

func (b *batch) raw(i int) []byte { return b.buf[b.items[i].at : b.items[i].at+b.items[i].n] }

func (b *batch) add(raw []byte, it item) {
	b.buf = append(b.buf, make([]byte, frameHeader)...)
	it.at, it.n = len(b.buf), len(raw)
	b.buf = append(b.buf, raw...)
	b.items = append(b.items, it)
	b.urgent = b.urgent || it.durable
}

// cost is what an entry of n bytes takes of the spool: its frame, and an
// allowance for the bookkeeping.
func cost(n int) int64 { return int64(n) + frameHeader + 128 }

func (b *batch) cost() int64 {
	return int64(len(b.buf)) + int64(len(b.items))*128
}

var (
	encodings = sync.Pool{New: func() any { return new([]byte) }}
	batches   = sync.Pool{New: func() any { return new(batch) }}
)

func newBatch() *batch {
	b := batches.Get().(*batch)
	b.done = make(chan struct{})
	return b
}

// release gives the batch's memory back. Durable appenders may still read its
// done and err, so these stay with a batch that had any.
func (b *batch) release() {
	if b.urgent {
		b.buf, b.items = nil, nil
		return
	}
	clear(b.items)
	*b = batch{buf: b.buf[:0], items: b.items[:0]}
	batches.Put(b)
}

// Append records e. Durable returns nil once the entry is synced to disk;
// Buffered once it is in memory, from where it is written within Commit and
// synced within 100 ms. On an error (ErrFull, ErrUnavailable with its cause,
// ErrClosed, ErrTooLarge) the entry is not recorded and the crossing must be
// refused. Where it returns nil, e and what it points to belong to the log and
// are not changed any more; else they are the caller's as before.
func (l *Log) Append(e *Entry, d Durability) error {
	_, err := l.append(e, d)
	return err
}

// append is Append; for a Durable entry it gives its index too.
func (l *Log) append(e *Entry, d Durability) (uint64, error) {
	enc := encodings.Get().(*[]byte)
	defer encodings.Put(enc)
	buf, err := AppendEntry(append((*enc)[:0], leafPrefix), e)
	if err != nil {
		return 0, err
	}
	*enc = buf
	raw, it := hashed(buf)
	it.durable = d != Buffered
	if !it.durable && !l.marked.Load() {
		if err := l.mark(); err != nil {
			return 0, l.refuse(err)
		}
	}
	if l.o.Indexer != nil {
		it.entry = e
	}
	b, at, err := l.enqueue(raw, it)
	if err != nil || !it.durable {
		return 0, err
	}
	<-b.done
	return b.first + uint64(at), b.err
}

func (l *Log) enqueue(raw []byte, it item) (*batch, int, error) {
	q := &l.queue
	limit := int64(l.o.Spool)
	if it.durable {
		limit += limit / 4 // so that a flood of Buffered entries closes no door that waits
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return nil, 0, ErrClosed
	case q.failed != nil:
		q.refused++
		l.m.refused.WithLabelValues("unavailable").Inc()
		return nil, 0, fmt.Errorf("%w: %w", ErrUnavailable, q.failed)
	case q.bytes+cost(len(raw)) > limit || l.sealer.bytes.Load() > limit:
		q.full++
		l.m.refused.WithLabelValues("full").Inc()
		return nil, 0, ErrFull
	}
	q.bytes += cost(len(raw))
	var b *batch
	first := len(q.batches) == 0
	if first || len(q.batches[len(q.batches)-1].buf) >= batchBytes {
		b = newBatch()
		q.batches = append(q.batches, b)
	} else {
		b = q.batches[len(q.batches)-1]
	}
	b.add(raw, it)
	q.urgent = q.urgent || it.durable
	if first || it.durable {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
	return b, len(b.items) - 1, nil
}

// refuse counts an entry that the disk could not take.
func (l *Log) refuse(cause error) error {
	l.queue.mu.Lock()
	l.queue.refused++
	l.queue.mu.Unlock()
	l.m.refused.WithLabelValues("unavailable").Inc()
	return fmt.Errorf("%w: %w", ErrUnavailable, cause)
}

// mark makes the marker durable before the first Buffered entry is taken:
// whoever finds it knows that the log did not stop in good order and that
// entries may be missing. Logs that only take Durable entries never have it.
func (l *Log) mark() error {
	l.marker.Lock()
	defer l.marker.Unlock()
	if l.marked.Load() {
		return nil
	}
	f, err := l.disk.Open(l.path(markerName), os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return fmt.Errorf("marking the log as open: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close(), l.disk.SyncDir(l.o.Dir)); err != nil {
		return fmt.Errorf("marking the log as open: %w", err)
	}
	l.marked.Store(true)
	return nil
}
