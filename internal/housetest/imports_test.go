package housetest

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rule says what the packages that match a pattern may import of ours. A
// pattern is a directory from the root, "." for the root itself; with "/..."
// it takes in everything beneath. Of several patterns the exact one counts, and
// else the longest.
type rule struct {
	pattern string
	may     []string // patterns; a package may always be imported by its own tests
	why     string
	tests   []string // what its tests may import as well
}

var anything = []string{".", "..."}

// rules is ARCHITECTURE.md's "Who may import whom".
var rules = []rule{
	{pattern: ".", may: nil, why: "the root is words only: everything may depend on it, so it depends on nothing"},

	{pattern: "wire/...", may: nil, why: "a codec turns bytes into messages; what they mean is decided elsewhere"},
	{pattern: "sql/...", may: []string{"sql/..."}, why: "analysis of statements is pure; a dialect builds on the words of sql and on nothing else of ours"},
	{pattern: "content/...", may: []string{"content/..."}, why: "decoders see untrusted bytes and must not reach anything worth reaching"},

	{pattern: "policy/...", may: []string{".", "policy/...", "sql/..."}, why: "Match and Decide are pure; a policy that knew a gate could not judge all of them alike"},
	{pattern: "ledger/...", may: []string{".", "ledger/..."}, why: "the record knows the words and not who speaks them"},
	{pattern: "guard/...", may: []string{".", "guard/...", "ledger/..."}, why: "the only writer of the ledger; deciders, maskers and inspectors reach it as interfaces from cmd"},
	{pattern: "auth/...", may: []string{".", "auth/...", "policy/..."}, why: "who is it: shared by the doors, so it knows none of them"},

	{pattern: "link/...", may: []string{".", "link/...", "guard/...", "sql/...", "content/..."}, why: "the link is blind to protocols"},
	{pattern: "inspect/...", may: []string{".", "inspect/...", "guard/...", "sql/...", "content/..."}, why: "inspectors see facts, rows and bytes, not doors"},
	{pattern: "mask/...", may: []string{".", "mask/...", "guard/...", "sql/...", "content/..."}, why: "maskers change values and do not know where they came from"},

	{pattern: "gate", may: []string{".", "guard/...", "policy/..."}, why: "what every door is; it knows no kind of door"},
	{pattern: "gate/catalogue", may: []string{".", "sql/..."}, why: "what the doors of databases share of lineage; it speaks no protocol and judges nothing"},
	{pattern: "gate/sessions", may: []string{"gate"}, why: "what the doors of databases share of a session's two connections; it speaks no protocol, and a door says what ends a session"},
	{pattern: "gate/exchanges", may: []string{".", "guard/...", "sql/..."}, why: "what the doors of databases share of a statement on its way; it speaks no protocol, and the guard judges"},
	{pattern: "gate/gatetest", may: []string{".", "guard", "policy", "ledger"}, why: "what the tests of the doors of databases share; it knows no kind of door"},
	{pattern: "gate/...", may: []string{".", "guard/...", "policy/...", "gate", "gate/catalogue", "gate/sessions", "gate/exchanges", "auth/...", "wire/...", "sql/...", "content/..."}, why: "a door is judgement-free plumbing: no other door, no ledger, no masker, no inspector", tests: []string{"ledger/...", "gate/gatetest"}}, // what a door's crossings become is tested with a real ledger

	{pattern: "learn/...", may: []string{".", "learn/...", "ledger/...", "sql/...", "policy/shapes"}, why: "makes rules of entries; whether a policy with them holds is for policy to say", tests: []string{"policy/...", "gate/...", "guard/..."}}, // what was learnt is replayed against a policy that has it

	{pattern: "netpol/...", may: []string{".", "netpol/...", "policy/..."}, why: "derived from the policy alone"},
	{pattern: "grants/...", may: []string{".", "grants/...", "policy/...", "sql/..."}, why: "derived from the policy and what statements need"},

	{pattern: "watch/...", may: []string{".", "watch/...", "guard/...", "ledger/..."}, why: "reads the ledger; what it records goes through the guard"},
	{pattern: "console/...", may: []string{".", "console/...", "guard/...", "ledger/..."}, why: "reads the ledger; what it records goes through the guard"},
	{pattern: "report/...", may: []string{".", "report/...", "guard/...", "ledger/..."}, why: "reads the ledger; what it records goes through the guard"},
	{pattern: "discover/...", may: []string{".", "discover/...", "guard/...", "ledger/..."}, why: "reads the ledger; what it records goes through the guard"},
	{pattern: "admin/...", may: []string{".", "admin/...", "guard/...", "ledger/..."}, why: "reads the ledger; what it records goes through the guard"},

	{pattern: "daemon/...", may: []string{".", "daemon/...", "guard/...", "ledger/...", "policy/...", "gate", "admin/..."}, why: "puts the parts together and decides nothing; the kinds of door, inspectors and maskers come from cmd"},
	{pattern: "cmd/...", may: anything, why: "the one place where everything is wired together"},
	{pattern: "cli/...", may: anything, why: "verbs are thin and reach for whatever does the work"},

	{pattern: "internal/testclock", may: nil, why: "the clock of tests knows no product"},
	{pattern: "internal/testpki", may: nil, why: "certificates for tests know no product"},
	{pattern: "internal/testdb", may: []string{"internal/testpki"}, why: "database servers for tests know no product"},
	{pattern: "internal/devpki", may: nil, why: "certificates for development know no product"},
	{pattern: "internal/testgate", may: []string{"internal/testpki"}, why: "runs the built program from outside"},
	{pattern: "internal/bypass", may: nil, why: "attacks a product from outside, and knows none"},
	{pattern: "internal/housetest", may: nil, why: "reads files, runs no product code"},
	{pattern: "bench/...", may: []string{"bench/...", "internal/..."}, why: "measures the built program from outside"},
	{pattern: "conformance/...", may: []string{"conformance/...", "internal/..."}, why: "tests the built program from outside"},

	{pattern: "examples/colours/...", may: []string{"examples/colours/..."}, why: "an application as a user has it, in a module of its own: it imports nothing of the gateway"},
}

