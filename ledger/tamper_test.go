package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// tamperLog makes a closed log of a size whose write-ahead log is still there,
// with an unsealed tail: a copy made while it was written.
func tamperLog(t testing.TB, size, tail int) (dir, key string) {
	t.Helper()
	base := t.TempDir()
	dir = filepath.Join(base, "log")
	l := mustOpen(t, testOptions(dir))
	for i := range size - 1 {
		mustAppend(t, l, Buffered, fmt.Sprint(i))
	}
	mustAppend(t, l, Durable, fmt.Sprint(size-1))
	sealNow(t, l, uint64(size))
	for i := range tail {
		mustAppend(t, l, Durable, fmt.Sprint(size+i))
	}
	dst := filepath.Join(base, "copy")
	copyLog(t, dir, dst)
	mustClose(t, l)
	return dst, l.VerifierKey()
}

func copyLog(t testing.TB, dir, dst string) {
	t.Helper()
	if err := os.CopyFS(dst, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
}

func mustReport(t testing.TB, dir, key string, since []byte) *Report {
	t.Helper()
	r, err := Verify(dir, key, VerifyOptions{Since: since})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFlipEveryByte changes each byte of each file of a small log and wants a
// fault, at the entry where it is in one.
func TestFlipEveryByte(t *testing.T) {
	dir, key := tamperLog(t, 5, 3)
	if r := mustReport(t, dir, key, nil); !r.OK() || r.Size != 5 || r.Tail != 3 {
		t.Fatalf("before: size %d, tail %d, %v", r.Size, r.Tail, r.Faults)
	}
	flips := 0
	walkFiles(t, dir, func(path string, data []byte) {
		for i := range data {
			for _, mask := range []byte{0x01, 0x80} {
				if mask == 0x80 && i%9 != 0 {
					continue
				}
				data[i] ^= mask
				write(t, path, data)
				r := mustReport(t, dir, key, nil)
				if r.OK() {
					t.Fatalf("%s: byte %d flipped by %#x is not found", path, i, mask)
				}
				if strings.Contains(path, "entries") {
					want := entryOfByte(data, i, mask)
					if !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.From <= want && want < f.To && f.To-f.From == 1 }) {
						t.Fatalf("%s: byte %d is of entry %d; found %v", path, i, want, r.Faults)
					}
				}
				data[i] ^= mask
				flips++
			}
		}
		write(t, path, data)
	})
	if r := mustReport(t, dir, key, nil); !r.OK() {
		t.Fatalf("after: %v", r.Faults)
	}
	t.Logf("%d flips found", flips)
}

// entryOfByte is the entry of a bundle to which a byte belongs; the byte is
// flipped in b.
func entryOfByte(b []byte, at int, mask byte) uint64 {
	b[at] ^= mask
	defer func() { b[at] ^= mask }()
	for n, start := uint64(0), 0; ; n++ {
		start += 2 + int(binary.BigEndian.Uint16(b[start:]))
		if at < start {
			return n
		}
	}
}

// TestFlipLarger takes a stride over a log of two levels.
func TestFlipLarger(t *testing.T) {
	dir, key := tamperLog(t, 600, 2)
	walkFiles(t, dir, func(path string, data []byte) {
		stride := max(1, len(data)/23)
		for i := 0; i < len(data); i += stride {
			data[i] ^= 0x10
			write(t, path, data)
			if r := mustReport(t, dir, key, nil); r.OK() {
				t.Fatalf("%s: byte %d of %d flipped is not found", path, i, len(data))
			}
			data[i] ^= 0x10
		}
		write(t, path, data)
	})
}

