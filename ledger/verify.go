package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// VerifyOptions says what to verify against.
type VerifyOptions struct {
	// Since is one or more checkpoints kept elsewhere, one after the other, as
	// an anchor file has them: the log must be an extension of each. Those
	// that other keys signed are passed over; where none is left, the error is
	// ErrNoCheckpoint. With nil, a log that was cut back to an older
	// checkpoint of its own looks well.
	Since []byte
}

// Verify checks the log in dir, or a copy of it, against the verifier key that
// was shown at its first start: the signature, every bundle against the hash
// tiles, these against each other and the root, and the frames of the
// write-ahead log, whose MACs only the log's own key can check. It reads only.
// What is wrong is in the report; the error says that it could not be checked
// at all. A copy of a log that is being written is verified too if its
// checkpoint was copied first.
func Verify(dir, verifierKey string, o VerifyOptions) (*Report, error) {
	key, err := note.NewVerifier(strings.TrimSpace(verifierKey))
	if err != nil {
		return nil, fmt.Errorf("verifying ledger %s: verifier key: %w", dir, err)
	}
	v := &verification{dir: dir}
	if err = v.run(key, o); err == nil && v.dropping() {
		err = v.run(key, o)
	}
	if err != nil {
		return nil, fmt.Errorf("verifying ledger %s: %w", dir, err)
	}
	return v.report, nil
}

// run verifies the log as it is now.
func (v *verification) run(key note.Verifier, o VerifyOptions) (err error) {
	*v = verification{dir: v.dir, report: &Report{Origin: key.Name()}}
	if v.signed, err = (readFS{}).ReadFile(filepath.Join(v.dir, checkpointName)); err != nil {
		return err
	}
	// Read after the checkpoint: a log that is written only grows meanwhile.
	if v.wal, err = readWAL(readFS{}, filepath.Join(v.dir, walDir), nil); err != nil {
		return err
	}
	v.cp, err = openCheckpoint(v.signed, key)
	if err != nil {
		v.report.fault(BadSignature, 0, 0, checkpointName, doKey, "%s", err)
		if v.cp, err = unsignedCheckpoint(v.signed); err != nil {
			v.checkWAL()
			return nil
		}
		v.unsigned = true
	}
	v.report.Size, v.report.Root = v.cp.size, v.cp.root.String()
	if err := v.checkTree(); err != nil {
		return err
	}
	v.checkWAL()
	tail := v.checkTail()
	v.checkDropped()
	if err := v.checkFiles(); err != nil {
		return err
	}
	if o.Since == nil {
		return nil
	}
	return v.checkKept(splitCheckpoints(o.Since), key, tail)
}

// verification is one run of Verify.
type verification struct {
	dir      string
	report   *Report
	signed   []byte // the checkpoint
	cp       checkpoint
	unsigned bool
	wal      *walView
	absent   []Range // entries whose bundles are not there
	until    uint64  // what signed ledger.drop entries say was dropped
	claimed  uint64  // what those say that are not signed, which proves nothing
	taken    bool    // a bundle is not there that no signed entry explains
	edge     [][]tlog.Hash
}

// checkWAL reports what is wrong with the frames themselves.
func (v *verification) checkWAL() {
	for _, f := range v.wal.faults {
		file := filepath.Join(walDir, f.file)
		switch {
		case f.torn && strings.Contains(f.what, "cut by a crash, or changed"):
			v.report.fault(Torn, f.from, f.to, file, doReopen, "%s", f.what)
		case f.torn:
			v.report.note("%s: %s; starting the gateway cuts it off", file, f.what)
		case f.old && f.to <= v.cp.size:
			v.report.note("%s: %s; all of it is sealed, and starting the gateway deletes it", file, f.what)
		case f.old:
			v.report.fault(f.kind, v.cp.size, v.cp.size, file, doOld, "%s", f.what)
		default:
			v.report.fault(f.kind, f.from, f.to, file, doRestore, "%s", f.what)
		}
	}
}

