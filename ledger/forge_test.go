package ledger

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// crashedLog is a log as a killed gateway leaves it, its key beside it, with a
// tail that the next start is to seal. It gives the path of the last segment.
func crashedLog(t testing.TB, size, tail int) (dir, segment string) {
	t.Helper()
	dir, _ = tamperLog(t, size, tail)
	private, err := os.ReadFile(keyPath(filepath.Join(filepath.Dir(dir), "log")))
	if err != nil {
		t.Fatal(err)
	}
	write(t, keyPath(dir), private)
	names, err := osFS{}.ReadDir(filepath.Join(dir, walDir))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return dir, filepath.Join(dir, walDir, names[len(names)-1])
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// mend makes the checksums of a header right, and of the entry behind it.
func mend(b []byte) {
	if bytes.HasPrefix(b, segmentMagic[:]) {
		binary.LittleEndian.PutUint32(b[segmentHeader-4:], crc32.Checksum(b[:segmentHeader-4], castagnoli))
		return
	}
	if n := int64(binary.LittleEndian.Uint32(b[4:])); n <= int64(len(b)-frameHeader) {
		binary.LittleEndian.PutUint32(b[24:], crc32.Checksum(b[frameHeader:frameHeader+n], castagnoli))
	}
	binary.LittleEndian.PutUint32(b[frameHeader-4:], crc32.Checksum(b[:frameHeader-4], castagnoli))
}

// forge makes a frame as somebody does who has a MAC and no key.
func forge(raw string, index, synced uint64, mac []byte) []byte {
	b := make([]byte, frameHeader, frameHeader+len(raw))
	copy(b, frameMagic[:])
	binary.LittleEndian.PutUint32(b[4:], uint32(len(raw)))
	binary.LittleEndian.PutUint64(b[8:], index)
	binary.LittleEndian.PutUint64(b[16:], synced)
	copy(b[frameMAC:], mac)
	b = append(b, raw...)
	mend(b)
	return b
}

const forgedEntry = `{"type":"crossing","app":"colours","verdict":"allow","note":"forged"}`

// otherSegment is a segment as a log with another key would have written it.
func otherSegment(seq, first uint64, entries ...string) []byte {
	return signedSegment([]byte("another key"), seq, first, entries...)
}

// signedSegment is a segment as a log with a key would have written it.
func signedSegment(key []byte, seq, first uint64, entries ...string) []byte {
	c := newChain(key)
	b := appendSegmentHeader(nil, c, seq, first)
	w := wal{chain: c, next: first, synced: first}
	for _, raw := range entries {
		batch := newBatch()
		raw, it := hashed(append([]byte{leafPrefix}, raw...))
		batch.add(raw, it)
		w.number(batch)
		b = append(b, batch.buf...)
	}
	return b
}

// TestForgedSegments does what somebody can who writes to the directory and
// has no key: all checksums are right and each index is the one that follows.
// The gateway does not start, and signs nothing.
func TestForgedSegments(t *testing.T) {
	for name, do := range map[string]func(t *testing.T, path string, b []byte, s *segment){
		"one appended": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, path, append(b, forge(forgedEntry, 9, 9, nil)...))
		},
		"one appended with the last MAC": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, path, append(b, forge(forgedEntry, 9, 9, s.frames[len(s.frames)-1].mac)...))
		},
		"one in the middle changed": func(t *testing.T, path string, b []byte, s *segment) {
			f := s.frames[len(s.frames)-2]
			b[f.at+frameHeader+len(`{"type":"c`)] = 'R'
			mend(b[f.at:])
			write(t, path, b)
		},
		"one in the middle exchanged": func(t *testing.T, path string, b []byte, s *segment) {
			f := s.frames[len(s.frames)-2]
			write(t, path, slices.Concat(b[:f.at], forge(forgedEntry, f.index, f.synced, f.mac), b[f.end:]))
		},
		"one dropped and the next renumbered": func(t *testing.T, path string, b []byte, s *segment) {
			x, y := s.frames[len(s.frames)-2], s.frames[len(s.frames)-1]
			write(t, path, slices.Concat(b[:x.at], forge(string(y.raw), x.index, x.synced, y.mac)))
		},
		"two swapped and renumbered": func(t *testing.T, path string, b []byte, s *segment) {
			x, y := s.frames[len(s.frames)-2], s.frames[len(s.frames)-1]
			write(t, path, slices.Concat(b[:x.at], forge(string(y.raw), x.index, x.synced, y.mac), forge(string(x.raw), y.index, y.synced, x.mac)))
		},
		"what was synced changed": func(t *testing.T, path string, b []byte, s *segment) {
			f := s.frames[len(s.frames)-1]
			binary.LittleEndian.PutUint64(b[f.at+16:], f.synced-1)
			mend(b[f.at:])
			write(t, path, b)
		},
		"a frame of an older segment appended": func(t *testing.T, path string, b []byte, s *segment) {
			dir := filepath.Dir(filepath.Dir(path))
			keys, err := openKeys(osFS{}, dir, testOrigin)
			if err != nil {
				t.Fatal(err)
			}
			older := signedSegment(keys.wal, s.seq, 8, forgedEntry, forgedEntry)
			f := parseSegment(older).frames[1]
			write(t, path, append(b, older[f.at:f.end]...))
		},
		"an entry sealed already changed": func(t *testing.T, path string, b []byte, s *segment) {
			f := s.frames[0]
			write(t, path, slices.Concat(b[:f.at], forge(string(f.raw), f.index, f.synced, make([]byte, macSize)), b[f.end:]))
		},
		"a segment renamed to follow": func(t *testing.T, path string, b []byte, s *segment) {
			binary.LittleEndian.PutUint64(b[8:], s.seq+1)
			mend(b)
			write(t, path, b)
			if err := os.Rename(path, filepath.Join(filepath.Dir(path), segmentName(s.seq+1))); err != nil {
				t.Fatal(err)
			}
		},
		"a segment moved to another first index": func(t *testing.T, path string, b []byte, s *segment) {
			binary.LittleEndian.PutUint64(b[16:], s.frames[3].index)
			mend(b)
			write(t, path, slices.Concat(b[:segmentHeader], b[s.frames[3].at:]))
		},
		"a segment of another ledger": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, path, otherSegment(s.seq, 5, forgedEntry, forgedEntry))
		},
		"a segment of another ledger behind": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, filepath.Join(filepath.Dir(path), segmentName(s.seq+1)), otherSegment(s.seq+1, 9, forgedEntry))
		},
		"an empty segment that hides the tail": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, filepath.Join(filepath.Dir(path), segmentName(s.seq+1)), otherSegment(s.seq+1, 5))
		},
		"a frame behind bytes that are none": func(t *testing.T, path string, b []byte, s *segment) {
			write(t, path, slices.Concat(b, []byte("no frame at all, and longer than the header of one is"), forge(forgedEntry, 8, 8, nil)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, path := crashedLog(t, 5, 4)
			b := read(t, path)
			do(t, path, b, parseSegment(slices.Clone(b)))
			before := read(t, filepath.Join(dir, checkpointName))
			l, err := Open(testOptions(dir))
			if err == nil {
				mustClose(t, l)
				t.Fatal("it starts")
			}
			for _, want := range []string{walDir + "/", "entry ", "move"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v: it does not say %q", err, want)
				}
			}
			if !bytes.Equal(before, read(t, filepath.Join(dir, checkpointName))) {
				t.Error("something was signed")
			}
		})
	}
}

func publicKey(t testing.TB, dir string) string {
	t.Helper()
	public, err := publicOf(strings.TrimSpace(string(read(t, keyPath(dir)))))
	if err != nil {
		t.Fatal(err)
	}
	return public
}
