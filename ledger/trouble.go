package ledger

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Codes of the reason of a gap entry.
const (
	GapDiskFull   = "disk-full"    // no room on the disk
	GapWriteError = "write-error"  // a write or sync went wrong
	GapMemoryFull = "memory-full"  // entries came faster than the disk took them
	GapUnclean    = "unclean-stop" // the gateway did not stop in good order
)

// trouble is what happens when rest could not be made durable. First it is
// written again, to a new segment. Where that does not help either, the log
// refuses from now on: whoever waits gets ErrUnavailable, Buffered entries are
// held, and the reserve takes what it can and a gap entry.
func (l *Log) trouble(cause error, rest []*batch) {
	l.m.failures.WithLabelValues("wal").Inc()
	l.abandon()
	again, err := l.put(rest)
	if err == nil {
		again, err = l.settle()
	}
	if err == nil {
		l.o.Logger.Warn("The ledger's disk failed once; all entries were written again.", "error", cause)
		return
	}
	l.abandon()
	l.o.Logger.Error("The ledger cannot write and refuses entries.", "error", cause, "again", err)
	l.m.unavailable.Set(1)

	q := &l.queue
	q.mu.Lock()
	q.failed = cause
	again = append(again, q.batches...)
	q.batches, q.urgent = nil, false
	for _, b := range again {
		kept, refused := split(b, fmt.Errorf("%w: %w", ErrUnavailable, cause))
		q.refused += uint64(refused)
		l.m.refused.WithLabelValues("unavailable").Add(float64(refused))
		q.bytes -= b.cost()
		if kept != nil {
			q.bytes += kept.cost()
			l.wal.kept = append(l.wal.kept, kept)
		}
		close(b.done)
	}
	q.mu.Unlock()
	if err := l.useReserve(cause); err != nil {
		l.o.Logger.Error("The ledger's reserve took no gap entry; the gap is told when the disk takes entries again.", "error", err)
	}
}

// split refuses the Durable entries of a batch and gives the others.
func split(b *batch, err error) (kept *batch, refused int) {
	for i, it := range b.items {
		if it.durable {
			refused++
			continue
		}
		if kept == nil {
			kept = newBatch()
		}
		kept.add(b.raw(i), it)
	}
	b.err = err
	return kept, refused
}

// gap makes the entry that counts what was refused since the last one; nil
// where nothing was, unless always is set.
func (l *Log) gap(always bool, cause error) *batch {
	q := &l.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.full+q.refused == 0 && !always {
		return nil
	}
	e := &Entry{Type: Gap, Time: time.Now(), Count: q.full + q.refused}
	if q.refused > 0 || always {
		if cause == nil {
			cause = q.failed
		}
		e.Reasons = append(e.Reasons, Reason{Code: gapCode(cause), Note: fmt.Sprintf("%d refused since the last gap entry", q.refused)})
		e.Note = "the disk did not take entries"
		if cause != nil {
			e.Note += ": " + cause.Error()
		}
	}
	if q.full > 0 {
		e.Reasons = append(e.Reasons, Reason{Code: GapMemoryFull, Note: fmt.Sprintf("%d refused since the last gap entry", q.full)})
	}
	q.full, q.refused = 0, 0
	b := l.eventBatch(e)
	q.bytes += b.cost()
	return b
}

// ungap puts back the counts of a gap entry that was not written. Its batch is
// of no use any more.
func (l *Log) ungap(b *batch, full, refused uint64) {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	l.queue.full += full
	l.queue.refused += refused
	l.queue.bytes -= b.cost()
}

func gapCode(cause error) string {
	if errors.Is(cause, syscall.ENOSPC) || errors.Is(cause, syscall.EDQUOT) || errors.Is(cause, syscall.EFBIG) {
		return GapDiskFull
	}
	return GapWriteError
}

// eventBatch is a batch of one entry of the log's own.
func (l *Log) eventBatch(e *Entry) *batch {
	buf, err := AppendEntry([]byte{leafPrefix}, e)
	if err != nil { // only the note can be too long: it quotes an error of the system
		e.Note = "the cause is too long to quote"
		buf, _ = AppendEntry([]byte{leafPrefix}, e)
	}
	b := newBatch()
	raw, it := hashed(buf)
	if l.o.Indexer != nil {
		it.entry = e
	}
	b.add(raw, it)
	return b
}

// useReserve writes what fits of the held entries and a gap entry over the
// preallocated reserve, which needs no new room, and makes it a segment.
func (l *Log) useReserve(cause error) error {
	w := &l.wal
	if !w.reserve {
		return errors.New("the reserve was used and could not be made again yet")
	}
	full, refused := l.gapCounts()
	gap := l.gap(true, cause)
	w.seq++
	w.next = w.synced
	b := appendSegmentHeader(make([]byte, 0, reserveBytes), w.chain, w.seq, w.next)
	n := 0
	for n < len(w.kept) && len(b)+len(w.kept[n].buf)+len(gap.buf) <= reserveBytes {
		w.number(w.kept[n])
		b = append(b, w.kept[n].buf...)
		n++
	}
	w.number(gap)
	b = append(b, gap.buf...)
	if err := l.overwriteReserve(b); err != nil {
		w.reserve = false
		w.next = w.synced
		l.disk.Remove(l.path(reserveName)) // made anew before the log takes entries again
		l.ungap(gap, full, refused)
		return err
	}
	w.reserve = false
	w.written = append(append(w.written, w.kept[:n]...), gap)
	w.kept = w.kept[n:]
	l.settled()
	w.mu.Lock()
	w.closed = append(w.closed, closedSegment{seq: w.seq, end: w.synced})
	w.mu.Unlock()
	return nil
}

func (l *Log) gapCounts() (full, refused uint64) {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return l.queue.full, l.queue.refused
}

func (l *Log) overwriteReserve(b []byte) error {
	f, err := l.disk.Open(l.path(reserveName), os.O_WRONLY)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(b, 0)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := l.disk.Rename(l.path(reserveName), l.path(walDir+"/"+segmentName(l.wal.seq))); err != nil {
		return err
	}
	return errors.Join(l.disk.SyncDir(l.path(walDir)), l.disk.SyncDir(l.o.Dir))
}

// makeReserve puts the reserve in place, zeros that are really written.
func (l *Log) makeReserve() error {
	if l.wal.reserve {
		return nil
	}
	err := writeFile(l.disk, l.path(reserveName), make([]byte, reserveBytes))
	if err == nil {
		err = l.disk.SyncDir(l.o.Dir)
	}
	if err != nil {
		return fmt.Errorf("making the reserve: %w", err)
	}
	l.wal.reserve = true
	return nil
}

// revive tries whether the disk takes entries again: the reserve first, then
// the held entries and a gap entry that counts what was refused meanwhile.
func (l *Log) revive() {
	if err := l.makeReserve(); err != nil {
		return // still full; the cause was logged when it began
	}
	full, refused := l.gapCounts()
	gap := l.gap(true, nil)
	rest, err := l.put(append(l.wal.kept, gap))
	if err == nil {
		rest, err = l.settle()
	}
	if err != nil {
		l.abandon()
		l.wal.kept = nil
		for _, b := range rest {
			if b == gap {
				l.ungap(gap, full, refused)
			} else {
				l.wal.kept = append(l.wal.kept, b)
			}
		}
		return
	}
	l.wal.kept = nil
	l.queue.mu.Lock()
	l.queue.failed = nil
	l.queue.mu.Unlock()
	l.m.unavailable.Set(0)
	l.sealer.hurry()
	l.o.Logger.Info("The ledger takes entries again.", "refused", refused+full)
}
