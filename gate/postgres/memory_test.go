package postgresgate

import (
	"runtime"
	"testing"
	"time"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestIdleSessionsAreSmall holds sessions open and looks at what each holds once
// the watch has taken its buffers back. The clients are in this process too and
// count, as do their readers' buffers.
func TestIdleSessionsAreSmall(t *testing.T) {
	const sessions = 200
	h := start(t, setup{allow: openPolicy, optional: true, plain: true})
	var before, after runtime.MemStats
	scan1(t, h.conn(inTheClear), "SELECT 1") // the grammar is there
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	clients := make([]*rawClient, sessions)
	for i := range clients {
		c := h.raw(t).login()
		c.nc.SetDeadline(time.Time{})
		c.send(wire.AppendQuery(nil, "SELECT repeat('x', 20000)"))
		if got := c.until(); got != "TDCZI" {
			t.Fatal(got)
		}
		c.c.R.Release()
		clients[i] = c
	}
	for deadline := time.Now().Add(testTime); ; {
		runtime.GC()
		runtime.ReadMemStats(&after)
		each := (int64(after.HeapInuse+after.StackInuse) - int64(before.HeapInuse+before.StackInuse)) / sessions
		if each < 40<<10 && runtime.NumGoroutine() <= goroutines+sessions {
			t.Logf("%d KiB a session with its client, %d goroutines", each>>10, runtime.NumGoroutine()-goroutines)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d KiB a session, %d goroutines", each>>10, runtime.NumGoroutine()-goroutines)
		}
	}
}
