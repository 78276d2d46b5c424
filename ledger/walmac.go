package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"

	"golang.org/x/mod/sumdb/tlog"
)

// macSize is what a header bears of its HMAC-SHA-256, in bytes.
const macSize = 16

// chain makes the MACs of a segment. What a start finds beyond the checkpoint
// it signs, so that it has to know it for its own: that of the segment's header
// is over the header, that of a frame over its header, the leaf hash of its
// entry and the whole HMAC before it. A frame is good in its place only, behind
// what stood before it when it was written.
type chain struct {
	hmac hash.Hash
	last [sha256.Size]byte
}

// newChain takes the log's key of the write-ahead log, which is derived from
// one that names the log's origin.
func newChain(key []byte) *chain { return &chain{hmac: hmac.New(sha256.New, key)} }

// begin gives the MAC of a segment whose header is h up to its MAC, valid until
// the next call.
func (c *chain) begin(h []byte) []byte {
	c.hmac.Reset()
	c.hmac.Write(h)
	return c.sum()
}

// next gives the MAC of the frame that follows, whose header is h up to its
// MAC, valid until the next call.
func (c *chain) next(h []byte, leaf *tlog.Hash) []byte {
	c.hmac.Reset()
	c.hmac.Write(h)
	c.hmac.Write(leaf[:])
	c.hmac.Write(c.last[:])
	return c.sum()
}

func (c *chain) sum() []byte {
	c.hmac.Sum(c.last[:0])
	return c.last[:macSize]
}

// forged tells of the first thing in a segment that its writer did not put
// there, among its header and the frames below limit: those behind are none
// that are believed. A header of the wrong MAC is told as the segment's first.
func (c *chain) forged(s *segment, limit uint64) (index uint64, found bool) {
	if !hmac.Equal(c.begin(s.head), s.mac) {
		return s.first, true
	}
	var leaf tlog.Hash
	var scratch []byte
	broken := false // what is behind cannot be told
	for _, f := range s.frames {
		if !broken {
			leaf, scratch = leafHash(scratch, f.raw)
			broken = len(s.bad) > 0 && s.bad[0].at < f.at || !hmac.Equal(c.next(f.head, &leaf), f.mac)
		}
		if broken && f.index < limit {
			return f.index, true
		}
	}
	return 0, false
}
