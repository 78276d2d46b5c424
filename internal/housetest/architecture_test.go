package housetest

import (
	"regexp"
	"strings"
	"testing"
)

// TestArchitectureNamesEveryRule asks ARCHITECTURE.md to say of each part of
// the product who may import whom, as the table of rules does.
func TestArchitectureNamesEveryRule(t *testing.T) {
	_, text, found := strings.Cut(read(t, "ARCHITECTURE.md"), "\n## Who may import whom")
	text, _, ended := strings.Cut(text, "\n## ")
	if !found || !ended {
		t.Fatal("ARCHITECTURE.md does not say who may import whom")
	}
	for _, r := range rules {
		name, _, _ := strings.Cut(r.pattern, "/")
		switch name {
		case "internal", "bench", "conformance", "examples": // no part of the product
			continue
		case ".":
			name = "root"
		}
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
			t.Errorf("ARCHITECTURE.md does not say what %s may import", name)
		}
	}
}
