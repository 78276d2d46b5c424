package httpgate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
)

// held is an app that answers in two steps, when told.
type held struct {
	began chan struct{} // a request is there
	head  chan struct{} // closed: write the head and half of the body
	rest  chan struct{} // closed: write the rest
}

func newHeld() *held {
	return &held{make(chan struct{}, 8), make(chan struct{}), make(chan struct{})}
}

func (a *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.began <- struct{}{}
	for _, step := range []struct {
		when chan struct{}
		text string
	}{{a.head, "half"}, {a.rest, "rest"}} {
		select {
		case <-step.when:
			io.WriteString(w, step.text)
			w.(http.Flusher).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

type reply struct {
	resp *http.Response
	err  error
}

// begin sends a GET and hands over its reply when the head is there.
func (w *world) begin(h2 bool, path string) chan reply {
	got := make(chan reply, 1)
	go func() {
		resp, err := w.client(h2).Get(w.url(path))
		got <- reply{resp, err}
	}()
	return got
}

// TestCut: a kill, and a reload that allows no more, end what is open: by an
// answer where none has begun, else by breaking off.
func TestCut(t *testing.T) {
	kill := func(w *world) { w.guard.Kill(guard.Kill{Door: "front"}) }
	reload := func(w *world) {
		set := w.set
		set.rules = "\n      - {who: {key: partner}, paths: [/partner/**]}"
		w.load(set)
	}
	for name, cut := range map[string]func(*world){"killed": kill, "policy-changed": reload} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, h2 %t", name, h2), func(t *testing.T) {
				app := newHeld()
				w := open(t, settings{}, app)
				got := w.begin(h2, "/open/x")
				<-app.began
				cut(w)
				r := <-got
				check(t, r.err)
				if reason, _ := refused(t, r.resp); r.resp.StatusCode != 503 || reason != name {
					t.Errorf("before the head: %d %s", r.resp.StatusCode, reason)
				}
				if e := w.book.crossed(t, 1)[0]; e.Effect != "deny" || e.Reasons[0].Code != name {
					t.Errorf("the entry is %+v", e)
				}
			})
			t.Run(fmt.Sprintf("%s after the head, h2 %t", name, h2), func(t *testing.T) {
				app := newHeld()
				w := open(t, settings{}, app)
				close(app.head)
				r := <-w.begin(h2, "/open/x")
				check(t, r.err)
				b := make([]byte, 4)
				_, err := io.ReadFull(r.resp.Body, b)
				check(t, err)
				cut(w)
				if rest, err := io.ReadAll(r.resp.Body); err == nil {
					t.Errorf("after the head the body ended well, with %q", rest)
				}
				if e := w.book.crossed(t, 1)[0]; e.Effect != "deny" || e.Reasons[0].Code != name || e.Note != "cut: "+name {
					t.Errorf("the entry is %+v", e)
				}
			})
		}
	}
}

// TestCutUnblocks: a client that does not read cannot hold a crossing open.
func TestCutUnblocks(t *testing.T) {
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for block := make([]byte, 64<<10); r.Context().Err() == nil; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	c := w.dial()
	io.WriteString(c, "GET /open/x HTTP/1.1\r\nHost: a\r\n\r\n")
	_, err := bufio.NewReader(c).Peek(1)
	check(t, err)
	w.guard.Kill(guard.Kill{Door: "front"})
	if e := w.book.crossed(t, 1)[0]; e.Reasons[0].Code != "killed" {
		t.Errorf("the entry is %+v", e)
	}
}

// TestCutAtTheEnd: a cut that comes as an exchange ends finds nothing of it
// that must not be used any more.
func TestCutAtTheEnd(t *testing.T) {
	w := open(t, settings{rules: "\n      - {who: anyone, paths: [/**]}"}, echo)
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		all.Go(func() {
			c := w.client(true)
			for {
				select {
				case <-stop:
					return
				default:
				}
				if resp, err := c.Post(w.url("/x"), "text/plain", strings.NewReader("hello")); err == nil {
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			}
		})
	}
	for range 100 {
		w.guard.Kill(guard.Kill{Door: "front"})
		w.guard.Unkill(guard.Kill{Door: "front"})
	}
	close(stop)
	all.Wait()
}

