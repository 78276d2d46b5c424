package index

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

// BenchmarkIndexAdd is the whole cost of an entry, its part of writing the
// files included.
func BenchmarkIndexAdd(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	entries := make([]*ledger.Entry, 4*SegmentEntries)
	for i := range entries {
		entries[i] = findtest.Big(r, i)
	}
	dir := b.TempDir()
	w, err := NewWriter(b.Context(), dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	n, before := 0, cpu(b)
	for b.Loop() {
		if err := w.Add(uint64(n), entries[n%len(entries)]); err != nil {
			b.Fatal(err)
		}
		if n++; n%1000 == 0 {
			if err := w.Sealed(uint64(n)); err != nil {
				b.Fatal(err)
			}
		}
	}
	w.Sealed(uint64(n))
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(n), "cpu-ns/entry")
	b.ReportMetric(float64(bytesIn(b, dir))/float64(n), "B/entry")
}

// cpu is the processor time that this process has used, of all its threads.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func bytesIn(b *testing.B, dir string) (n int64) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if info, e := os.Stat(path); e == nil && !d.IsDir() {
			n += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// rare is when one entry in a million is of a door of its own.
const rare = 777_777

// million is the index of a log of a million entries and their log.
func million(b *testing.B) *Index {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	w, err := NewWriter(b.Context(), b.TempDir(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 1_000_000 {
		e := findtest.Big(r, i)
		if i == rare {
			e.Door = "attic"
		}
		if err := w.Add(uint64(i), e); err != nil {
			b.Fatal(err)
		}
		if i%1000 == 999 {
			if err := w.Sealed(uint64(i + 1)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Cleanup(func() { w.Close() })
	return w.Index
}

func BenchmarkFindMillion(b *testing.B) {
	x := million(b)
	one, err := x.Search(b.Context(), Request{Query: parse(b, "door:attic")})
	if err != nil || len(one.Hits) != 1 || one.Hits[0].Index != rare {
		b.Fatalf("hits %+v: %v", one.Hits, err)
	}
	for _, bench := range []struct{ name, query string }{
		{"rare-door", "door:attic"},
		{"by-id", "id:" + one.Hits[0].ID.String()},
		{"free-word", "attic"},
		{"denied-cards", "class:card verdict:deny"},
		{"newest", ""},
		{"rows-none", "rows:>100000"},
		{"long", "ns:>5100us -door:front"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			q := parse(b, bench.query)
			for b.Loop() {
				if _, err := x.Search(b.Context(), Request{Query: q}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
