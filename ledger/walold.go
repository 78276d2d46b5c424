package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
)

// Segments of version 1 bore no MACs: anybody who could write to the directory
// could have written them, so that none of their entries is sealed any more.
var (
	oldMagic = [8]byte{'S', 'P', 'W', 'A', 'L', '1', '\r', '\n'}
	errOld   = errors.New("it is of version 1, whose entries bear no MAC")
)

// oldEnd tells a segment of version 1 and the index behind its last entry; 0
// where it has none, and the largest where that cannot be told.
func oldEnd(b []byte) (end uint64, old bool) {
	const segmentHeader, frameHeader = 28, 32 // as they were then
	if !bytes.HasPrefix(b, oldMagic[:]) {
		return 0, false
	}
	at := min(segmentHeader, len(b))
	for len(b)-at >= frameHeader && bytes.Equal(b[at:at+4], frameMagic[:]) {
		end = max(end, binary.LittleEndian.Uint64(b[at+8:])+1)
		at += frameHeader + int(min(MaxEntry, binary.LittleEndian.Uint32(b[at+4:])))
		at = min(at, len(b))
	}
	if !allZero(b[at:]) {
		return math.MaxUint64, true
	}
	return end, true
}
