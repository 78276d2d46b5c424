package mysqlgate

import (
	"runtime"
	"testing"
	"time"
)

// TestIdleSessionsAreSmall holds sessions open and looks at what each holds once
// the watch has taken its buffers back. The clients are in this process too and
// count.
func TestIdleSessionsAreSmall(t *testing.T) {
	const sessions = 200
	h := start(t, setup{allow: openPolicy, optional: true, plain: true})
	cfg := h.config()
	cfg.TLS = nil
	db := open(t, cfg)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	for range sessions {
		c, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if got := scan1(t, c, "SELECT REPEAT('x', 20000)"); len(got) != 20000 {
			t.Fatal(len(got))
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		runtime.GC()
		runtime.ReadMemStats(&after)
		each := (int64(after.HeapInuse+after.StackInuse) - int64(before.HeapInuse+before.StackInuse)) / sessions
		// The driver's own share is two goroutines and a buffer of 4 KiB.
		if each < 64<<10 && runtime.NumGoroutine() <= goroutines+3*sessions {
			t.Logf("%d KiB a session with its client, %d goroutines", each>>10, runtime.NumGoroutine()-goroutines)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d KiB a session, %d goroutines", each>>10, runtime.NumGoroutine()-goroutines)
		}
	}
}
