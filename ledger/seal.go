package ledger

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// sealer turns durable entries into bundles, tiles and checkpoints.
type sealer struct {
	mu         sync.Mutex
	ready      []*batch // durable and not yet in the tree, oldest first
	force      bool
	checkpoint []byte        // the last one
	size       uint64        // of the last one
	failed     error         // why the last attempt to sign one went wrong
	progress   chan struct{} // closed when size grows, and replaced
	wake       chan struct{}
	bytes      atomic.Int64 // of durable entries that are not sealed

	// What follows is the sealing goroutine's alone.
	tree     tree
	bundle   []byte     // of the partial bundle
	spare    [][]byte   // memory of bundles that are written
	full     []tileFile // full bundles and tiles not yet written
	absorbed int64      // bytes to give back once sealed
	partials []string   // files of the last checkpoint that the next may replace
	touched  dirSet     // directories to sync before the next checkpoint
	known    dirSet     // directories that are durable
	garbage  []garbage
	scratch  []byte
}

type tileFile struct {
	path string
	data []byte
}

// garbage is a file that is no longer needed, kept a while for those who read
// or copy the directory right now.
type garbage struct {
	path string
	at   time.Time
}

// The memory of so many written bundles is kept to be filled again, where it is
// no more than so many bytes each.
const (
	maxSpare   = 16
	spareBytes = 512 << 10
)

// maxGarbage is how many files are kept at most although not needed.
const maxGarbage = 256

func (s *sealer) give(b *batch) {
	s.bytes.Add(b.cost())
	s.mu.Lock()
	s.ready = append(s.ready, b)
	s.mu.Unlock()
	s.poke()
}

// hurry asks for a checkpoint now.
func (s *sealer) hurry() {
	s.mu.Lock()
	s.force = true
	s.mu.Unlock()
	s.poke()
}

func (s *sealer) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// sealLoop ends after a last checkpoint, once commits is closed.
func (l *Log) sealLoop(commits <-chan struct{}) {
	s := &l.sealer
	var due, collect <-chan time.Time
	for last := false; !last; {
		now := false
		select {
		case <-s.wake:
		case <-due:
			due, now = nil, true
		case <-collect:
			collect = nil
		case <-commits:
			last = true
		}
		forced := l.absorb()
		fresh := s.tree.size > s.size
		if fresh && (now || last || forced) {
			due = nil
			if !l.trySeal() {
				due = time.After(l.o.retry)
			}
		} else if fresh && due == nil {
			wait := l.o.Seal
			if s.failed != nil {
				wait = l.o.retry
			}
			due = time.After(wait)
		}
		l.collect(time.Now().Add(-l.o.grace))
		if collect == nil && len(s.garbage) > 0 {
			collect = time.After(l.o.grace)
		}
	}
}

// trySeal seals, and says so where that goes wrong.
func (l *Log) trySeal() bool {
	err := l.seal()
	if err != nil {
		l.sealTrouble(err)
	}
	return err == nil
}

// full reports whether enough entries are in the tree for a checkpoint of
// their own. Where many come, it is only signed between two bundles: nothing
// is written then that the next checkpoint replaces. After a failure it is for
// the timer to try again.
func (l *Log) full() bool {
	s := &l.sealer
	n := uint64(l.o.SealEntries)
	return s.tree.size-s.size >= n && (n < tileWidth || s.tree.size%tileWidth == 0) && s.failed == nil
}

func (l *Log) sealTrouble(err error) {
	l.m.failures.WithLabelValues("seal").Inc()
	s := &l.sealer
	s.mu.Lock()
	first := s.failed == nil
	s.failed = fmt.Errorf("sealing: %w", err)
	s.mu.Unlock()
	if first {
		l.o.Logger.Error("The ledger cannot sign a checkpoint; entries stay in its write-ahead log.", "error", err)
	}
	l.collect(time.Now()) // it may be room that is wanting
}

// absorb brings what is durable into the tree and to the Indexer, sealing on
// the way, and tells whether somebody asked for the rest to be sealed now.
func (l *Log) absorb() (forced bool) {
	s := &l.sealer
	s.mu.Lock()
	ready := s.ready
	s.ready, forced, s.force = nil, s.force, false
	s.mu.Unlock()
	for _, b := range ready {
		for i, it := range b.items {
			l.add(b.raw(i), it.leaf, it.entry)
			if l.full() {
				l.trySeal()
			}
		}
		s.absorbed += b.cost()
		b.release()
	}
	l.m.unsealed.Set(float64(s.bytes.Load()))
	return forced
}

// add appends one entry and its hash to the tree. It keeps nothing of raw.
func (l *Log) add(raw []byte, leaf tlog.Hash, e *Entry) {
	s := &l.sealer
	index := s.tree.size
	s.bundle = appendBundled(s.bundle, raw)
	s.tree.add(leaf, func(level int, n uint64, hashes []tlog.Hash) {
		if level == 0 {
			s.full = append(s.full, tileFile{path: tilePath(entriesLevel, n, tileWidth), data: s.bundle})
			s.bundle = s.blank()
		}
		s.full = append(s.full, tileFile{path: tilePath(level, n, tileWidth), data: appendHashes(nil, hashes)})
	})
	if l.o.Indexer != nil && e != nil {
		if err := l.o.Indexer.Add(index, e); err != nil {
			l.indexTrouble(err)
		}
	}
}

