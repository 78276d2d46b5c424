package policy

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/*.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "testdata/format.in.yaml", "testdata/policy.example.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		once, err := Format(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		twice, err := Format(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s: formatting again changes it (%v):\n%s\n---\n%s", file, err, once, twice)
		}
		p, ds := Parse(file, text, testVocabulary(), testSource(t))
		q, ds2 := Parse(file, once, testVocabulary(), testSource(t))
		if len(ds) != len(ds2) || (p == nil) != (q == nil) || p != nil && p.Digest() != q.Digest() {
			t.Errorf("%s: formatting changes what it means:\n%v\n%v", file, ds, ds2)
		}
		if file == "testdata/format.in.yaml" {
			golden(t, "testdata/format.out.yaml", string(once))
		}
		if file == "testdata/policy.example.yaml" {
			golden(t, "testdata/policy.example.formatted.yaml", string(once))
		}
	}
}

func TestFormatRefuses(t *testing.T) {
	for _, text := range []string{"", "a: [", "a: &x 1", "- a", "a: 1\na: 2", "a: 1\n---\nb: 2"} {
		if out, err := Format([]byte(text)); err == nil {
			t.Errorf("%q was formatted to %q", text, out)
		}
	}
}
