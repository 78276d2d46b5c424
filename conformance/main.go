// Command conformance runs the own test suites of database drivers twice,
// go-sql-driver's on a private MariaDB and pgx's on a private PostgreSQL: directly
// and through a running door that allows it everything. It compares which tests
// pass. What passes directly must pass through the door; only the tests in the
// suite's list of exceptions may fail, each for a feature that the door refuses
// and with the reason beside it, and those must fail: a list that has become too
// long is an error too.
//
// It tests the built program from outside and knows nothing of its packages.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	program := flag.String("sallyport", "bin/sallyport", "the built `program`")
	only := flag.String("only", "", "run one suite: gosqldriver or pgx")
	direct := flag.Bool("direct", false, "run the suites directly only, and list what passes")
	verbose := flag.Bool("v", false, "print what the suite says about each failure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var errs []error
	for _, d := range drivers {
		if *only != "" && *only != d.name {
			continue
		}
		if err := run(ctx, d, *program, *direct, *verbose); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// run runs one driver's suite.
func run(ctx context.Context, d driver, program string, directOnly, verbose bool) (err error) {
	exceptions, err := d.exceptions()
	if err != nil {
		return err
	}
	fmt.Printf("== starting a private %s\n", d.server)
	db, err := d.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Stop()) }()
	fmt.Printf("== compiling the suite of %s %s\n", d.module, d.version)
	s, err := newSuite(ctx, d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()

	fmt.Printf("== running it directly on %s\n", db.Version)
	base, err := timed(func() (results, error) {
		return s.runApart(ctx, target{addr: db.Addr, user: db.RootUser, password: db.RootPassword, caFile: db.CAFile}, wholeTests(exceptions))
	})
	if err != nil {
		return err
	}
	if directOnly {
		base.list(os.Stdout)
		return base.enough(d.minPasses)
	}
	if err := base.enough(d.minPasses); err != nil {
		return err
	}

	fmt.Println("== running it through the door")
	through, err := runThroughDoor(ctx, s, program, db, exceptions)
	if err != nil {
		return err
	}
	problems := compare(base, through, exceptions)
	for _, p := range problems {
		fmt.Println(p)
		if verbose {
			fmt.Println(through.output[p.test])
		}
	}
	lost := base.passed() - len(exceptions)
	fmt.Printf("conformance: of %s %d tests pass directly, %d through the door, %d are excepted, %d problems\n",
		d.name, base.passed(), through.passed(), len(exceptions), len(problems))
	if len(problems) > 0 {
		return fmt.Errorf("%d of about %d tests do not behave through the door as they do directly", len(problems), lost)
	}
	return nil
}

// timed runs f and says how long it took and how it came out.
func timed(f func() (results, error)) (results, error) {
	begin := time.Now()
	r, err := f()
	if err == nil {
		fmt.Printf("   %d passed, %d failed, %d skipped, in %s\n",
			r.count(passed), r.count(failed), r.count(skipped), time.Since(begin).Round(100*time.Millisecond))
	}
	return r, err
}
