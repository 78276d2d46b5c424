package httpgate

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// witness is an app that notes which requests reached it.
type witness struct {
	mu   sync.Mutex
	seen []string
}

func (a *witness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	a.mu.Lock()
	a.seen = append(a.seen, fmt.Sprintf("%s %s %s %q %v", r.Method, r.RequestURI, r.Host, body, err))
	a.mu.Unlock()
	io.WriteString(w, "ok")
}

func (a *witness) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	seen := a.seen
	a.seen = nil
	return seen
}

// TestSmuggling sends what two readers could read in two ways, over a raw
// connection: the app must see nothing of it, and nothing that stands behind
// it on the connection.
func TestSmuggling(t *testing.T) {
	const host = "Host: front.example.com\r\n"
	const smuggled = "GET /open/smuggled HTTP/1.1\r\n" + host + "\r\n"
	for _, test := range []struct {
		name, send string
		status     int
		reason     string
	}{
		{"CL.TE", "POST /open/x HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "ambiguous"},
		{"TE.CL", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n", 400, "ambiguous"},
		{"TE.TE", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400, "protocol"},
		{"TE with a space", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, "protocol"},
		{"TE folded", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400, "protocol"},
		{"CL twice", "POST /open/x HTTP/1.1\r\n" + host + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n", 400, "ambiguous"},
		{"CL list", "POST /open/x HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\nhello", 400, "protocol"},
		{"an expectation", "POST /open/x HTTP/1.1\r\n" + host + "Expect: foo\r\nContent-Length: 0\r\n\r\n", 417, "protocol"},
		{"a broken escape", "GET /open/%zz HTTP/1.1\r\n" + host + "\r\n", 400, "protocol"},
		{"no path", "GET foo HTTP/1.1\r\n" + host + "\r\n", 400, "protocol"},
		{"a broken authority", "GET http://a:b/ HTTP/1.1\r\n" + host + "\r\n", 400, "protocol"},
		{"a broken CONNECT", "CONNECT a:b:c HTTP/1.1\r\n" + host + "\r\n", 400, "protocol"},
		{"a trailer that frames", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTrailer: X, Content-Length\r\n\r\n0\r\n\r\n", 400, "ambiguous"},
		{"bare LF", "GET /open/x HTTP/1.1\n" + host + "\r\n", 400, "protocol"},
		{"two hosts", "GET /open/x HTTP/1.1\r\n" + host + "Host: admin.example.com\r\n\r\n", 400, "ambiguous"},
		{"no host", "GET /open/x HTTP/1.1\r\n\r\n", 400, "protocol"},
		{"empty host", "GET /open/x HTTP/1.1\r\nHost:\r\n\r\n", 400, "ambiguous"},
		{"invalid host", "GET /open/x HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, "ambiguous"},
		{"absolute form", "GET http://admin.example.com/open/x HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"asterisk form", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"CONNECT", "CONNECT front.example.com:443 HTTP/1.1\r\n" + host + "\r\n", 501, "protocol"},
		{"TRACE", "TRACE /open/x HTTP/1.1\r\n" + host + "\r\n", 501, "protocol"},
		{"lower case method", "get /open/x HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"the door's own method", refusedMethod + " /open/x HTTP/1.1\r\n" + host + "\r\n", 403, "no-rule"},
		{"dot segments", "GET /open/../admin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"encoded dots", "GET /open/%2e%2e/admin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"encoded slash", "GET /open%2f..%2fadmin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"double encoding", "GET /open/%252e%252e/admin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"empty segment", "GET //open/x HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"path parameter", "GET /open/..;/admin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"backslash", "GET /open\\admin HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"NUL", "GET /open/x%00 HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"fragment", "GET /open/x#y HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"overlong UTF-8", "GET /open/%c0%ae HTTP/1.1\r\n" + host + "\r\n", 400, "ambiguous"},
		{"underscore twin", "GET /open/x HTTP/1.1\r\n" + host + "X_Forwarded_For: 127.0.0.1\r\n\r\n", 400, "ambiguous"},
		{"Connection takes a trusted field", "GET /open/x HTTP/1.1\r\n" + host + "Connection: X-Forwarded-For\r\n\r\n", 400, "ambiguous"},
		{"control character in a value", "GET /open/x HTTP/1.1\r\n" + host + "X: a\x01b\r\n\r\n", 400, "protocol"},
		{"large head", "GET /open/x HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 70<<10) + "\r\n\r\n", 431, "protocol"},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "protocol"},
		{"h2c upgrade", "GET /open/x HTTP/1.1\r\n" + host + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n", 403, "upgrade"},
		{"websocket", "GET /open/x HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 403, "upgrade"},
		{"two protocols", "GET /ws/x HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n\r\n", 400, "ambiguous"},
		{"chunk extension", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\n\r\n\"\r\nx\r\n0\r\n\r\n", 400, "protocol"},
		{"chunk longer than it says", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n", 400, "protocol"},
		{"trusted trailer", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTrailer: Content-Type\r\n\r\n0\r\n\r\n", 400, "ambiguous"},
		{"trusted trailer unannounced", "POST /open/x HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Forwarded-For: 1\r\n\r\n", 400, "ambiguous"},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := &witness{}
			w := open(t, settings{}, app)
			got := w.raw("GET /open/before HTTP/1.1\r\n"+host+"\r\n"+test.send+smuggled, 3)
			if len(got) < 2 || got[0].StatusCode != 200 {
				t.Fatalf("got %d answers: %v", len(got), got)
			}
			reason, id := refused(t, got[1])
			if got[1].StatusCode != test.status || reason != test.reason {
				t.Errorf("got %d %s, want %d %s", got[1].StatusCode, reason, test.status, test.reason)
			}
			if e := w.book.crossed(t, 2)[1]; e.ID.String() != id || e.Effect != "deny" || e.Reasons[0].Code != test.reason {
				t.Errorf("the entry is %+v, want the refusal %s", e, id)
			}
			// A request that was framed well and only refused leaves the
			// connection fit for the next one.
			want := []string{`GET /open/before front.example.com "" <nil>`}
			if len(got) == 3 {
				want = append(want, `GET /open/smuggled front.example.com "" <nil>`)
			}
			for _, line := range app.take() {
				if strings.HasPrefix(line, "POST /open/x") && !strings.HasSuffix(line, "<nil>") {
					continue // the app saw a body break off, and no end of it
				}
				if len(want) == 0 || line != want[0] {
					t.Errorf("the app saw %s", line)
					continue
				}
				want = want[1:]
			}
			if len(want) > 0 {
				t.Errorf("the app did not see %q", want)
			}
		})
	}
}

// TestCanonicalIsForwarded: what was matched is what the app gets.
func TestCanonicalIsForwarded(t *testing.T) {
	app := &witness{}
	w := open(t, settings{}, app)
	got := w.raw("GET /%6fpen/%7ex%2D%c3%a9%3F?q=é&r=%2e HTTP/1.1\r\nHost: FRONT.Example.com.:8443\r\nConnection: close\r\n\r\n", 1)
	if len(got) != 1 || got[0].StatusCode != 200 {
		t.Fatalf("got %v", got)
	}
	want := []string{`GET /open/~x-%C3%A9%3F?q=%C3%A9&r=%2e front.example.com:8443 "" <nil>`}
	if diff := cmp.Diff(want, app.take()); diff != "" {
		t.Errorf("the app saw (-want +got):\n%s", diff)
	}
}

func TestHeadersToTheApp(t *testing.T) {
	var got http.Header
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.Header }))
	for _, h2 := range []bool{false, true} {
		req, err := http.NewRequest("GET", w.url("/open/x"), nil)
		check(t, err)
		for name, value := range map[string]string{
			"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example.com", "X-Forwarded-Prefix": "/admin",
			"Forwarded": "for=127.0.0.1", "X-Real-IP": "127.0.0.1", "X-HTTP-Method-Override": "DELETE", "X-Original-URL": "/admin",
			"X-Sallyport-Crossing": "forged", "X-Custom": "kept", "User-Agent": "",
		} {
			req.Header.Set(name, value)
		}
		if resp, body := do(t, w.client(h2), req); resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, body)
		}
		all := w.book.all()
		want := http.Header{
			"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {w.addr},
			"X-Sallyport-Crossing": {all[len(all)-1].ID.String()}, "X-Custom": {"kept"}, "Via": {map[bool]string{false: "1.1 sallyport", true: "2 sallyport"}[h2]},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("h2 %t: the app got (-want +got):\n%s", h2, diff)
		}
	}
}

func TestPlainClientAtATLSDoor(t *testing.T) {
	w := open(t, settings{}, echo)
	resp, err := http.Get("http://" + w.addr + "/open/x")
	check(t, err)
	defer resp.Body.Close()
	if reason, _ := refused(t, resp); resp.StatusCode != 400 || reason != "tls-required" {
		t.Errorf("got %d %s", resp.StatusCode, reason)
	}
	if e := w.book.crossed(t, 1)[0]; e.Reasons[0].Code != "tls-required" || e.Effect != "deny" {
		t.Errorf("the entry is %+v", e)
	}
}

func TestPlainDoor(t *testing.T) {
	w := open(t, settings{plain: true}, echo)
	if resp, body := get(t, w.client(false), w.url("/open/x")); resp.StatusCode != 200 || !strings.Contains(body, "/open/x") {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
}