func TestKillCaller(t *testing.T) {
	w := open(t, settings{}, echo)
	c := w.client(true)
	w.guard.Kill(guard.Kill{Caller: "partner"})
	req, err := http.NewRequest("GET", w.url("/partner/x"), nil)
	check(t, err)
	req.Header.Set("X-API-Key", partnerKey)
	resp, _ := do(t, c, req)
	if reason, _ := refused(t, resp); resp.StatusCode != 503 || reason != "killed" {
		t.Errorf("the caller that was stopped: %d %s", resp.StatusCode, reason)
	}
	if resp, body := get(t, c, w.url("/open/x")); resp.StatusCode != 200 {
		t.Errorf("others on the same connection: %d %s", resp.StatusCode, body)
	}
}

func TestQuota(t *testing.T) {
	w := open(t, settings{door: "    limits: {sessions: 2}"}, echo)
	var open []net.Conn
	for range 2 {
		c := w.dial()
		io.WriteString(c, "GET /open/x HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, err := bufio.NewReader(c).Peek(1); err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	c := w.dial()
	if _, err := io.WriteString(c, "GET /open/x HTTP/1.1\r\nHost: a\r\n\r\n"); err == nil {
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a third connection was served")
		}
	}
	for _, e := range w.book.crossed(t, 3) {
		if e.Act.Kind == "logon" && e.Reasons[0].Code != "quota" {
			t.Errorf("the entry is %+v", e)
		}
	}
	open[0].Close()
	for range 100 { // the door learns of the end from the network
		if resp, err := w.client(false).Get(w.url("/open/x")); err == nil {
			resp.Body.Close()
			return
		}
	}
	t.Error("a place that became free was not given again")
}

func TestDrain(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("finishes, h2 %t", h2), func(t *testing.T) {
			app := newHeld()
			w := open(t, settings{drain: 10 * time.Second}, app)
			close(app.head)
			r := <-w.begin(h2, "/open/x")
			check(t, r.err)
			unused := w.dial()
			w.stop()
			if _, err := io.ReadAll(unused); err != nil && !errors.Is(err, net.ErrClosed) && strings.Contains(err.Error(), "timeout") {
				t.Errorf("a connection without a request stayed open: %v", err)
			}
			if c, err := net.Dial("tcp", w.addr); err == nil {
				c.Close()
				t.Error("the door still accepts")
			}
			close(app.rest)
			if body, err := io.ReadAll(r.resp.Body); err != nil || string(body) != "halfrest" {
				t.Errorf("what was open ended with %q, %v", body, err)
			}
			err := <-w.ended
			check(t, err)
			w.ended <- nil
		})
		t.Run(fmt.Sprintf("cuts, h2 %t", h2), func(t *testing.T) {
			app := newHeld()
			w := open(t, settings{}, app)
			got := w.begin(h2, "/open/x")
			<-app.began
			w.stop()
			r := <-got
			check(t, r.err)
			if reason, _ := refused(t, r.resp); r.resp.StatusCode != 503 || reason != "draining" {
				t.Errorf("got %d %s", r.resp.StatusCode, reason)
			}
			err := <-w.ended
			check(t, err)
			w.ended <- nil
			if e := w.book.all(); len(e) != 1 {
				t.Errorf("the entries are %+v", e)
			}
		})
	}
}

func TestServeFails(t *testing.T) {
	w := open(t, settings{}, echo)
	d, _ := w.live.Load().Door("front")
	g, err := New(*d, gate.Env{Live: w.live, Guard: w.guard})
	check(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	ln.Close()
	if err := g.Serve(context.Background(), ln); err == nil {
		t.Error("serving a closed listener ended well")
	}
}
