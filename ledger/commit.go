package ledger

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

const (
	segmentBytes = 8 << 20  // a segment of the write-ahead log is closed beyond this
	reserveBytes = 64 << 10 // room kept on the disk to record that it is full
)

// wal is the write-ahead log as the committer writes it. Only the committer
// uses it, but for closed.
type wal struct {
	f       file   // nil where the next write needs a new segment
	chain   *chain // of the segment last begun
	seq     uint64 // of the segment last begun
	first   uint64 // index that it begins with
	size    int64
	next    uint64   // index of the next entry
	synced  uint64   // entries below are durable
	written []*batch // written and not synced, oldest first
	kept    []*batch // Buffered entries held while the disk refuses
	reserve bool     // the reserve is in place

	mu     sync.Mutex
	closed []closedSegment // not yet deleted
}

type closedSegment struct{ seq, end uint64 }

// commitLoop writes and syncs what Append queues. A Durable entry is written
// and synced at once, together with all that queued while the last sync ran;
// Buffered entries alone are written after Commit and synced after o.sync.
func (l *Log) commitLoop() {
	var write, sync, retry <-chan time.Time
	for {
		select {
		case <-l.queue.wake:
			l.queue.mu.Lock()
			urgent := l.queue.urgent
			l.queue.mu.Unlock()
			if urgent {
				l.commit(true)
				write, sync = nil, nil
			} else if write == nil {
				write = time.After(l.o.Commit)
			}
		case <-write:
			write = nil
			l.commit(false)
			if sync == nil && len(l.wal.written) > 0 {
				sync = time.After(l.o.sync)
			}
		case <-sync:
			sync = nil
			l.commit(true)
		case <-retry:
			retry = nil
			l.revive()
		case <-l.stopping:
			l.commit(true)
			if l.refusing() {
				l.revive()
			}
			return
		}
		if retry == nil && l.refusing() {
			retry = time.After(l.o.retry)
		}
	}
}

func (l *Log) refusing() bool {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return l.queue.failed != nil
}

// take empties the queue.
func (l *Log) take() []*batch {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	batches := l.queue.batches
	l.queue.batches, l.queue.urgent = nil, false
	return batches
}

// commit writes what is queued, and syncs it where asked to or where an entry
// waits for that.
func (l *Log) commit(sync bool) {
	if l.refusing() {
		return // what was queued when it began to refuse is in kept
	}
	batches := l.take()
	if gap := l.gap(false, nil); gap != nil {
		batches = append(batches, gap)
	}
	for _, b := range batches {
		sync = sync || b.urgent
	}
	rest, err := l.put(batches)
	if err == nil && sync {
		rest, err = l.settle()
	}
	if err != nil {
		l.trouble(err, rest)
	}
}

// put writes batches in order, into new segments where one is full. On an
// error it gives back all that is not durable, and the segment must not be
// used again.
func (l *Log) put(batches []*batch) (rest []*batch, err error) {
	w := &l.wal
	for i, b := range batches {
		if w.f != nil && w.size >= segmentBytes {
			if rest, err = l.settle(); err == nil {
				err = l.closeSegment()
			}
			if err != nil {
				return append(rest, batches[i:]...), err
			}
		}
		if w.f == nil {
			if err := l.startSegment(); err != nil {
				return append(w.takeWritten(), batches[i:]...), err
			}
		}
		w.number(b)
		n, err := w.f.Write(b.buf)
		w.size += int64(n)
		if err != nil {
			return append(w.takeWritten(), batches[i:]...), fmt.Errorf("writing the write-ahead log: %w", err)
		}
		w.written = append(w.written, b)
	}
	return nil, nil
}

// number gives the entries of a batch their indexes, and their places in the
// segment's chain: what is numbered is written next, to this segment, or the
// segment is given up.
func (w *wal) number(b *batch) {
	b.first = w.next
	for i := range b.items {
		it := &b.items[i]
		putFrame(b.buf[it.at-frameHeader:], w.chain, it, w.next+uint64(i), w.synced)
	}
	w.next += uint64(len(b.items))
}

