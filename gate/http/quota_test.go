package httpgate

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// swallower is an app that reads each body to its end, and counts how many of
// its connections were open at most.
type swallower struct {
	began      chan struct{}
	open, most atomic.Int64
}

func (a *swallower) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		a.began <- struct{}{}
	}
	io.Copy(io.Discard, r.Body)
}

func (a *swallower) count(_ net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		n := a.open.Add(1)
		for most := a.most.Load(); n > most && !a.most.CompareAndSwap(most, n); most = a.most.Load() {
		}
	case http.StateClosed, http.StateHijacked:
		a.open.Add(-1)
	}
}

// clientFrom is a client of HTTP/2 that comes from an address of this machine.
func (w *world) clientFrom(addr string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(addr)}}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: w.ca.Pool()}, ForceAttemptHTTP2: true, DialContext: dialer.DialContext}
	w.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// hang sends a request whose body does not end until the writer is closed, and
// hands its answer over.
func (w *world) hang(c *http.Client) (*io.PipeWriter, chan reply) {
	body, more := io.Pipe()
	w.t.Cleanup(func() { more.CloseWithError(errors.New("the test is over")) })
	got := make(chan reply, 1)
	go func() {
		resp, err := c.Post(w.url("/open/hang"), "text/plain", body)
		got <- reply{resp, err}
	}()
	go more.Write([]byte("x"))
	return more, got
}

// TestRequestQuota: bodies that do not end hold as many connections to the app
// as one address may have requests in flight; what comes beyond is refused and
// recorded, and other addresses and proven callers are served meanwhile.
func TestRequestQuota(t *testing.T) {
	const flood, perCaller = 300, 128
	app := &swallower{began: make(chan struct{}, flood)}
	w := open(t, settings{watch: app.count}, app)
	attacker := []*http.Client{w.clientFrom("127.0.0.2"), w.clientFrom("127.0.0.2"), w.clientFrom("127.0.0.2")}
	answers := make(chan reply, flood)
	var bodies []*io.PipeWriter
	for i := range flood {
		more, got := w.hang(attacker[i%len(attacker)])
		bodies = append(bodies, more)
		go func() { answers <- <-got }()
	}
	for range perCaller {
		<-app.began
	}
	for range flood - perCaller {
		r := <-answers
		check(t, r.err)
		if reason, _ := refused(t, r.resp); r.resp.StatusCode != 503 || reason != "quota" || r.resp.Header.Get("Retry-After") != "1" {
			t.Fatalf("a request beyond the quota got %d %s, %v", r.resp.StatusCode, reason, r.resp.Header)
		}
	}
	if resp, _ := get(t, w.clientFrom("127.0.0.3"), w.url("/open/x")); resp.StatusCode != 200 {
		t.Errorf("another address got %d", resp.StatusCode)
	}
	req, err := http.NewRequest("GET", w.url("/partner/x"), nil)
	check(t, err)
	req.Header.Set("X-Api-Key", partnerKey)
	if resp, _ := do(t, w.clientFrom("127.0.0.2"), req); resp.StatusCode != 200 {
		t.Errorf("a proven caller from the same address got %d", resp.StatusCode)
	}
	if most := app.most.Load(); most > perCaller+1 {
		t.Errorf("the app had %d connections open", most)
	}
	for _, b := range bodies {
		b.Close()
	}
	for range perCaller {
		r := <-answers
		check(t, r.err)
		if r.resp.StatusCode != 200 {
			t.Fatalf("a body that ended got %d", r.resp.StatusCode)
		}
	}
	if e := w.book.crossed(t, 1)[0]; e.Reasons[0].Code != "quota" || e.Act.Status != 503 {
		t.Errorf("the first refusal is recorded as %+v", e)
	}
}

// TestRequestsGiveBack: however a request ends, there is room for another. A
// tunnel is a request as long as it is open.
func TestRequestsGiveBack(t *testing.T) {
	for _, tc := range []struct {
		name string
		open func(w *world) net.Conn
	}{
		{"a body that breaks off", func(w *world) net.Conn {
			c := w.dial()
			io.WriteString(c, "POST /open/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhello")
			return c
		}},
		{"a tunnel", func(w *world) net.Conn {
			// The connection that this leaves idle is in the tunnel's way.
			get(w.t.(*testing.T), w.client(true), w.url("/open/x"))
			c, _ := w.upgrade("/ws/x")
			return c
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			app := &swallower{began: make(chan struct{}, 1)}
			w := open(t, settings{door: "    limits: {requests: 1}"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Upgrade") != "" {
					app.began <- struct{}{}
					echoTunnel(w, r)
					return
				}
				app.ServeHTTP(w, r)
			}))
			c := tc.open(w)
			<-app.began
			client := w.client(true)
			resp, _ := get(t, client, w.url("/open/x"))
			if reason, _ := refused(t, resp); resp.StatusCode != 503 || reason != "quota" {
				t.Fatalf("beside it a request got %d %s", resp.StatusCode, reason)
			}
			c.Close()
			for until := time.Now().Add(10 * time.Second); ; {
				resp, _ := get(t, client, w.url("/open/x"))
				if resp.StatusCode == 200 {
					return
				}
				if time.Now().After(until) {
					t.Fatalf("10 s after its end a request got %d", resp.StatusCode)
				}
			}
		})
	}
}
