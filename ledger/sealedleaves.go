package ledger

import (
	"fmt"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"
)

// sealedLeaves holds what the write-ahead log has of entries that are sealed
// already against what was sealed. A segment that was taken away and put back
// after others had taken its entries' places is none of this log any more,
// though the gateway wrote it: what follows in it must not be sealed.
type sealedLeaves struct {
	disk   fileSystem
	dir    string
	size   uint64
	tile   uint64 // whose hashes are at hand
	hashes []tlog.Hash
	leaf   []byte
}

func (s *sealedLeaves) same(e walEntry) error {
	n := e.index / tileWidth
	if s.hashes == nil || s.tile != n {
		b, path, err := readTile(s.disk, s.dir, 0, n, int(min(tileWidth, s.size-n*tileWidth)))
		if err != nil {
			return fmt.Errorf("%w: see ledger verify", err)
		}
		if s.hashes, err = parseHashes(b); err != nil {
			return fmt.Errorf("%s: %w: see ledger verify", path, err)
		}
		s.tile = n
	}
	var leaf tlog.Hash
	leaf, s.leaf = leafHash(s.leaf, e.raw)
	if at := e.index % tileWidth; at >= uint64(len(s.hashes)) || s.hashes[at] != leaf {
		return fmt.Errorf("%s: its entry %d is not the one that was sealed as entry %d: the file was taken away, and put back after others had taken its place; nothing more was sealed; move it away, and keep it for whoever finds out who did that",
			filepath.Join(walDir, e.file), e.index, e.index)
	}
	return nil
}
