package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheLimitsAreWellFormed(t *testing.T) {
	if _, err := parseLimits("limits.txt", limitsText); err != nil {
		t.Error(err)
	}
}

func TestParseLimitsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"wire/mysql BenchmarkA":                             "x:1: want PACKAGE BENCHMARK ALLOCATIONS",
		"wire/mysql BenchmarkA some":                        `x:1: "some" is no number of allocations`,
		"wire/mysql BenchmarkA -1":                          `x:1: "-1" is no number of allocations`,
		"wire/mysql BenchmarkA 1\n\nsql/mysql BenchmarkB 1": "x:3: sql/mysql stands after wire/mysql: keep the packages in order",
	} {
		if _, err := parseLimits("x", text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestJudge(t *testing.T) {
	const out = `goos: linux
BenchmarkReadPacket-2         	 5000000	        70.1 ns/op	 900.00 MB/s	       0 B/op	       0 allocs/op
BenchmarkRow/binary-row-2     	     100	        70 ns/op	      16 B/op	       3 allocs/op
PASS
`
	measured, err := parseBenchmarks(out)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"BenchmarkReadPacket": 0, "BenchmarkRow/binary-row": 3}
	if d := cmp.Diff(want, measured); d != "" {
		t.Fatalf("measured (-want +got):\n%s", d)
	}
	for _, tt := range []struct {
		benchmark string
		allocs    int
		ok        bool
	}{{"BenchmarkReadPacket", 0, true}, {"BenchmarkRow/binary-row", 3, true}, {"BenchmarkRow/binary-row", 2, false}, {"BenchmarkGone", 9, false}} {
		if line, ok := (limit{"p", tt.benchmark, tt.allocs}).judge(measured); ok != tt.ok {
			t.Errorf("%s with limit %d: %s", tt.benchmark, tt.allocs, line)
		}
	}
}

func TestPattern(t *testing.T) {
	limits := []limit{{"p", "BenchmarkA/x", 0}, {"p", "BenchmarkA/y", 0}, {"p", "BenchmarkB", 0}, {"q", "BenchmarkC", 0}}
	if got, want := pattern(limits, "p"), "^(BenchmarkA|BenchmarkB)$"; got != want {
		t.Errorf("pattern = %s, want %s", got, want)
	}
}
