// Package testclock tells how much work a test has done, on a machine that may
// be busy with other things. It knows no product.
package testclock

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Alone keeps the test on its thread and memory from being collected until the
// test ends, so that what Spent tells is the test's own work. Collect by hand
// between measurements.
func Alone(t testing.TB) {
	t.Helper()
	runtime.LockOSThread()
	percent := debug.SetGCPercent(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		runtime.UnlockOSThread()
	})
}

// Spent is the processor's time of this thread so far. It does not run on while
// others have the processor.
func Spent(t testing.TB) time.Duration {
	t.Helper()
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		t.Fatal(err)
	}
	return time.Duration(now.Nano())
}