// checkTail counts what is beyond the checkpoint and gives its leaf hashes.
func (v *verification) checkTail() []tlog.Hash {
	var tail []tlog.Hash
	r := &Reader{dir: v.dir}
	at := v.cp.size
	v.report.Tail = 0
	take := func(rec Record, err error) bool {
		var hole *HoleError
		switch {
		case errors.As(err, &hole):
			v.report.fault(Missing, hole.From, hole.To, walDir, doRestore, "the unsealed tail has a hole")
			return true
		case err != nil:
			v.report.fault(Truncated, at, at, walDir, doRestore, "%s", err)
			return false
		}
		if until, ok := droppedUntil(rec.Raw); ok {
			v.claimed = max(v.claimed, until)
		}
		tail = append(tail, tlog.RecordHash(rec.Raw))
		v.report.Tail++
		return true
	}
	// The tail as it was when this run began: what the writer seals meanwhile
	// stays part of it.
	entries := v.wal.entries
	for len(entries) > 0 && entries[0].index < at {
		entries = entries[1:]
	}
	if len(entries) == 0 || entries[0].index > at {
		at, _ = r.readBeyond(at, take)
	}
	for _, e := range entries {
		if e.index < at {
			continue
		}
		if e.index > at && !v.explained(at, e.index) {
			v.report.fault(Missing, at, e.index, filepath.Join(walDir, e.file), doRestore, "the unsealed tail has a hole")
		}
		take(Record{Index: e.index, Raw: e.raw}, nil)
		at = e.index + 1
	}
	if v.report.Tail > 0 {
		v.report.note("unsealed tail: %d entries after checkpoint size %d are not signed yet: their checksums only tell damage; whether this ledger's gateway wrote them its key tells, at its next start", v.report.Tail, v.cp.size)
	}
	return tail
}

// explained tells whether a fault of the write-ahead log tells of a hole.
func (v *verification) explained(from, to uint64) bool {
	for _, f := range v.wal.faults {
		if !f.torn && f.from <= from && to <= f.to {
			return true
		}
	}
	return false
}

// checkDropped tells dropped bundles from missing ones: dropped are the oldest,
// and a signed entry says so. Anybody who can delete a bundle can write one
// that is not signed.
func (v *verification) checkDropped() {
	for _, r := range v.absent {
		if r.To <= v.until {
			if n := len(v.report.Dropped); n > 0 && v.report.Dropped[n-1].To == r.From {
				v.report.Dropped[n-1].To = r.To
			} else {
				v.report.Dropped = append(v.report.Dropped, r)
			}
			continue
		}
		what, do := "the bundle is not there and no ledger.drop entry says that it was dropped", doRestore
		if r.To <= v.claimed {
			what, do = "the bundle is not there and the ledger.drop entry that says it was dropped is not signed, which it is before keep: drops one", doDrop
		}
		n := r.From / tileWidth
		v.report.fault(Missing, r.From, r.To, tilePath(entriesLevel, n, int(min(tileWidth, v.cp.size-n*tileWidth))), do, "%s", what)
		v.taken = true
	}
}

// dropping tells that the log was written while it was verified, so that the
// bundles that no entry explains may have been dropped meanwhile. A newer
// checkpoint covers the entry that says so: it was signed before they went.
func (v *verification) dropping() bool {
	now, err := readFS{}.ReadFile(filepath.Join(v.dir, checkpointName))
	return v.taken && err == nil && !bytes.Equal(now, v.signed)
}

// ErrNoCheckpoint tells that what was kept elsewhere holds no checkpoint of the
// log, so that nothing was compared.
var ErrNoCheckpoint = errors.New("no checkpoint of this ledger is among those kept elsewhere")

// checkKept compares the log with each checkpoint of its own that was kept
// elsewhere. An anchor may be shared: those of other logs are passed over.
func (v *verification) checkKept(kept [][]byte, key note.Verifier, tail []tlog.Hash) error {
	foreign := 0
	for _, k := range kept {
		if signedByOther(k, key) {
			foreign++
			continue
		}
		v.checkSince(k, key, tail)
	}
	if foreign > 0 {
		v.report.note("%d checkpoints kept elsewhere are signed with other keys, and were passed over", foreign)
	}
	if foreign == len(kept) {
		return ErrNoCheckpoint
	}
	return nil
}

