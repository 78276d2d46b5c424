package auth

import (
	"encoding/binary"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// clock is moved by hand.
type clock struct {
	sync.Mutex
	t time.Time
}

func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.t = c.t.Add(d)
}

var (
	here  = netip.MustParseAddr("192.0.2.1")
	there = netip.MustParseAddr("198.51.100.1")
)

func fail(th *Throttle, n int, name string, addr netip.Addr) {
	for range n {
		th.Failure(name, addr)
	}
}

func TestThrottleBacksOff(t *testing.T) {
	c := &clock{t: noon}
	th := NewThrottle(c.now)
	fail(th, freePerName-1, "app", here)
	if got := th.Wait("app", here); got != 0 {
		t.Fatalf("the free failures cost %s", got)
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 120, 120, 120} {
		th.Failure("app", here)
		if got := th.Wait("app", here); got != want*time.Second {
			t.Errorf("got a wait of %s, want %s", got, want*time.Second)
		}
		c.pass(want*time.Second - 1)
		if th.Wait("app", here) == 0 {
			t.Errorf("the wait of %s is over too early", want*time.Second)
		}
		c.pass(1)
		if got := th.Wait("app", here); got != 0 {
			t.Errorf("after the wait still %s", got)
		}
	}
	c.pass(forgetAfter + 1)
	th.Failure("app", here)
	if got := th.Wait("app", here); got != 0 {
		t.Errorf("what is long ago still costs %s", got)
	}
}

func TestThrottleKeepsOthersOut(t *testing.T) {
	th := NewThrottle((&clock{t: noon}).now)
	fail(th, 10, "app", here)
	for _, test := range []struct {
		what, name string
		addr       netip.Addr
		waits      bool
	}{
		{"the name at the address", "app", here, true},
		{"the name elsewhere", "app", there, false},
		{"another name at the address", "other", here, false},
		{"the address as IPv6", "app", netip.AddrFrom16(here.As16()), true},
	} {
		if got := th.Wait(test.name, test.addr) > 0; got != test.waits {
			t.Errorf("%s waits: %t", test.what, got)
		}
	}
	fail(th, 10, "another", here) // 20 of the address together
	if th.Wait("other", here) == 0 {
		t.Error("an address that fails under many names does not wait")
	}
}

func TestThrottleSuccess(t *testing.T) {
	th := NewThrottle((&clock{t: noon}).now)
	fail(th, 10, "app", here)
	th.Success("app", here)
	if got := th.Wait("app", here); got != 0 {
		t.Errorf("after success a wait of %s", got)
	}
	fail(th, 30, "guess", here)
	th.Success("app", here)
	if th.Wait("app", here) == 0 {
		t.Error("one success forgave what the address did under other names")
	}
}

func TestThrottleSixtyFour(t *testing.T) {
	th := NewThrottle((&clock{t: noon}).now)
	for i := range 10 {
		var a [16]byte
		copy(a[:], []byte{0x20, 0x01, 0x0d, 0xb8})
		a[15] = byte(i)
		th.Failure("app", netip.AddrFrom16(a))
	}
	if th.Wait("app", netip.MustParseAddr("2001:db8::ffff:1%eth0")) == 0 {
		t.Error("the addresses of one /64 are counted apart")
	}
	if th.Wait("app", netip.MustParseAddr("2001:db8:0:1::1")) != 0 {
		t.Error("another /64 is counted with it")
	}
}

// A flood of addresses must neither grow memory nor wash out who is waiting.
func TestThrottleFlood(t *testing.T) {
	c := &clock{t: noon}
	th := NewThrottle(c.now)
	fail(th, freePerName+6, "app", here)
	for i := range uint32(300_000) {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], 0x0a000000+i)
		th.Failure("app", netip.AddrFrom4(a))
	}
	n := 0
	for i := range th.shards {
		n += len(th.shards[i].counts)
	}
	if n > throttleShards*shardEntries {
		t.Errorf("%d counts are kept", n)
	}
	if th.Wait("app", here) == 0 {
		t.Error("a flood washed out who was waiting")
	}
}

func TestThrottleConcurrently(t *testing.T) {
	th := NewThrottle(nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				th.Failure("app", here)
				th.Wait("app", here)
				th.Success("app", there)
			}
		})
	}
	all.Wait()
	if th.Wait("app", here) == 0 {
		t.Error("8,000 failures cost nothing")
	}
}

func BenchmarkThrottle(b *testing.B) {
	th := NewThrottle(nil)
	b.ReportAllocs()
	for b.Loop() {
		th.Wait("app", here)
		th.Failure("app", here)
	}
}
