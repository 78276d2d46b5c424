// Command conformance runs the own test suite of a database driver twice, on a
// private MariaDB directly and through a running mysql door that allows it
// everything, and compares which tests pass. What passes directly must pass
// through the door; only the tests in the list of exceptions may fail, each for
// a feature that the door refuses and with the reason beside it, and those must
// fail: a list that has become too long is an error too.
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

	"github.com/sallyport/sallyport/internal/testdb"
)

// minPasses is how many tests of the suite pass directly at the least. The
// suite skips everything that needs a server when it cannot connect, and a
// comparison of two such runs would prove nothing.
const minPasses = 400

func main() {
	program := flag.String("sallyport", "bin/sallyport", "the built `program`")
	direct := flag.Bool("direct", false, "run the suite directly only, and list what passes")
	verbose := flag.Bool("v", false, "print what the suite says about each failure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *direct, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, directOnly, verbose bool) (err error) {
	exceptions, err := parseExceptions("gosqldriver.except", exceptionsText)
	if err != nil {
		return err
	}
	fmt.Println("== starting a private MariaDB")
	db, err := testdb.StartMariaDB(ctx, testdb.Options{Args: serverArgs})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Stop()) }()
	if err := db.Exec(ctx, "CREATE DATABASE "+suiteDatabase); err != nil {
		return fmt.Errorf("making the suite's database: %w", err)
	}
	fmt.Printf("== compiling the suite of %s %s\n", suiteModule, suiteVersion)
	s, err := newSuite(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.remove()) }()

	fmt.Printf("== running it directly on %s\n", db.Version)
	base, err := timed(func() (results, error) {
		return s.run(ctx, target{addr: db.Addr, user: db.RootUser, password: db.RootPassword})
	})
	if err != nil {
		return err
	}
	if directOnly {
		base.list(os.Stdout)
		return base.enough()
	}
	if err := base.enough(); err != nil {
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
	fmt.Printf("conformance: %d tests pass directly, %d through the door, %d are excepted, %d problems\n",
		base.passed(), through.passed(), len(exceptions), len(problems))
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
