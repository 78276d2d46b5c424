package mysql

import (
	"bytes"
	"io"
	"testing"
)

// manyRows is a text result of n rows of about size bytes, frames included,
// numbered from 0.
func manyRows(n, size int) []byte {
	var wire bytes.Buffer
	w := NewWriter(&wire)
	row := AppendLenencString(AppendLenencString(nil, "12345"), filled(size-12))
	for range n {
		_ = w.WritePacket(row)
	}
	_ = w.Flush()
	return wire.Bytes()
}

func benchmarkForward(b *testing.B, size int, bulk bool) {
	const n = 100_000
	wire := manyRows(n, size)
	src := bytes.NewReader(nil)
	r, w := NewReader(src, 0), NewWriter(io.Discard)
	var s ResultScanner
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(wire)
		*r.seq, *w.seq = 0, 3
		s = ResultScanner{state: scanRows}
		var rows uint64
		for rows < n {
			if bulk {
				k, _, err := r.ForwardRows(w, &s, n)
				if err != nil {
					b.Fatal(err)
				}
				if rows += k; k > 0 {
					continue
				}
			}
			h, err := r.Next()
			if err != nil || !s.Row(h) {
				b.Fatal(h, err)
			}
			if _, err := r.Forward(w); err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if err := w.Flush(); err != nil || s.Rows() != n {
			b.Fatal(err, s.Rows())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

// BenchmarkCopy64 moves the bytes of BenchmarkForwardRows64 without a look at
// them: what is beyond it is the price of frames.
func BenchmarkCopy64(b *testing.B) {
	const n = 100_000
	wire := manyRows(n, 64)
	src, buf := bytes.NewReader(nil), make([]byte, bufferSize)
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(wire)
		for {
			k, err := src.Read(buf)
			if err != nil {
				break
			}
			if _, err := io.Discard.Write(buf[:k]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

func BenchmarkForwardRows64(b *testing.B)   { benchmarkForward(b, 64, true) }
func BenchmarkForwardFrame64(b *testing.B)  { benchmarkForward(b, 64, false) }
func BenchmarkForwardRows256(b *testing.B)  { benchmarkForward(b, 256, true) }
func BenchmarkForwardFrame256(b *testing.B) { benchmarkForward(b, 256, false) }

func BenchmarkDecodeExecute(b *testing.B) {
	values := sampleValues()
	p := AppendExecute(nil, 7, 0, values, 0)
	b.ReportAllocs()
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		e, err := DecodeExecute(p, 0, Statement{Params: len(values)})
		if err != nil {
			b.Fatal(err)
		}
		for e.Params.Next() {
		}
		if err := e.Params.Err(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSplitTextRow(b *testing.B) {
	var row []byte
	for range 10 {
		row = AppendLenencString(row, "some value")
	}
	b.ReportAllocs()
	for b.Loop() {
		cells := TextCells(row, 10)
		for cells.Next() {
		}
		if err := cells.Err(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReplaceCell(b *testing.B) {
	var row []byte
	for range 10 {
		row = AppendLenencString(row, "some value")
	}
	mask := []byte("***")
	var rb RowBuilder
	b.ReportAllocs()
	for b.Loop() {
		cells := TextCells(row, 10)
		rb.StartText(10)
		for cells.Next() {
			if cells.Index() == 4 {
				if err := rb.Text(mask); err != nil {
					b.Fatal(err)
				}
			} else {
				rb.Keep(&cells)
			}
		}
		if _, err := rb.Row(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyNative(b *testing.B) {
	nonce := NewNonce(NonceSize)
	hash := NativeHash("correct horse")
	answer := NativeScramble("correct horse", nonce)
	b.ReportAllocs()
	for b.Loop() {
		if !VerifyNative(answer, nonce, hash) {
			b.Fatal("not verified")
		}
	}
}
