package housetest

import (
	"regexp"
	"strings"
	"testing"
)

// TestDependenciesAreArguedFor asks docs/dependencies.md for a line for each
// module that go.mod requires directly, and for none that it does not.
func TestDependenciesAreArguedFor(t *testing.T) {
	required := map[string]bool{}
	for _, line := range strings.Split(read(t, "go.mod"), "\n") {
		if m := requirement.FindStringSubmatch(line); m != nil && !strings.HasSuffix(line, "// indirect") {
			required[m[1]] = true
		}
	}
	if len(required) == 0 {
		t.Fatal("go.mod requires nothing: it was not understood")
	}
	argued := map[string]bool{}
	for _, line := range strings.Split(read(t, "docs/dependencies.md"), "\n") {
		if m := argument.FindStringSubmatch(line); m != nil {
			argued[m[1]] = true
		}
	}
	for module := range required {
		if !argued[module] {
			t.Errorf("docs/dependencies.md has no line that argues for %s", module)
		}
	}
	for module := range argued {
		if !required[module] {
			t.Errorf("docs/dependencies.md argues for %s, which go.mod does not require directly", module)
		}
	}
}

var (
	requirement = regexp.MustCompile(`^\s*(?:require )?(\S+\.\S+/\S+) v\S+`)
	argument    = regexp.MustCompile(`^\| (\S+\.\S+/\S+) \|`)
)
