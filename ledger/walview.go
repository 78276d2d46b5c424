package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
)

// walView is what the write-ahead log holds, over all its segments.
type walView struct {
	entries []walEntry // by index, each once
	faults  []walFault
	names   []string // of the segments, oldest first
	lastSeq uint64
}

type walEntry struct {
	index uint64
	raw   []byte
	file  string
}

// walFault is a stretch that is not as it was written.
type walFault struct {
	kind     FaultKind
	from, to uint64
	file     string
	what     string
	torn     bool // a crash explains it: nobody was told that it is durable
	forged   bool // the checksums are right and the MAC is not
	old      bool // of a version without MACs
}

type segmentReader interface {
	ReadFile(string) ([]byte, error)
	ReadDir(string) ([]string, error)
}

// readWAL reads all segments. A segment that vanishes meanwhile was sealed. Who
// has the log's key gives a chain, and every frame that is believed is one of
// this log's writer; without, with nil, checksums and order are what is checked.
func readWAL(disk segmentReader, dir string, c *chain) (*walView, error) {
	names, err := disk.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	v := new(walView)
	var segments []*segment
	for _, name := range names {
		seq, ok := parseSegmentName(name)
		if !ok {
			continue
		}
		b, err := disk.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s := parseSegment(b)
		if s.header == nil && !s.empty && s.seq != seq {
			s.header = fmt.Errorf("its header says segment %d", s.seq)
		}
		segments = append(segments, s)
		v.names = append(v.names, name)
		v.lastSeq = max(v.lastSeq, seq)
	}
	for i, s := range segments {
		// From its first index on, a later segment takes precedence.
		limit := ^uint64(0)
		for _, later := range segments[i+1:] {
			if !later.empty && later.header == nil {
				limit = min(limit, later.first)
			}
		}
		limit = v.addSegment(s, filepath.Base(v.names[i]), limit)
		if c == nil || s.empty || s.header != nil {
			continue
		}
		if index, found := c.forged(s, limit); found {
			v.faults = append(v.faults, walFault{kind: Flipped, from: index, to: index + 1, file: v.names[i], forged: true,
				what: fmt.Sprintf("entry %d, or what stands before it, does not bear this ledger's MAC: whoever wrote it had not the ledger's key", index)})
		}
	}
	v.checkOrder()
	return v, nil
}

// addSegment adds the frames of a segment below limit, and gives the index from
// which on they were not added: limit, or less where a crash cut it.
func (v *walView) addSegment(s *segment, file string, limit uint64) uint64 {
	if s.header != nil {
		kind := Flipped
		switch {
		case s.cut:
			kind = Torn
		case s.old:
			kind = Unexpected
		}
		v.faults = append(v.faults, walFault{kind: kind, to: s.end, file: file, what: s.header.Error(), torn: s.cut, old: s.old})
		return limit
	}
	if s.empty {
		return limit
	}
	vouched := uint64(0) // some frame says that entries below were synced
	for _, f := range s.frames {
		vouched = max(vouched, f.synced)
	}
	cut := limit // entries from here on were never durable, or stand in a later segment
	var explained []Range
	for _, bad := range s.bad {
		to := bad.expect + 1
		for _, f := range s.frames {
			if f.at >= bad.end {
				to = max(f.index, bad.expect)
				break
			}
		}
		switch {
		case bad.expect >= limit:
		case vouched > bad.expect:
			v.faults = append(v.faults, walFault{kind: Flipped, from: bad.expect, to: max(to, bad.expect+1), file: file,
				what: fmt.Sprintf("bytes %d to %d were changed", bad.at, bad.end-1)})
			explained = append(explained, Range{bad.expect, to})
		default:
			what := fmt.Sprintf("bytes %d to %d are no whole frame: cut by a crash, or changed", bad.at, bad.end-1)
			if bad.cut {
				what = fmt.Sprintf("%d bytes at the end are the beginning of a frame, cut by a crash", bad.end-bad.at)
			}
			v.faults = append(v.faults, walFault{kind: Torn, from: bad.expect, to: bad.expect, file: file, what: what, torn: true})
			cut = min(cut, bad.expect)
		}
	}
	frames := make([]frame, 0, len(s.frames))
	for _, f := range s.frames {
		if f.index < cut {
			frames = append(frames, f)
		}
	}
	v.addFrames(frames, s.first, file, explained)
	return cut
}

// addFrames adds frames, which should follow each other from first on, but for
// the ranges that damage explains.
func (v *walView) addFrames(frames []frame, first uint64, file string, explained []Range) {
	sorted := slices.Clone(frames)
	slices.SortStableFunc(sorted, func(a, b frame) int {
		switch {
		case a.index < b.index:
			return -1
		case a.index > b.index:
			return 1
		}
		return 0
	})
	for i, f := range frames {
		if f.index != sorted[i].index {
			v.faults = append(v.faults, walFault{kind: Swapped, from: sorted[i].index, to: sorted[i].index + 1, file: file,
				what: fmt.Sprintf("entry %d stands where entry %d should", f.index, sorted[i].index)})
		}
	}
	next := first
	for _, f := range sorted {
		if f.index < next {
			v.faults = append(v.faults, walFault{kind: Unexpected, from: f.index, to: f.index + 1, file: file,
				what: fmt.Sprintf("entry %d stands twice", f.index)})
			continue
		}
		gap := Range{next, f.index}
		if f.index > next && !slices.ContainsFunc(explained, func(r Range) bool { return r.From <= gap.From && gap.To <= r.To }) {
			v.faults = append(v.faults, walFault{kind: Missing, from: next, to: f.index, file: file,
				what: fmt.Sprintf("entries %d to %d are missing", next, f.index-1)})
		}
		v.entries = append(v.entries, walEntry{index: f.index, raw: f.raw, file: file})
		next = f.index + 1
	}
}

// checkOrder looks for holes between segments.
func (v *walView) checkOrder() {
	slices.SortStableFunc(v.entries, func(a, b walEntry) int {
		if a.index < b.index {
			return -1
		}
		if a.index > b.index {
			return 1
		}
		return 0
	})
	for i := 1; i < len(v.entries); i++ {
		from, to := v.entries[i-1].index+1, v.entries[i].index
		if from >= to || v.entries[i-1].file == v.entries[i].file {
			continue
		}
		v.faults = append(v.faults, walFault{kind: Missing, from: from, to: to, file: v.entries[i].file,
			what: fmt.Sprintf("entries %d to %d are missing before this segment", from, to-1)})
	}
}
