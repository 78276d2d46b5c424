package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// outcome is how a test ended.
type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "fail"
	skipped outcome = "skip"
)

// results are the outcomes of a run by test, subtests included. A test that
// began and did not end, because the binary crashed or ran out of time, failed.
type results struct {
	outcome map[string]outcome
	output  map[string]string
}

func newResults() results { return results{map[string]outcome{}, map[string]string{}} }

// tempDir is the part of a test's name that a directory of this one run is.
var tempDir = regexp.MustCompile(regexp.QuoteMeta(os.TempDir()) + `/Test\w+?\d+/`)

// parse adds test2json's events, the tests' names behind the prefix.
func (res results) parse(prefix string, r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct{ Action, Test, Output string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return fmt.Errorf("reading an event: %w", err)
		}
		if event.Test == "" {
			continue
		}
		test := prefix + tempDir.ReplaceAllString(event.Test, "…/")
		switch event.Action {
		case "run":
			res.outcome[test] = failed
		case "output":
			res.output[test] += event.Output
		case "pass", "fail", "skip":
			res.outcome[test] = outcome(event.Action)
		}
	}
	return lines.Err()
}

func (r results) count(o outcome) int {
	n := 0
	for _, got := range r.outcome {
		if got == o {
			n++
		}
	}
	return n
}

func (r results) passed() int { return r.count(passed) }

// enough is an error where fewer tests pass than a comparison needs to mean anything.
func (r results) enough(least int) error {
	if n := r.passed(); n < least {
		return fmt.Errorf("only %d tests of the suite pass directly, and at least %d should: it may not have reached the server", n, least)
	}
	return nil
}

func (r results) list(w io.Writer) {
	for _, test := range slices.Sorted(maps.Keys(r.outcome)) {
		fmt.Fprintf(w, "%-4s %s\n", r.outcome[test], test)
		if r.outcome[test] == failed {
			fmt.Fprint(w, indent(r.output[test]))
		}
	}
}

func indent(s string) string {
	return "\t" + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n\t") + "\n"
}
