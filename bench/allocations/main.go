// Command allocations is the gate on benchmarks that does not depend on how
// busy the machine is: it runs the benchmarks that limits.txt names and fails
// where one allocates more often than is written there, or is gone.
//
// It knows the benchmarks by package and name, and nothing of what they do.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// benchTime is how long each benchmark runs: long enough that what is
// allocated once does not count.
const benchTime = "200ms"

//go:embed limits.txt
var limitsText string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "allocations:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	limits, err := parseLimits("limits.txt", limitsText)
	if err != nil {
		return err
	}
	over := 0
	for _, pkg := range packages(limits) {
		fmt.Printf("== %s: running its benchmarks\n", pkg)
		out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", pattern(limits, pkg), "-benchmem", "-benchtime", benchTime, "./"+pkg).CombinedOutput()
		if err != nil {
			return fmt.Errorf("running the benchmarks of %s: %w\n%s", pkg, err, out)
		}
		measured, err := parseBenchmarks(string(out))
		if err != nil {
			return fmt.Errorf("reading the benchmarks of %s: %w", pkg, err)
		}
		for _, l := range limits {
			if l.pkg != pkg {
				continue
			}
			line, ok := l.judge(measured)
			fmt.Println(line)
			if !ok {
				over++
			}
		}
	}
	if over > 0 {
		return fmt.Errorf("%d benchmarks are over their limit or gone: find the allocation, or argue for a new limit in limits.txt", over)
	}
	fmt.Printf("allocations: %d benchmarks are within their limits\n", len(limits))
	return nil
}

// judge compares one benchmark with its limit and says how it came out.
func (l limit) judge(measured map[string]int) (string, bool) {
	n, ok := measured[l.benchmark]
	switch {
	case !ok:
		return fmt.Sprintf("GONE %-50s (limit %d)", l.benchmark, l.allocs), false
	case n > l.allocs:
		return fmt.Sprintf("OVER %-50s %d allocations an operation (limit %d)", l.benchmark, n, l.allocs), false
	}
	return fmt.Sprintf("ok   %-50s %d allocations an operation (limit %d)", l.benchmark, n, l.allocs), true
}

func packages(limits []limit) []string {
	var all []string
	for _, l := range limits {
		if len(all) == 0 || all[len(all)-1] != l.pkg {
			all = append(all, l.pkg)
		}
	}
	return all
}

// pattern matches the benchmarks of a package that have a limit, and no others:
// some take long.
func pattern(limits []limit, pkg string) string {
	var names []string
	for _, l := range limits {
		if whole, _, _ := strings.Cut(l.benchmark, "/"); l.pkg == pkg && !slices.Contains(names, whole) {
			names = append(names, whole)
		}
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// trimProcs cuts the number of processors that go test appends to a name.
func trimProcs(name string) string {
	i := strings.LastIndexByte(name, '-')
	if i < 0 || strings.Trim(name[i+1:], "0123456789") != "" {
		return name
	}
	return name[:i]
}
