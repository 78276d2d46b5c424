package ledger

import (
	"errors"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// cpu is the processor time of this process in nanoseconds.
func cpu(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func benchmarkAppend(b *testing.B, d Durability) {
	o := testOptions(filepath.Join(b.TempDir(), "log"))
	o.Seal, o.SealEntries = 0, 0
	l := mustOpen(b, o)
	e := testEntry("")
	b.ReportAllocs()
	b.ResetTimer()
	begin := cpu(b)
	b.SetParallelism(8)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			for {
				err := l.Append(e, d)
				if err == nil {
					break
				}
				if !errors.Is(err, ErrFull) {
					b.Error(err)
					return
				}
				runtime.Gosched() // the disk is slower than this loop
			}
		}
	})
	mustClose(b, l)
	b.ReportMetric(float64(cpu(b)-begin)/float64(b.N), "cpu-ns/op")
}

// The processor time is that of everything: encoding, writing, syncing, hashing
// and sealing, until the log is closed.
func BenchmarkAppendBuffered(b *testing.B) { benchmarkAppend(b, Buffered) }
func BenchmarkAppendDurable(b *testing.B)  { benchmarkAppend(b, Durable) }

func BenchmarkEncode(b *testing.B) {
	e := testEntry("")
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendEntry(buf[:0], e)
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkDecode(b *testing.B) {
	buf, _ := AppendEntry(nil, testEntry(""))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPseudonym(b *testing.B) {
	l := mustOpen(b, testOptions(filepath.Join(b.TempDir(), "log")))
	defer mustClose(b, l)
	value := []byte("198.51.100.7")
	b.ReportAllocs()
	for b.Loop() {
		l.Pseudonym("address", value)
	}
}

func BenchmarkVerify(b *testing.B) {
	dir, key := tamperLog(b, 20000, 10)
	b.ReportAllocs()
	for b.Loop() {
		if r, err := Verify(dir, key, VerifyOptions{}); err != nil || !r.OK() {
			b.Fatal(err, r)
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
