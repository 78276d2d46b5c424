package postgres

import (
	"bytes"
	"io"
	"testing"
)

// manyRows is n DataRows of about size bytes, headers included.
func manyRows(n, size int) []byte {
	var row RowBuilder
	row.Start(2)
	row.Text("12345")
	row.Cell(make([]byte, size-20))
	wire, _ := row.Row()
	return bytes.Repeat(wire, n)
}

func benchmarkForward(b *testing.B, size int, bulk bool) {
	const n = 100_000
	wire := manyRows(n, size)
	src := bytes.NewReader(nil)
	r, w := NewReader(src, Backend, 0), NewWriter(io.Discard)
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(wire)
		for rows := uint64(0); rows < n; {
			if bulk {
				k, _, err := r.ForwardRows(w, n)
				if err != nil {
					b.Fatal(err)
				}
				if rows += k; k > 0 {
					continue
				}
			}
			if h, err := r.Next(); err != nil || h.Type != MsgDataRow {
				b.Fatal(h, err)
			}
			if _, err := r.Forward(w); err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}

func BenchmarkForwardRows64(b *testing.B)   { benchmarkForward(b, 64, true) }
func BenchmarkForwardFrame64(b *testing.B)  { benchmarkForward(b, 64, false) }
func BenchmarkForwardRows256(b *testing.B)  { benchmarkForward(b, 256, true) }
func BenchmarkForwardFrame256(b *testing.B) { benchmarkForward(b, 256, false) }

// tenCells is the payload of a row of ten cells.
func tenCells(b *testing.B) []byte {
	var row RowBuilder
	row.Start(10)
	for range 10 {
		row.Text("some value")
	}
	wire, err := row.Row()
	if err != nil {
		b.Fatal(err)
	}
	return wire[headerSize:]
}

func BenchmarkSplitDataRow(b *testing.B) {
	p := tenCells(b)
	b.ReportAllocs()
	for b.Loop() {
		cells := RowCells(p)
		for cells.Next() {
		}
		if err := cells.Err(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReplaceCell(b *testing.B) {
	p, mask := tenCells(b), []byte("***")
	w := NewWriter(io.Discard)
	var row RowBuilder
	b.ReportAllocs()
	for b.Loop() {
		cells := RowCells(p)
		for row.Start(cells.Len()); cells.Next(); {
			if cells.Index() == 4 {
				row.Cell(mask)
			} else {
				row.Keep(&cells)
			}
		}
		wire, err := row.Row()
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Write(wire); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeBind(b *testing.B) {
	m := Bind{Statement: []byte("stmtcache_1"), ParamFormats: NewFormats(FormatBinary, FormatText, FormatText, FormatText),
		Params: NewValues([]byte{0, 0, 0, 7}, []byte("alice"), nil, []byte("a somewhat longer value")), ResultFormats: NewFormats(FormatBinary)}
	p := m.Append(nil)[headerSize:]
	b.ReportAllocs()
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		m, err := DecodeBind(p)
		if err != nil {
			b.Fatal(err)
		}
		for cells := m.Params.Cells(); cells.Next(); {
			if m.ParamFormats.Of(cells.Index()) > FormatBinary {
				b.Fatal("format")
			}
		}
	}
}

func BenchmarkDecodeRowDescription(b *testing.B) {
	columns := make([]Column, 10)
	for i := range columns {
		columns[i] = Column{Name: []byte("a_column"), Table: 16384, Attribute: int16(i), Type: 25, TypeSize: -1, TypeModifier: -1}
	}
	p := AppendRowDescription(nil, columns)[headerSize:]
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if columns, err = DecodeRowDescription(columns[:0], p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCountCopyLines(b *testing.B) {
	p := bytes.Repeat([]byte("12345\tsome value\tanother one\n"), 1000)
	c := NewCopyLines(FormatText)
	b.ReportAllocs()
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		if err := c.Count(p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSaltPassword is what a login costs whose password was not kept.
func BenchmarkSaltPassword(b *testing.B) {
	salt := NewSalt()
	for b.Loop() {
		if _, err := SaltPassword("correct horse", salt, ScramIterations); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkScramExchange is both ends of a login whose password was kept salted.
func BenchmarkScramExchange(b *testing.B) {
	v := verifierOf(b, testPassword, NewSalt())
	salted, err := SaltPassword(testPassword, v.Salt, v.Iterations)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		s, err := NewScramServer(nil, v)
		if err != nil {
			b.Fatal(err)
		}
		c, err := NewScramClient(s.Mechanisms(), nil)
		if err != nil {
			b.Fatal(err)
		}
		first, _ := c.First()
		answer, err := s.First([]byte(ScramSHA256), first)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Challenge(answer); err != nil {
			b.Fatal(err)
		}
		final, _ := c.Final(salted)
		if _, err := s.Final(final); err != nil {
			b.Fatal(err)
		}
	}
}
