package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgproto3"
)

var samplesOnce = sync.OnceValue(samples)

// peerOf is the message of pgproto3 for a payload, nil where it has none or
// the same bytes mean several.
func peerOf(from Side, t MessageType, p []byte) pgproto3.Message {
	for _, s := range samplesOnce() {
		if s.from != from || s.from != 0 && MessageType(s.wire[0]) != t {
			continue
		}
		if t == MsgAuthentication && (len(p) < 4 || !bytes.Equal(p[:4], s.payload()[:4])) {
			continue
		}
		return s.peer
	}
	return nil
}

// comparePeer asks pgproto3 for its opinion of a payload that this codec takes.
func comparePeer(t *testing.T, from Side, typ MessageType, p, wire []byte) {
	t.Helper()
	peer := peerOf(from, typ, p)
	if peer == nil {
		return
	}
	if err := peer.Decode(p); err != nil {
		t.Fatalf("%s %q is refused by pgproto3: %v", from.Name(typ), p, err)
	}
	got, err := peer.(interface{ Encode([]byte) ([]byte, error) }).Encode(nil)
	if err != nil || !bytes.Equal(got, wire) {
		t.Fatalf("%s %q is written by pgproto3 as\n%q, here as\n%q, %v", from.Name(typ), p, got, wire, err)
	}
}

// fuzzFrames splits a stream in the plainest way and by a Reader, passes it on
// in every way that there is, and decodes each message.
func fuzzFrames(t *testing.T, from Side, stream []byte) {
	const limit = 50_000
	var want []Head
	rest := stream
	for len(rest) >= headerSize {
		h, err := from.head(MessageType(rest[0]), binary.BigEndian.Uint32(rest[1:]))
		if err != nil || h.Len > len(rest)-headerSize {
			break
		}
		want = append(want, h)
		p := rest[headerSize : headerSize+h.Len]
		rest = rest[headerSize+h.Len:]
		wire, err := again(from, h.Type, p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrUnsupported) {
				t.Fatal(err)
			}
			continue
		}
		if h.Type == MsgErrorResponse && from == Backend || h.Type == MsgNoticeResponse {
			continue // fields may be unknown, repeated or in another order
		}
		if wire[0] != byte(h.Type) || !bytes.Equal(wire[headerSize:], p) {
			t.Fatalf("%s %q came back as %q", from.Name(h.Type), p, wire)
		}
		comparePeer(t, from, h.Type, p, wire)
	}
	whole := stream[:len(stream)-len(rest)]
	for way := range 4 {
		var out bytes.Buffer
		r, w := NewReader(bytes.NewReader(bytes.Clone(stream)), from, limit), NewWriter(&out)
		err := copyMessages(r, w, way)
		if err == nil {
			t.Fatal("no end")
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		// What is cut off may have been passed on up to the cut, and what is
		// over the limit only when it is not held.
		got := out.Bytes()
		if !bytes.HasPrefix(stream, got) || len(got) < len(whole) && way > 0 {
			t.Fatalf("way %d: %d bytes of %d, %v", way, len(got), len(whole), err)
		}
		if _, tooLarge := errors.AsType[*TooLargeError](err); way == 0 && len(got) < len(whole) && !tooLarge {
			t.Fatalf("held: %d bytes of %d, %v", len(got), len(whole), err)
		}
		if errors.Is(err, io.EOF) && len(got) != len(stream) {
			t.Fatalf("way %d: an end at %d of %d bytes", way, len(got), len(stream))
		}
	}
	rows, size := scanRows(stream, 1<<20)
	for _, h := range want[:min(int(rows), len(want))] {
		if size -= headerSize + h.Len; from == Backend && h.Type != MsgDataRow {
			t.Fatalf("%+v passed for a row", h)
		}
	}
	if from == Backend && (int(rows) > len(want) || size != 0) {
		t.Fatal(rows, len(want), size)
	}
}

