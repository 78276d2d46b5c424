//go:build linux

package postgres

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestWarmGivesMemoryBack warms the grammar up in a process of its own and looks
// at what stays resident.
func TestWarmGivesMemoryBack(t *testing.T) {
	const child = "SALLYPORT_TEST_WARM"
	if os.Getenv(child) != "" {
		Warm()
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%s", status)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestWarmGivesMemoryBack$")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, rest, _ := bytes.Cut(out, []byte("VmRSS:"))
	var kib int
	if _, err := fmt.Sscan(strings.TrimSpace(string(rest)), &kib); err != nil {
		t.Fatalf("no resident memory in %q: %v", out, err)
	}
	t.Logf("%d MiB are resident", kib>>10)
	if kib > 160<<10 {
		t.Errorf("%d MiB are resident once the grammar is warm: compiling it took them, and it is over", kib>>10)
	}
}
