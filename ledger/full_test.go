package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// smallDisk gives a directory on a disk of a megabyte or so: a tmpfs where the
// test may mount one, and else false.
func smallDisk(t *testing.T, size int) (string, bool) {
	dir := t.TempDir()
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if err != nil {
		return "", false
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// TestDiskFull fills a real disk, or, where none can be mounted, a bounded one
// in memory: Durable entries are refused, never lost, and when there is room
// again the log goes on by itself and counts what it refused.
func TestDiskFull(t *testing.T) {
	const size = 2 << 20
	base, mounted := smallDisk(t, size)
	var m *memFS
	o := testOptions(filepath.Join(base, "log"))
	o.Seal = 20 * time.Millisecond
	ballast := filepath.Join(base, "ballast")
	fill := func() {
		// Another program's file takes all but a little.
		if err := os.WriteFile(ballast, make([]byte, size-300<<10), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	free := func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
	if !mounted {
		t.Log("no tmpfs can be mounted here: the disk is one in memory")
		m = newMemFS()
		o = memOptions(m)
		set := func(room int) { m.mu.Lock(); m.room = room; m.mu.Unlock() }
		fill = func() { set(300 << 10) }
		free = func() { set(0) }
	}
	l := mustOpen(t, o)
	fill()
	var acked []string
	refused := 0
	for i := 0; refused < 20; i++ {
		n := fmt.Sprint(i)
		switch err := l.Append(testEntry(n), Durable); {
		case err == nil:
			acked = append(acked, n)
		case errors.Is(err, ErrUnavailable) && errors.Is(err, syscall.ENOSPC):
			refused++
		default:
			t.Fatal(err)
		}
		if i > 50000 {
			t.Fatal("the disk does not fill")
		}
	}
	if l.Err() == nil {
		t.Error("the disk is full and the log says that all is well")
	}
	free()
	for deadline := time.Now().Add(20 * time.Second); ; {
		err := l.Append(testEntry("behind"), Durable)
		if err == nil {
			acked = append(acked, "behind")
			break
		}
		refused++
		if time.Now().After(deadline) {
			t.Fatalf("there is room again and the log says: %v", err)
		}
	}
	mustClose(t, l)
	dir := o.Dir
	if m != nil {
		dir = filepath.Join(t.TempDir(), "log")
		m.export(t, o.Dir, dir)
	}
	r, err := Verify(dir, l.VerifierKey(), VerifyOptions{})
	if err != nil || !r.OK() {
		t.Fatal(err, r.Faults)
	}
	have := notes(t, dir)
	gapped := slices.ContainsFunc(have, func(n string) bool { return n == "gap:"+GapDiskFull })
	have = slices.DeleteFunc(have, func(n string) bool { return strings.HasPrefix(n, "gap:") })
	if !slices.Equal(have, acked) {
		t.Errorf("%d entries are there, %d were acknowledged", len(have), len(acked))
	}
	if n := gapCount(t, dir); !gapped || n != uint64(refused) {
		t.Errorf("gap entries count %d, refused were %d", n, refused)
	}
	t.Logf("tmpfs %v: %d acknowledged, %d refused", mounted, len(acked), refused)
}
