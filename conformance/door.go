package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

// The suite shows suitePassword at the door; the database's own password is
// the gateway's.
const (
	suitePassword = "password-of-the-suite"
	caFile        = "gate-ca.pem"
)

// policyFor is the driver's policy for a door that listens at listen, before a
// database at port.
func (d driver) policyFor(listen, port string) (string, error) {
	t, err := template.New(d.name).Parse(d.policy)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, map[string]string{"Listen": listen, "Port": port})
	return b.String(), err
}

// runThroughDoor starts the program before the database and runs the suite
// against its door, the excepted tests after the others.
func runThroughDoor(ctx context.Context, s *suite, program string, db *testdb.Instance, exceptions map[string]exception) (r results, err error) {
	listen, err := testgate.FreeAddr()
	if err != nil {
		return results{}, err
	}
	policy, err := s.policyFor(listen, db.Port())
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
	if err := os.WriteFile(filepath.Join(gate.Dir, caFile), gate.CA, 0o600); err != nil {
		return results{}, fmt.Errorf("writing the door's authority for the suite: %w", err)
	}
	return timed(func() (results, error) {
		return s.runApart(ctx, target{addr: listen, user: s.app, password: suitePassword, caFile: filepath.Join(gate.Dir, caFile)}, wholeTests(exceptions))
	})
}
