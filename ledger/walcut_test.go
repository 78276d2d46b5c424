package ledger

import (
	"encoding/binary"
	"path/filepath"
	"slices"
	"testing"
)

// TestTailCutOff: who takes the last frames away leaves what a killed gateway
// could have left. Only a checkpoint that covered them would tell.
func TestTailCutOff(t *testing.T) {
	dir, path := crashedLog(t, 5, 4)
	b := read(t, path)
	s := parseSegment(b)
	write(t, path, b[:s.frames[len(s.frames)-2].at])
	l := mustOpen(t, testOptions(dir))
	mustClose(t, l)
	if got, want := notes(t, dir)[:7], []string{"0", "1", "2", "3", "4", "5", "6"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestHeaderCut begins a segment as far as a crash may let it: the next start
// is not held up, and what is before is there.
func TestHeaderCut(t *testing.T) {
	dir, path := crashedLog(t, 2, 2)
	header := read(t, path)[:segmentHeader]
	seq := parseSegment(header).seq + 1
	binary.LittleEndian.PutUint64(header[8:], seq)
	for n := 0; n < segmentHeader; n += 5 {
		for _, padded := range []bool{false, true} {
			again := filepath.Join(t.TempDir(), "log")
			copyLog(t, dir, again)
			write(t, keyPath(again), read(t, keyPath(dir)))
			b := slices.Clone(header[:n])
			if padded {
				b = append(b, make([]byte, segmentHeader-n)...)
			}
			write(t, filepath.Join(again, walDir, segmentName(seq)), b)
			mustClose(t, mustOpen(t, testOptions(again)))
			if got, want := notes(t, again)[:4], []string{"0", "1", "2", "3"}; !slices.Equal(got, want) {
				t.Fatalf("%d bytes of it, padded %v: %q, want %q", n, padded, got, want)
			}
		}
	}
}
