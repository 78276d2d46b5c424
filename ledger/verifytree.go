package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// node is a hash that was made from what is below it, where that is known.
type node struct {
	hash  tlog.Hash
	known bool
}

// pair is a tile twice: as its file has it, and as what is below makes it.
type pair struct {
	level   int
	n       uint64
	derived []tlog.Hash // what is not known is taken from stored
	stored  []tlog.Hash // nil where the file cannot be read, which was reported
	bundle  []byte      // level 0: the bundle, nil where it is not there
	drops   []drop      // level 0: what the bundle says that keep: dropped
}

// drop is a ledger.drop entry: its place in the bundle, and the index below
// which bundles may be gone.
type drop struct {
	at    int
	until uint64
}

func (p *pair) differ() bool { return p.stored != nil && !slices.Equal(p.derived, p.stored) }

// checkTree checks bundles and tiles, level by level from the entries up. Where
// a file and what is below it differ, the hash above, or at the right edge the
// signed root, says which of the two was changed.
func (v *verification) checkTree() error {
	var edges []*pair
	nodes := []node(nil)
	for level := 0; v.cp.size>>(8*uint(level)) > 0; level++ {
		width := v.cp.size >> (8 * uint(level))
		above := make([]node, 0, width>>8)
		for n := uint64(0); n*tileWidth < width; n++ {
			w := int(min(tileWidth, width-n*tileWidth))
			p, err := v.readPair(level, n, w, nodes)
			if err != nil {
				return err
			}
			if w < tileWidth {
				edges = append(edges, p)
				continue
			}
			above = append(above, v.judge(p))
		}
		if width%tileWidth == 0 {
			edges = append(edges, nil)
		}
		nodes = above
	}
	v.judgeEdges(edges)
	return nil
}

