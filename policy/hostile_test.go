package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostile reads files that are made to be expensive. Each has to be read
// to an end and to be refused; the test's own time limit is the bound.
func TestHostile(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"too large":       strings.Repeat("# x\n", maxFile/4+1),
		"a long line":     "a: " + strings.Repeat("x", maxLine),
		"deep brackets":   strings.Repeat(strings.Repeat("[", 100)+"\n", 100),
		"deep lists":      strings.Repeat("- ", 5000) + "a",
		"deep mappings":   many(200, "\n%[1]*[1]d: "),
		"many values":     "a: [\n" + strings.Repeat("[],[],[],[],[],[],\n", 20000) + "]",
		"aliases":         "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n",
		"unclosed":        strings.Repeat("a: [b\n", 10000),
		"unknown keys":    many(5000, "key%d: x\n"),
		"duplicate keys":  strings.Repeat("a: x\n", 20000),
		"unknown names":   "version: 1\napps:\n" + many(2000, "  a%d: {}\n") + "doors:\n" + many(1000, "  - {name: d%[1]d, kind: http, listen: ':%[1]d', tls: optional, to: {app: b%[1]d, url: 'https://x.example.com'}}\n"),
		"rules and tests": "version: 1\napps: {a: {}}\ndoors:\n  - name: d\n    kind: http\n    listen: :1\n    tls: optional\n    to: {app: a, url: 'https://x.example.com'}\n    allow:\n" + many(1500, "      - {who: anyone, paths: [/p%d/*]}\n") + "tests:\n" + many(2000, "  - anyone may not GET /p%d/x at d\n"),
		"literal secrets": "version: 1\napps:\n" + many(1000, "  a%d: {password: \"x\n     y\"}\n"),
	} {
		t.Run(name, func(t *testing.T) {
			p, ds := Parse("p.yaml", []byte(text), testVocabulary(), testSource(t))
			if p != nil || !ds.Failed() || len(ds) > maxDiagnostics+1 {
				t.Errorf("policy %v, %d diagnostics", p != nil, len(ds))
			}
			if _, err := Format([]byte(text)); err == nil && name != "unknown keys" && !strings.HasPrefix(text, "version: 1\n") {
				t.Error("it was formatted")
			}
		})
	}
}
