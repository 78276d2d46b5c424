package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

//go:embed gosqldriver.policy.yaml
var policyText string

var policyTemplate = template.Must(template.New("policy").Parse(policyText))

// statementKinds are the kinds of statement that the suite uses.
var statementKinds = []string{"select", "insert", "update", "delete", "replace", "call", "create", "alter", "drop",
	"truncate", "show", "explain", "describe", "set", "use", "transaction", "lock", "kill", "flush", "do"}

// The suite shows suitePassword at the door; the database's own password is
// the gateway's.
const (
	suiteApp      = "suite"
	suitePassword = "password-of-the-suite"
)

func policyFor(listen, port string) (string, error) {
	var b strings.Builder
	err := policyTemplate.Execute(&b, map[string]string{
		"Listen": listen, "Port": port, "Statements": strings.Join(statementKinds, ", "),
	})
	return b.String(), err
}

// runThroughDoor starts the program before the database and runs the suite
// against its door, the excepted tests after the others.
func runThroughDoor(ctx context.Context, s *suite, program string, db *testdb.Instance, exceptions map[string]exception) (r results, err error) {
	listen, err := testgate.FreeAddr()
	if err != nil {
		return results{}, err
	}
	policy, err := policyFor(listen, db.Port())
	if err != nil {
		return results{}, fmt.Errorf("writing the policy: %w", err)
	}
	gate, err := testgate.Start(ctx, testgate.Config{
		Program: program,
		Policy:  policy,
		Files:   map[string][]byte{"db-ca.pem": db.CA},
		Env:     []string{"SUITE_DOOR_PASSWORD=" + suitePassword, "SUITE_DB_PASSWORD=" + db.RootPassword},
		Doors:   []string{listen},
	})
	if err != nil {
		return results{}, err
	}
	defer func() { err = errors.Join(err, gate.Stop()) }()
	return timed(func() (results, error) {
		return s.runApart(ctx, target{addr: listen, user: suiteApp, password: suitePassword}, wholeTests(exceptions))
	})
}
