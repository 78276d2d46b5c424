package mysql

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func frame(seq byte, payload ...byte) []byte {
	n := len(payload)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), seq}, payload...)
}

// filled returns n bytes that are not all the same.
func filled(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>8)
	}
	return b
}

func TestPacketRoundTrip(t *testing.T) {
	sizes := []int{0, 1, smallSize - headerSize, smallSize, bufferSize - headerSize, bufferSize - headerSize + 1,
		bufferSize, 3*bufferSize + 1, maxFrame - 1, maxFrame, maxFrame + 1, 2 * maxFrame, 2*maxFrame + 5}
	for _, size := range sizes {
		payload := filled(size)
		var wire bytes.Buffer
		w := NewWriter(&wire)
		for range 2 {
			if err := w.WritePacket(payload); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		frames := size/maxFrame + 1
		if got, want := wire.Len(), 2*(size+frames*headerSize); got != want {
			t.Fatalf("%d bytes: wrote %d, want %d", size, got, want)
		}
		sent := bytes.Clone(wire.Bytes())

		held := NewReader(bytes.NewReader(sent), size)
		for range 2 {
			got, err := held.ReadPacket()
			if err != nil || !bytes.Equal(got, payload) {
				t.Fatalf("%d bytes: read %d bytes, %v", size, len(got), err)
			}
		}
		if _, err := held.ReadPacket(); err != io.EOF {
			t.Fatalf("%d bytes: at the end: %v", size, err)
		}

		for _, exact := range []bool{false, true} {
			var out bytes.Buffer
			fr, fw := NewReader(bytes.NewReader(sent), 0), NewWriter(&out)
			fr.SetExact(exact)
			for range 2 {
				if _, err := fr.Next(); err != nil {
					t.Fatal(err)
				}
				if n, err := fr.Forward(fw); err != nil || n != int64(size) {
					t.Fatalf("%d bytes: forwarded %d, %v", size, n, err)
				}
			}
			if err := fw.Flush(); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out.Bytes(), sent) {
				t.Fatalf("%d bytes: forwarded frames differ (exact %v)", size, exact)
			}
		}
		if size > 0 {
			var tooLarge *TooLargeError
			r := NewReader(bytes.NewReader(sent), size-1)
			if _, err := r.ReadPacket(); !errors.As(err, &tooLarge) || tooLarge.Max != size-1 {
				t.Fatalf("%d bytes over the limit: %v", size, err)
			}
			if _, err := r.Next(); !errors.As(err, &tooLarge) {
				t.Fatalf("%d bytes: the error did not stay: %v", size, err)
			}
		}
	}
}

func TestReaderOneByteAtATime(t *testing.T) {
	var wire []byte
	for i := range 5 {
		wire = append(wire, frame(byte(i), filled(i*300)...)...)
	}
	r := NewReader(iotest.OneByteReader(bytes.NewReader(wire)), 1<<20)
	for i := range 5 {
		got, err := r.ReadPacket()
		if err != nil || !bytes.Equal(got, filled(i*300)) {
			t.Fatalf("packet %d: %d bytes, %v", i, len(got), err)
		}
	}
}

func TestReaderTruncated(t *testing.T) {
	wire := append(frame(0, filled(10)...), frame(1, filled(40000)...)...)
	for _, n := range []int{1, 3, 4, 5, 13, 15, 17, 18, 19, 500, 39999, len(wire) - 1} {
		for _, how := range []string{"hold", "skip", "forward"} {
			r := NewReader(bytes.NewReader(wire[:n]), 1<<20)
			var err error
			for err == nil {
				if _, err = r.Next(); err != nil {
					break
				}
				switch how {
				case "hold":
					_, err = r.Packet()
				case "skip":
					err = r.Skip()
				case "forward":
					_, err = r.Forward(NewWriter(io.Discard))
				}
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("cut at %d, %s: %v", n, how, err)
			}
		}
	}
}

