package policy

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
)

// FuzzParse: whatever the text, reading it ends, each diagnostic has its place
// inside the text, a literal secret is nowhere shown, and what can be
// formatted is formatted to the same policy and only once.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	for _, s := range []string{"a: [", "? [a]\n: b", "{}", "{} # nothing", "a: !!binary x", "\ufeffversion: 1", "a: |\n  b\n # c\n", "- - - a", "{a: {b: c}}", "a: 'x\n  y' # z", "login: {password: hunter2, x: 1}\r\n", "a: \"\\x\"", "version: 1\nversion: 1"} {
		f.Add([]byte(s))
	}
	src, voc := testSource(f), testVocabulary()
	f.Fuzz(func(t *testing.T, text []byte) {
		p, ds := Parse("f.yaml", text, voc, src)
		if (p == nil) != ds.Failed() {
			t.Fatalf("policy %v, failed %v", p != nil, ds.Failed())
		}
		lines := strings.Split(string(text), "\n")
		for _, d := range ds {
			if d.Line < 1 || d.Line > len(lines) || d.Column < 1 || d.EndColumn <= d.Column || d.Column > utf8.RuneCountInString(lines[d.Line-1])+1 {
				t.Fatalf("%v stands outside of the text", d)
			}
			if codes[d.Code] == "" || d.Code == CodeBug {
				t.Fatalf("%v", d)
			}
			if d.Code == CodeLiteralSecret && !strings.Contains(d.Source, masked) {
				t.Fatalf("%v shows %q", d, d.Source)
			}
		}
		_ = ds.Error()
		once, err := Format(text)
		if err != nil {
			if ds, ok := err.(Diagnostics); !ok || ds[len(ds)-1].Code == CodeBug {
				t.Fatal(err)
			}
			return
		}
		twice, err := Format(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("formatting again changes it (%v):\n%s\n---\n%s", err, once, twice)
		}
		if p != nil {
			q, ds := Parse("f.yaml", once, voc, src)
			if q == nil || q.Digest() != p.Digest() {
				t.Fatalf("formatting changes the policy: %v", ds)
			}
		}
	})
}

// FuzzPath: a pattern that is accepted matches by its tree what it matches by
// hand, and no path makes Match panic.
func FuzzPath(f *testing.F) {
	for _, s := range [][2]string{{"/", "/"}, {"/a/**", "/a"}, {"/a/*/b", "/a//b"}, {"/*", "/"}, {"/**", "//x"}, {"/a b", "/a b"}, {"/%", "/%"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		segments, bad := parsePath(pattern)
		if bad != nil {
			if bad.hint == "" || codes[bad.code] == "" {
				t.Fatalf("%+v has no cure", bad)
			}
			return
		}
		p := &Policy{Doors: []Door{{Name: "d", Kind: "http", Allow: []Rule{{Who: []Who{{Kind: WhoAnyone}}, Paths: []string{pattern}}}}}}
		p.matcher = compile(p)
		_, got := p.Match(&sallyport.Crossing{Door: "d", Act: get("GET", path)})
		if want := strings.HasPrefix(path, "/") && matchesByHand(pattern, path); got != want {
			t.Fatalf("%q matches %q: %v, want %v", pattern, path, got, want)
		}
		if !pathCovers(segments, segments) {
			t.Fatalf("%q does not cover itself", pattern)
		}
	})
}

// FuzzTestsGrammar: no sentence makes the reader panic, and each error has its
// place in the sentence.
func FuzzTestsGrammar(f *testing.F) {
	for _, s := range []string{
		`anyone may GET / at front`, `colours may not "SELECT 1" at db`, `colours may prepare "x" at db`, `colours may log in at db`,
		`partner GET /api at api`, `colours may connect api.example.com:443`, `"`, `a may "`, ``, `may may may`, "anyone may\tGET /\u00e9 at front",
	} {
		f.Add(s)
	}
	p := mustParse(f, matchPolicy)
	f.Fuzz(func(t *testing.T, text string) {
		for _, question := range []bool{false, true} {
			s, bad := p.read(text, question)
			if (s == nil) != (bad != nil) {
				t.Fatalf("%v and %v", s, bad)
			}
			if bad != nil && (bad.from < 0 || bad.from > bad.to || bad.to > len(text) || codes[bad.code] == "") {
				t.Fatalf("%+v stands outside of the sentence", bad)
			}
		}
		if e, err := p.Explain(text); err == nil && (len(e.Reasons) == 0 || e.Door == "") {
			t.Fatalf("%+v", e)
		}
	})
}
