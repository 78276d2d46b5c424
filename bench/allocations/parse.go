package main

import (
	"fmt"
	"strconv"
	"strings"
)

// limit is how many allocations one operation of a benchmark may make.
type limit struct {
	pkg, benchmark string
	allocs         int
}

// parseLimits reads "PACKAGE BENCHMARK ALLOCATIONS" lines, in order of package;
// # begins a comment.
func parseLimits(file, text string) ([]limit, error) {
	var limits []limit
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 3 {
			return nil, fmt.Errorf("%s:%d: want PACKAGE BENCHMARK ALLOCATIONS", file, i+1)
		}
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%s:%d: %q is no number of allocations", file, i+1, words[2])
		}
		if len(limits) > 0 && words[0] < limits[len(limits)-1].pkg {
			return nil, fmt.Errorf("%s:%d: %s stands after %s: keep the packages in order", file, i+1, words[0], limits[len(limits)-1].pkg)
		}
		limits = append(limits, limit{words[0], words[1], n})
	}
	return limits, nil
}

// parseBenchmarks reads allocations an operation by benchmark from what go
// test printed.
func parseBenchmarks(out string) (map[string]int, error) {
	measured := map[string]int{}
	for line := range strings.Lines(out) {
		words := strings.Fields(line)
		if len(words) < 3 || !strings.HasPrefix(words[0], "Benchmark") || words[len(words)-1] != "allocs/op" {
			continue
		}
		n, err := strconv.Atoi(words[len(words)-2])
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", strings.TrimSpace(line), err)
		}
		measured[trimProcs(words[0])] = n
	}
	return measured, nil
}
