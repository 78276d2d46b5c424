package ledger

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
)

// oneSegment is a write-ahead log of one segment.
type oneSegment struct {
	name string
	data []byte
}

func (o oneSegment) ReadFile(string) ([]byte, error)  { return slices.Clone(o.data), nil }
func (o oneSegment) ReadDir(string) ([]string, error) { return []string{o.name}, nil }

// TestFlipEveryBitOfTheTail flips each bit of a segment, as a failing disk does
// and as somebody does who makes the checksums right again: a start refuses,
// or, as after a crash, believes the entries before and none of another kind.
func TestFlipEveryBitOfTheTail(t *testing.T) {
	dir, path := crashedLog(t, 1, 3)
	keys, err := openKeys(osFS{}, dir, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	whole := read(t, path)
	s := parseSegment(whole)
	starts := []int{0}
	for _, f := range s.frames {
		starts = append(starts, f.at)
	}
	refused := 0
	for i := range len(whole) * 8 {
		for _, mended := range []bool{false, true} {
			b := slices.Clone(whole)
			b[i/8] ^= 1 << (i % 8)
			at := starts[0]
			for _, start := range starts {
				if start <= i/8 {
					at = start
				}
			}
			if mended {
				mend(b[at:])
			}
			if bytes.Equal(b, whole) {
				continue // it was in a checksum
			}
			v, err := readWAL(oneSegment{filepath.Base(path), b}, "", newChain(keys.wal))
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(v.faults, func(f walFault) bool { return !f.torn }) {
				refused++
				continue
			}
			inHeader := i/8-at < 8 // magic or length: the rest may look cut
			if mended && !inHeader {
				t.Fatalf("bit %d of byte %d, checksums made right: not refused", i%8, i/8)
			}
			for n, e := range v.entries {
				if !bytes.Equal(e.raw, s.frames[n].raw) {
					t.Fatalf("bit %d of byte %d: entry %d is believed", i%8, i/8, n)
				}
			}
			if len(v.entries) == len(s.frames) {
				t.Fatalf("bit %d of byte %d: nothing is found", i%8, i/8)
			}
		}
	}
	t.Logf("%d of %d refused", refused, len(whole)*8*2)
}
