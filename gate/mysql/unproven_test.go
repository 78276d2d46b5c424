package mysqlgate

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// silence opens a thousand connections a second from an address that say
// nothing, and holds on to the last few hundred of them, until stop is closed.
func silence(t *testing.T, addr, from string, opened *atomic.Int64, stop <-chan struct{}) {
	const held = 300
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	var open [held]net.Conn
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for i := 0; ; i = (i + 1) % held {
		select {
		case <-stop:
			for _, c := range open {
				if c != nil {
					c.Close()
				}
			}
			return
		case <-pace.C:
		}
		c, err := dialer.Dial("tcp", addr)
		if err != nil {
			t.Error(err)
			return
		}
		if open[i] != nil {
			open[i].Close()
		}
		open[i] = c
		opened.Add(1)
	}
}

// TestSilentConnectionsDoNotShutTheDoor: while two addresses open more
// connections than there are sessions and say nothing on them, each login with the right
// password succeeds, and the sessions that are open go on.
func TestSilentConnectionsDoNotShutTheDoor(t *testing.T) {
	h := start(t, setup{allow: allowAll, more: "    limits: {sessions: 64, unproven: 16}"})
	before := h.conn()
	stop := make(chan struct{})
	var flood sync.WaitGroup
	var opened atomic.Int64
	for _, from := range []string{"127.0.0.2", "127.0.0.3"} {
		flood.Go(func() { silence(t, h.addr, from, &opened, stop) })
	}
	for opened.Load() < 200 {
		time.Sleep(time.Millisecond)
	}
	var slowest time.Duration
	for range 20 {
		began := time.Now()
		db := open(t, h.config())
		if err := db.PingContext(t.Context()); err != nil {
			t.Errorf("a login after %d silent connections: %v", opened.Load(), err)
		}
		slowest = max(slowest, time.Since(began))
		db.Close()
	}
	close(stop)
	flood.Wait()
	t.Logf("%d silent connections were opened; the slowest login took %s", opened.Load(), slowest)
	if got := scan1(t, before, "SELECT 1"); got != "1" {
		t.Errorf("a session from before answers %s", got)
	}
	displaced := 0
	for _, e := range h.book.All() {
		if e.Code() == "quota" {
			displaced++
		}
	}
	if displaced == 0 {
		t.Error("no connection was recorded as displaced")
	}
}
