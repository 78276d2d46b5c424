// Command sqlmap lets sqlmap attack the vulnerable search of examples/colours,
// with a private MariaDB and with a private PostgreSQL behind it: directly and
// through a running door with the example's own policy. The app's database login
// may read everything, so the door is the only lock. A secret is in a table that
// no rule grants, and in the accounts, which the rules grant to other statements.
// Directly sqlmap has to get it, or the attack proves nothing; through the door
// it may appear nowhere, the ledger has to hold the denials, and an honest
// visitor has to be served before and after.
//
// The example's policy wants every statement prepared, and so serves no search
// at all. What the tables of its rules hold by themselves is therefore attacked
// as well, without that.
//
// It tests the built program from outside and knows nothing of its packages.
// It is no test of the link between a request and its SQL: the search stays as
// open to injection as it was, within the table that it may read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	program := flag.String("sallyport", "bin/sallyport", "the built `program`")
	example := flag.String("example", "examples/colours", "the `directory` of the example")
	only := flag.String("only", "", "attack one server: mysql or postgres")
	verbose := flag.Bool("v", false, "print what sqlmap says in each run that is a problem")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *example, *only, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "sqlmap:", err)
		os.Exit(1)
	}
}

// run attacks before each server in turn.
func run(ctx context.Context, program, example, only string, verbose bool) (err error) {
	if _, err := exec.LookPath("sqlmap"); err != nil {
		return fmt.Errorf("%w; type: scripts/install-test-deps.sh sqlmap", err)
	}
	dir, err := os.MkdirTemp("", "sallyport-sqlmap-")
	if err != nil {
		return fmt.Errorf("making a directory for the app: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	fmt.Println("== building the app")
	app, err := build(ctx, example, dir)
	if err != nil {
		return err
	}
	p := programs{sallyport: program, colours: app, example: example}
	var errs []error
	ran := false
	for _, s := range servers {
		if only != "" && only != s.kind {
			continue
		}
		ran = true
		if err := attackBoth(ctx, s, p, verbose); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.kind, err))
		}
	}
	if !ran {
		return fmt.Errorf("there is no server %q: mysql or postgres", only)
	}
	return errors.Join(errs...)
}
