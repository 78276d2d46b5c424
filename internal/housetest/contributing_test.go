package housetest

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testNamed   = regexp.MustCompile("`(Test\\w+)`")
	testFunc    = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	placeholder = regexp.MustCompile(`^(X|NAME)\b`)
	fileInCodes = regexp.MustCompile("`([\\w.-]+/[\\w./-]+)`")
)

// TestContributingIsTrue asks that each test and each file that CONTRIBUTING.md
// names is there.
func TestContributingIsTrue(t *testing.T) {
	tests := map[string]bool{}
	for _, file := range walk(t) {
		if strings.HasSuffix(file, "_test.go") {
			for _, m := range testFunc.FindAllStringSubmatch(read(t, file), -1) {
				tests[m[1]] = true
			}
		}
	}
	text := read(t, "CONTRIBUTING.md")
	named := testNamed.FindAllStringSubmatch(text, -1)
	if len(named) == 0 {
		t.Error("CONTRIBUTING.md names no test")
	}
	for _, m := range named {
		if !tests[m[1]] {
			t.Errorf("CONTRIBUTING.md: there is no test %s", m[1])
		}
	}
	for _, m := range fileInCodes.FindAllStringSubmatch(text, -1) {
		if placeholder.MatchString(path.Base(m[1])) {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("CONTRIBUTING.md: %v", err)
		}
	}
}
