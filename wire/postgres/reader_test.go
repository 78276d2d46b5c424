package postgres

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unsafe"
)

func message(t MessageType, payload string) []byte {
	out, _ := rawAgain(t, b(payload))
	return out
}

func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i * 31 >> 3)
	}
	return p
}

func TestNextRefuses(t *testing.T) {
	for _, c := range []struct {
		name, wire string
		from       Side
		want       any
	}{
		{"no such type", "z\x00\x00\x00\x04", Frontend, new(*MalformedError)},
		{"no such type, above ASCII", "\xff\x00\x00\x00\x04", Backend, new(*MalformedError)},
		{"a message of the other side", "T\x00\x00\x00\x06\x00\x00", Frontend, new(*MalformedError)},
		{"a length of 3", "S\x00\x00\x00\x03", Frontend, new(*MalformedError)},
		{"a negative length", "Q\xff\xff\xff\xff", Frontend, new(*TooLargeError)},
		{"over 1 GiB", "d\x40\x00\x00\x00", Frontend, new(*TooLargeError)},
		{"a Sync with a payload", "S\x00\x00\x00\x05x", Frontend, new(*TooLargeError)},
		{"a ReadyForQuery without one", "Z\x00\x00\x00\x04", Backend, new(*MalformedError)},
		{"a Describe of 10,000 bytes", "D\x00\x00\x27\x11", Frontend, new(*TooLargeError)},
		{"a password of 64 KiB", "p\x00\x01\x00\x00", Frontend, new(*TooLargeError)},
		{"a DataRow without a number", "D\x00\x00\x00\x05x", Backend, new(*MalformedError)},
		{"from nobody", "S\x00\x00\x00\x04", 0, new(*MalformedError)},
	} {
		r := NewReader(strings.NewReader(c.wire), c.from, 1<<20)
		_, err := r.Next()
		if !errors.As(err, c.want) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, again := r.Next(); again != err {
			t.Errorf("%s, and then: %v", c.name, again)
		}
		if _, _, err := r.ForwardRows(NewWriter(io.Discard), 1); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestReadWays reads the same stream byte by byte, in odd pieces and at once,
// whole, forwarded and in pieces.
func TestReadWays(t *testing.T) {
	row := manyRows(1, 100)
	stream := bytes.Join([][]byte{message(MsgParameterStatus, "a\x00b\x00"), row, row, message(MsgCommandComplete, "SELECT 2\x00"),
		message(MsgCopyData, string(pattern(smallSize))), message(MsgCopyData, string(pattern(bufferSize-headerSize))),
		message(MsgCopyData, string(pattern(bufferSize))), message(MsgCopyData, string(pattern(300_000))), message(MsgCopyData, ""),
		message(MsgReadyForQuery, "I")}, nil)
	for name, source := range map[string]func() io.Reader{
		"at once":      func() io.Reader { return bytes.NewReader(stream) },
		"byte by byte": func() io.Reader { return iotest.OneByteReader(bytes.NewReader(stream)) },
		"by halves":    func() io.Reader { return iotest.HalfReader(bytes.NewReader(stream)) },
		"with the end": func() io.Reader { return iotest.DataErrReader(bytes.NewReader(stream)) },
	} {
		for way := range 4 {
			var out bytes.Buffer
			r, w := NewReader(source(), Backend, 1<<20), NewWriter(&out)
			err := copyMessages(r, w, way)
			if err != io.EOF || !bytes.Equal(out.Bytes(), stream) || r.Buffered() != 0 || w.Buffered() != 0 {
				t.Errorf("%s, way %d: %v, %d bytes of %d", name, way, err, out.Len(), len(stream))
			}
			if r.Release(); r.big != nil || r.joined != nil || w.buf != nil {
				t.Errorf("%s, way %d: memory is held", name, way)
			}
		}
	}
}

func copyMessages(r *Reader, w *Writer, way int) error {
	for {
		if way == 3 {
			if _, _, err := r.ForwardRows(w, 1); err != nil {
				return err
			}
		}
		h, err := r.Next()
		if err != nil {
			if werr := w.Flush(); werr != nil {
				return werr
			}
			return err
		}
		switch way {
		case 0:
			p, err := r.Payload()
			if err != nil {
				return err
			}
			if err := w.WriteMessage(h.Type, p); err != nil {
				return err
			}
		case 1:
			if err := w.WriteHead(h); err != nil {
				return err
			}
			for {
				p, err := r.Piece()
				if err != nil {
					return err
				}
				if len(p) == 0 {
					break
				}
				if err := w.Write(p); err != nil {
					return err
				}
			}
		default:
			if n, err := r.Forward(w); err != nil || n != int64(h.Len) {
				return err
			}
		}
	}
}

func TestForwardRows(t *testing.T) {
	row := manyRows(1, 64)
	stream := bytes.Join([][]byte{bytes.Repeat(row, 5), message(MsgCommandComplete, "SELECT 5\x00"), row, row[:20]}, nil)
	var out bytes.Buffer
	r, w := NewReader(bytes.NewReader(stream), Backend, 100), NewWriter(&out)
	if rows, n, err := r.ForwardRows(w, 9); rows != 0 || n != 0 || err != nil {
		t.Error("rows before anything was read:", rows, n, err)
	}
	if h, err := r.Next(); err != nil || h != (Head{MsgDataRow, 64 - headerSize}) {
		t.Fatal(h, err)
	}
	if rows, _, _ := r.ForwardRows(w, 9); rows != 0 {
		t.Error("rows amid a message")
	}
	if _, err := r.Forward(w); err != nil {
		t.Fatal(err)
	}
	for _, want := range []uint64{3, 1, 0} {
		rows, n, err := r.ForwardRows(w, 3)
		if rows != want || n != want*(64-headerSize) || err != nil {
			t.Error(rows, n, err)
		}
	}
	typ, p, err := r.ReadMessage()
	if err != nil || typ != MsgCommandComplete || string(p) != "SELECT 5\x00" {
		t.Error(typ, p, err)
	}
	if rows, _, err := r.ForwardRows(w, 3); rows != 1 || err != nil {
		t.Error("the row before one that is not whole:", rows, err)
	}
	if _, err := r.Next(); err != nil {
		t.Error(err)
	}
	if _, err := r.Forward(w); !errors.Is(err, io.ErrUnexpectedEOF) || w.Err() != nil {
		t.Error(err, w.Err())
	}
	if r := NewReader(bytes.NewReader(append(message(MsgSync, ""), row...)), Frontend, 100); r.fill(40) != nil || r.Skip() != nil {
		t.Error("skipping")
	} else if rows, _, _ := r.ForwardRows(w, 1); rows != 0 {
		t.Error("rows of a frontend")
	}
}

func TestPayloadIsBounded(t *testing.T) {
	r := NewReader(io.MultiReader(bytes.NewReader(message(MsgQuery, "SELECT 1\x00")), strings.NewReader("Q\x3f\xff\xff\xff")), Frontend, 9)
	if _, p, err := r.ReadMessage(); err != nil || len(p) != 9 {
		t.Fatal(p, err)
	}
	_, _, err := r.ReadMessage()
	if e, ok := errors.AsType[*TooLargeError](err); !ok || e.Size != maxPayload || e.Max != 9 || e.Message != "Query" {
		t.Error(err)
	}
	// A length alone must not take memory.
	r = NewReader(io.MultiReader(strings.NewReader("Q\x3f\xff\xff\xff"), bytes.NewReader(make([]byte, 100_000))), Frontend, 1<<30)
	room := &purse{left: 1 << 30}
	r.SetRoom(room)
	if _, _, err := r.ReadMessage(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if room.most > 3*131_072 || room.held != 0 {
		t.Errorf("%d bytes were held, %d still are", room.most, room.held)
	}
}

// purse is a Room with so many bytes.
type purse struct{ left, held, most int }

var errEmpty = errors.New("the purse is empty")

func (p *purse) Take(n int) error {
	if n > p.left-p.held {
		return errEmpty
	}
	p.held += n
	p.most = max(p.most, p.held)
	return nil
}

func (p *purse) Give(n int) { p.held -= n }

func TestRoom(t *testing.T) {
	for _, size := range []int{bufferSize - headerSize, bufferSize, minJoined, minJoined + 1, maxPooled, maxPooled + 1, 5 << 20} {
		payload := pattern(size)
		wire := append(message(MsgCopyData, string(payload)), message(MsgSync, "")...)
		room := &purse{left: 1 << 30}
		r := NewReader(bytes.NewReader(wire), Frontend, size)
		r.SetRoom(room)
		_, got, err := r.ReadMessage()
		if err != nil || !bytes.Equal(got, payload) {
			t.Fatalf("%d bytes: %d came, %v", size, len(got), err)
		}
		if size+headerSize <= bufferSize != (room.held == 0) || room.held > 2*size {
			t.Errorf("%d bytes: %d are held", size, room.held)
		}
		if typ, _, err := r.ReadMessage(); typ != MsgSync || err != nil || room.held != 0 {
			t.Errorf("%d bytes: then %c, %v, %d held", size, typ, err, room.held)
		}
		if size < minJoined {
			continue
		}
		room = &purse{left: minJoined + 1}
		r = NewReader(bytes.NewReader(wire), Frontend, size)
		r.SetRoom(room)
		if _, _, err := r.ReadMessage(); size > minJoined != errors.Is(err, errEmpty) {
			t.Errorf("%d bytes and no room: %v", size, err)
		}
		if typ, _, err := r.ReadMessage(); typ != MsgSync || err != nil || room.held != 0 {
			t.Errorf("%d bytes and no room: then %c, %v, %d held", size, typ, err, room.held)
		}
	}
}

func TestReadStartup(t *testing.T) {
	long := (&StartupMessage{Version: Version30, Params: []Parameter{{"user", strings.Repeat("x", maxStartup-4-5-2)}}}).Append(nil)
	r := NewReader(bytes.NewReader(append(SSLRequest.Append(nil), long...)), Frontend, 0)
	if p, err := r.ReadStartup(); err != nil || len(p) != 4 {
		t.Fatal(p, err)
	}
	if p, err := r.ReadStartup(); err != nil || len(p) != maxStartup {
		t.Fatal(len(p), err)
	}
	if _, err := r.ReadStartup(); err != io.EOF {
		t.Fatal(err)
	}
	for wire, want := range map[string]error{"\x00\x00\x00\x07abc": ErrMalformed, "\x00\x00\x27\x15": ErrMalformed,
		"\xff\xff\xff\xff": ErrMalformed, "\x00\x00\x00": io.ErrUnexpectedEOF, "\x00\x00\x00\x08\x00\x03\x00": io.ErrUnexpectedEOF, "GET / HTTP/1.1\r\n": ErrMalformed} {
		if _, err := NewReader(strings.NewReader(wire), Frontend, 0).ReadStartup(); !errors.Is(err, want) {
			t.Errorf("%q: %v", wire, err)
		}
	}
}

// TestUpgradeRefusesPlaintext: bytes that came ahead of the TLS handshake are
// not taken for what came through it, on either side.
func TestUpgradeRefusesPlaintext(t *testing.T) {
	for _, extra := range []string{"", "x"} {
		want := error(nil)
		if extra != "" {
			want = ErrPlaintextBuffered
		}
		server := NewConn(struct {
			io.Reader
			io.Writer
		}{bytes.NewReader(append(SSLRequest.Append(nil), extra...)), io.Discard}, Frontend, 0)
		if _, err := server.R.ReadStartup(); err != nil {
			t.Fatal(err)
		}
		if err := server.Upgrade(new(bytes.Buffer)); !errors.Is(err, want) {
			t.Errorf("server, %q behind: %v", extra, err)
		}
		client := NewConn(struct {
			io.Reader
			io.Writer
		}{strings.NewReader("S" + extra), io.Discard}, Backend, 0)
		if yes, err := client.R.ReadEncryptionAnswer(SSLRequest); !yes || err != nil {
			t.Fatal(yes, err)
		}
		if err := client.Upgrade(new(bytes.Buffer)); !errors.Is(err, want) {
			t.Errorf("client, %q behind: %v", extra, err)
		}
	}
	for answer, want := range map[string]error{"N": nil, "G": ErrMalformed, "E": ErrMalformed, "": io.EOF} {
		if yes, err := NewReader(strings.NewReader(answer), Backend, 0).ReadEncryptionAnswer(SSLRequest); yes || !errors.Is(err, want) {
			t.Errorf("%q: %v, %v", answer, yes, err)
		}
	}
}

func TestNextAfterTimeout(t *testing.T) {
	wire := message(MsgQuery, "SELECT 1\x00")
	r := NewReader(iotest.TimeoutReader(iotest.OneByteReader(bytes.NewReader(wire))), Frontend, 100)
	if _, err := r.Next(); !errors.Is(err, iotest.ErrTimeout) {
		t.Fatal(err)
	}
	if typ, p, err := r.ReadMessage(); typ != MsgQuery || string(p) != "SELECT 1\x00" || err != nil {
		t.Error(typ, p, err)
	}
}

func TestWriter(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	for i := range 10_000 {
		if err := w.Write(AppendReadyForQuery(w.AvailableBuffer(), TxIdle)); err != nil {
			t.Fatal(err)
		}
		if w.Buffered()+out.Len() != 6*(i+1) {
			t.Fatal(i, w.Buffered(), out.Len())
		}
	}
	big := AppendCopyData(w.AvailableBuffer(), pattern(100_000))
	if err := errors.Join(w.Write(big), w.Flush(), w.Flush()); err != nil || out.Len() != 60_000+100_005 || w.Buffered() != 0 {
		t.Error(err, out.Len())
	}
	if !bytes.Equal(out.Bytes()[:60_000], bytes.Repeat(AppendReadyForQuery(nil, TxIdle), 10_000)) || !bytes.Equal(out.Bytes()[60_005:], pattern(100_000)) {
		t.Error("other bytes")
	}
}

// TestIdleIsSmall: what a connection holds while it waits is its Reader and
// Writer and no buffer.
func TestIdleIsSmall(t *testing.T) {
	if n := unsafe.Sizeof(Reader{}) + unsafe.Sizeof(Writer{}); n > 1024 {
		t.Errorf("%d bytes", n)
	}
}

type brokenWriter struct{ n int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	w.n++
	return 0, errBroken
}

func TestWriterKeepsItsError(t *testing.T) {
	dst := new(brokenWriter)
	w := NewWriter(dst)
	if err := w.WriteMessage(MsgSync, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Flush(); !errors.Is(err, errBroken) || !errors.Is(w.Write(make([]byte, bufferSize)), errBroken) || w.Err() != err || dst.n != 1 {
			t.Error(err, w.Err(), dst.n)
		}
	}
}

func TestTooLargeToEncodePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"65,536 items":   func() { AppendRowDescription(nil, make([]Column, maxItems+1)) },
		"over 1 GiB":     func() { frameLength(maxLength + 1) },
		"less than none": func() { _ = NewWriter(io.Discard).WriteHead(Head{Len: -1}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
