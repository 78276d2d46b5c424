package ledger

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// killedDir makes the test binary a writer that is to be killed; see TestMain.
const killedDir = "LEDGER_TEST_KILLED_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled appends from several goroutines and prints the note of each
// Durable entry once it is acknowledged.
func writeUntilKilled(dir string) {
	o := testOptions(dir)
	o.Seal, o.SealEntries, o.grace = 3*time.Millisecond, 100, 10*time.Millisecond
	l, err := Open(o)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	var out sync.Mutex
	for w := range 4 {
		go func() {
			for i := 0; ; i++ {
				note := fmt.Sprintf("%d/%d/%d", os.Getpid(), w, i)
				d := Durable
				if w == 3 {
					d = Buffered
				}
				if err := l.Append(testEntry(note), d); err == nil && d == Durable {
					out.Lock()
					fmt.Println(note)
					out.Unlock()
				}
				if d == Buffered {
					time.Sleep(50 * time.Microsecond) // a pace, not a wait
				}
			}
		}()
	}
	select {}
}

// TestKilled kills the writer under load, again and again: what it said was
// durable is there each time, in order, and verifies against the checkpoint of
// the time before.
func TestKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	acked := map[string]bool{}
	var since []byte
	gaps := 0
	for round := range 12 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), killedDir+"="+dir)
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(stdout)
		kill := 1 + rand.IntN(400)
		for n := 0; ; n++ {
			line, err := lines.ReadString('\n')
			if err == io.EOF {
				break // a line that was cut off was not acknowledged to anybody
			}
			if err != nil || strings.HasPrefix(line, "error") {
				t.Fatal(line, err)
			}
			acked[strings.TrimSuffix(line, "\n")] = true
			if n == kill {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd.Wait()
		// As it lies there, before anything repaired it.
		r := mustVerify(t, dir, VerifyOptions{Since: since})
		l := mustOpen(t, testOptions(dir))
		since = append(append(since, '\n'), l.Checkpoint()...)
		mustClose(t, l)
		mustVerify(t, dir, VerifyOptions{Since: since})
		have := map[string]bool{}
		gaps = 0
		for _, n := range notes(t, dir) {
			have[n] = true
			if strings.HasPrefix(n, "gap:") {
				gaps++
			}
		}
		for n := range acked {
			if !have[n] {
				t.Fatalf("round %d: entry %s was acknowledged and is lost (size %d, tail %d)", round, n, r.Size, r.Tail)
			}
		}
	}
	mustFsck(t, dir)
	if gaps == 0 {
		t.Error("no restart wrote a gap entry, though Buffered entries were on their way")
	}
	t.Logf("%d acknowledged entries, %d gap entries", len(acked), gaps)
}