// blank returns memory for a bundle.
func (s *sealer) blank() []byte {
	n := len(s.spare)
	if n == 0 {
		return nil
	}
	b := s.spare[n-1]
	s.spare = s.spare[:n-1]
	return b
}

func (l *Log) indexTrouble(err error) {
	l.m.failures.WithLabelValues("index").Inc()
	l.o.Logger.Warn("The ledger's index did not take an entry; it can be rebuilt from the log.", "error", err)
}

// seal writes all that a checkpoint of the tree needs, then the checkpoint.
func (l *Log) seal() error {
	s := &l.sealer
	for len(s.full) > 0 {
		if err := l.writeTile(s.full[0]); err != nil {
			return err
		}
		if f := s.full[0]; len(s.spare) < maxSpare && cap(f.data) > tileWidth*tlog.HashSize && cap(f.data) <= spareBytes {
			s.spare = append(s.spare, f.data[:0])
		}
		s.full = s.full[1:]
	}
	partials := s.partialFiles()
	for _, f := range partials {
		if err := l.writeTile(f); err != nil {
			return err
		}
	}
	if err := s.touched.sync(l.disk); err != nil {
		return err
	}
	for dir := range s.touched {
		if len(s.known) > 1024 { // it only saves syncs
			clear(s.known)
		}
		s.known[dir] = true
	}
	clear(s.touched)
	signed, err := note.Sign(&note.Note{Text: checkpoint{l.o.Origin, s.tree.size, s.tree.root()}.String()}, l.keys.signer)
	if err != nil {
		return fmt.Errorf("signing checkpoint: %w", err)
	}
	if err := writeFile(l.disk, l.path(checkpointName), signed); err != nil {
		return err
	}
	if err := l.disk.SyncDir(l.o.Dir); err != nil {
		return err
	}
	l.sealed(signed, partials)
	return nil
}

// writeTile puts a tile or bundle in place and notes what has to be synced.
func (l *Log) writeTile(f tileFile) error {
	s := &l.sealer
	name := l.path(f.path)
	dir := filepath.Dir(name)
	if !s.known[dir] && !s.touched[dir] {
		// Also the directories that were there may not be durable, where an
		// earlier process ended between making and syncing them.
		for d := dir; d != l.o.Dir; d = filepath.Dir(d) {
			s.touched[filepath.Dir(d)] = true
		}
		if err := mkdirs(l.disk, l.o.Dir, dir, s.touched); err != nil {
			return err
		}
	}
	s.touched[dir] = true
	return writeFile(l.disk, name, f.data)
}

// partialFiles is the partial bundle and the partial tiles of the tree, as far
// as they changed since the last checkpoint.
func (s *sealer) partialFiles() []tileFile {
	var files []tileFile
	for level, hashes := range s.tree.edge {
		n, w := s.tree.size>>(8*uint(level)), len(hashes)
		if w == 0 || n == s.size>>(8*uint(level)) {
			continue
		}
		files = append(files, tileFile{path: tilePath(level, n>>8, w), data: appendHashes(nil, hashes)})
		if level == 0 {
			files = append(files, tileFile{path: tilePath(entriesLevel, n>>8, w), data: s.bundle})
		}
	}
	return files
}

// sealed makes a durable checkpoint the current one.
func (l *Log) sealed(signed []byte, partials []tileFile) {
	s := &l.sealer
	now := time.Now()
	current := make(map[string]bool)
	for level, hashes := range s.tree.edge {
		if w := len(hashes); w > 0 {
			n := s.tree.size >> (8*uint(level) + 8)
			current[tilePath(level, n, w)] = true
			if level == 0 {
				current[tilePath(entriesLevel, n, w)] = true
			}
		}
	}
	for _, path := range s.partials {
		if !current[path] {
			s.garbage = append(s.garbage, garbage{path: path, at: now})
		}
	}
	s.partials = s.partials[:0]
	for path := range current {
		s.partials = append(s.partials, path)
	}
	s.mu.Lock()
	s.checkpoint, s.size, s.failed = signed, s.tree.size, nil
	close(s.progress)
	s.progress = make(chan struct{})
	s.mu.Unlock()
	s.bytes.Add(-s.absorbed)
	s.absorbed = 0
	l.m.seals.Inc()
	l.m.sealed.Set(float64(s.tree.size))
	l.m.unsealed.Set(float64(s.bytes.Load()))

	l.wal.mu.Lock()
	for len(l.wal.closed) > 0 && l.wal.closed[0].end <= s.tree.size {
		s.garbage = append(s.garbage, garbage{path: filepath.Join(walDir, segmentName(l.wal.closed[0].seq)), at: now})
		l.wal.closed = l.wal.closed[1:]
	}
	l.wal.mu.Unlock()
	for _, a := range l.anchors {
		a.give(signed)
	}
	if l.o.Indexer != nil {
		if err := l.o.Indexer.Sealed(s.tree.size); err != nil {
			l.indexTrouble(err)
		}
	}
}

// collect deletes garbage from before a moment, in order, and stops at what it
// cannot delete: a segment must not outlive the one that takes precedence over
// it.
func (l *Log) collect(before time.Time) {
	s := &l.sealer
	for len(s.garbage) > 0 && (s.garbage[0].at.Before(before) || len(s.garbage) > maxGarbage) {
		if err := removeTile(l.disk, l.o.Dir, s.garbage[0].path); err != nil {
			l.o.Logger.Warn("The ledger could not delete a file that it no longer needs.", "error", err)
			return
		}
		s.garbage = s.garbage[1:]
	}
}
