package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// untested is a policy with a test, to which a language has to be read.
const untested = `version: 1
apps: {shop: {proof: [password], password: env:DOOR_PASSWORD}}
hosts: {main-db: {name: db.example.com, port: 3306}}
ledger: {path: kept}
doors:
  - name: db
    kind: mysql
    listen: 127.0.0.1:3306
    tls: optional
    plaintext: accepted
    to: main-db
    login: {user: shop, password: env:DB_PASSWORD}
    allow: [{who: shop, statements: [select], tables: [a]}]
tests:
  - shop may "SELECT a FROM a" at db
`

// TestVerbsOfTheLedger find it by a policy whose tests they do not run: reading
// SQL costs more than most of them do.
func TestVerbsOfTheLedger(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sallyport.yaml")
	if err := os.WriteFile(file, []byte(untested), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(ledger.Options{Dir: filepath.Join(dir, "kept"), Origin: "sallyport.example.com/test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	analyzed := false
	p := &Program{Source: policy.System(), Vocabulary: policy.Vocabulary{
		Doors: []string{"mysql"},
		Analyze: func(policy.Door, string) (*sallyport.Statement, error) {
			analyzed = true
			return new(sallyport.Statement), nil
		},
	}}
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		p.Run(t.Context(), append(args, "-p", file), &out, &errs)
		return out.String() + errs.String()
	}
	for _, c := range []struct{ args, want string }{
		{"ledger find", "0 found"},
		{"ledger find door:bd", "did you mean door:db?"},
		{"ledger tail door:bd", "did you mean door:db?"},
		{"ledger verify", "nothing was changed"},
		{"explain 0", "no entry 0"},
		{"learn", "nothing crossed"},
	} {
		if got := run(strings.Fields(c.args)...); !strings.Contains(got, c.want) || analyzed {
			t.Errorf("%s: SQL was read: %v\n%s", c.args, analyzed, got)
		}
		analyzed = false
	}
	if got := run("grants", "generate"); !analyzed {
		t.Errorf("the policy has no test that reads SQL: %s", got)
	}
}
