package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// TestWarmGivesMemoryBack warms the grammar up in a process of its own and looks
// at what its heap keeps of the system's memory. The resident set would have what
// the race detector takes too.
func TestWarmGivesMemoryBack(t *testing.T) {
	const child = "SALLYPORT_TEST_WARM"
	if os.Getenv(child) != "" {
		Warm()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("%d bytes are kept\n", m.HeapSys-m.HeapReleased)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestWarmGivesMemoryBack$")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var kept uint64
	if _, err := fmt.Sscan(string(out), &kept); err != nil {
		t.Fatalf("no size in %q: %v", out, err)
	}
	t.Logf("%d MiB are kept", kept>>20)
	if kept > 100<<20 {
		t.Errorf("%d MiB are kept once the grammar is warm: compiling it took them, and it is over", kept>>20)
	}
}
