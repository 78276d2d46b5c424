package ledger

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// tree is the right edge of the Merkle tree of RFC 6962, section 2.1, as tiles:
// edge[L] holds the hashes of the partial tile at level L, fewer than 256. It
// is all that is needed to append and to sign.
type tree struct {
	size uint64
	edge [][]tlog.Hash
}

// add appends a leaf. For each tile that it fills, full is called with hashes
// that it must not keep.
func (t *tree) add(leaf tlog.Hash, full func(level int, n uint64, hashes []tlog.Hash)) {
	t.size++
	for level := 0; ; level++ {
		if level == len(t.edge) {
			t.edge = append(t.edge, make([]tlog.Hash, 0, tileWidth))
		}
		t.edge[level] = append(t.edge[level], leaf)
		if len(t.edge[level]) < tileWidth {
			return
		}
		full(level, t.size>>(8*uint(level+1))-1, t.edge[level])
		leaf = subtreeHash(t.edge[level])
		t.edge[level] = t.edge[level][:0]
	}
}

// root is the hash of the whole tree.
func (t *tree) root() tlog.Hash { return rootOf(t.edge) }

func rootOf(edge [][]tlog.Hash) tlog.Hash {
	var root tlog.Hash
	some := false
	// The complete subtrees of the decomposition, smallest first: within each
	// level from the right, by the bits of its width.
	for _, hashes := range edge {
		for w := len(hashes); w > 0; {
			piece := w & -w
			h := subtreeHash(hashes[w-piece : w])
			if w -= piece; some {
				h = tlog.NodeHash(h, root)
			}
			root, some = h, true
		}
	}
	if !some {
		return sha256.Sum256(nil)
	}
	return root
}

// clone copies the edge.
func (t *tree) clone() *tree {
	c := &tree{size: t.size, edge: make([][]tlog.Hash, len(t.edge))}
	for i, e := range t.edge {
		c.edge[i] = append(make([]tlog.Hash, 0, tileWidth), e...)
	}
	return c
}

// subtreeHash is the hash over len(h) subtrees of one size; len(h) is a power
// of two.
func subtreeHash(h []tlog.Hash) tlog.Hash {
	if len(h) == 1 {
		return h[0]
	}
	var buf [tileWidth / 2]tlog.Hash
	n := len(h) / 2
	for i := range n {
		buf[i] = tlog.NodeHash(h[2*i], h[2*i+1])
	}
	for ; n > 1; n /= 2 {
		for i := range n / 2 {
			buf[i] = tlog.NodeHash(buf[2*i], buf[2*i+1])
		}
	}
	return buf[0]
}

// leafPrefix is what stands before an entry where its leaf hash is made.
const leafPrefix = 0

// leafHash is tlog.RecordHash without its allocations. It grows scratch, which
// it returns.
func leafHash(scratch, raw []byte) (tlog.Hash, []byte) {
	scratch = append(append(scratch[:0], leafPrefix), raw...)
	return sha256.Sum256(scratch), scratch
}

func appendHashes(b []byte, hashes []tlog.Hash) []byte {
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}

// parseHashes reads a tile of hashes.
func parseHashes(b []byte) ([]tlog.Hash, error) {
	if len(b)%tlog.HashSize != 0 || len(b) > tileWidth*tlog.HashSize {
		return nil, fmt.Errorf("reading hash tile: %d bytes are not a number of hashes up to %d", len(b), tileWidth)
	}
	hashes := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], b[i*tlog.HashSize:])
	}
	return hashes, nil
}
