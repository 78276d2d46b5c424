package policy

import (
	"slices"
	"strings"
	"testing"
)

// sourceOf is a source with one policy file.
func sourceOf(text string) memory { return memory{files: map[string]string{"p.yaml": text}} }

// TestLoadLedger finds the ledger in files of which something else is wrong, and
// in none of which it cannot be told what they mean.
func TestLoadLedger(t *testing.T) {
	for _, c := range []struct{ name, text, path string }{
		{"no YAML below", "version: 1\nledger: {path: kept}\ndoors: [\n", "/kept"},
		{"no YAML above", "doors:\n\t- name: db\nledger:\n  # where it is\n  path: kept\n\n  keep: 400 days\napps: {}\n", "/kept"},
		{"a key in a value", "a: [\nb:\n  ledger: {path: other}\nledger: {path: kept}\n", "/kept"},
		{"a wrong key", "version: 1\nledger: {path: kept}\nnosuch: 1\n", "/kept"},
		{"by default", "version: 1\n", "/ledger"},
		{"broken itself", "version: 1\nledger: {path: kept\ndoors: [\n", ""},
		{"no ledger", "version: 1\ndoors: [\n", ""},
		{"twice", "version: 1\nledger: {path: kept}\nledger: {path: other}\ndoors: [\n", ""},
		{"a wrong path", "version: 1\nledger: {path: [a]}\ndoors: [\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, diags := LoadLedger("/p.yaml", sourceOf(c.text))
			if l.Path != c.path || diags.Failed() != (c.path == "") {
				t.Errorf("%q, %v: want %q", l.Path, diags, c.path)
			}
		})
	}
	_, diags := LoadLedger("/p.yaml", sourceOf("version: 1\nledger: {path: kept\ndoors: [\n"))
	if !strings.Contains(diags.Error(), "SP0103") {
		t.Errorf("%v", diags)
	}
}

func TestLoadNames(t *testing.T) {
	apps, doors := LoadNames("/p.yaml", sourceOf("apps:\n  web: {}\n  shop: {nosuch: 1}\ndoors:\n  - {name: front}\n  - name: [a]\n  - db\n"))
	if !slices.Equal(apps, []string{"web", "shop"}) || !slices.Equal(doors, []string{"front"}) {
		t.Errorf("%q, %q", apps, doors)
	}
	for _, text := range []string{"doors: [\n", "- a\n", "apps: a\ndoors: b\n"} {
		if apps, doors := LoadNames("/p.yaml", sourceOf(text)); len(apps)+len(doors) > 0 {
			t.Errorf("%s: %q, %q", text, apps, doors)
		}
	}
}

// TestLoadUntested loads a policy whose test fails, and does not run it.
func TestLoadUntested(t *testing.T) {
	src := testSource(t)
	src.files["p.yaml"] = "version: 1\napps: {a: {}}\ndoors:\n  - name: d\n    kind: http\n    listen: 127.0.0.1:1\n    tls: optional\n    to: {app: a, url: 'https://x.example.com'}\n    allow: [{who: anyone, paths: [/a]}]\ntests:\n  - anyone may GET /b at d\n"
	if p, diags := LoadUntested("/p.yaml", testVocabulary(), src); p == nil {
		t.Errorf("untested: %v", diags)
	}
	if p, diags := Load("/p.yaml", testVocabulary(), src); p != nil || !strings.Contains(diags.Error(), string(CodeTestFailed)) {
		t.Errorf("tested: %v", diags)
	}
}