func FuzzFrontendFrames(f *testing.F) {
	var all []byte
	for _, s := range samples() {
		if s.from == Frontend {
			f.Add(s.wire)
			all = append(all, s.wire...)
		}
	}
	f.Add(all)
	f.Add(message(MsgCopyData, string(pattern(60_000))))
	f.Fuzz(func(t *testing.T, stream []byte) { fuzzFrames(t, Frontend, stream) })
}

func FuzzBackendFrames(f *testing.F) {
	var all []byte
	for _, s := range samples() {
		if s.from == Backend {
			f.Add(s.wire)
			all = append(all, s.wire...)
		}
	}
	f.Add(all)
	f.Add(append(manyRows(3, 100), all...))
	f.Fuzz(func(t *testing.T, stream []byte) { fuzzFrames(t, Backend, stream) })
}

func FuzzStartup(f *testing.F) {
	for _, s := range samples() {
		if s.from == 0 {
			f.Add(s.wire)
		}
	}
	f.Add((&StartupMessage{Version: Version30}).Append(nil))
	f.Add((&StartupMessage{Version: Version32, Params: []Parameter{{"user", "a"}, {"_pq_.x", ""}}}).Append(nil))
	f.Fuzz(func(t *testing.T, wire []byte) {
		p, err := NewReader(bytes.NewReader(wire), Frontend, 0).ReadStartup()
		if err != nil {
			return
		}
		m, err := DecodeStartup(p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrUnsupported) {
				t.Fatal(err)
			}
			return
		}
		if got := m.Append(nil); !bytes.Equal(got, wire[:4+len(p)]) {
			t.Fatalf("%q came back as %q", wire, got)
		}
		if m, ok := m.(*StartupMessage); ok {
			n, needed := m.Negotiate(Version30)
			if needed != (m.Version > Version30 || len(n.Options) > 0) {
				t.Fatal(n, needed)
			}
			var peer pgproto3.StartupMessage
			// pgproto3 knows no other versions, and no message without parameters.
			if m.Version != Version30 && m.Version != Version32 || len(m.Params) == 0 {
				return
			}
			if err := peer.Decode(p); err != nil || len(peer.Parameters) != len(m.Params) {
				t.Fatal(peer, err)
			}
			for _, param := range m.Params {
				if peer.Parameters[param.Name] != param.Value {
					t.Fatal(param, peer)
				}
			}
		}
	})
}

func FuzzRowDescription(f *testing.F) {
	f.Add(AppendRowDescription(nil, []Column{{Name: b("id"), Table: 1, Attribute: 1, Type: 23}, {Name: b(""), Format: FormatBinary}})[headerSize:])
	f.Fuzz(func(t *testing.T, p []byte) {
		columns, err := DecodeRowDescription(nil, p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || columns != nil {
				t.Fatal(columns, err)
			}
			return
		}
		wire := AppendRowDescription(nil, columns)
		if !bytes.Equal(wire[headerSize:], p) {
			t.Fatalf("%q came back as %q", p, wire)
		}
		comparePeer(t, Backend, MsgRowDescription, p, wire)
	})
}

// FuzzDataRow keeps some cells of a row and replaces others.
func FuzzDataRow(f *testing.F) {
	f.Add(b("\x00\x03\x00\x00\x00\x01a\xff\xff\xff\xff\x00\x00\x00\x00"), byte(5), b("mask"))
	f.Fuzz(func(t *testing.T, p []byte, which byte, mask []byte) {
		cells := RowCells(p)
		var kept, masked RowBuilder
		kept.Start(cells.Len())
		masked.Start(cells.Len())
		var want [][]byte
		for cells.Next() {
			kept.Keep(&cells)
			v := cells.Value()
			if which&(1<<(cells.Index()%8)) != 0 {
				v = mask
				masked.Cell(mask)
			} else {
				masked.Keep(&cells)
			}
			want = append(want, v)
		}
		if err := cells.Err(); err != nil {
			if !errors.Is(err, ErrMalformed) || cells.Next() {
				t.Fatal(err)
			}
			return
		}
		wire, err := kept.Row()
		if err != nil || !bytes.Equal(wire[headerSize:], p) {
			t.Fatalf("%q kept as %q, %v", p, wire, err)
		}
		comparePeer(t, Backend, MsgDataRow, p, wire)
		wire, err = masked.Row()
		if err != nil {
			t.Fatal(err)
		}
		var peer pgproto3.DataRow
		if err := peer.Decode(wire[headerSize:]); err != nil || len(peer.Values) != len(want) {
			t.Fatal(peer.Values, want, err)
		}
		for i, v := range want {
			if !bytes.Equal(peer.Values[i], v) || (peer.Values[i] == nil) != (v == nil) {
				t.Fatalf("cell %d: %q, want %q", i, peer.Values[i], v)
			}
		}
	})
}

