package policy

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with the file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func parseFixture(t *testing.T, file string) (*Policy, Diagnostics) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return Parse(filepath.Base(file), text, testVocabulary(), testSource(t))
}

// TestFixtures reads pairs: NAME.good.yaml loads, NAME.bad.yaml has what
// NAME.bad.txt says.
func TestFixtures(t *testing.T) {
	bad, err := filepath.Glob("testdata/*.bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(bad) < 40 {
		t.Fatalf("there are %d bad fixtures, want at least 40", len(bad))
	}
	for _, file := range bad {
		name := strings.TrimSuffix(filepath.Base(file), ".bad.yaml")
		t.Run(name, func(t *testing.T) {
			p, ds := parseFixture(t, file)
			if warn := strings.HasPrefix(name, "warn-"); warn == ds.Failed() || warn == (p == nil) || len(ds) == 0 {
				t.Errorf("failed: %v, policy: %v", ds.Failed(), p != nil)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", ds.Error()+"\n")
			checkPlaces(t, file, ds)
			good := strings.TrimSuffix(file, ".bad.yaml") + ".good.yaml"
			if _, ds := parseFixture(t, good); len(ds) > 0 {
				t.Errorf("%s is to load without a word:\n%v", good, ds)
			}
		})
	}
}

// checkPlaces sees that every diagnostic has its place in the file, a known
// code and, where it is an error, a cure.
func checkPlaces(t testing.TB, file string, ds Diagnostics) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, d := range ds {
		if d.Line < 1 || d.Line > len(lines) || d.Column < 1 || d.EndColumn <= d.Column || d.Column > len(lines[d.Line-1])+1 {
			t.Errorf("%v stands outside of the file", d)
		}
		if codes[d.Code] == "" {
			t.Errorf("%v has an unknown code", d)
		}
		if d.Hint == "" {
			t.Errorf("%v has no cure", d)
		}
	}
}
