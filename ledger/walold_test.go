package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOldSegments: entries of version 1 are not sealed; where they are, or
// where there are none, they do not matter.
func TestOldSegments(t *testing.T) {
	old := func(seq, first uint64, count int) []byte {
		b := binary.LittleEndian.AppendUint64(slices.Clone(oldMagic[:]), seq)
		b = binary.LittleEndian.AppendUint64(b, first)
		b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
		for i := range count {
			h := append(frameMagic[:len(frameMagic):len(frameMagic)], 0, 0, 0, 0)
			binary.LittleEndian.PutUint32(h[4:], uint32(len(forgedEntry)))
			h = binary.LittleEndian.AppendUint64(h, first+uint64(i))
			h = binary.LittleEndian.AppendUint64(h, first)
			h = binary.LittleEndian.AppendUint32(h, crc32.Checksum([]byte(forgedEntry), castagnoli))
			h = binary.LittleEndian.AppendUint32(h, crc32.Checksum(h, castagnoli))
			b = append(append(b, h...), forgedEntry...)
		}
		return b
	}
	for _, c := range []struct {
		b    []byte
		want bool
	}{
		{old(9, 5, 0), true},
		{old(9, 2, 3), true},
		{append(old(9, 2, 3), make([]byte, 100)...), true},
		{old(9, 2, 4), false},
		{append(old(9, 2, 2), "what is no frame"...), false},
	} {
		dir, _ := crashedLog(t, 5, 0)
		write(t, filepath.Join(dir, walDir, segmentName(9)), c.b)
		if r := mustReport(t, dir, publicKey(t, dir), nil); r.OK() != c.want {
			t.Errorf("%d bytes: verify says %v %v, want %v", len(c.b), r.Notes, r.Faults, c.want)
		}
		l, err := Open(testOptions(dir))
		switch {
		case err == nil:
			mustClose(t, l)
			if !c.want {
				t.Errorf("%d bytes: it starts", len(c.b))
			}
		case c.want || !strings.Contains(err.Error(), "cannot be told from forged ones"):
			t.Errorf("%d bytes: %v", len(c.b), err)
		}
	}
	for n := range len(oldMagic) + 30 {
		if _, old := oldEnd(old(9, 2, 1)[:n]); old != (n >= len(oldMagic)) {
			t.Error(fmt.Sprint(n, " bytes: ", old))
		}
	}
}