func walkFiles(t testing.TB, dir string, visit func(path string, data []byte)) {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		switch filepath.Base(path) {
		case lockName, markerName, reserveName: // hold no entries
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		visit(path, data)
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTamper changes a log as an attacker would and wants the fault located.
func TestTamper(t *testing.T) {
	bundle := func(dir string, n uint64, w int) string { return filepath.Join(dir, tilePath(entriesLevel, n, w)) }
	edit := func(t *testing.T, path string, change func([][]byte) [][]byte) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := parseBundle(b)
		if err != nil {
			t.Fatal(err)
		}
		var out []byte
		for _, e := range change(entries) {
			out = appendBundled(out, e)
		}
		write(t, path, out)
	}
	segment := func(t *testing.T, dir string) string {
		names, err := osFS{}.ReadDir(filepath.Join(dir, walDir))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		return filepath.Join(dir, walDir, names[len(names)-1])
	}
	for _, c := range []struct {
		name string
		do   func(t *testing.T, dir string)
		want string // the beginning of each fault, joined
	}{
		{"entry dropped", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 1, 256), func(e [][]byte) [][]byte { return slices.Delete(e, 44, 45) })
		}, "missing entry 300 in tile/entries/001"},
		{"three dropped at the end", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 2, 88), func(e [][]byte) [][]byte { return e[:85] })
		}, "missing entries 597 to 599 in tile/entries/002.p/88"},
		{"two swapped", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 0, 256), func(e [][]byte) [][]byte { e[3], e[200] = e[200], e[3]; return e })
		}, "swapped entry 3 in tile/entries/000|swapped entry 200 in tile/entries/000"},
		{"one changed", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 1, 256), func(e [][]byte) [][]byte {
				e[0] = bytes.Replace(e[0], []byte("colours"), []byte("Colours"), 1)
				return e
			})
		}, "flipped entry 256 in tile/entries/001"},
		{"one replaced by a longer one", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 1, 256), func(e [][]byte) [][]byte { e[9] = append(slices.Clone(e[9]), "    "...); return e })
		}, "flipped entry 265 in tile/entries/001"},
		{"one added", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 2, 88), func(e [][]byte) [][]byte { return append(e, e[0]) })
		}, "truncated"},
		{"bundle gone", func(t *testing.T, dir string) { os.Remove(bundle(dir, 0, 256)) }, "missing entries 0 to 255 in tile/entries/000"},
		{"edge bundle gone", func(t *testing.T, dir string) { os.Remove(bundle(dir, 2, 88)) }, "missing entries 512 to 599 in tile/entries/002.p/88"},
		{"hash tile gone", func(t *testing.T, dir string) { os.Remove(filepath.Join(dir, tilePath(0, 1, 256))) }, "missing entries 256 to 511 in tile/0/001"},
		{"hash tile changed", func(t *testing.T, dir string) {
			path := filepath.Join(dir, tilePath(0, 1, 256))
			b, _ := os.ReadFile(path)
			b[32*7] ^= 1
			write(t, path, b)
		}, "flipped entry 263 in tile/0/001: hash 7 of the tile was changed"},
		{"upper hash tile changed", func(t *testing.T, dir string) {
			path := filepath.Join(dir, tilePath(1, 0, 2))
			b, _ := os.ReadFile(path)
			b[40] ^= 1
			write(t, path, b)
		}, "flipped entries 256 to 511 in tile/1/000.p/2: hash 1 of the tile was changed"},
		{"entry and its hash changed together", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 1, 256), func(e [][]byte) [][]byte { e[5] = bytes.ToUpper(e[5]); return e })
			retile(t, dir, 1, 256)
		}, "flipped entry 261 in wal/|flipped entries 256 to 511 in tile/0/001: the entries and their hash tile were changed together"},
		{"all changed together but the checkpoint", func(t *testing.T, dir string) {
			edit(t, bundle(dir, 2, 88), func(e [][]byte) [][]byte { e[5] = bytes.ToUpper(e[5]); return e })
			retile(t, dir, 2, 88)
		}, "forked entries 0 to 599"},
		{"checkpoint of another key", func(t *testing.T, dir string) {
			private, _, _ := note.GenerateKey(nil2{}, testOrigin)
			s, err := note.NewSigner(private)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := os.ReadFile(filepath.Join(dir, checkpointName))
			cp, _ := unsignedCheckpoint(b)
			b, _ = note.Sign(&note.Note{Text: cp.String()}, s)
			write(t, filepath.Join(dir, checkpointName), b)
		}, "bad-signature"},
		{"frame of the tail changed", func(t *testing.T, dir string) {
			b, _ := os.ReadFile(segment(t, dir))
			i := bytes.Index(b, []byte(`"note":"601"`))
			b[i+9] ^= 1
			write(t, segment(t, dir), b)
		}, "flipped entry 601 in wal/"},
		{"frame of the tail dropped", func(t *testing.T, dir string) {
			b, _ := os.ReadFile(segment(t, dir))
			s := parseSegment(b)
			f := s.frames[len(s.frames)-2]
			write(t, segment(t, dir), slices.Delete(b, f.at, f.end))
		}, "missing entry 602 in wal/"},
		{"frames of the tail swapped", func(t *testing.T, dir string) {
			b, _ := os.ReadFile(segment(t, dir))
			s := parseSegment(b)
			x, y := s.frames[len(s.frames)-2], s.frames[len(s.frames)-1]
			write(t, segment(t, dir), slices.Concat(b[:x.at], b[y.at:y.end], b[x.at:x.end]))
		}, "swapped entry 602 in wal/|swapped entry 603 in wal/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, key := tamperLog(t, 600, 4)
			c.do(t, dir)
			r := mustReport(t, dir, key, nil)
			var got []string
			for _, f := range r.Faults {
				got = append(got, f.String())
			}
			want := strings.Split(c.want, "|")
			if len(got) != len(want) {
				t.Fatalf("faults:\n%s\nwant %q", strings.Join(got, "\n"), want)
			}
			for i := range want {
				if !strings.HasPrefix(got[i], want[i]) {
					t.Errorf("fault %q, want %q…", got[i], want[i])
				}
			}
		})
	}
}

// nil2 is a source of equal bytes.
type nil2 struct{}

func (nil2) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// retile makes the hash tile of a bundle anew, as an attacker would.
func retile(t *testing.T, dir string, n uint64, w int) {
	b, err := os.ReadFile(filepath.Join(dir, tilePath(entriesLevel, n, w)))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := parseBundle(b)
	if err != nil {
		t.Fatal(err)
	}
	var out, scratch []byte
	for _, e := range entries {
		h, s := leafHash(scratch, e)
		out, scratch = append(out, h[:]...), s
	}
	write(t, filepath.Join(dir, tilePath(0, n, w)), out)
}

