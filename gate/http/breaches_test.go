package httpgate

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/sallyport/sallyport/ledger"
)

// framer is a raw client of HTTP/2.
func (w *world) framer() *http2.Framer {
	w.t.Helper()
	c, err := tls.Dial("tcp", w.addr, &tls.Config{RootCAs: w.ca.Pool(), ServerName: "front.example.com", NextProtos: []string{"h2"}})
	check(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	_, err = c.Write([]byte(http2.ClientPreface))
	check(w.t, err)
	f := http2.NewFramer(c, c)
	f.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	check(w.t, f.WriteSettings())
	return f
}

func (w *world) headers(f *http2.Framer, stream uint32, more ...string) {
	w.t.Helper()
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	all := append([]string{":method", "GET", ":scheme", "https", ":authority", "front.example.com", ":path", "/open/x"}, more...)
	for i := 0; i < len(all); i += 2 {
		check(w.t, e.WriteField(hpack.HeaderField{Name: all[i], Value: all[i+1]}))
	}
	check(w.t, f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true}))
}

// answer is the head of the first answer.
func (w *world) answer(f *http2.Framer) *http2.MetaHeadersFrame {
	w.t.Helper()
	for {
		frame, err := f.ReadFrame()
		check(w.t, err)
		if m, ok := frame.(*http2.MetaHeadersFrame); ok {
			return m
		}
	}
}

// TestBreachesOfHTTP2 sees that what the library ends by itself is counted.
func TestBreachesOfHTTP2(t *testing.T) {
	w := open(t, settings{}, http.NotFoundHandler())
	for range 3 {
		w.headers(w.framer(), 2) // even streams are the server's
	}
	e := w.book.crossed(t, 1)[0]
	if e.Type != ledger.Crossed || e.Effect != "deny" || e.Reasons[0].Code != "protocol" || !strings.Contains(e.Reasons[0].Note, "HTTP/2 was broken") || e.From.Addr != "" {
		t.Errorf("it is recorded as %+v", e)
	}
}

// TestAnsweredByTheLibrary pins what docs/gates/http.md says of heads that no
// handler is asked about: the library answers them, the app gets nothing, and
// nobody here is told.
func TestAnsweredByTheLibrary(t *testing.T) {
	w := open(t, settings{}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the app was asked") }))
	for _, tc := range []struct{ name, value string }{
		{"connection", "x-api-key"},
		{"keep-alive", "timeout=5"},
		{"proxy-connection", "close"},
		{"transfer-encoding", "chunked"},
		{"upgrade", "websocket"},
		{"te", "gzip"},
	} {
		f := w.framer()
		w.headers(f, 1, tc.name, tc.value)
		m := w.answer(f)
		if got := m.PseudoValue("status"); got != "400" {
			t.Errorf("%s: answered %s", tc.name, got)
		}
		for _, field := range m.RegularFields() {
			if strings.EqualFold(field.Name, crossingHeader) {
				t.Errorf("%s: the answer names a crossing: docs/gates/http.md says it does not", tc.name)
			}
		}
	}
	if all := w.book.all(); len(all) != 0 {
		t.Errorf("recorded: %+v", all)
	}
}