func (w *wal) takeWritten() []*batch {
	written := w.written
	w.written = nil
	return written
}

// settle syncs what was written and tells everybody who waits for it.
func (l *Log) settle() (rest []*batch, err error) {
	w := &l.wal
	if len(w.written) == 0 {
		return nil, nil
	}
	begin := time.Now()
	if err := w.f.Sync(); err != nil {
		return w.takeWritten(), fmt.Errorf("syncing the write-ahead log: %w", err)
	}
	l.m.syncs.Observe(time.Since(begin).Seconds())
	l.settled()
	return nil, nil
}

// settled hands what is durable to the sealer and answers who waits.
func (l *Log) settled() {
	w := &l.wal
	w.synced = w.next
	var bytes int64
	n := 0
	for _, b := range w.takeWritten() {
		bytes += b.cost()
		n += len(b.items)
		done := b.done
		l.sealer.give(b)
		close(done)
	}
	l.m.entries.Add(float64(n))
	l.queue.mu.Lock()
	l.queue.bytes -= bytes
	l.m.spool.Set(float64(l.queue.bytes))
	l.queue.mu.Unlock()
}

// startSegment begins a segment at the first index that is not durable. A
// later segment takes precedence over what earlier ones hold from its first
// index on, so what a failed write left behind does no harm.
func (l *Log) startSegment() error {
	w := &l.wal
	w.seq++
	w.next = w.synced
	name := l.path(walDir + "/" + segmentName(w.seq))
	f, err := l.disk.Open(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return fmt.Errorf("beginning a segment of the write-ahead log: %w", err)
	}
	n, err := f.Write(appendSegmentHeader(nil, w.chain, w.seq, w.next))
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = l.disk.SyncDir(l.path(walDir))
	}
	if err != nil {
		f.Close()
		l.disk.Remove(name) // it holds nothing
		return fmt.Errorf("beginning a segment of the write-ahead log: %w", err)
	}
	w.f, w.first, w.size = f, w.next, int64(n)
	return nil
}

// closeSegment ends the segment, all of which is synced.
func (l *Log) closeSegment() error {
	w := &l.wal
	err := w.f.Close()
	w.f = nil
	w.mu.Lock()
	w.closed = append(w.closed, closedSegment{seq: w.seq, end: w.synced})
	w.mu.Unlock()
	if err != nil {
		return fmt.Errorf("closing a segment of the write-ahead log: %w", err)
	}
	return nil
}

// abandon gives up a segment that could not be written or synced. Its
// descriptor is not used again: after a failed fsync the kernel may have
// forgotten the bytes and would call the next one good. What it held as
// durable is read back; should that be amiss, the sealer, which has it in
// memory, writes it elsewhere now.
func (l *Log) abandon() {
	w := &l.wal
	if w.f == nil {
		w.next = w.synced
		return
	}
	if err := l.closeSegment(); err != nil {
		l.o.Logger.Warn("The ledger closed a segment that failed.", "error", err)
	}
	w.next = w.synced
	if err := l.checkSegment(w.seq, w.first, w.synced); err != nil {
		l.o.Logger.Error("The ledger's write-ahead log lost entries that were durable; they are sealed from memory now.", "error", err)
		l.m.failures.WithLabelValues("wal").Inc()
	}
	l.sealer.hurry()
}

func (l *Log) checkSegment(seq, first, end uint64) error {
	b, err := l.disk.ReadFile(l.path(walDir + "/" + segmentName(seq)))
	if err != nil {
		return err
	}
	s := parseSegment(b)
	want := first
	for _, f := range s.frames {
		if f.index == want {
			want++
		}
	}
	if want < end {
		return errors.Join(s.header, fmt.Errorf("segment %d: entries %d to %d are gone", seq, want, end-1))
	}
	return nil
}
