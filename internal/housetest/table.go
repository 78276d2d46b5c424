package housetest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Row is the cells of one line of a table in Markdown.
type Row []string

// Codes is what stands in backquotes in a cell.
func (r Row) Codes(cell int) (all []string) {
	for _, m := range code.FindAllStringSubmatch(r[cell], -1) {
		all = append(all, m[1])
	}
	return all
}

var code = regexp.MustCompile("`([^`]+)`")

// Table is the lines of the document's table whose heading begins so, for
// tests that compare a document with the code. The file is from the folder of
// the test.
func Table(t *testing.T, file, heading string) (rows []Row) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(b), "\n"+heading)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && !strings.HasPrefix(line, "|") {
			break
		}
		if i > 1 { // below the heading and its rule
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no table that begins with %q", file, heading)
	}
	return rows
}

// WantSame wants two sets to be the same, whatever their order.
func WantSame(t *testing.T, what string, program, document []string) {
	t.Helper()
	set := func(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
	if diff := cmp.Diff(set(program), set(document)); diff != "" {
		t.Errorf("%s (-the program's +the document's):\n%s", what, diff)
	}
}