// checkSince checks that the log extends a checkpoint kept elsewhere.
func (v *verification) checkSince(kept []byte, key note.Verifier, tail []tlog.Hash) {
	cp, err := openCheckpoint(kept, key)
	if err != nil {
		v.report.fault(BadSignature, 0, 0, "", "check that it is a checkpoint of this log", "the checkpoint kept elsewhere: %s", err)
		return
	}
	var root tlog.Hash
	switch {
	case cp.size == 0:
		root = rootOf(nil)
	case cp.size <= v.cp.size:
		root, err = tlog.TreeHash(int64(cp.size), &tileHashes{dir: v.dir, size: v.cp.size})
		if err != nil {
			v.report.fault(Missing, 0, 0, "", doRestore, "the checkpoint kept elsewhere of size %d cannot be compared: %s", cp.size, err)
			return
		}
	case cp.size-v.cp.size <= uint64(len(tail)) && v.edge != nil:
		t := (&tree{size: v.cp.size, edge: v.edge}).clone()
		for _, leaf := range tail[:cp.size-v.cp.size] {
			t.add(leaf, func(int, uint64, []tlog.Hash) {})
		}
		root = t.root()
		v.report.note("the checkpoint kept elsewhere, of size %d, is newer than the one here", cp.size)
	default:
		v.report.fault(RolledBack, v.cp.size+uint64(len(tail)), cp.size, checkpointName, doRollback,
			"the checkpoint kept elsewhere covers %d entries; here are %d, and %d unsealed", cp.size, v.cp.size, len(tail))
		return
	}
	if root != cp.root {
		v.report.fault(Forked, 0, cp.size, "", doInquire, "the first %d entries are not those that the checkpoint kept elsewhere signed", cp.size)
		return
	}
	v.report.Since = append(v.report.Since, cp.size)
}

// checkFiles looks at the files that the checkpoint does not need: partial
// tiles that are on their way out, or beyond it.
func (v *verification) checkFiles() error {
	root := filepath.Join(v.dir, tileDir)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil || d.IsDir() {
			return err
		}
		path, err := filepath.Rel(v.dir, name)
		if err != nil {
			return err
		}
		level, n, w, ok := parseTilePath(path)
		switch {
		case strings.HasSuffix(path, tempSuffix):
			v.report.note("%s is what a crash left of a file that was being written", path)
		case !ok:
			v.report.note("%s is no file of a log", path)
		case w < tileWidth && v.spare(level, n, w):
			return v.checkSpare(path, level, n, w)
		}
		return nil
	})
	return err
}

// spare tells whether a partial tile is not the one that the checkpoint needs.
func (v *verification) spare(level int, n uint64, w int) bool {
	have := v.cp.size >> (8 * uint(max(level, 0)))
	return n != have>>8 || uint64(w) != have%tileWidth
}

// checkSpare compares a partial tile or bundle with the tile that the
// checkpoint needs, or, beyond it, the bundle with its own tile.
func (v *verification) checkSpare(path string, level int, n uint64, w int) error {
	b, err := readFS{}.ReadFile(filepath.Join(v.dir, path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var have []tlog.Hash
	if level == entriesLevel {
		entries, err := parseBundle(b)
		if err != nil {
			v.report.fault(Truncated, 0, 0, path, doRestore, "%s", err)
			return nil
		}
		for _, raw := range entries {
			have = append(have, tlog.RecordHash(raw))
		}
	} else if have, err = parseHashes(b); err != nil {
		v.report.fault(Truncated, 0, 0, path, doRestore, "%s", err)
		return nil
	}
	if len(have) != w {
		v.report.fault(Truncated, 0, 0, path, doRestore, "it holds %d of %d", len(have), w)
		return nil
	}
	want, err := v.reference(max(level, 0), n, w)
	if err != nil {
		return nil // its own fault is reported where it is needed
	}
	first := n * tileWidth << (8 * uint(max(level, 0)))
	for i := range min(len(want), w) {
		if want[i] != have[i] {
			at := first + uint64(i)<<(8*uint(max(level, 0)))
			v.report.fault(Flipped, at, at+1, path, "it is not needed: delete it", "it differs from the tile that the checkpoint needs")
			return nil
		}
	}
	return nil
}

// reference is the hashes that a partial tile is compared with.
func (v *verification) reference(level int, n uint64, w int) ([]tlog.Hash, error) {
	b, _, err := readTile(readFS{}, v.dir, level, n, w)
	if err != nil {
		have := v.cp.size >> (8 * uint(level))
		if have <= n*tileWidth {
			return nil, err
		}
		if b, _, err = readTile(readFS{}, v.dir, level, n, int(min(tileWidth, have-n*tileWidth))); err != nil {
			return nil, err
		}
	}
	return parseHashes(b)
}