// testsMay is what test files may import beyond what their package may.
var testsMay = []string{"internal/..."}

// matches reports whether the pattern takes in the package in dir.
func matches(pattern, dir string) bool {
	if pattern == "..." {
		return true
	}
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return dir == prefix || strings.HasPrefix(dir, prefix+"/")
	}
	return dir == pattern
}

func ruleFor(dir string) (rule, bool) {
	var best rule
	found := false
	for _, r := range rules {
		if r.pattern == dir {
			return r, true
		}
		if matches(r.pattern, dir) && (!found || len(r.pattern) > len(best.pattern)) {
			best, found = r, true
		}
	}
	return best, found
}

func TestWhoMayImportWhom(t *testing.T) {
	for dir, files := range goPackages(t) {
		r, ok := ruleFor(dir)
		if !ok {
			t.Errorf("package %s is missing from the table of import rules: say there what it may import, and why", dir)
			continue
		}
		for _, f := range files {
			for _, spec := range f.ast.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				checkImport(t, r, dir, f, path, f.fset.Position(spec.Pos()).Line)
			}
		}
	}
}

func checkImport(t *testing.T, r rule, dir string, f goFile, path string, line int) {
	t.Helper()
	target, ours := strings.CutPrefix(path, modulePath)
	if !ours || (target != "" && target[0] != '/') {
		if dir == "." && !f.test && strings.Contains(strings.Split(path, "/")[0], ".") {
			t.Errorf("%s:%d: the root package imports %s: it uses the standard library only", f.path, line, path)
		}
		return
	}
	if target = strings.TrimPrefix(target, "/"); target == "" {
		target = "."
	}
	allowed := slices.Clone(r.may)
	if f.test {
		allowed = append(append(append(allowed, testsMay...), r.tests...), dir)
	}
	if !slices.ContainsFunc(allowed, func(p string) bool { return matches(p, target) }) {
		t.Errorf("%s:%d: %s may not import %s (it may import %s): %s", f.path, line, dir, target, list(allowed), r.why)
	}
}

func list(patterns []string) string {
	if len(patterns) == 0 {
		return "nothing of ours"
	}
	return strings.Join(patterns, ", ")
}

func TestRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules {
		if r.why == "" {
			t.Errorf("the rule for %s gives no reason", r.pattern)
		}
		if seen[r.pattern] {
			t.Errorf("there are two rules for %s", r.pattern)
		}
		seen[r.pattern] = true
	}
}

// TestRulesCatch checks the table by what it must refuse, so that a rule that
// was widened by accident is noticed.
func TestRulesCatch(t *testing.T) {
	never := []struct{ from, to string }{
		{"gate/http", "gate/mysql"},
		{"gate/mysql", "mask"},
		{"gate/mysql", "inspect/dlp"},
		{"gate/mysql", "ledger"},
		{"gate", "gate/http"},
		{"policy", "gate"},
		{"policy", "gate/http"},
		{"wire/mysql", "policy"},
		{"wire/mysql", "."},
		{"link", "wire/mysql"},
		{"link", "gate/http"},
		{"guard", "policy"},
		{"guard", "console"},
		{"gate/http", "console"},
		{"ledger", "guard"},
		{"sql", "policy"},
		{".", "ledger"},
		{"ledger", "internal/testdb"},
		{"examples/colours/app", "guard"},
		{"examples/colours/app", "."},
	}
	for _, n := range never {
		r, ok := ruleFor(n.from)
		if !ok {
			t.Errorf("there is no rule for %s", n.from)
			continue
		}
		if slices.ContainsFunc(r.may, func(p string) bool { return matches(p, n.to) }) {
			t.Errorf("the rule for %s lets %s import %s", r.pattern, n.from, n.to)
		}
	}
	if r, ok := ruleFor("unheard-of"); ok {
		t.Errorf("a package that is in no rule matches %q", r.pattern)
	}
}