func FuzzBind(f *testing.F) {
	m := Bind{Portal: b("p"), Statement: b("s"), ParamFormats: NewFormats(FormatBinary), Params: NewValues(b("1"), nil), ResultFormats: NewFormats(FormatText)}
	f.Add(m.Append(nil)[headerSize:])
	f.Add((&Bind{}).Append(nil)[headerSize:])
	f.Fuzz(func(t *testing.T, p []byte) {
		m, err := DecodeBind(p)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		wire := m.Append(nil)
		if !bytes.Equal(wire[headerSize:], p) {
			t.Fatalf("%q came back as %q", p, wire)
		}
		comparePeer(t, Frontend, MsgBind, p, wire)
		values := [][]byte{}
		cells := m.Params.Cells()
		for cells.Next() {
			values = append(values, cells.Value())
			if m.ParamFormats.Of(cells.Index()) > FormatBinary {
				t.Fatal("format")
			}
		}
		if err := cells.Err(); err != nil || len(values) != m.Params.Len() {
			t.Fatal("parameters were checked, and then:", err)
		}
		m.Params = NewValues(values...)
		if !bytes.Equal(m.Append(nil), wire) {
			t.Fatalf("%q came back as %q", wire, m.Append(nil))
		}
	})
}

func FuzzErrorResponse(f *testing.F) {
	f.Add(fullError().Append(nil)[headerSize:])
	f.Add(b("SERROR\x00Zx\x00P99999999999\x00\x00"))
	f.Fuzz(func(t *testing.T, p []byte) {
		e, err := DecodeError(p)
		fields := 0
		if each := EachErrorField(p, func(byte, []byte) { fields++ }); (each == nil) != (err == nil) {
			t.Fatal(err, each)
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		got, err := DecodeError(e.Append(nil)[headerSize:])
		if err != nil || !cmp.Equal(got, e) {
			t.Fatalf("%v\n%s", err, cmp.Diff(got, e))
		}
		var peer pgproto3.ErrorResponse
		if err := peer.Decode(p); err != nil {
			t.Fatal(err)
		}
		if peer.Severity != e.Severity || peer.SeverityUnlocalized != e.SeverityCode || peer.Code != e.Code || peer.Message != e.Message ||
			peer.Detail != e.Detail || peer.Hint != e.Hint || peer.ConstraintName != e.Constraint || peer.Routine != e.Routine {
			t.Fatalf("%+v\n%+v", peer, e)
		}
	})
}

// FuzzScramServer gives a server what it likes: it must refuse whoever does not
// know the password, and never answer twice.
func FuzzScramServer(f *testing.F) {
	v := Verifier{Salt: b("0123456789abcdef"), Iterations: 4096}
	f.Add(true, b(ScramSHA256Plus), b("p=tls-server-end-point,,n=,r=abc"), b("c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsY2VydA==,r="), b(",p=AAAA"))
	f.Add(false, b(ScramSHA256), b("n,,n=,r=abc"), b("c=biws,r="), b(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
	f.Add(false, b(ScramSHA256), b("y,,n=user,r=abc,x=1"), b("c=eSws,r="), b(",y=2,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
	f.Fuzz(func(t *testing.T, bound bool, mechanism, first, head, tail []byte) {
		var binding []byte
		if bound {
			binding = b("cert")
		}
		s, err := NewScramServer(binding, v)
		if err != nil {
			t.Fatal(err)
		}
		known := func(err error) bool {
			return errors.Is(err, ErrMalformed) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrChannelBinding)
		}
		answer, err := s.First(mechanism, first)
		if err != nil {
			if !known(err) || s.state != scramFailed {
				t.Fatal(err)
			}
			return
		}
		a := attributesOf(answer)
		if nonce := a.take('r'); a.bad || string(nonce) != s.nonce || len(nonce) < 25 {
			t.Fatalf("%q", answer)
		}
		out, err := s.Final(bytes.Join([][]byte{head, []byte(s.nonce), tail}, nil))
		if out != nil || s.Done() || !known(err) && !errors.Is(err, ErrWrongPassword) {
			t.Fatalf("%q, %v", out, err)
		}
		if _, err := s.Final(head); !errors.Is(err, errScramOrder) {
			t.Fatal(err)
		}
	})
}

// FuzzScramClient gives a client what it likes: it must never believe a server
// that does not know the password.
func FuzzScramClient(f *testing.F) {
	f.Add(b("r="), b("xyz,s=c2FsdA==,i=4096"), b("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
	f.Add(b("r="), b("xyz,s=c2FsdA==,i=10000000,x=1"), b("e=invalid-proof"))
	f.Fuzz(func(t *testing.T, head, tail, final []byte) {
		c, err := NewScramClient([]string{ScramSHA256Plus, ScramSHA256}, b("cert"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.First(); err != nil {
			t.Fatal(err)
		}
		challenge, err := c.Challenge(bytes.Join([][]byte{head, []byte(c.nonce), tail}, nil))
		if err != nil {
			if !errors.Is(err, ErrMalformed) || c.state != scramFailed {
				t.Fatal(err)
			}
			return
		}
		if challenge.Iterations < minIterations || challenge.Iterations > maxIterations || len(challenge.Salt) == 0 {
			t.Fatal(challenge)
		}
		if out, err := c.Final(SaltedPassword{}); err != nil || len(out) > 2*maxScram {
			t.Fatal(out, err)
		}
		if err := c.Verify(final); err == nil || c.Done() {
			t.Fatal("believed")
		}
	})
}

// FuzzCopyLines cuts a stream in any two places: that must not change what is
// counted.
func FuzzCopyLines(f *testing.F) {
	f.Add(false, b("1\ta\\\nb\r\n2\n\\.\n"), uint(3), uint(9))
	f.Add(true, b(binaryHead+"\x00\x01\x00\x00\x00\x01a\xff\xff"), uint(5), uint(25))
	f.Fuzz(func(t *testing.T, isBinary bool, stream []byte, i, j uint) {
		format := FormatText
		if isBinary {
			format = FormatBinary
		}
		count := func(pieces ...[]byte) (uint64, bool) {
			c := NewCopyLines(format)
			failed := false
			for _, p := range pieces {
				failed = c.Count(p) != nil
			}
			rows := c.Rows()
			failed = c.Finish() != nil || failed
			if !isBinary && (failed || c.Rows() < rows || c.Rows() > rows+1) || c.Rows() > uint64(len(stream)) {
				t.Fatal(failed, rows, c.Rows())
			}
			return c.Rows(), failed
		}
		n := uint(len(stream)) + 1
		i, j = min(i%n, j%n), max(i%n, j%n)
		rows, failed := count(stream)
		if rows2, failed2 := count(stream[:i], stream[i:j], stream[j:]); rows2 != rows || failed2 != failed {
			t.Fatalf("%d rows, %v; cut at %d and %d: %d, %v", rows, failed, i, j, rows2, failed2)
		}
		plain := !bytes.ContainsAny(stream, "\\\r")
		if want := bytes.Count(stream, b("\n")); !isBinary && plain && rows != uint64(want) && rows != uint64(want)+1 {
			t.Fatal(rows, want)
		}
	})
}
