package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/testdb"
)

// tally is what the runs before one server came to.
type tally struct {
	proofs, requests, denied, unknown, problems int
}

// attackBoth attacks every page before one server, directly and through the
// door, and prints a line a run and one in the end.
func attackBoth(ctx context.Context, s server, program string, verbose bool) (err error) {
	fmt.Printf("== starting a private server for %s\n", s.kind)
	inst, err := s.start(ctx, testdb.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inst.Stop()) }()
	db, err := inst.NewDatabase(ctx)
	if err != nil {
		return err
	}
	secret := strings.ToLower(rand.Text())[:2*window]
	direct := login{inst.Addr, db.User, db.Password, db.Name}
	if err := prepare(ctx, s, direct, secret); err != nil {
		return err
	}
	gate, err := openDoor(ctx, s, program, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gate.Stop()) }()

	begin := time.Now()
	var all tally
	for _, p := range pages {
		if err := all.attack(ctx, s, p, direct, gate, secret, verbose); err != nil {
			return err
		}
	}
	if all.denied == 0 {
		fmt.Println("   the ledger holds no denial that names the secret's table")
		all.problems++
	}
	fmt.Printf("sqlmap: %s: it gets the secret on %d of %d pages directly; through the door %d requests, %d denials of the secret's table and %d of what was not understood, %d problems, in %s\n",
		s.kind, all.proofs, len(pages), all.requests, all.denied, all.unknown, all.problems, time.Since(begin).Round(time.Second))
	if all.problems > 0 {
		return fmt.Errorf("%d problems", all.problems)
	}
	return nil
}

// attack attacks one page, directly and then through the door.
func (all *tally) attack(ctx context.Context, s server, p page, direct login, gate *door, secret string, verbose bool) error {
	o, said, err := attackAs(ctx, s, p, direct, direct.database, secret)
	if err != nil {
		return err
	}
	why := provesNothing(o)
	if len(why) == 0 {
		all.proofs++
	}
	all.tell(p.name+", directly", o, why, said, verbose)

	old, err := gate.recorded(ctx)
	if err != nil {
		return err
	}
	through := login{gate.listen, doorApp, doorPassword, direct.database}
	if o, said, err = attackAs(ctx, s, p, through, direct.database, secret); err != nil {
		return err
	}
	now, err := gate.recorded(ctx)
	if err != nil {
		return err
	}
	r := now.since(old)
	all.requests += o.requests
	all.denied += r.denied
	all.unknown += r.unknown
	all.tell(p.name+", through the door", o, leaks(o, r), said, verbose)
	return nil
}

// attackAs gives the page an app of its own, so that what was seen is of this
// run.
func attackAs(ctx context.Context, s server, p page, as login, database, secret string) (o outcome, said string, err error) {
	a, err := newApp(ctx, s, as, secret)
	if err != nil {
		return outcome{}, "", err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return attack(ctx, s, a, p, database, secret)
}

// tell prints what came of one run, and counts its problems.
func (all *tally) tell(run string, o outcome, why []string, said string, verbose bool) {
	fmt.Printf("   %-26s %4d requests in %5.1fs, %d problems\n", run+":", o.requests, o.took.Seconds(), len(why))
	for _, w := range why {
		fmt.Printf("   %s: %s\n", run, w)
	}
	if verbose && len(why) > 0 {
		fmt.Println(said)
	}
	all.problems += len(why)
}
