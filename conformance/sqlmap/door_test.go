package main

import (
	"os"
	"strings"
	"testing"
)

// TestStances: what is attacked is the example's policy, but for what the
// stance says.
func TestStances(t *testing.T) {
	text, err := os.ReadFile("../../examples/colours/sallyport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const wants = "prepared: required"
	for _, tt := range []struct {
		by   stance
		want int // rules that want statements prepared
	}{{asItIs, 2}, {byTables, 1}} {
		got, err := render(string(text), tt.by.swaps)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(got, wants); n != tt.want {
			t.Errorf("%s: %d rules want statements prepared, want %d", tt.by.name, n, tt.want)
		}
		if strings.Contains(got, "tests:") || strings.Contains(got, payments) {
			t.Errorf("%s: the policy still has its tests, or grants the table with the secret:\n%s", tt.by.name, got)
		}
	}
	if _, err := render(string(text), []swap{{"no such text", ""}}); err == nil {
		t.Error("a text that is not there was replaced")
	}
}
