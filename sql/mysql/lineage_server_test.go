package mysql

import (
	"os"
	"strings"
	"testing"
)

// TestLineageAgainstServer runs statements over tables whose values bear the mark of
// their column, and holds what comes out against what the lineage claims: each
// mark is of an origin of its column, and what other values in a column change is
// claimed to come from it or to be tested.
func TestLineageAgainstServer(t *testing.T) {
	w := newWorld(t)
	data, err := os.ReadFile("testdata/marks.sql")
	if err != nil {
		t.Fatal(err)
	}
	var all []int
	for j := range marked {
		all = append(all, j)
	}
	var ran, known, marks, quiet int
	for line := range strings.Lines(string(data)) {
		text := strings.TrimRight(line, "\n")
		if text == "" || strings.HasPrefix(text, "-- ") {
			continue
		}
		var args []any
		for range strings.Count(text, "?") {
			args = append(args, markedValue(0, 1, false))
		}
		v, err := w.check(t, text, args, strings.Contains(text, "order by"), all)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		ran++
		marks += v.marks
		quiet += v.quiet
		if v.known {
			known++
		} else {
			t.Logf("unknown: %s", text)
		}
	}
	t.Logf("%d statements ran, of %d all is known, %d cells bore a mark, %d times other values were claimed to change nothing", ran, known, marks, quiet)
	if known < 150 || marks < 1000 || quiet < 500 {
		t.Error("too few to prove anything")
	}
}
