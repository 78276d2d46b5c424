package mask

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page is the documentation of the maskers.
func page(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "docs", "masking.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestDocumentedExamples runs each example of the page.
func TestDocumentedExamples(t *testing.T) {
	byName := map[string]Family{}
	for f := Unknown; f <= Binary; f++ {
		byName[f.String()] = f
	}
	_, examples, _ := strings.Cut(page(t), "\n## Examples\n")
	examples, _, _ = strings.Cut(examples, "\n## ")
	ran := map[string]bool{}
	for line := range strings.Lines(examples) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		f, known := byName[cells[min(1, len(cells)-1)]]
		if len(cells) != 4 || !known {
			continue
		}
		m := build(t, cells[0], f)
		if got := run(t, m, cells[2]); got != cells[3] {
			t.Errorf("%s of the %s %q is %q, the page says %q", cells[0], f, cells[2], got, cells[3])
		}
		name, _, _ := strings.Cut(m.Name(), "(")
		ran[name] = true
	}
	for _, d := range Names() {
		if !ran[d.Name] && d.Name != "null" {
			t.Errorf("the page has no example of %s", d.Name)
		}
	}
}

// TestEveryMaskerIsDocumented asks for a line of the page's table for each,
// which says whether it needs a key.
func TestEveryMaskerIsDocumented(t *testing.T) {
	text := page(t)
	for _, d := range Names() {
		for _, form := range strings.Split(d.Form, " or ") {
			_, rest, found := strings.Cut(text, "\n| `"+form+"` | ")
			line, _, _ := strings.Cut(rest, "\n")
			if !found || strings.HasSuffix(line, "| yes |") != d.Keyed || d.Summary == "" {
				t.Errorf("the page does not have a line for %s that says whether it needs a key (%v)", form, d.Keyed)
			}
		}
	}
}
