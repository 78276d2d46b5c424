package ledger

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// TestCrashWhileDropping switches the disk off at each operation of a run that
// drops two bundles: whatever is gone then, a signed entry says so.
func TestCrashWhileDropping(t *testing.T) {
	full := newMemFS()
	l := mustOpen(t, memOptions(full))
	for i := range 600 {
		e := testEntry(fmt.Sprint(i))
		if i < 512 {
			e.Time = e.Time.Add(-48 * time.Hour)
		}
		if err := l.Append(e, Buffered); err != nil {
			t.Fatal(err)
		}
	}
	mustClose(t, l)
	key := string(full.names["/data/log.pub"].data)
	run := func(m *memFS) error {
		l, err := Open(memOptions(m))
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		m.mu.Lock()
		m.onCrash = cancel // nothing is sealed any more, which Drop waits for
		m.mu.Unlock()
		_, err = l.Drop(ctx, time.Now().Add(-24*time.Hour))
		l.Close()
		return err
	}
	probe := full.after(0)
	if err := run(probe); err != nil {
		t.Fatal(err)
	}
	step := 1
	if testing.Short() {
		step = 5
	}
	for at := 1; at <= probe.ops; at += step {
		for _, loss := range []uint64{0, 1, uint64(at) + 2} {
			m := full.after(0)
			m.crashAt = at
			run(m)
			m = m.after(loss)
			// As it lies there, before anything repaired it: what a crash cut
			// shows in the write-ahead log, and no bundle is amiss.
			check := func(when string) {
				dir := filepath.Join(t.TempDir(), "log")
				m.export(t, "/data/log", dir)
				for _, f := range mustReport(t, dir, key, nil).Faults {
					if f.Kind != Torn {
						t.Fatalf("crash at %d, loss %d, %s: %s", at, loss, when, f)
					}
				}
			}
			check("before")
			if err := run(m); err != nil {
				t.Fatalf("crash at %d, loss %d: the next run: %v", at, loss, err)
			}
			check("after")
		}
	}
	t.Logf("%d operations", probe.ops)
}
