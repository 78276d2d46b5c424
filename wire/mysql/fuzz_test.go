package mysql

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// capsFor lets the fuzzer choose among the capabilities that change layouts.
func capsFor(b byte) Capability {
	caps := ClientProtocol41 | ClientSecureConnection
	for i, c := range []Capability{ClientDeprecateEOF, ClientSessionTrack, ClientQueryAttributes, MariaDBExtendedMetadata,
		MariaDBCacheMetadata, MariaDBProgress, ClientPluginAuth, ClientConnectAttrs | ClientPluginAuthLenencData} {
		if b&(1<<i) != 0 {
			caps |= c
		}
	}
	return caps
}

func FuzzHandshakeResponse(f *testing.F) {
	r := Response{Capabilities: ClientProtocol41 | ClientSecureConnection | ClientPluginAuth | ClientConnectAttrs |
		ClientConnectWithDB, User: []byte("alice"), AuthData: filled(20), Database: []byte("shop"),
		AuthPlugin: []byte(NativePassword), Attributes: AppendAttribute(nil, "_os", "Linux")}
	f.Add(r.Append(nil))
	r.Capabilities |= ClientPluginAuthLenencData | MariaDBExtendedMetadata
	f.Add(r.Append(nil))
	f.Add(r.AppendSSLRequest(nil))
	f.Fuzz(func(t *testing.T, p []byte) {
		_, _ = DecodeSSLRequest(p)
		r, err := DecodeResponse(p, ^Capability(0))
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := DecodeResponse(r.Append(nil), ^Capability(0))
		if err != nil {
			t.Fatal(err)
		}
		if again.Capabilities != r.Capabilities || !bytes.Equal(again.User, r.User) || !bytes.Equal(again.AuthData, r.AuthData) ||
			!bytes.Equal(again.Database, r.Database) || !bytes.Equal(again.AuthPlugin, r.AuthPlugin) ||
			!bytes.Equal(again.Attributes, r.Attributes) {
			t.Fatalf("%+v\n%+v", r, again)
		}
	})
}

