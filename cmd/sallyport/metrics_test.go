package main

import (
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// typeLine is the line that says what a metric is (Prometheus text format).
var typeLine = regexp.MustCompile(`(?m)^# TYPE (sallyport_\w+) (\w+)$`)

// documented finds the metrics that a document names.
var documented = regexp.MustCompile("`(sallyport_[a-z_]+)[`{]")

// later are metrics that have no series before something happens.
var later = map[string]bool{
	"sallyport_crossing_values_total": true, // a class comes in under a budget: TestDifferentValuesAreMeasured
}

// metrics wants the names of the running gateway's metrics to follow
// Prometheus' conventions, and docs/operating.md to name each of them and no
// other.
func (s *stage) metrics(ts *testscript.TestScript, _ bool, args []string) {
	answer, err := http.Get("http://" + args[0] + "/metrics")
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	doc, err := os.ReadFile(s.docs + "/operating.md")
	ts.Check(err)
	said := map[string]bool{}
	for _, m := range documented.FindAllStringSubmatch(string(doc), -1) {
		said[m[1]] = true
	}
	seen := map[string]bool{}
	for _, m := range typeLine.FindAllStringSubmatch(string(text), -1) {
		name, kind := m[1], m[2]
		seen[name] = true
		if (kind == "counter") != strings.HasSuffix(name, "_total") {
			ts.Fatalf("%s is a %s: counters, and only they, end in _total", name, kind)
		}
		if kind == "histogram" && !strings.HasSuffix(name, "_seconds") && !strings.HasSuffix(name, "_bytes") {
			ts.Fatalf("%s is a histogram without a base unit", name)
		}
		if !said[name] {
			ts.Fatalf("docs/operating.md does not name %s", name)
		}
	}
	for name := range said {
		if !seen[name] && !later[name] {
			ts.Fatalf("docs/operating.md names %s, which the gateway does not have:\n%s", name, text)
		}
	}
	if strings.Contains(string(text), "colours/secret") {
		ts.Fatalf("a path became a label")
	}
}
