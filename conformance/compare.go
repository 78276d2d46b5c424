package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// exception is a test that may not pass through the door, and why.
type exception struct {
	test, reason string
	line         int
}

// parseExceptions reads "TEST REASON" lines; # begins a comment.
func parseExceptions(file, text string) (map[string]exception, error) {
	exceptions := map[string]exception{}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		test, reason, _ := strings.Cut(line, " ")
		reason = strings.TrimSpace(reason)
		if reason == "" {
			return nil, fmt.Errorf("%s:%d: %s stands there without a reason", file, i+1, test)
		}
		if old, ok := exceptions[test]; ok {
			return nil, fmt.Errorf("%s:%d: %s stands on line %d already", file, i+1, test, old.line)
		}
		exceptions[test] = exception{test, reason, i + 1}
	}
	return exceptions, nil
}

// wholeTests returns the tests that are excepted, or of which a part is, in
// order and each once.
func wholeTests(exceptions map[string]exception) []string {
	names := map[string]bool{}
	for name := range exceptions {
		whole, _, _ := strings.Cut(name, "/")
		names[whole] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// problem is a test that does not behave as it should.
type problem struct {
	test, what string
}

// String names the test and what is wrong.
func (p problem) String() string { return p.test + ": " + p.what }

// compare returns what is wrong with a run through the door, in order of the
// tests' names.
func compare(direct, door results, exceptions map[string]exception) []problem {
	var problems []problem
	for _, test := range slices.Sorted(maps.Keys(direct.outcome)) {
		got, ran := door.outcome[test]
		switch {
		case direct.outcome[test] != passed || got == passed:
		case excused(test, direct, door, exceptions):
		case !ran:
			problems = append(problems, problem{test, "passes directly and does not run through the door"})
		default:
			problems = append(problems, problem{test, fmt.Sprintf("passes directly; through the door: %s", got)})
		}
	}
	for _, test := range slices.Sorted(maps.Keys(exceptions)) {
		switch e := exceptions[test]; {
		case direct.outcome[test] != passed:
			problems = append(problems, problem{test, fmt.Sprintf("is excepted (line %d) and does not pass directly either: take it off the list", e.line)})
		case door.outcome[test] == passed:
			problems = append(problems, problem{test, fmt.Sprintf("is excepted (line %d: %s) and passes through the door: take it off the list", e.line, e.reason)})
		}
	}
	return problems
}

// excused reports whether a test may not pass: it or a test around it is
// excepted, or it failed only because excepted tests inside of it did.
func excused(test string, direct, door results, exceptions map[string]exception) bool {
	for name := test; name != ""; {
		if _, ok := exceptions[name]; ok {
			return true
		}
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			break
		}
		name = name[:i]
	}
	inside := 0
	for name := range direct.outcome {
		if !strings.HasPrefix(name, test+"/") || direct.outcome[name] != passed || door.outcome[name] == passed {
			continue
		}
		if !excused(name, direct, door, exceptions) {
			return false
		}
		inside++
	}
	return inside > 0
}