// TestSince cuts a log back to an earlier state of its own, which only a
// checkpoint kept elsewhere can tell.
func TestSince(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "log")
	anchor, err := ParseAnchor("file:" + filepath.Join(base, "anchor"))
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions(dir)
	l := mustOpen(t, o)
	key := l.VerifierKey()
	for i := range 300 {
		mustAppend(t, l, Buffered, fmt.Sprint(i))
	}
	mustClose(t, l)
	if err := anchor.Put(l.Checkpoint()); err != nil {
		t.Fatal(err)
	}
	old, fork := filepath.Join(base, "old"), filepath.Join(base, "fork")
	copyLog(t, dir, old)
	copyLog(t, dir, fork)
	for _, suffix := range []string{".key", ".pub"} {
		b, err := os.ReadFile(dir + suffix)
		if err != nil {
			t.Fatal(err)
		}
		write(t, fork+suffix, b)
	}
	grow := func(dir, note string) {
		o.Dir = dir
		l = mustOpen(t, o)
		for i := range 400 {
			mustAppend(t, l, Buffered, fmt.Sprint(note, i))
		}
		mustClose(t, l)
	}
	grow(dir, "honest ")
	if err := anchor.Put(l.Checkpoint()); err != nil {
		t.Fatal(err)
	}
	since, err := os.ReadFile(filepath.Join(base, "anchor"))
	if err != nil {
		t.Fatal(err)
	}
	if r := mustReport(t, dir, key, since); !r.OK() || !slices.Equal(r.Since, []uint64{300, 700}) {
		t.Errorf("the honest log: %v, since %v", r.Faults, r.Since)
	}
	if r := mustReport(t, old, key, nil); !r.OK() {
		t.Errorf("a rolled back log looks ill by itself: %v", r.Faults)
	}
	if r := mustReport(t, old, key, since); len(r.Faults) != 1 || r.Faults[0].Kind != RolledBack {
		t.Errorf("rolled back: %v", r.Faults)
	}
	grow(fork, "forged ")
	if r := mustReport(t, fork, key, since); len(r.Faults) != 1 || r.Faults[0].Kind != Forked {
		t.Errorf("forked with the log's own key: %v", r.Faults)
	}
	if r := mustReport(t, dir, key, bytes.Replace(since, []byte("700"), []byte("699"), 1)); len(r.Faults) != 1 || r.Faults[0].Kind != BadSignature {
		t.Errorf("a forged checkpoint: %v", r.Faults)
	}
}

func TestDrop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	o := testOptions(dir)
	l := mustOpen(t, o)
	old := time.Now().Add(-48 * time.Hour)
	for i := range 1000 {
		e := testEntry(fmt.Sprint(i))
		if i < 700 {
			e.Time = old.Add(time.Duration(i) * time.Second)
		}
		if err := l.Append(e, Buffered); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, l, Durable, "1000")
	sealNow(t, l, 1001)
	n, err := l.Drop(t.Context(), time.Now().Add(-24*time.Hour))
	if n != 512 || err != nil {
		t.Fatalf("dropped %d, %v; want the two bundles that are wholly old", n, err)
	}
	if n, err := l.Drop(t.Context(), time.Now().Add(-24*time.Hour)); n != 0 || err != nil {
		t.Errorf("dropped again: %d, %v", n, err)
	}
	r := mustVerify(t, dir, VerifyOptions{})
	if want := []Range{{0, 512}}; !slices.Equal(r.Dropped, want) {
		t.Errorf("dropped %v, want %v", r.Dropped, want)
	}
	mustClose(t, l)
	l = mustOpen(t, o)
	mustAppend(t, l, Durable, "after")
	mustClose(t, l)
	mustVerify(t, dir, VerifyOptions{Since: l.Checkpoint()})

	rd, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	var holes []string
	next := uint64(0)
	for rec, err := range rd.Records(10) {
		if err != nil {
			holes = append(holes, err.Error())
			next = 512
			continue
		}
		if rec.Index != next {
			t.Fatalf("record %d, want %d", rec.Index, next)
		}
		next++
	}
	if want := []string{"entries 10 to 511, the oldest, are not there: ledger verify tells whether keep: dropped them"}; !slices.Equal(holes, want) || next != 1003 {
		t.Errorf("holes %q up to %d, want %q up to 1003", holes, next, want)
	}
	if _, err := Prove(dir, 600); err != nil {
		t.Error(err)
	}
	if err := os.Remove(filepath.Join(dir, tilePath(entriesLevel, 2, 256))); err != nil {
		t.Fatal(err)
	}
	report := mustReport(t, dir, l.VerifierKey(), nil)
	if len(report.Faults) != 1 || report.Faults[0].Kind != Missing || report.Faults[0].From != 512 {
		t.Errorf("a bundle taken without an entry: %v", report.Faults)
	}
}
