package mysqlgate

import (
	"runtime"
	"strings"
	"testing"
	"time"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// quiet is a client in the clear that logged in and that nobody waits for.
func (h *harness) quiet(t *testing.T, extra ...wire.Capability) *rawClient {
	t.Helper()
	c := h.raw(t)
	c.greeting()
	caps := rawCaps
	for _, c := range extra {
		caps |= c
	}
	in := wire.Response{Capabilities: c.g.Capabilities & caps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
		AuthData: wire.SHA2Scramble(doorPassword, c.g.Nonce), Collation: 45, Database: []byte(h.db.Name)}
	c.send(in.Append(nil))
	c.read()
	if p := c.read(); p[0] != wire.HeaderOK {
		t.Fatalf("login answered %x", p)
	}
	return c
}

// begin sends the header of a query of n bytes and so many of them.
func (r *rawClient) begin(n, came int) {
	r.t.Helper()
	head := []byte{byte(n), byte(n >> 8), byte(n >> 16), 0, byte(wire.ComQuery)}
	if _, err := r.nc.Write(head); err != nil {
		r.t.Fatal(err)
	}
	r.more(came - 1)
}

// more sends bytes of the query that has begun. The door may have refused it.
func (r *rawClient) more(n int) {
	blanks := []byte(strings.Repeat(" ", 64<<10))
	for n > 0 {
		m := min(n, len(blanks))
		if _, err := r.nc.Write(blanks[:m]); err != nil {
			return
		}
		n -= m
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse)
}

// TestCommandsThatDoNotEndHoldBoundedMemory has 40 sessions send 15 of 16 MiB
// each and stop, which is 600 MiB.
func TestCommandsThatDoNotEndHoldBoundedMemory(t *testing.T) {
	const sessions, announced, sent = 40, 16<<20 - 2, 15 << 20
	h := start(t, setup{allow: openPolicy, optional: true, plain: true, stall: 12 * time.Second})
	before := heap()
	clients := make([]*rawClient, sessions)
	for i := range clients {
		clients[i] = h.quiet(t)
		clients[i].begin(announced, sent)
	}
	lent := h.lent()
	if lent > h.door.store.Each() {
		t.Errorf("%d bytes are lent to one caller, who may have %d", lent, h.door.store.Each())
	}
	held := heap() - before
	t.Logf("%d MiB of heap, %d MiB lent", held>>20, lent>>20)
	if most := h.door.store.Each() + 64<<20; held > most {
		t.Errorf("the heap grew by %d MiB, want at most %d", held>>20, most>>20)
	}
	// Half of them go on after all. A text of blanks is for the database to
	// refuse.
	got := map[wire.ErrorCode]int{}
	for _, c := range clients[:sessions/2] {
		c.more(announced - sent)
	}
	for _, c := range clients {
		c.c.SetSequence(1)
		e, err := wire.DecodeError(c.read())
		if err != nil {
			t.Fatal(err)
		}
		got[e.Code]++
	}
	if got[wire.ER_NET_READ_INTERRUPTED] != sessions/2 || got[wire.ER_USER_LIMIT_REACHED] == 0 ||
		got[wire.ER_USER_LIMIT_REACHED]+got[wire.ER_EMPTY_QUERY] != sessions/2 {
		t.Errorf("the clients were told %v", got)
	}
	recorded := map[string]int{}
	for _, e := range h.book.All() {
		recorded[e.Code()]++
	}
	if recorded["quota"] < got[wire.ER_USER_LIMIT_REACHED] || recorded["protocol"] != sessions/2 {
		t.Errorf("the ledger has %v", recorded)
	}
	for _, c := range clients {
		c.nc.Close()
	}
	for deadline := time.Now().Add(10 * time.Second); h.lent() != 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%d bytes stay lent", h.lent())
		}
	}
}

func (h *harness) lent() int64 { return h.door.store.Lent() }
