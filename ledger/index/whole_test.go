package index

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

// BenchmarkLedger is the processor time of an entry in all: encoded, written,
// synced, hashed, sealed and indexed, until log and index are closed. Eight
// writers at once share commits, as the sessions of a door do.
func BenchmarkLedger(b *testing.B) {
	for _, d := range []struct {
		name string
		d    ledger.Durability
	}{{"spool", ledger.Buffered}, {"strict", ledger.Durable}} {
		b.Run(d.name, func(b *testing.B) { benchmarkLedger(b, d.d) })
	}
}

func benchmarkLedger(b *testing.B, d ledger.Durability) {
	dir := filepath.Join(b.TempDir(), "ledger")
	w, err := NewWriter(b.Context(), dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	l, err := ledger.Open(ledger.Options{Dir: dir, Origin: "bench.example.com", Indexer: w,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	entries := make([]*ledger.Entry, 4096)
	for i := range entries {
		entries[i] = findtest.Big(r, i)
	}
	b.ReportAllocs()
	b.SetParallelism(8)
	b.ResetTimer()
	before := cpu(b)
	b.RunParallel(func(p *testing.PB) {
		for n := 0; p.Next(); n++ {
			for {
				err := l.Append(entries[n%len(entries)], d)
				if err == nil {
					break
				}
				if !errors.Is(err, ledger.ErrFull) {
					b.Error(err)
					return
				}
				time.Sleep(time.Millisecond) // the disk is slower than this loop, and waiting for it is not to be counted
			}
		}
	})
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((cpu(b)-before)/time.Microsecond)/float64(b.N), "cpu-us/entry")
	b.ReportMetric(float64(bytesIn(b, filepath.Dir(dir)))/float64(b.N), "B/entry")
}
