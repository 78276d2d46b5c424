package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// signedTiles gives tlog the hash tiles, which it checks up to a signed root.
type signedTiles struct {
	disk fileSystem
	dir  string
}

var _ tlog.TileReader = signedTiles{}

// Height implements tlog.TileReader.
func (signedTiles) Height() int { return 8 }

// ReadTiles implements tlog.TileReader.
func (s signedTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		b, path, err := readTile(s.disk, s.dir, t.L, uint64(t.N), t.W)
		if err != nil {
			return nil, err
		}
		if len(b) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is cut", path)
		}
		data[i] = b[:t.W*tlog.HashSize]
	}
	return data, nil
}

// SaveTiles implements tlog.TileReader: nothing is kept.
func (signedTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkSigned tells whether the entries of a full bundle are those that the
// last checkpoint signs: somebody who can write to the directory must not make
// the log say of what he changed that it was old and dropped.
func (l *Log) checkSigned(n uint64, entries [][]byte) error {
	cp, err := openCheckpoint(l.Checkpoint(), l.keys.verifier)
	if err != nil {
		return err
	}
	if len(entries) != tileWidth {
		return fmt.Errorf("it holds %d entries, not %d", len(entries), tileWidth)
	}
	signed, err := tlog.TileHashReader(tlog.Tree{N: int64(cp.size), Hash: cp.root}, signedTiles{l.disk, l.o.Dir}).
		ReadHashes([]int64{tlog.StoredHashIndex(8, int64(n))})
	if err != nil {
		return err
	}
	leaves := make([]tlog.Hash, tileWidth)
	var scratch []byte
	for i, raw := range entries {
		leaves[i], scratch = leafHash(scratch, raw)
	}
	if subtreeHash(leaves) != signed[0] {
		return errors.New("its entries are not those that were signed")
	}
	return nil
}
