package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKeyLost: a log that has begun gets no other key, and what stands beside
// it stays as it is.
func TestKeyLost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	l := mustOpen(t, testOptions(dir))
	mustAppend(t, l, Durable, "0")
	mustClose(t, l)
	private, err := os.ReadFile(keyPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(keyPath(dir)); err != nil {
		t.Fatal(err)
	}
	if l, err := Open(testOptions(dir)); err == nil || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("%v, %v; want a refusal that says to put the key back", l, err)
	}
	if _, err := os.Stat(keyPath(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("another key was made: %v", err)
	}
	if got := readPublic(dir); got != l.VerifierKey() {
		t.Errorf("the public key became %q", got)
	}
	write(t, keyPath(dir), private)
	mustClose(t, mustOpen(t, testOptions(dir)))
}

// TestCheckpointLost: entries without a checkpoint are no empty log.
func TestCheckpointLost(t *testing.T) {
	dir, _ := tamperLog(t, 3, 0)
	for name, spoil := range map[string]func(string) error{
		"removed":       os.Remove,
		"emptied":       func(path string) error { return os.Truncate(path, 0) },
		"a folder":      func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"not a note":    func(path string) error { return os.WriteFile(path, []byte("x\n"), 0o600) },
		"half of a one": func(path string) error { return os.WriteFile(path, []byte("a\n1\n"), 0o600) },
	} {
		lost := filepath.Join(t.TempDir(), "lost")
		copyLog(t, dir, lost)
		if err := spoil(filepath.Join(lost, checkpointName)); err != nil {
			t.Fatal(err)
		}
		if r, err := OpenReader(lost); err == nil || errors.Is(err, ErrNotBegun) {
			t.Errorf("%s: %v, %v; want an error that does not call it empty", name, r, err)
		}
	}
	if _, err := OpenReader(t.TempDir()); !errors.Is(err, ErrNotBegun) {
		t.Errorf("an empty folder: %v", err)
	}
}

// TestSegmentPutBack: a segment that was taken away after a crash, and put back
// once others had taken its entries' places, is not sealed on.
func TestSegmentPutBack(t *testing.T) {
	base := t.TempDir()
	dir, crashed := filepath.Join(base, "log"), filepath.Join(base, "crashed")
	o := testOptions(dir)
	o.Seal, o.SealEntries = time.Hour, 1<<20
	l := mustOpen(t, o)
	for i := range 8 {
		mustAppend(t, l, Durable, fmt.Sprint(i))
	}
	copyLog(t, dir, crashed)
	mustClose(t, l)
	for _, name := range []string{".key", ".pub"} {
		b, err := os.ReadFile(dir + name)
		if err != nil {
			t.Fatal(err)
		}
		write(t, crashed+name, b)
	}
	segment := filepath.Join(crashed, walDir, segmentName(1))
	if err := os.Rename(segment, filepath.Join(base, "away")); err != nil {
		t.Fatal(err)
	}
	l = mustOpen(t, testOptions(crashed))
	mustAppend(t, l, Durable, "another")
	mustClose(t, l)
	if err := os.Rename(filepath.Join(base, "away"), segment); err != nil {
		t.Fatal(err)
	}
	if l, err := Open(testOptions(crashed)); err == nil || !strings.Contains(err.Error(), "put back after others had taken its place") {
		t.Errorf("%v, %v; want a refusal", l, err)
	}
}

// TestSinceOfOthers: checkpoints that other keys signed are passed over, and
// where there is no other, nothing was compared and that is an error.
func TestSinceOfOthers(t *testing.T) {
	dir, key := tamperLog(t, 5, 0)
	other, _ := tamperLog(t, 2, 0)
	own, err := os.ReadFile(filepath.Join(dir, checkpointName))
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(other, checkpointName))
	if err != nil {
		t.Fatal(err)
	}
	r := mustReport(t, dir, key, []byte(string(foreign)+"\n"+string(own)))
	if !r.OK() || len(r.Since) != 1 || r.Since[0] != 5 || !strings.Contains(strings.Join(r.Notes, "\n"), "signed with other keys") {
		t.Errorf("with another's among them: %+v", r)
	}
	for name, since := range map[string]string{"nothing": "", "lines": "\n\n", "another's": string(foreign)} {
		if _, err := Verify(dir, key, VerifyOptions{Since: []byte(since)}); !errors.Is(err, ErrNoCheckpoint) {
			t.Errorf("%s: %v, want ErrNoCheckpoint", name, err)
		}
	}
	// A signature in the log's own name that is not its own is no stranger's.
	forged := strings.Replace(string(own), "\n5\n", "\n4\n", 1)
	if r := mustReport(t, dir, key, []byte(forged)); r.OK() || r.Faults[0].Kind != BadSignature {
		t.Errorf("a forged one: %+v", r)
	}
	if r := mustReport(t, dir, key, []byte("no checkpoint\n")); r.OK() {
		t.Error("what is no checkpoint at all is passed over")
	}
}
