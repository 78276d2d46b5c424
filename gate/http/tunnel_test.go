package httpgate

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport/guard"
)

// echoTunnel is an app that changes the protocol and sends back what it gets.
var echoTunnel = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "websocket" {
		http.Error(w, "no upgrade", http.StatusUpgradeRequired)
		return
	}
	c, rw, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Key: "+r.Header.Get("Sec-Websocket-Key")+"\r\n\r\n")
	io.Copy(c, rw)
})

// upgrade opens a tunnel to the path.
func (w *world) upgrade(path string) (net.Conn, *bufio.Reader) {
	w.t.Helper()
	c := w.dial()
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Key: abc\r\n\r\n", path)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	check(w.t, err)
	if resp.StatusCode != 101 || resp.Header.Get("Upgrade") != "websocket" || resp.Header.Get("X-Key") != "abc" {
		w.t.Fatalf("the upgrade was answered %d %v", resp.StatusCode, resp.Header)
	}
	return c, r
}

func roundTrip(t *testing.T, c net.Conn, r *bufio.Reader, s string) {
	t.Helper()
	io.WriteString(c, s)
	b := make([]byte, len(s))
	if _, err := io.ReadFull(r, b); err != nil || string(b) != s {
		t.Fatalf("sent %q, got %q, %v", s, b, err)
	}
}

func TestTunnel(t *testing.T) {
	for _, set := range []settings{{}, {plain: true}, {appTLS: true}, {door: "    audit: strict"}} {
		t.Run(fmt.Sprintf("%+v", set), func(t *testing.T) {
			w := open(t, set, websocketOver1(echoTunnel))
			c, r := w.upgrade("/ws/x")
			roundTrip(t, c, r, "\x81\x05hello\n\x00")
			roundTrip(t, c, r, "GET /admin HTTP/1.1\r\n\r\n")
			c.Close()
			e := w.book.crossed(t, 1)[0]
			if e.In.Bytes != 32 || e.Out.Bytes != 32 || e.Act.Status != 101 || e.Effect != "allow" || e.Act.What != "/ws/**" {
				t.Errorf("the entry is %+v", e)
			}
		})
	}
}

// websocketOver1 stands before an app that speaks HTTP/2 as well: it tells that
// the door came over HTTP/1.1.
func websocketOver1(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			http.Error(w, "not over HTTP/1", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestTunnelNotTaken(t *testing.T) {
	w := open(t, settings{}, echo)
	got := w.raw("GET /ws/x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nGET /open/y HTTP/1.1\r\nHost: a\r\n\r\n", 2)
	if len(got) != 2 || got[0].StatusCode != 200 || got[1].StatusCode != 200 {
		t.Errorf("an app that stays with HTTP: %v", got)
	}
}

// TestTunnelEnds: a kill, a reload and the end of the gateway reach tunnels.
func TestTunnelEnds(t *testing.T) {
	for name, end := range map[string]func(*world){
		"killed": func(w *world) { w.guard.Kill(guard.Kill{Door: "front"}) },
		"policy-changed": func(w *world) {
			set := w.set
			set.rules = "\n      - {who: anyone, methods: [GET], paths: [/ws/**]}"
			w.load(set)
		},
		"drained": func(w *world) { w.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, settings{drain: time.Millisecond}, echoTunnel)
			c, r := w.upgrade("/ws/x")
			roundTrip(t, c, r, "hello")
			end(w)
			if b, err := r.ReadByte(); err == nil {
				t.Errorf("after the end came %q", b)
			}
			e := w.book.crossed(t, 1)[0]
			if name != "drained" && (e.Effect != "deny" || e.Reasons[0].Code != name) {
				t.Errorf("the entry is %+v", e)
			}
		})
	}
}

func TestTunnelDrains(t *testing.T) {
	w := open(t, settings{drain: 10 * time.Second}, echoTunnel)
	c, r := w.upgrade("/ws/x")
	roundTrip(t, c, r, "hello")
	w.stop()
	roundTrip(t, c, r, "still there")
	c.Close()
	err := <-w.ended
	check(t, err)
	w.ended <- nil
}
