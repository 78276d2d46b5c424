package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func memOptions(m *memFS) Options {
	o := testOptions("/data/log")
	o.disk = m
	o.sync = 2 * time.Millisecond
	o.grace = time.Millisecond
	return o
}

// crashRun writes to a log until the disk crashes or the work is done. It gives
// the notes of Durable entries that were acknowledged, in order, and the
// last checkpoint that was published.
func crashRun(m *memFS, round string) (acked []string, checkpoint []byte) {
	l, err := Open(memOptions(m))
	if err != nil {
		return nil, nil
	}
	for i := range 600 {
		d := Buffered
		if i%100 == 99 {
			d = Durable
		}
		note := fmt.Sprintf("%s/%d", round, i)
		err := l.Append(testEntry(note), d)
		if err == nil && d == Durable {
			acked = append(acked, note)
		}
		if i%200 == 150 {
			l.sealer.hurry()
		}
	}
	l.Close()
	return acked, l.Checkpoint()
}

// TestCrashAnywhere switches the disk off at each of its operations, with three
// ideas of what is on it then, and opens the log again: what was acknowledged
// as durable is there, in order, and every published checkpoint still holds.
func TestCrashAnywhere(t *testing.T) {
	probe := newMemFS()
	crashRun(probe, "a")
	total := probe.ops
	if total < 100 {
		t.Fatalf("the work took %d operations", total)
	}
	step := 3
	if testing.Short() {
		step = 11
	}
	for at := 1; at <= total; at += step {
		for _, loss := range []uint64{0, 1, uint64(at) + 2} {
			m := newMemFS()
			m.crashAt = at
			acked, kept := crashRun(m, "a")
			m = m.after(loss)
			more, keptToo := crashRun(m, "b")
			acked = append(acked, more...)
			if len(more) != 6 {
				l, err := Open(memOptions(m))
				t.Fatalf("crash at %d, loss %d: the next run took %d of 6 (%v, %v)", at, loss, len(more), l, err)
			}
			if len(keptToo) > 0 {
				kept = slices.Concat(kept, []byte("\n"), keptToo)
			}
			dir := filepath.Join(t.TempDir(), "log")
			m.export(t, "/data/log", dir)
			key := string(m.names["/data/log.pub"].data)
			r, err := Verify(dir, key, VerifyOptions{Since: kept})
			if err != nil || !r.OK() {
				t.Fatalf("crash at %d, loss %d: %v %v", at, loss, err, r.Faults)
			}
			have := notes(t, dir)
			for _, want := range acked {
				i := slices.Index(have, want)
				if i < 0 {
					t.Fatalf("crash at %d, loss %d: entry %s was acknowledged and is lost", at, loss, want)
				}
				have = have[i+1:]
			}
		}
	}
	t.Logf("%d operations", total)
}

// TestCrashTwice crashes during recovery too.
func TestCrashTwice(t *testing.T) {
	for at := 20; at <= 90; at += 7 {
		for again := 1; again <= 40; again += 3 {
			m := newMemFS()
			m.crashAt = at
			acked, _ := crashRun(m, "a")
			m = m.after(1)
			m.crashAt = again
			more, _ := crashRun(m, "b")
			acked = append(acked, more...)
			m = m.after(uint64(again))
			more, _ = crashRun(m, "c")
			acked = append(acked, more...)
			dir := filepath.Join(t.TempDir(), "log")
			m.export(t, "/data/log", dir)
			r, err := Verify(dir, string(m.names["/data/log.pub"].data), VerifyOptions{})
			if err != nil || !r.OK() {
				t.Fatalf("crashes at %d and %d: %v %v", at, again, err, r.Faults)
			}
			have := notes(t, dir)
			for _, want := range acked {
				if !slices.Contains(have, want) {
					t.Fatalf("crashes at %d and %d: entry %s was acknowledged and is lost", at, again, want)
				}
			}
		}
	}
}