func TestSequence(t *testing.T) {
	r := NewReader(bytes.NewReader(append(frame(0, 1), frame(2, 1)...)), 10)
	if _, err := r.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	var sequence *SequenceError
	if _, err := r.ReadPacket(); !errors.As(err, &sequence) || *sequence != (SequenceError{Got: 2, Want: 1}) {
		t.Fatal(err)
	}

	// The number wraps round.
	var wire bytes.Buffer
	w := NewWriter(&wire)
	for range 600 {
		if err := w.WritePacket([]byte{1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	r = NewReader(&wire, 10)
	for range 600 {
		if _, err := r.ReadPacket(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestConnSharesSequence(t *testing.T) {
	var out bytes.Buffer
	in := bytes.NewReader(append(frame(1, 'a'), frame(0, 'b')...))
	c := NewConn(struct {
		io.Reader
		io.Writer
	}{in, &out}, 10)
	if err := c.Send([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	if err := c.Send(nil); err != nil {
		t.Fatal(err)
	}
	c.NewExchange()
	if _, err := c.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	want := append(frame(0, []byte("hello")...), frame(2)...)
	if !bytes.Equal(out.Bytes(), want) || c.Sequence() != 1 {
		t.Fatalf("wrote %x, next %d", out.Bytes(), c.Sequence())
	}
}

func TestForwardRenumbers(t *testing.T) {
	var wire []byte
	for i := range 3 {
		wire = append(wire, frame(byte(i), byte(i), 9)...)
	}
	var out bytes.Buffer
	r, w := NewReader(bytes.NewReader(wire), 0), NewWriter(&out)
	*w.seq = 254
	for range 3 {
		h, err := r.Next()
		if err != nil || h.Len != 2 {
			t.Fatal(h, err)
		}
		if p, err := r.Peek(100); err != nil || len(p) != 2 || p[0] != h.First {
			t.Fatal(p, err)
		}
		if _, err := r.Forward(w); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() != 0 || w.Buffered() != len(wire) {
		t.Fatalf("written before the flush: %d, waiting: %d", out.Len(), w.Buffered())
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := append(append(frame(254, 0, 9), frame(255, 1, 9)...), frame(0, 2, 9)...)
	if !bytes.Equal(out.Bytes(), want) {
		t.Fatalf("%x", out.Bytes())
	}
}

func TestUpgrade(t *testing.T) {
	plain := bytes.NewReader(append(frame(0, 1), frame(1, 2)...))
	type rw struct {
		io.Reader
		io.Writer
	}
	c := NewConn(rw{plain, io.Discard}, 10)
	if _, err := c.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	if c.R.Buffered() == 0 {
		t.Fatal("the injected packet was not read ahead")
	}
	if err := c.Upgrade(rw{strings.NewReader(""), io.Discard}); err != ErrPlaintextBuffered {
		t.Fatal(err)
	}

	plain.Reset(append(frame(0, 1), "client hello"...))
	c = NewConn(rw{plain, io.Discard}, 10)
	c.R.SetExact(true)
	if _, err := c.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(plain); string(rest) != "client hello" {
		t.Fatalf("left for TLS: %q", rest)
	}
	if err := c.Upgrade(rw{bytes.NewReader(frame(1, 7)), io.Discard}); err != nil {
		t.Fatal(err)
	}
	if p, err := c.ReadPacket(); err != nil || p[0] != 7 {
		t.Fatal(p, err)
	}
}

func TestReleaseKeepsWhatIsBuffered(t *testing.T) {
	wire := append(frame(0, filled(1000)...), frame(1, 5)...)
	r := NewReader(bytes.NewReader(wire), 1<<20)
	if _, err := r.ReadPacket(); err != nil {
		t.Fatal(err)
	}
	r.Release()
	if p, err := r.ReadPacket(); err != nil || p[0] != 5 {
		t.Fatal(p, err)
	}
	r.Release()
	if r.big != nil {
		t.Fatal("an empty reader kept its buffer")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write(b []byte) (int, error) { return len(b) / 2, nil }

// counting counts the reads of a source that has always more than was asked for.
type counting struct {
	src   io.Reader
	reads int
}

func (c *counting) Read(b []byte) (int, error) {
	c.reads++
	return c.src.Read(b)
}

// TestStreamsInLargeReads: a Reader that has waited with its small buffer must
// not go on with it when many short packets come, each of which would fit.
func TestStreamsInLargeReads(t *testing.T) {
	const rows = 20_000
	var stream []byte
	for i := range rows {
		stream = append(stream, frame(byte(i), bytes.Repeat([]byte{'x'}, 50)...)...)
	}
	src := &counting{src: bytes.NewReader(stream)}
	r := NewReader(src, 1<<10)
	for i := range rows {
		if _, err := r.Next(); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		if err := r.Skip(); err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
	}
	if most := 2 * len(stream) / bufferSize; src.reads > most {
		t.Errorf("%d reads for %d bytes, at most %d are due", src.reads, len(stream), most)
	}
}

func TestWriterErrorStays(t *testing.T) {
	w := NewWriter(brokenWriter{})
	if err := w.WritePacket([]byte("x")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Flush(); !errors.Is(err, io.ErrShortWrite) {
			t.Fatal(err)
		}
	}
	if err := w.WritePacket(nil); !errors.Is(err, io.ErrShortWrite) || !errors.Is(w.Err(), io.ErrShortWrite) {
		t.Fatal(err)
	}
}

func TestReaderWithoutProgress(t *testing.T) {
	r := NewReader(iotest.ErrReader(nil), 10)
	if _, err := r.Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Fatal(err)
	}
}

// TestForwardMost stops before the frame that would be too much, and writes
// none of it.
func TestForwardMost(t *testing.T) {
	first := append([]byte{0xff, 0xff, 0xff, 0}, make([]byte, maxFrame)...)
	stream := append(first, frame(1, 7, 8, 9)...)
	for limit, whole := range map[int64]bool{maxFrame - 1: false, maxFrame: false, maxFrame + 2: false, maxFrame + 3: true} {
		var out bytes.Buffer
		r, w := NewReader(bytes.NewReader(bytes.Clone(stream)), 0), NewWriter(&out)
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		n, err := r.ForwardMost(w, limit)
		w.Flush()
		var large *TooLargeError
		if ok := err == nil; ok != whole || !ok && (!errors.As(err, &large) || int64(out.Len()) > limit+headerSize) {
			t.Errorf("limit %d: %d bytes, %v; %d were written", limit, n, err, out.Len())
		}
		if whole && (n != maxFrame+3 || !bytes.Equal(out.Bytes(), stream)) {
			t.Errorf("limit %d: %d bytes, %d were written", limit, n, out.Len())
		}
	}
}