// readPair reads one tile, and its bundle where it is of level 0.
func (v *verification) readPair(level int, n uint64, w int, below []node) (*pair, error) {
	p := &pair{level: level, n: n}
	b, path, err := readTile(readFS{}, v.dir, level, n, w)
	from, to := entriesOf(level, n*tileWidth), min(v.cp.size, entriesOf(level, n*tileWidth+uint64(w)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.report.fault(Missing, from, to, path, doTile, "the hash tile is not there")
	case err != nil:
		return nil, err
	case len(b) < w*tlog.HashSize || len(b)%tlog.HashSize != 0 || len(b) > tileWidth*tlog.HashSize ||
		path == tilePath(level, n, w) && len(b) != w*tlog.HashSize:
		v.report.fault(Truncated, from, to, path, doTile, "the hash tile has %d bytes, not %d", len(b), w*tlog.HashSize)
	default:
		p.stored, _ = parseHashes(b[:w*tlog.HashSize])
	}
	known := make([]node, w)
	if level > 0 {
		copy(known, below[n*tileWidth:])
	} else if err := v.readBundle(p, w, known); err != nil {
		return nil, err
	}
	for i, k := range known {
		if !k.known && p.stored == nil {
			p.derived = nil
			return p, nil
		}
		if !k.known {
			k.hash = p.stored[i]
		}
		p.derived = append(p.derived, k.hash)
	}
	return p, nil
}

// entriesOf is the number of entries below so many hashes of a level.
func entriesOf(level int, hashes uint64) uint64 { return hashes << (8 * uint(level)) }

// readBundle hashes the entries of a bundle.
func (v *verification) readBundle(p *pair, w int, known []node) error {
	b, path, err := readTile(readFS{}, v.dir, entriesLevel, p.n, w)
	if errors.Is(err, fs.ErrNotExist) {
		v.absent = append(v.absent, Range{p.n * tileWidth, p.n*tileWidth + uint64(w)})
		return nil
	}
	if err != nil {
		return err
	}
	p.bundle = b
	entries, err := parseBundle(b) // what is cut shows as hashes that are wrong
	if len(entries) >= w && path == tilePath(entriesLevel, p.n, w) && (err != nil || len(entries) > w) {
		v.report.fault(Truncated, p.n*tileWidth+uint64(w), p.n*tileWidth+uint64(w), path, doInquire, "the bundle goes on after its last entry")
	}
	var scratch []byte
	for i := range known {
		known[i].known = true // a bundle that is there is held to all its entries
		if i < len(entries) {
			known[i].hash, scratch = leafHash(scratch, entries[i])
			if until, ok := droppedUntil(entries[i]); ok {
				p.drops = append(p.drops, drop{i, until})
			}
		}
	}
	return nil
}

// judge decides which of the two is right, reports the other, and gives the
// hash for the level above.
func (v *verification) judge(p *pair) node {
	if p.derived == nil {
		return node{}
	}
	if !p.differ() {
		v.accept(p, p.derived)
		return node{subtreeHash(p.derived), true}
	}
	stored, derived := subtreeHash(p.stored), subtreeHash(p.derived)
	want, known := v.parent(p)
	switch {
	case known && derived == want:
		v.blameTile(p)
		v.accept(p, p.derived)
		return node{derived, true}
	default:
		v.blameBelow(p, known && stored == want)
		v.accept(p, p.stored)
		return node{stored, true}
	}
}

// parent is the hash that the tile above has for this one.
func (v *verification) parent(p *pair) (tlog.Hash, bool) {
	have := v.cp.size >> (8 * uint(p.level+1))
	n := p.n / tileWidth
	b, _, err := readTile(readFS{}, v.dir, p.level+1, n, int(min(tileWidth, have-n*tileWidth)))
	at := int(p.n%tileWidth) * tlog.HashSize
	if err != nil || len(b) < at+tlog.HashSize {
		return tlog.Hash{}, false
	}
	return tlog.Hash(b[at : at+tlog.HashSize]), true
}

// judgeEdges decides for the partial tiles of all levels together, since only
// the root says what they must be.
func (v *verification) judgeEdges(edges []*pair) {
	var open []int
	edge := make([][]tlog.Hash, len(edges))
	for i, p := range edges {
		switch {
		case p == nil:
		case p.derived == nil:
			return // nothing is known there; that was reported
		default:
			edge[i] = p.derived
			if p.differ() {
				open = append(open, i)
			}
		}
	}
	for choice := range 1 << len(open) {
		for bit, i := range open {
			edge[i] = edges[i].derived
			if choice>>bit&1 == 1 {
				edge[i] = edges[i].stored
			}
		}
		if rootOf(edge) != v.cp.root {
			continue
		}
		for bit, i := range open {
			if choice>>bit&1 == 1 {
				v.blameBelow(edges[i], true)
			} else {
				v.blameTile(edges[i])
			}
		}
		if len(edges) > 0 && edges[0] != nil {
			v.accept(edges[0], edge[0])
		}
		v.edge = edge
		return
	}
	for _, i := range open {
		v.blameBelow(edges[i], false)
	}
	what := "neither the entries nor the hash tiles are those that the checkpoint signed"
	if v.unsigned {
		what = "the root hash is not that of the entries"
	}
	v.report.fault(Forked, 0, v.cp.size, checkpointName, doInquire, "%s", what)
}

// blameTile reports that a hash tile was changed.
func (v *verification) blameTile(p *pair) {
	for i := range p.stored {
		if p.stored[i] != p.derived[i] {
			at := p.n*tileWidth + uint64(i)
			v.report.fault(Flipped, entriesOf(p.level, at), min(v.cp.size, entriesOf(p.level, at+1)), tilePath(p.level, p.n, len(p.stored)), doTile,
				"hash %d of the tile was changed", i)
		}
	}
}

// blameBelow reports that what is below a tile was changed. certain is false
// where nothing above confirms the tile.
func (v *verification) blameBelow(p *pair, certain bool) {
	doubt := ""
	if !certain {
		doubt = ", and the hash above confirms neither"
	}
	if p.level > 0 {
		for i := range p.stored {
			if p.stored[i] != p.derived[i] {
				at := p.n*tileWidth + uint64(i)
				v.report.fault(Flipped, entriesOf(p.level, at), entriesOf(p.level, at+1), tilePath(p.level-1, at, tileWidth), doRestore,
					"the entries and their hash tile were changed together%s", doubt)
			}
		}
		return
	}
	file := tilePath(entriesLevel, p.n, len(p.stored))
	for _, f := range diffBundle(p.bundle, p.stored) {
		from := p.n*tileWidth + f.From
		v.report.fault(f.Kind, from, p.n*tileWidth+f.To, file, doRestore, "%s%s", f.What, doubt)
	}
}

// accept takes the leaf hashes for right: the entries that have them may say
// what was dropped, and what the write-ahead log still holds must have them.
func (v *verification) accept(p *pair, leaves []tlog.Hash) {
	if p.level > 0 {
		return
	}
	for _, d := range p.drops {
		if p.derived[d.at] == leaves[d.at] {
			v.until = max(v.until, d.until)
		}
	}
	v.compareWAL(p.n*tileWidth, leaves)
}

// compareWAL compares what the write-ahead log still holds of sealed entries.
func (v *verification) compareWAL(first uint64, leaves []tlog.Hash) {
	i, _ := slices.BinarySearchFunc(v.wal.entries, first, func(e walEntry, at uint64) int {
		switch {
		case e.index < at:
			return -1
		case e.index > at:
			return 1
		}
		return 0
	})
	for _, e := range v.wal.entries[i:] {
		if e.index >= first+uint64(len(leaves)) {
			return
		}
		if tlog.RecordHash(e.raw) != leaves[e.index-first] {
			v.report.fault(Flipped, e.index, e.index+1, walDir+"/"+e.file, doInquire, "the write-ahead log has another entry than the bundle")
		}
	}
}

// diffBundle says how a bundle differs from the hashes of its tile. Indexes
// are within the bundle.
func diffBundle(b []byte, want []tlog.Hash) []Fault {
	entries, err := parseBundle(b)
	if err != nil || len(entries) < len(want) {
		return alignBundle(b, want)
	}
	have := make(map[tlog.Hash]int, len(want))
	hashes := make([]tlog.Hash, len(want))
	for i := range want {
		hashes[i] = tlog.RecordHash(entries[i])
		have[hashes[i]] = i
	}
	var faults []Fault
	for i := range want {
		if hashes[i] == want[i] {
			continue
		}
		f := Fault{Kind: Flipped, From: uint64(i), To: uint64(i) + 1, What: "the entry was changed"}
		if j, ok := have[want[i]]; ok {
			f.Kind = Swapped
			f.What = fmt.Sprintf("the entry stands %d places away, where another should", max(i-j, j-i))
		}
		faults = append(faults, f)
	}
	return faults
}

// alignBundle looks for the entries of a tile in a bundle that does not hold
// as many: each that is found where it stands, or further on, is right, and
// those between were changed or are gone.
func alignBundle(b []byte, want []tlog.Hash) []Fault {
	index := make(map[tlog.Hash]int, len(want))
	for i, h := range want {
		index[h] = i
	}
	var faults []Fault
	next, at := 0, 0
	lost := func(to, bytes int) {
		if to == next {
			return
		}
		f := Fault{Kind: Missing, From: uint64(next), To: uint64(to), What: "the bundle does not hold it"}
		if bytes > 0 {
			f.Kind, f.What = Flipped, fmt.Sprintf("%d bytes stand in its place that are no such entry", bytes)
		}
		faults = append(faults, f)
	}
	for seek := 0; at+seek < len(b) && next < len(want); {
		n, ok := entryAt(b, at+seek, seek > 0)
		if ok {
			if i, found := index[tlog.RecordHash(b[at+seek+2:at+seek+2+n])]; found && i >= next {
				lost(i, seek)
				next, at, seek = i+1, at+seek+2+n, 0
				continue
			}
		}
		seek++
	}
	lost(len(want), 0)
	if len(faults) == 0 {
		faults = append(faults, Fault{Kind: Truncated, What: "the bundle has bytes that belong to no entry"})
	}
	return faults
}

// entryAt tells whether an entry can begin at a place: guessed places must
// look like a JSON object, so that few of them are hashed.
func entryAt(b []byte, at int, guessed bool) (n int, ok bool) {
	if len(b)-at < 2 {
		return 0, false
	}
	n = int(binary.BigEndian.Uint16(b[at:]))
	raw := b[at+2:]
	if len(raw) < n || guessed && n == 0 {
		return 0, false
	}
	return n, !guessed || bytes.HasPrefix(raw, []byte(`{"type":`)) && raw[n-1] == '}'
}