// TestUncleanStop: a gap entry says so where Buffered entries may be lost, and
// only there.
func TestUncleanStop(t *testing.T) {
	for _, c := range []struct {
		d    Durability
		want bool
	}{{Buffered, true}, {Durable, false}} {
		m := newMemFS()
		l := mustOpen(t, memOptions(m))
		mustAppend(t, l, c.d, "before")
		mustAppend(t, l, Durable, "before too")
		m.mu.Lock()
		m.crashed = true
		m.mu.Unlock()
		l.Close()
		m = m.after(1)
		l = mustOpen(t, memOptions(m))
		mustAppend(t, l, Durable, "behind")
		mustClose(t, l)
		l = mustOpen(t, memOptions(m))
		mustClose(t, l)
		dir := filepath.Join(t.TempDir(), "log")
		m.export(t, "/data/log", dir)
		want := []string{"before", "before too", "gap:" + GapUnclean, "behind"}
		if !c.want {
			want = slices.Delete(want, 2, 3)
		}
		if got := notes(t, dir); !slices.Equal(got, want) {
			t.Errorf("durability %d: %q, want %q", c.d, got, want)
		}
	}
}

// TestSyncFails fails one sync of the write-ahead log: nothing is lost, no
// caller sees it, and the descriptor is not synced again (memHandle panics).
func TestSyncFails(t *testing.T) {
	m := newMemFS()
	l := mustOpen(t, memOptions(m))
	mustAppend(t, l, Durable, "0")
	failed := false
	m.mu.Lock()
	m.fail = func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, walSuffix) && !failed {
			failed = true
			return syscall.EIO
		}
		return nil
	}
	m.mu.Unlock()
	mustAppend(t, l, Buffered, "1")
	mustAppend(t, l, Durable, "2", "3")
	if !failed {
		t.Fatal("no sync failed")
	}
	if err := l.Err(); err != nil {
		t.Errorf("after the entries were written again: %v", err)
	}
	mustClose(t, l)
	dir := filepath.Join(t.TempDir(), "log")
	m.export(t, "/data/log", dir)
	if got, want := notes(t, dir), []string{"0", "1", "2", "3"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestDiskFails fails all writes for a while: entries are refused, the one that
// was taken before is kept, and gap entries count the others.
func TestDiskFails(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EIO} {
		t.Run(cause.Error(), func(t *testing.T) {
			m := newMemFS()
			l := mustOpen(t, memOptions(m))
			mustAppend(t, l, Durable, "before")
			mustAppend(t, l, Buffered, "held")
			m.mu.Lock()
			m.fail = func(op, name string) error {
				// What is allocated already can be written where only room is wanting.
				if op == "write" && !(cause == syscall.ENOSPC && strings.HasSuffix(name, reserveName)) {
					return &fs.PathError{Op: op, Path: name, Err: cause}
				}
				return nil
			}
			m.mu.Unlock()
			if err := l.Append(testEntry("refused"), Durable); !errors.Is(err, ErrUnavailable) || !errors.Is(err, cause) {
				t.Fatalf("on a disk that fails: %v", err)
			}
			for range 4 {
				if err := l.Append(testEntry("refused"), Buffered); !errors.Is(err, ErrUnavailable) {
					t.Fatalf("buffered, on a disk that fails: %v", err)
				}
			}
			if l.Err() == nil || !l.Pressed() {
				t.Error("the log does not say that it is unavailable")
			}
			m.mu.Lock()
			m.fail = nil
			m.mu.Unlock()
			for deadline := time.Now().Add(10 * time.Second); l.Append(testEntry("behind"), Durable) != nil; {
				if time.Now().After(deadline) {
					t.Fatal("the log does not recover")
				}
			}
			index, err := l.append(testEntry("behind"), Durable)
			if err != nil {
				t.Fatal(err)
			}
			sealNow(t, l, index+1)
			if err := l.Err(); err != nil {
				t.Errorf("recovered, and says %v", err)
			}
			mustClose(t, l)
			dir := filepath.Join(t.TempDir(), "log")
			m.export(t, "/data/log", dir)
			got := notes(t, dir)
			if got[0] != "before" || got[1] != "held" || got[len(got)-1] != "behind" || slices.Contains(got, "refused") {
				t.Errorf("entries %q", got)
			}
			if n := gapCount(t, dir); n < 5 {
				t.Errorf("gap entries count %d, at least 5 were refused", n)
			}
			r, err := Verify(dir, l.VerifierKey(), VerifyOptions{})
			if err != nil || !r.OK() {
				t.Error(err, r.Faults)
			}
		})
	}
}

func gapCount(t testing.TB, dir string) (n uint64) {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range r.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		if e, _ := rec.Entry(); e.Type == Gap {
			n += e.Count
		}
	}
	return n
}
