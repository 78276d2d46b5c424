package httpgate

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
)

// pieces is a connection whose reads return at most step bytes.
type pieces struct {
	net.Conn
	left []byte
	step int
	fail error // once, before the first read
}

func (p *pieces) Read(b []byte) (int, error) {
	if err := p.fail; err != nil {
		p.fail = nil
		return 0, err
	}
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.step)], p.left)
	p.left = p.left[n:]
	return n, nil
}

func framed(in string, step int) *framing {
	return newFraming(&pieces{left: []byte(in), step: step}, nil, 1<<10)
}

func TestFramingPasses(t *testing.T) {
	for _, in := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding:chunked\r\nTrailer: X-Sum\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("\n\r\x00GET ", 100000)[:100000],
	} {
		for _, step := range []int{1, 2, 7, 1 << 20} {
			got, err := io.ReadAll(framed(in, step))
			if err != nil || string(got) != in {
				t.Errorf("in steps of %d: got %.80q, %v; want %.80q", step, got, err, in)
			}
		}
	}
}

func TestFramingRefuses(t *testing.T) {
	const get = "GET / HTTP/1.1\r\nHost: a\r\n"
	const post = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct{ in, note string }{
		{get + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "the body is framed in more than one way"},
		{get + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", "the body is framed in more than one way"},
		{get + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "the body is framed in more than one way"},
		{get + "Content-Length: 1, 1\r\n\r\n", "the Content-Length is not a number"},
		{get + "Content-Length: +1\r\n\r\n", "the Content-Length is not a number"},
		{get + "Content-Length: -1\r\n\r\n", "the Content-Length is not a number"},
		{get + "Content-Length: 0x1\r\n\r\n", "the Content-Length is not a number"},
		{get + "Content-Length:\r\n\r\n", "the Content-Length is not a number"},
		{get + "Content-Length: 99999999999999999999\r\n\r\n", "the Content-Length is not a number"},
		{get + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "the body is framed in more than one way"},
		{get + "Transfer-Encoding: gzip, chunked\r\n\r\n", "the transfer encoding is not chunked"},
		{get + "Transfer-Encoding: identity\r\n\r\n", "the transfer encoding is not chunked"},
		{get + "Transfer-Encoding: xchunked\r\n\r\n", "the transfer encoding is not chunked"},
		{get + "Transfer-Encoding:\x0bchunked\r\n\r\n", "a header field's value has a control character"},
		{get + "Transfer-Encoding : chunked\r\n\r\n", "a header field's name is not a token"},
		{get + "Transfer-Encoding\x00: chunked\r\n\r\n", "a header field's name is not a token"},
		{get + " folded: 1\r\n\r\n", "a header field's name is not a token"},
		{get + "X: 1\r\n\tfolded\r\n\r\n", "a header line has no name"},
		{get + "X: a\x00b\r\n\r\n", "a header field's value has a control character"},
		{get + "X: a\rb\r\n\r\n", "a header field's value has a control character"},
		{get + "no colon\r\n\r\n", "a header line has no name"},
		{get + ": x\r\n\r\n", "a header line has no name"},
		{get + "Host: b\r\n\r\n", "the request names more than one host"},
		{"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", "the host is not valid"},
		{"GET / HTTP/1.1\r\nX: 1\r\n\r\n", "the request names no host"},
		{"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0 has no transfer encodings"},
		{"GET / HTTP/1.1\nHost: a\n\n", "a line does not end in CRLF"},
		{get + "X: 1\nY: 2\r\n\r\n", "a line does not end in CRLF"},
		{"\r\n" + get + "\r\n", "the request line has not three parts"},
		{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "the request line has not three parts"},
		{"GET /\r\nHost: a\r\n\r\n", "the request line has not three parts"},
		{"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", "the version is not HTTP/1.1 or 1.0"},
		{"GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", "the target has a space or a control character"},
		{"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", "the method is not a token"},
		{"GET / HTTP/1.2\r\nHost: a\r\n\r\n", "the version is not HTTP/1.1 or 1.0"},
		{"GET / http/1.1\r\nHost: a\r\n\r\n", "the version is not HTTP/1.1 or 1.0"},
		{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "the version is not HTTP/1.1 or 1.0"},
		{get + "X: " + strings.Repeat("x", 2000) + "\r\n\r\n", "the head is larger than the door reads"},
		{post + "1;ext=1\r\na\r\n0\r\n\r\n", "a chunk has an invalid size"},
		{post + "0x1\r\na\r\n0\r\n\r\n", "a chunk has an invalid size"},
		{post + "+1\r\na\r\n0\r\n\r\n", "a chunk has an invalid size"},
		{post + " 1\r\na\r\n0\r\n\r\n", "a chunk has an invalid size"},
		{post + "\r\n\r\n", "a chunk has an invalid size"},
		{post + "1\na\r\n0\r\n\r\n", "a line does not end in CRLF"},
		{post + "fffffffffffffffff\r\na", "a chunk has an invalid size"},
		{post + strings.Repeat("0", 100), "a chunk has an invalid size"},
		{post + "1\r\nab\r\n0\r\n\r\n", "a chunk is longer than its size"},
		{post + "0\r\nContent-Length: 5\r\n\r\n", "a trailer is named like a header field that is trusted"},
		{post + "0\r\nX_Forwarded_For: 5\r\n\r\n", "a trailer is named like a header field that is trusted"},
		{post + "0\r\nHost: b\r\n\r\n", "a trailer is named like a header field that is trusted"},
	} {
		for _, step := range []int{1, 5, 1 << 20} {
			f := framed(test.in, step)
			got, err := io.ReadAll(f)
			why := f.refused.Load()
			if why == nil || why.note != test.note {
				t.Errorf("%q in steps of %d: refused for %v, want %q", test.in, step, why, test.note)
				continue
			}
			midBody := strings.HasPrefix(test.in, post)
			if midBody && err == nil || !midBody && string(got) != refusedHead {
				t.Errorf("%q: got %q, %v", test.in, got, err)
			}
		}
	}
}

func TestFramingAnswersInTurn(t *testing.T) {
	good := "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
	got, err := io.ReadAll(framed(good+"GET /2 HTTP/1.1\nHost: a\r\n\r\n"+good, 1<<20))
	if err != nil || string(got) != good+refusedHead {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestFramingGoesOnAfterADeadline(t *testing.T) {
	in := "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	p := &pieces{left: []byte(in), step: 3}
	f := newFraming(p, nil, 1<<10)
	b := make([]byte, 1)
	p.fail = os.ErrDeadlineExceeded
	if _, err := f.Read(b); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("a deadline that passed: %v", err)
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != in {
		t.Errorf("after it: %q, %v", got, err)
	}
}

func TestFramingReleased(t *testing.T) {
	in := "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	p := &pieces{left: []byte(in), step: 1 << 20}
	f := newFraming(p, nil, 1<<10)
	io.ReadFull(f, make([]byte, len(in)))
	p.left = []byte("\x81\x05hello\n")
	if !f.release() {
		t.Fatal("the framing was refused")
	}
	if got, err := io.ReadAll(f); err != nil || string(got) != "\x81\x05hello\n" {
		t.Errorf("after the upgrade: %q, %v", got, err)
	}
}

// FuzzFraming holds that what passes is what came, that the steps in which it
// came change nothing, and that net/http frames it as the framing did.
func FuzzFraming(f *testing.F) {
	f.Add([]byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 3)
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\r\n\r\n"), 1)
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 9)
	f.Add([]byte("GET / HTTP/1.1\nHost: a\r\n\r\n"), 2)
	f.Fuzz(func(t *testing.T, in []byte, step int) {
		whole := newFraming(&pieces{left: in, step: 1 << 20}, nil, 1<<10)
		got, err := io.ReadAll(whole)
		step = 1 + max(step, -step)%16
		if step < 1 {
			step = 1
		}
		stepped := newFraming(&pieces{left: in, step: step}, nil, 1<<10)
		again, err2 := io.ReadAll(stepped)
		if !bytes.Equal(got, again) || (err == nil) != (err2 == nil) {
			t.Fatalf("in steps of %d: %q, %v; at once: %q, %v", step, again, err2, got, err)
		}
		passed := got
		if whole.refused.Load() != nil {
			passed = bytes.TrimSuffix(got, []byte(refusedHead))
		}
		if !bytes.HasPrefix(in, passed) {
			t.Fatalf("%q became %q", in, passed)
		}
		// Read by net/http, the passed bytes are whole requests, up to one that
		// breaks off with the input.
		r := bufio.NewReader(bytes.NewReader(got))
		for {
			req, err := http.ReadRequest(r)
			if err != nil {
				break
			}
			if len(req.Header["Content-Length"]) > 1 || len(req.TransferEncoding) > 1 {
				t.Fatalf("%q passed with two framings", passed)
			}
			if req.Method == refusedMethod {
				return
			}
			if _, err := io.Copy(io.Discard, req.Body); err != nil {
				break
			}
		}
	})
}
