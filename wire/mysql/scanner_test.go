package mysql

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const (
	eofOff = ClientProtocol41
	eofOn  = ClientProtocol41 | ClientDeprecateEOF
)

var (
	colDef    = (&Column{Name: []byte("a"), Type: TypeVarString}).Append(nil, 0)
	okPacket  = (&OK{Status: StatusAutocommit}).Append(nil, 0)
	okMore    = (&OK{Status: StatusMoreResultsExists}).Append(nil, 0)
	okEnd     = (&OK{EOF: true, Status: StatusAutocommit}).Append(nil, 0)
	okEndMore = (&OK{EOF: true, Status: StatusMoreResultsExists}).Append(nil, 0)
	okCursor  = (&OK{EOF: true, Status: StatusCursorExists}).Append(nil, 0)
	eof       = EOF{Status: StatusAutocommit}.Append(nil)
	eofMore   = EOF{Status: StatusMoreResultsExists}.Append(nil)
	eofCursor = EOF{Status: StatusCursorExists}.Append(nil)
	errPacket = NewError(ER_PARSE_ERROR, "no").Append(nil)
	textRow   = []byte{1, 'x'}
	nullRow   = []byte{nullCell}
	binRow    = []byte{0, 0, 1, 'x'}
	huge      = append([]byte{0xFE, 0, 0, 0, 2, 0, 0, 0, 0}, make([]byte, 30)...) // of a frame of maxFrame
	infile    = append([]byte{0xFB}, "/etc/passwd"...)
	progress  = append([]byte{0xFF, 0xFF, 0xFF}, 1, 2, 0, 0)
)

func prepareOK(params, columns uint16) []byte {
	return PrepareOK{StatementID: 1, Params: params, Columns: columns}.Append(nil)
}

