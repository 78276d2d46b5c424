// Command sqlmap lets sqlmap attack an app that puts what a request says into
// the text of its SQL, with a private MariaDB and with a private PostgreSQL
// behind it: directly and through a running door whose rules grant the app
// select on its own table alone. The app's database login may read a further
// table, with a secret in it, so the door is the only lock. Directly sqlmap has
// to get the secret, or the attack proves nothing; through the door it may
// appear nowhere, and the ledger has to hold the denials.
//
// It tests the built program from outside and knows nothing of its packages.
// It is no test of the link between a request and its SQL: the app's own
// statements stay as open to injection as they were.
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
	only := flag.String("only", "", "attack one server: mysql or postgres")
	verbose := flag.Bool("v", false, "print what sqlmap says in each run that is a problem")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *only, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "sqlmap:", err)
		os.Exit(1)
	}
}

// run attacks before each server in turn.
func run(ctx context.Context, program, only string, verbose bool) error {
	if _, err := exec.LookPath("sqlmap"); err != nil {
		return fmt.Errorf("%w; type: scripts/install-test-deps.sh sqlmap", err)
	}
	var errs []error
	ran := false
	for _, s := range servers {
		if only != "" && only != s.kind {
			continue
		}
		ran = true
		if err := attackBoth(ctx, s, program, verbose); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.kind, err))
		}
	}
	if !ran {
		return fmt.Errorf("there is no server %q: mysql or postgres", only)
	}
	return errors.Join(errs...)
}
