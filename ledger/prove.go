package ledger

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows, with nothing but the log's public key, that an entry is in the
// log: the entry, the path of hashes from it to the root (RFC 6962, section
// 2.1.1) and the checkpoint that signs the root.
type Proof struct {
	Index      uint64      `json:"index"`
	Entry      string      `json:"entry"` // the exact bytes that were hashed
	Hashes     []tlog.Hash `json:"hashes"`
	Checkpoint string      `json:"checkpoint"`
	Key        string      `json:"key,omitzero"` // the log's own word for its key: compare it with the one kept elsewhere
}

// ErrNotSealed tells that no checkpoint covers an entry yet.
var ErrNotSealed = errors.New("the entry is not sealed")

// Prove makes the proof of a sealed entry. It checks the proof before giving
// it, but not the signature, which is Check's.
func Prove(dir string, index uint64) (*Proof, error) {
	signed, err := readFS{}.ReadFile(filepath.Join(dir, checkpointName))
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: %w", index, err)
	}
	cp, err := unsignedCheckpoint(signed)
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: %w", index, err)
	}
	if index >= cp.size {
		return nil, fmt.Errorf("proving entry %d: %w: the last checkpoint covers %d entries", index, ErrNotSealed, cp.size)
	}
	n := index / tileWidth
	b, path, err := readTile(readFS{}, dir, entriesLevel, n, int(min(tileWidth, cp.size-n*tileWidth)))
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: its bundle cannot be read, was it dropped? %w", index, err)
	}
	entries, err := parseBundle(b)
	if uint64(len(entries)) <= index%tileWidth {
		return nil, fmt.Errorf("proving entry %d: %s is cut: %w", index, path, err)
	}
	raw := entries[index%tileWidth]
	if !utf8.Valid(raw) {
		return nil, fmt.Errorf("proving entry %d: it is not UTF-8: it was changed", index)
	}
	hashes, err := tlog.ProveRecord(int64(cp.size), int64(index), &tileHashes{dir: dir, size: cp.size})
	if err != nil {
		return nil, fmt.Errorf("proving entry %d: %w", index, err)
	}
	p := &Proof{Index: index, Entry: string(raw), Hashes: hashes, Checkpoint: string(signed), Key: readPublic(dir)}
	if err := p.check(cp); err != nil {
		return nil, fmt.Errorf("proving entry %d: %w: see ledger verify", index, err)
	}
	return p, nil
}

func (p *Proof) check(cp checkpoint) error {
	if p.Index >= cp.size || p.Index > math.MaxInt64 {
		return fmt.Errorf("the checkpoint covers %d entries, not entry %d", cp.size, p.Index)
	}
	return tlog.CheckRecord(p.Hashes, int64(cp.size), cp.root, int64(p.Index), tlog.RecordHash([]byte(p.Entry)))
}

// Check proves the entry to someone who knows the log's verifier key from
// elsewhere; the key in the bundle proves nothing.
func (p *Proof) Check(verifierKey string) error {
	v, err := note.NewVerifier(strings.TrimSpace(verifierKey))
	if err != nil {
		return fmt.Errorf("checking proof: verifier key: %w", err)
	}
	cp, err := openCheckpoint([]byte(p.Checkpoint), v)
	if err != nil {
		return fmt.Errorf("checking proof: %w", err)
	}
	if err := p.check(cp); err != nil {
		return fmt.Errorf("checking proof: entry %d: %w", p.Index, err)
	}
	return nil
}

// tileHashes gives the stored hashes of tlog from tiles, those of a tree of a
// size, without checking them.
type tileHashes struct {
	dir   string
	size  uint64
	tiles map[tlog.Tile][]byte
}

var _ tlog.HashReader = (*tileHashes)(nil)

// ReadHashes implements tlog.HashReader.
func (t *tileHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		tile := tlog.TileForIndex(8, index)
		width := tile.W
		tile.W = 0
		b, ok := t.tiles[tile]
		if !ok {
			have := t.size >> (8 * uint(tile.L))
			w := int(min(tileWidth, have-uint64(tile.N)*tileWidth))
			var err error
			var path string
			if b, path, err = readTile(readFS{}, t.dir, tile.L, uint64(tile.N), w); err != nil {
				return nil, err
			}
			if len(b) < w*tlog.HashSize {
				return nil, fmt.Errorf("%s is cut", path)
			}
			if t.tiles == nil || len(t.tiles) > 64 {
				t.tiles = make(map[tlog.Tile][]byte)
			}
			t.tiles[tile] = b
		}
		tile.W = width
		var err error
		if hashes[i], err = tlog.HashFromTile(tile, b, index); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}