func TestScanner(t *testing.T) {
	one := []byte{1}
	for _, c := range []struct {
		name string
		cmd  Command
		caps Capability
		in   [][]byte
		want string // kinds, then done or open, or the word error
	}{
		{"ok", ComQuery, eofOn, [][]byte{okPacket}, "OK, done"},
		{"err", ComQuery, eofOn, [][]byte{errPacket}, "ERR, done"},
		{"text, EOF", ComQuery, eofOff, [][]byte{one, colDef, eof, textRow, nullRow, eof}, "column count, column, columns end, row, row, rows end, done"},
		{"text, no EOF", ComQuery, eofOn, [][]byte{one, colDef, textRow, nullRow, okEnd}, "column count, column, row, row, rows end, done"},
		{"two columns", ComQuery, eofOn, [][]byte{{2}, colDef, colDef, okEnd}, "column count, column, column, rows end, done"},
		{"empty, EOF", ComQuery, eofOff, [][]byte{one, colDef, eof, eof}, "column count, column, columns end, rows end, done"},
		{"rows, then err", ComQuery, eofOn, [][]byte{one, colDef, textRow, errPacket}, "column count, column, row, ERR, done"},
		{"more results", ComQuery, eofOn, [][]byte{one, colDef, okEndMore, okMore, one, colDef, textRow, okEnd}, "column count, column, rows end, OK, column count, column, row, rows end, done"},
		{"more results, EOF", ComQuery, eofOff, [][]byte{one, colDef, eof, eofMore, okPacket}, "column count, column, columns end, rows end, OK, done"},
		{"more results, then err", ComQuery, eofOff, [][]byte{okMore, errPacket}, "OK, ERR, done"},
		{"more results, still open", ComQuery, eofOff, [][]byte{okMore}, "OK, open"},
		{"binary", ComStmtExecute, eofOff, [][]byte{one, colDef, eof, binRow, eof}, "column count, column, columns end, row, rows end, done"},
		{"binary, no EOF", ComStmtExecute, eofOn, [][]byte{one, colDef, binRow, okEnd}, "column count, column, row, rows end, done"},
		{"cursor", ComStmtExecute, eofOff, [][]byte{one, colDef, eofCursor}, "column count, column, columns end, done"},
		{"cursor, no EOF", ComStmtExecute, eofOn, [][]byte{one, colDef, okCursor}, "column count, column, rows end, done"},
		{"cursor flag on text", ComQuery, eofOff, [][]byte{one, colDef, eofCursor, textRow, eof}, "column count, column, columns end, row, rows end, done"},
		{"fetch", ComStmtFetch, eofOff, [][]byte{binRow, binRow, eofCursor}, "row, row, rows end, done"},
		{"fetch, no EOF", ComStmtFetch, eofOn, [][]byte{binRow, okCursor}, "row, rows end, done"},
		{"fetch ends with more", ComStmtFetch, eofOff, [][]byte{eofMore}, "rows end, done"},
		{"prepare", ComStmtPrepare, eofOff, [][]byte{prepareOK(1, 1), colDef, eof, colDef, eof}, "prepare OK, parameter, parameters end, column, columns end, done"},
		{"prepare, no EOF", ComStmtPrepare, eofOn, [][]byte{prepareOK(2, 1), colDef, colDef, colDef}, "prepare OK, parameter, parameter, column, done"},
		{"prepare, only columns", ComStmtPrepare, eofOff, [][]byte{prepareOK(0, 1), colDef, eof}, "prepare OK, column, columns end, done"},
		{"prepare, only parameters", ComStmtPrepare, eofOff, [][]byte{prepareOK(1, 0), colDef, eof}, "prepare OK, parameter, parameters end, done"},
		{"prepare, nothing", ComStmtPrepare, eofOff, [][]byte{prepareOK(0, 0)}, "prepare OK, done"},
		{"prepare, err", ComStmtPrepare, eofOff, [][]byte{errPacket}, "ERR, done"},
		{"infile, OK", ComQuery, eofOn, [][]byte{infile, okPacket}, "LOCAL INFILE, OK, done"},
		{"infile, err", ComQuery, eofOn, [][]byte{infile, errPacket}, "LOCAL INFILE, ERR, done"},
		{"infile twice", ComQuery, eofOn, [][]byte{infile, infile}, "LOCAL INFILE, error"},
		{"infile in a further result", ComQuery, eofOn, [][]byte{okMore, infile, okPacket}, "OK, LOCAL INFILE, OK, done"},
		{"0xFB among rows is a NULL", ComQuery, eofOn, [][]byte{one, colDef, infile}, "column count, column, row, open"},
		{"0xFB among columns", ComQuery, eofOn, [][]byte{one, infile}, "column count, error"},
		{"0xFB among binary rows", ComStmtFetch, eofOn, [][]byte{infile}, "error"},
		{"OK among columns", ComQuery, eofOn, [][]byte{one, okPacket}, "column count, error"},
		{"EOF among columns", ComQuery, eofOff, [][]byte{{2}, colDef, eof}, "column count, column, error"},
		{"OK-like text row", ComQuery, eofOn, [][]byte{one, colDef, {0}, okPacket}, "column count, column, row, row, open"},
		{"no EOF behind columns", ComQuery, eofOff, [][]byte{one, colDef, textRow}, "column count, column, error"},
		{"EOF where none belongs", ComQuery, eofOn, [][]byte{one, colDef, eof}, "column count, column, error"},
		{"OK for EOF", ComQuery, eofOff, [][]byte{one, colDef, eof, okEnd}, "column count, column, columns end, error"},
		{"0xFE row in disguise", ComQuery, eofOff, [][]byte{one, colDef, eof, unhex("fe 0500000000000000 6162636465")}, "column count, column, columns end, error"},
		{"0xFE first", ComQuery, eofOn, [][]byte{okEnd}, "error"},
		{"no columns", ComQuery, eofOn, [][]byte{{0xFC, 0, 0}}, "error"},
		{"count with more behind", ComQuery, eofOn, [][]byte{{1, 1}}, "error"},
		{"short ERR", ComQuery, eofOn, [][]byte{{0xFF}}, "error"},
		{"short OK", ComQuery, eofOn, [][]byte{{0, 0, 0}}, "error"},
		{"empty packet", ComQuery, eofOn, [][]byte{{}}, "error"},
		{"empty row", ComQuery, eofOn, [][]byte{one, colDef, {}}, "column count, column, error"},
		{"binary row as text", ComStmtExecute, eofOn, [][]byte{one, colDef, textRow}, "column count, column, error"},
		{"after the end", ComQuery, eofOn, [][]byte{okPacket, okPacket}, "OK, error"},
		{"err after the end", ComQuery, eofOn, [][]byte{okPacket, errPacket}, "OK, error"},
		{"progress", ComQuery, eofOn | MariaDBProgress, [][]byte{progress, okPacket}, "progress, OK, done"},
		{"progress not agreed on", ComQuery, eofOn, [][]byte{progress}, "ERR, done"},
		{"cached metadata", ComStmtExecute, eofOn | MariaDBCacheMetadata, [][]byte{{1, 0}, binRow, okEnd}, "column count, row, rows end, done"},
		{"cached metadata, EOF", ComStmtExecute, eofOff | MariaDBCacheMetadata, [][]byte{{1, 0}, eof, binRow, eof}, "column count, columns end, row, rows end, done"},
		{"metadata not cached", ComQuery, eofOn | MariaDBCacheMetadata, [][]byte{{1, 1}, colDef, textRow, okEnd}, "column count, column, row, rows end, done"},
		{"field list", ComFieldList, eofOff, [][]byte{colDef, colDef, eof}, "column, column, rows end, done"},
		{"field list, no EOF", ComFieldList, eofOn, [][]byte{colDef, okEnd}, "column, rows end, done"},
		{"ping", ComPing, eofOn, [][]byte{okPacket}, "OK, done"},
		{"ping never goes on", ComPing, eofOn, [][]byte{okMore}, "OK, done"},
		{"set option", ComSetOption, eofOff, [][]byte{eof}, "rows end, done"},
		{"ping answered by rows", ComPing, eofOff, [][]byte{one}, "error"},
		{"statistics", ComStatistics, eofOff, [][]byte{[]byte("Uptime: 1")}, "statistics, done"},
		{"close", ComStmtClose, eofOff, nil, "done"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s ResultScanner
			if err := s.Start(c.cmd, c.caps); err != nil {
				t.Fatal(err)
			}
			var got []string
			failed := false
			for _, p := range c.in {
				h := Head{Len: len(p)}
				if len(p) > 0 {
					h.First = p[0]
				}
				kind, err := s.Step(h, p[:min(len(p), ScanPrefix)])
				if err != nil {
					failed = true
					break
				}
				got = append(got, kind.String())
			}
			switch {
			case failed:
				got = append(got, "error")
			case s.Done():
				got = append(got, "done")
			default:
				got = append(got, "open")
			}
			check(t, "kinds", strings.Join(got, ", "), c.want)
		})
	}
}

