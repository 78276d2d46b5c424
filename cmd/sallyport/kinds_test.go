package main

import (
	"os"
	"strings"
	"testing"
)

// TestEveryKindIsTold wants of each kind of door a page in the house's form, a
// place in README's tables and a scenario of its own.
func TestEveryKindIsTold(t *testing.T) {
	read := func(file string) string {
		b, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	for _, k := range kinds {
		page := "docs/gates/" + k.Name + ".md"
		text, readme := read(page), read("README.md")
		for _, section := range []string{"Name", "What it does", "Policy", "Metrics", "Limits"} {
			if !strings.Contains(text, "\n## "+section+"\n") {
				t.Errorf("%s has no section %q", page, section)
			}
		}
		for _, want := range []string{"| `" + k.Name + "`", "(" + page + ")"} {
			if !strings.Contains(readme, want) {
				t.Errorf("README.md does not have %s", want)
			}
		}
		if scenario := "testdata/script/" + k.Name + ".txtar"; !strings.Contains(read(scenario), "kind: "+k.Name) {
			t.Errorf("%s has no door of the kind %s", scenario, k.Name)
		}
	}
}
