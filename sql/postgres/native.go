package postgres

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed native.txt
var nativeText string

// native holds the functions that a server has of itself, by their names as
// they stand in its catalogue or its grammar, with the version since which it has
// them. Any other name is a stored function, or one of an extension.
// TestNativeFunctions holds it against what a server says of itself.
var native = parseNative(nativeText)

// parseNative reads lines of names, each with the version before it.
func parseNative(text string) map[string]int {
	m := make(map[string]int)
	for line := range strings.Lines(text) {
		version, names, ok := strings.Cut(strings.TrimSpace(line), " ")
		major, err := strconv.Atoi(version)
		if !ok || err != nil {
			continue
		}
		for _, name := range strings.Fields(names) {
			m[name] = major
		}
	}
	return m
}

// isNative reports whether a function is native to a server of that version.
// Where it is not known, only what all versions have is.
func isNative(name string, major int) bool {
	since, ok := native[name]
	return ok && since <= max(major, oldestMajor)
}