func FuzzServerPackets(f *testing.F) {
	g := Greeting{ServerVersion: "8.0.36", Nonce: []byte("01234567890123456789"), AuthPlugin: NativePassword,
		Capabilities: ClientProtocol41 | ClientSecureConnection | ClientPluginAuth}
	f.Add(byte(0), g.Append(nil))
	f.Add(byte(2), unhex("00 00 00 0240 0000 00 07 01 05 0473686f70"))
	f.Add(byte(0), NewError(ER_PARSE_ERROR, "no").Append(nil))
	f.Add(byte(0), (&AuthSwitch{Plugin: ClientEd25519, Nonce: filled(32)}).Append(nil))
	f.Add(byte(0), colDef)
	f.Add(byte(0), prepareOK(1, 2))
	f.Fuzz(func(t *testing.T, b byte, p []byte) {
		caps := capsFor(b)
		if g, err := DecodeGreeting(p); err == nil {
			g.Version()
			if len(g.Nonce) <= 246 {
				if _, err := DecodeGreeting(g.Append(nil)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if ok, err := DecodeOK(p, caps); err == nil {
			_ = EachSessionChange(ok.Session, func(SessionChange, []byte) {})
			if _, err := DecodeOK(ok.Append(nil, caps), caps); err != nil {
				t.Fatal(err)
			}
		}
		if e, err := DecodeError(p); err == nil {
			if _, err := DecodeError(e.Append(nil)); err != nil {
				t.Fatal(err)
			}
		}
		if e, err := DecodeEOF(p); err == nil && !bytes.Equal(e.Append(nil), p) {
			t.Fatalf("%x", p)
		}
		if c, err := DecodeColumn(p, caps); err == nil {
			_, _, _ = c.ExtendedType()
			again, err := DecodeColumn(c.Append(nil, caps), caps)
			if err != nil || !bytes.Equal(again.OrgName, c.OrgName) || again.Type != c.Type {
				t.Fatal(err)
			}
		}
		if s, err := DecodeAuthSwitch(p); err == nil {
			_, _ = AuthAnswer(s.Plugin, "secret", s.Nonce, false)
		}
		_, _ = DecodeAuthMore(p)
		_, _ = DecodePrepareOK(p)
		_, _, _ = DecodeColumnCount(p, caps)
		_, _ = LocalInfile(p)
		_, _ = Clear(p)
		_, _ = EncryptPassword("secret", []byte("nonce"), p)
	})
}

func FuzzCommand(f *testing.F) {
	f.Add(byte(0), byte(20), AppendExecute(nil, 9, 0, sampleValues(), 0))
	f.Add(byte(4), byte(20), AppendExecute(nil, 9, 0, sampleValues(), ClientQueryAttributes))
	f.Add(byte(4), byte(0), append(unhex("03 01 01 00 01 fe00 026964 0178"), "SELECT 1"...))
	f.Add(byte(0xFF), byte(0), (&ChangeUser{User: []byte("bob"), AuthPlugin: []byte(NativePassword)}).Append(nil, capsFor(0xFF)))
	f.Add(byte(0), byte(0), LongData{StatementID: 1, Data: []byte("x")}.Append(nil))
	f.Add(byte(0), byte(0), Fetch{StatementID: 1, Rows: 2}.Append(nil))
	f.Add(byte(0), byte(0), []byte("\x04users\x00na%"))
	f.Fuzz(func(t *testing.T, b, params byte, p []byte) {
		caps := capsFor(b)
		walk := func(p *Params) (values []Value, err error) {
			for p.Next() {
				v := p.Value()
				_, _ = v.AppendText(nil)
				v.Int64()
				v.Float64()
				values = append(values, v)
			}
			return values, p.Err()
		}
		if q, err := DecodeQuery(p, caps); err == nil {
			if q.CheckAttributes(p) == nil && q.Attrs.Len() > maxQueryAttributes {
				t.Fatal(q.Attrs.Len(), "attributes were taken")
			}
			if _, err := walk(&q.Attrs); err != nil {
				t.Fatal("attributes were checked, and then:", err)
			}
		}
		known := make([]ParamType, params)
		if e, err := DecodeExecute(p, caps, Statement{Params: int(params), Types: known}); err == nil {
			if values, err := walk(&e.Params); err == nil {
				again, err := DecodeExecute(AppendExecute(nil, e.StatementID, e.Flags, values, caps), caps, Statement{Params: int(params)})
				if err != nil {
					t.Fatal(err)
				}
				other, err := walk(&again.Params)
				if err != nil || len(other) != len(values) {
					t.Fatal(len(other), len(values), err)
				}
				for i := range other {
					if !bytes.Equal(other[i].Raw, values[i].Raw) || other[i].Null != values[i].Null {
						t.Fatalf("%d: %+v, %+v", i, other[i], values[i])
					}
				}
			}
		}
		if u, err := DecodeChangeUser(p, caps); err == nil {
			if _, err := DecodeChangeUser(u.Append(nil, caps), caps); err != nil {
				t.Fatal(err)
			}
		}
		if b, err := DecodeBulkExecute(p); err == nil && !bytes.Equal(b.Append(nil), p) {
			t.Errorf("bulk execution: %x became %x", p, b.Append(nil))
		}
		if l, err := DecodeLongData(p); err == nil && !bytes.Equal(l.Append(nil), p) {
			t.Fatalf("%x", p)
		}
		if l, err := DecodeFetch(p); err == nil && !bytes.Equal(l.Append(nil), p) {
			t.Fatalf("%x", p)
		}
		_, _ = StatementID(p)
		_, _ = DecodeFieldList(p)
		_, _ = DecodeProcessKill(p)
		_, _ = DecodeSetOption(p)
		_, _, _ = Argument(p)
	})
}

func FuzzRow(f *testing.F) {
	f.Add(byte(4), []byte{}, unhex("03616263 fb 00 fc0100 7a"))
	f.Add(byte(0), []byte{byte(TypeLong), byte(TypeVarString)}, unhex("00 00 01000000 0161"))
	f.Add(byte(0), []byte{byte(TypeDateTime), byte(TypeTime), byte(TypeNull)}, unhex("00 00 04ea070b17 00"))
	f.Fuzz(func(t *testing.T, columns byte, types, p []byte) {
		meta := make([]ParamType, len(types))
		for i, b := range types {
			meta[i] = ParamType{Type: FieldType(b), Unsigned: i%2 == 1}
		}
		var keep, again RowBuilder
		for _, binary := range []bool{false, true} {
			cells := TextCells(p, int(columns))
			keep.StartText(int(columns))
			again.StartText(int(columns))
			if binary {
				cells = BinaryCells(p, meta)
				keep.StartBinary(meta)
				again.StartBinary(meta)
			}
			var texts [][]byte
			for cells.Next() {
				keep.Keep(&cells)
				v := cells.Value()
				text, err := v.AppendText(nil)
				if v.Null {
					again.Null()
					text = nil
				} else if err == nil {
					// Text that was no date to begin with may be refused.
					err = again.Text(text)
				}
				if err != nil {
					return
				}
				texts = append(texts, text)
			}
			if cells.Err() != nil {
				continue
			}
			kept, err := keep.Row()
			if err != nil {
				t.Fatal(err)
			}
			if !binary && len(p) > 0 && !bytes.Equal(kept, p) {
				t.Fatalf("%x kept as %x", p, kept)
			}
			row, err := again.Row()
			if err != nil {
				t.Fatal(err)
			}
			cells = TextCells(row, int(columns))
			if binary {
				cells = BinaryCells(row, meta)
			}
			for cells.Next() {
				text, err := cells.Value().AppendText(nil)
				if err != nil || !bytes.Equal(text, texts[cells.Index()]) {
					t.Fatalf("%q written, %q read, %v", texts[cells.Index()], text, err)
				}
			}
			if err := cells.Err(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzResult follows a stream of packets once step by step and once with rows
// forwarded in bulk: both must see the same and pass the same bytes on.
func FuzzResult(f *testing.F) {
	stream := func(packets ...[]byte) (wire []byte) {
		for i, p := range packets {
			wire = append(wire, frame(byte(i+1), p...)...)
		}
		return wire
	}
	f.Add(byte(0), byte(ComQuery), stream([]byte{1}, colDef, eof, textRow, nullRow, eof))
	f.Add(byte(1), byte(ComQuery), stream([]byte{1}, colDef, textRow, nullRow, okEndMore, infile, okPacket))
	f.Add(byte(1), byte(ComStmtExecute), stream([]byte{1}, colDef, binRow, binRow, okEnd))
	f.Add(byte(0x11), byte(ComStmtExecute), stream([]byte{1, 0}, binRow, okEnd))
	f.Add(byte(0), byte(ComStmtPrepare), stream(prepareOK(1, 1), colDef, eof, colDef, eof))
	f.Add(byte(0), byte(ComStmtFetch), stream(binRow, eofCursor))
	f.Add(byte(0), byte(ComFieldList), stream(colDef, eof))
	f.Fuzz(func(t *testing.T, b, cmd byte, wire []byte) {
		follow := func(bulk bool) (out []byte, rows uint64, done bool, err error) {
			var s ResultScanner
			if err := s.Start(Command(cmd), capsFor(b)); err != nil {
				return nil, 0, true, err
			}
			var buf bytes.Buffer
			r, w := NewReader(bytes.NewReader(bytes.Clone(wire)), 1<<16), NewWriter(&buf)
			*r.seq, *w.seq = 1, 7
			for !s.Done() && err == nil {
				if bulk {
					if _, _, err = r.ForwardRows(w, &s, 1<<20); err != nil {
						break
					}
				}
				var h Head
				var prefix []byte
				if h, err = r.Next(); err != nil {
					break
				}
				if prefix, err = r.Peek(ScanPrefix); err != nil {
					break
				}
				var kind PacketKind
				if kind, err = s.Step(h, prefix); err != nil {
					break
				}
				if kind == KindInvalid {
					t.Fatal("invalid, and no error")
				}
				if kind == KindRow && (h.First == HeaderErr || h.First == HeaderEOF && h.Len < maxFrame) {
					t.Fatalf("%+v passed for a row", h)
				}
				_, err = r.Forward(w)
			}
			done = s.Done() && err == nil
			if e := w.Flush(); e != nil {
				t.Fatal(e)
			}
			return buf.Bytes(), s.Rows(), done, err
		}
		out1, rows1, done1, err1 := follow(false)
		out2, rows2, done2, err2 := follow(true)
		// A packet that is cut off may have been passed on up to the cut.
		if errors.Is(err1, io.ErrUnexpectedEOF) && errors.Is(err2, io.ErrUnexpectedEOF) {
			return
		}
		if rows1 != rows2 || done1 != done2 || !bytes.Equal(out1, out2) || (err1 == nil) != (err2 == nil) {
			t.Fatalf("%d rows, %v, %v; in bulk %d, %v, %v\n%x\n%x", rows1, done1, err1, rows2, done2, err2, out1, out2)
		}
	})
}

// FuzzFrames compares the Reader with the plainest way to split a stream.
func FuzzFrames(f *testing.F) {
	f.Add(append(frame(0, 1, 2, 3), frame(1)...), byte(3))
	f.Add(append(frame(0, filled(600)...), frame(1, filled(300)...)...), byte(0))
	f.Add(frame(0, filled(40_000)...), byte(1))
	f.Fuzz(func(t *testing.T, wire []byte, mode byte) {
		const limit = 50_000
		var want [][]byte
		for rest, seq := wire, byte(0); len(rest) >= headerSize && rest[3] == seq; seq++ {
			n := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
			if n > limit || n > len(rest)-headerSize {
				break
			}
			want = append(want, rest[headerSize:headerSize+n])
			rest = rest[headerSize+n:]
		}
		r := NewReader(bytes.NewReader(bytes.Clone(wire)), limit)
		r.SetExact(mode&1 != 0)
		for i := 0; ; i++ {
			if mode&2 != 0 {
				r.Release()
			}
			p, err := r.ReadPacket()
			if err != nil {
				if i != len(want) {
					t.Fatalf("packet %d of %d: %v", i, len(want), err)
				}
				return
			}
			if i >= len(want) || !bytes.Equal(p, want[i]) {
				t.Fatalf("packet %d of %d: %x", i, len(want), p)
			}
		}
	})
}
