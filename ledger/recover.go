package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// recover brings the directory into order and tells whether Buffered entries
// may have been lost. Nothing else runs yet.
func (l *Log) recover() (unclean bool, err error) {
	s := &l.sealer
	s.touched, s.known = make(dirSet), make(dirSet)
	signed, err := l.firstCheckpoint()
	if err != nil {
		return false, err
	}
	cp, err := openCheckpoint(signed, l.keys.verifier)
	if err != nil {
		return false, fmt.Errorf("%w: it was changed, or %s is not its key; see ledger verify", err, keyPath(l.o.Dir))
	}
	s.checkpoint, s.size = signed, cp.size
	if err := l.loadEdge(cp); err != nil {
		return false, err
	}
	names, err := l.replay(cp.size)
	if err != nil {
		return false, err
	}
	if s.tree.size > cp.size {
		if err := l.seal(); err != nil {
			return false, fmt.Errorf("sealing what the last run left: %w", err)
		}
	}
	if err := l.begin(names); err != nil {
		return false, err
	}
	l.sweep()
	_, err = l.disk.ReadFile(l.path(markerName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	l.m.sealed.Set(float64(s.tree.size))
	return err == nil, nil
}

var errNoCheckpoint = fmt.Errorf("it has entries and no %s: put back the last one, an anchor may have it, or begin a new log in another directory", checkpointName)

// hasEntries tells whether a directory holds what a log consists of, with a
// checkpoint or without.
func hasEntries(disk interface {
	ReadDir(string) ([]string, error)
}, dir string) (bool, error) {
	for _, name := range []string{walDir, tileDir} {
		files, err := disk.ReadDir(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		if len(files) > 0 {
			return true, nil
		}
	}
	return false, nil
}

// firstCheckpoint reads the checkpoint. At the first start it makes the one of
// the empty tree; where there are entries without one, it refuses.
func (l *Log) firstCheckpoint() ([]byte, error) {
	b, err := l.disk.ReadFile(l.path(checkpointName))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return b, err
	}
	if begun, err := hasEntries(l.disk, l.o.Dir); err != nil {
		return nil, err
	} else if begun {
		return nil, errNoCheckpoint
	}
	if _, err := l.disk.Mkdir(l.path(walDir)); err != nil {
		return nil, err
	}
	signed, err := note.Sign(&note.Note{Text: checkpoint{l.o.Origin, 0, rootOf(nil)}.String()}, l.keys.signer)
	if err == nil {
		err = writeFile(l.disk, l.path(checkpointName), signed)
	}
	return signed, errors.Join(err, l.disk.SyncDir(l.o.Dir))
}

// loadEdge reads the right edge of the tree and checks it against the
// checkpoint: what follows must extend the tree that was signed.
func (l *Log) loadEdge(cp checkpoint) error {
	s := &l.sealer
	s.tree = tree{size: cp.size}
	for level := uint(0); cp.size>>(8*level) > 0; level++ {
		n := cp.size >> (8 * level)
		w := int(n % tileWidth)
		hashes := make([]tlog.Hash, 0, tileWidth)
		if w > 0 {
			b, path, err := readTile(l.disk, l.o.Dir, int(level), n>>8, w)
			if err != nil {
				return fmt.Errorf("%w: see ledger verify", err)
			}
			s.partials = append(s.partials, path)
			if len(b) < w*tlog.HashSize {
				return fmt.Errorf("%s is cut: see ledger verify", path)
			}
			have, err := parseHashes(b[:w*tlog.HashSize])
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			hashes = append(hashes, have...)
		}
		s.tree.edge = append(s.tree.edge, hashes)
	}
	if s.tree.root() != cp.root {
		return errors.New("its tiles are not those of its checkpoint: see ledger verify")
	}
	w := int(cp.size % tileWidth)
	if w == 0 {
		return nil
	}
	b, path, err := readTile(l.disk, l.o.Dir, entriesLevel, cp.size>>8, w)
	if err != nil {
		return fmt.Errorf("%w: see ledger verify", err)
	}
	s.partials = append(s.partials, path)
	entries, err := parseBundle(b)
	if len(entries) < w {
		return fmt.Errorf("%s: %w: see ledger verify", path, errors.Join(err, errors.New("entries are missing")))
	}
	for i, raw := range entries[:w] {
		var leaf tlog.Hash
		if leaf, s.scratch = leafHash(s.scratch, raw); leaf != s.tree.edge[0][i] {
			return fmt.Errorf("%s: entry %d was changed: see ledger verify", path, cp.size-uint64(w)+uint64(i))
		}
		s.bundle = appendBundled(s.bundle, raw)
	}
	return nil
}

// replay brings the durable entries that were not sealed into the tree, and
// gives the names of the segments that are there.
func (l *Log) replay(size uint64) (names []string, err error) {
	l.wal.chain = newChain(l.keys.wal)
	view, err := readWAL(l.disk, l.path(walDir), l.wal.chain)
	if err != nil {
		return nil, err
	}
	for _, f := range view.faults {
		switch {
		case f.forged:
			return nil, fmt.Errorf("%s: %s; nothing was sealed; find out who could write to this directory; to go on without this file's unsealed entries, move it away", filepath.Join(walDir, f.file), f.what)
		case f.old && f.to <= size:
			continue // all of it is sealed
		case f.old:
			return nil, fmt.Errorf("%s: %s and cannot be told from forged ones; nothing was sealed; to go on without them, move the file away; a gateway of that version that stops in good order leaves no such file", filepath.Join(walDir, f.file), f.what)
		case !f.torn:
			return nil, fmt.Errorf("%s: %s: entries that were durable are damaged; see ledger verify; to go on without them, move the file away", filepath.Join(walDir, f.file), f.what)
		}
		l.o.Logger.Warn("The ledger's write-ahead log was cut by a crash; what was never durable is cut off.", "file", f.file, "detail", f.what)
	}
	sealed := sealedLeaves{disk: l.disk, dir: l.o.Dir, size: size}
	for _, e := range view.entries {
		if e.index < size {
			if err := sealed.same(e); err != nil {
				return nil, err
			}
			continue
		}
		if e.index != l.sealer.tree.size {
			return nil, fmt.Errorf("the write-ahead log goes on at entry %d, the log ends at %d; see ledger verify", e.index, l.sealer.tree.size)
		}
		var entry *Entry
		if l.o.Indexer != nil {
			if entry, err = Decode(e.raw); err != nil {
				l.indexTrouble(err)
			}
		}
		var leaf tlog.Hash
		leaf, l.sealer.scratch = leafHash(l.sealer.scratch, e.raw)
		l.add(e.raw, leaf, entry)
	}
	l.wal.seq = view.lastSeq
	return view.names, nil
}

// begin starts a segment, and deletes the ones that were there, oldest first.
func (l *Log) begin(old []string) error {
	// An earlier process may have ended between making and syncing it.
	_, err := l.disk.Mkdir(l.path(walDir))
	if err = errors.Join(err, l.disk.SyncDir(l.o.Dir)); err != nil {
		return err
	}
	l.wal.synced = l.sealer.tree.size
	if err := l.startSegment(); err != nil {
		return err
	}
	for _, name := range old {
		if err := l.disk.Remove(filepath.Join(l.path(walDir), name)); err != nil {
			return err
		}
	}
	if b, err := l.disk.ReadFile(l.path(reserveName)); err == nil && len(b) == reserveBytes && allZero(b) {
		l.wal.reserve = true
	}
	return errors.Join(l.makeReserve(), l.disk.SyncDir(l.path(walDir)))
}

// sweep deletes temporary files and partial tiles that an earlier run left.
// What it cannot delete does no harm.
func (l *Log) sweep() {
	s := &l.sealer
	keep := make(map[string]bool)
	for _, path := range s.partials {
		keep[path] = true
	}
	for level := entriesLevel; level < max(1, len(s.tree.edge)); level++ {
		n := s.tree.size >> (8*uint(max(level, 0)) + 8)
		for _, near := range slices.Compact([]uint64{n - min(n, maxGarbage), n}) {
			dir := filepath.Dir(tilePath(level, near, tileWidth))
			names, _ := l.disk.ReadDir(l.path(dir))
			for _, name := range names {
				path := filepath.Join(dir, name)
				if strings.HasSuffix(name, tempSuffix) {
					l.disk.Remove(l.path(path))
				}
				if !strings.HasSuffix(name, ".p") {
					continue
				}
				widths, _ := l.disk.ReadDir(l.path(path))
				for _, w := range widths {
					if partial := filepath.Join(path, w); !keep[partial] {
						removeTile(l.disk, l.o.Dir, partial)
					}
				}
			}
		}
	}
	l.disk.Remove(l.path(checkpointName + tempSuffix))
}

// noteUncleanStop writes the gap entry of a run that did not stop in good
// order, and takes its marker away.
func (l *Log) noteUncleanStop() error {
	err := l.Append(&Entry{
		Type: Gap, Time: time.Now(), Reasons: []Reason{{Code: GapUnclean}},
		Note: fmt.Sprintf("unclean stop: up to the last %d ms of buffered entries may be missing", (l.o.sync + l.o.Commit).Milliseconds()),
	}, Durable)
	if err != nil {
		return fmt.Errorf("noting the unclean stop: %w", err)
	}
	return l.unmark()
}

// unmark takes the marker away: no Buffered entry is on its way.
func (l *Log) unmark() error {
	l.marker.Lock()
	defer l.marker.Unlock()
	l.marked.Store(false)
	err := l.disk.Remove(l.path(markerName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("taking the marker away: %w", err)
	}
	return l.disk.SyncDir(l.o.Dir)
}

// finish ends the write-ahead log in good order, after all goroutines ended.
func (l *Log) finish() error {
	w, s := &l.wal, &l.sealer
	lost := 0
	for _, b := range w.kept {
		lost += len(b.items)
	}
	var err error
	if lost > 0 {
		err = fmt.Errorf("closing ledger: %d entries could not be made durable: %w", lost, l.queue.failed)
	}
	if w.f != nil {
		err = errors.Join(err, l.closeSegment())
	}
	if s.failed != nil || s.size != w.synced {
		err = errors.Join(err, s.failed) // the write-ahead log keeps what is not sealed
	} else {
		for _, c := range w.closed {
			s.garbage = append(s.garbage, garbage{path: filepath.Join(walDir, segmentName(c.seq))})
		}
		l.collect(time.Now().Add(time.Hour))
		err = errors.Join(err, l.disk.SyncDir(l.path(walDir)))
	}
	if lost > 0 {
		return err
	}
	return errors.Join(err, l.unmark())
}

// readTile reads a tile or bundle of at least a width: the one of this width,
// the full one, or a wider partial one, whose beginning is the same. It gives
// the path within dir that it found.
func readTile(disk interface {
	ReadFile(string) ([]byte, error)
	ReadDir(string) ([]string, error)
}, dir string, level int, n uint64, width int) ([]byte, string, error) {
	exact := tilePath(level, n, width)
	for _, path := range []string{exact, tilePath(level, n, tileWidth)} {
		b, err := disk.ReadFile(filepath.Join(dir, path))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return b, path, err
		}
	}
	partials := tilePath(level, n, tileWidth) + ".p"
	names, err := disk.ReadDir(filepath.Join(dir, partials))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, exact, err
	}
	for _, name := range names {
		path := filepath.Join(partials, name)
		if _, _, w, ok := parseTilePath(path); ok && w > width {
			b, err := disk.ReadFile(filepath.Join(dir, path))
			if err == nil || !errors.Is(err, fs.ErrNotExist) {
				return b, path, err
			}
		}
	}
	return nil, exact, &fs.PathError{Op: "open", Path: exact, Err: os.ErrNotExist}
}

// removeTile deletes a file, and the directory of partial tiles that it leaves
// empty.
func removeTile(disk fileSystem, dir, path string) error {
	if err := disk.Remove(filepath.Join(dir, path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if parent := filepath.Dir(path); strings.HasSuffix(parent, ".p") {
		if names, err := disk.ReadDir(filepath.Join(dir, parent)); err == nil && len(names) == 0 {
			disk.Remove(filepath.Join(dir, parent)) // the next width makes it again
		}
	}
	return nil
}