func TestScannerHugeRow(t *testing.T) {
	for _, caps := range []Capability{eofOn, eofOff} {
		s := ResultScanner{state: scanRows, caps: caps}
		if kind, err := s.Step(Head{First: 0xFE, Len: maxFrame}, huge[:ScanPrefix]); kind != KindRow || err != nil {
			t.Error(kind, err)
		}
		if kind, err := s.Step(Head{First: 0xFE, Len: maxFrame - 1}, huge[:ScanPrefix]); caps == eofOff && err == nil {
			t.Error(kind, err)
		}
		s = ResultScanner{state: scanRows, caps: caps}
		if kind, err := s.Step(Head{First: 0xFF, Len: maxFrame}, append([]byte{0xFF}, huge[:ScanPrefix-1]...)); err == nil {
			t.Error(kind)
		}
	}
}

func TestScannerRefuses(t *testing.T) {
	var s ResultScanner
	if kind, err := s.Step(Head{First: 0, Len: len(okPacket)}, okPacket); err == nil {
		t.Error("the zero value took", kind)
	}
	for _, cmd := range []Command{ComBinlogDump, ComChangeUser, ComMulti, ComSleep, 0x77} {
		if err := s.Start(cmd, eofOn); !errors.Is(err, ErrUnsupported) || !s.Done() {
			t.Error(cmd, err)
		}
	}
	for _, caps := range []Capability{ClientCompress, ClientOptionalResultsetMetadata, 1 << 60} {
		if err := s.Start(ComQuery, caps); !errors.Is(err, ErrUnsupported) || !s.Done() {
			t.Error(caps, err)
		}
	}
}

func TestForwardRows(t *testing.T) {
	var wire []byte
	wire = append(wire, frame(0, textRow...)...)
	wire = append(wire, frame(1, nullRow...)...)
	wire = append(wire, frame(2, textRow...)...)
	wire = append(wire, frame(3, okEnd...)...)
	var out bytes.Buffer
	r, w := NewReader(bytes.NewReader(wire), 100), NewWriter(&out)
	*w.seq = 10
	s := ResultScanner{state: scanRows, caps: eofOn}
	if rows, _, err := r.ForwardRows(w, &s, 9); rows != 0 || err != nil {
		t.Fatal("rows without reading:", rows, err)
	}
	h, err := r.Next()
	if err != nil || !s.Row(h) {
		t.Fatal(err)
	}
	if _, err := r.Forward(w); err != nil {
		t.Fatal(err)
	}
	if rows, n, err := r.ForwardRows(w, &s, 1); rows != 1 || n != 1 || err != nil {
		t.Fatal("limited:", rows, n, err)
	}
	if rows, n, err := r.ForwardRows(w, &s, 9); rows != 1 || n != 2 || err != nil {
		t.Fatal("to the end:", rows, n, err)
	}
	h, err = r.Next()
	if err != nil || s.Row(h) || s.Rows() != 3 {
		t.Fatal(h, s.Rows(), err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := append(append(frame(10, textRow...), frame(11, nullRow...)...), frame(12, textRow...)...)
	if !bytes.Equal(out.Bytes(), want) {
		t.Fatalf("%x", out.Bytes())
	}

	r = NewReader(bytes.NewReader(append(frame(0, textRow...), frame(9, textRow...)...)), 100)
	if _, err := r.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	s = ResultScanner{state: scanRows, caps: eofOn}
	var sequence *SequenceError
	if rows, _, err := r.ForwardRows(w, &s, 9); rows != 0 || !errors.As(err, &sequence) {
		t.Fatal(rows, err)
	}
}
