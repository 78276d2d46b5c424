package housetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFuzzScriptKnowsItsClock: what the toolchain says where -fuzztime ended
// under a slow worker is no finding, and whatever else it says is one.
func TestFuzzScriptKnowsItsClock(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "scripts", "fuzz.sh"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(script), "\noutran_clock() {")
	body, _, ends := strings.Cut(rest, "\n}\n")
	if !ok || !ends {
		t.Fatal("scripts/fuzz.sh has no outran_clock")
	}
	const end = "FAIL\nexit status 1\nFAIL example.com/p\t30.0s"
	for output, clock := range map[string]bool{
		"fuzz: elapsed: 30s\n--- FAIL: FuzzX (30.04s)\n    context deadline exceeded\n" + end:                                                             true,
		"--- FAIL: FuzzX (9s)\n    --- FAIL: FuzzX (0.00s)\n        x_test.go:5: context deadline exceeded\n    \n    Failing input written to y\n" + end: false,
		"--- FAIL: FuzzX (30.04s)\n    context deadline exceeded\n    fuzzing process hung or terminated unexpectedly: exit status 2\n" + end:             false,
		"# example.com/p\n./x.go:1:1: expected 'package'\nFAIL example.com/p [build failed]":                                                              false,
		"": false,
	} {
		cmd := exec.Command("bash", "-c", "outran_clock() {"+body+"\n}\noutran_clock \"$1\"", "bash", output)
		if got := cmd.Run() == nil; got != clock {
			t.Errorf("taken for the clock: %v, want %v:\n%s", got, clock, output)
		}
	}
}
