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

// programs are what is run, and where what they are run with is.
type programs struct {
	sallyport string
	colours   string // the example's app
	example   string // its directory
}

// siege is the attacks before one server, and what they came to.
type siege struct {
	server
	programs
	db      *testdb.Database
	secret  string
	verbose bool

	proofs, requests, denied, unknown, problems int
}

// attackBoth lets sqlmap at every hole before one server, directly and through
// doors, and prints a line a run and one in the end.
func attackBoth(ctx context.Context, s server, p programs, verbose bool) (err error) {
	fmt.Printf("== starting a private server for %s\n", s.kind)
	inst, err := s.start(ctx, testdb.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inst.Stop()) }()
	a := &siege{server: s, programs: p, secret: strings.ToLower(rand.Text())[:2*window], verbose: verbose}
	if a.db, err = inst.NewDatabase(ctx); err != nil {
		return err
	}
	if err := prepare(ctx, s, a.db, p.colours, a.secret); err != nil {
		return err
	}
	begin := time.Now()
	for _, h := range holes {
		if err := a.directly(ctx, h); err != nil {
			return err
		}
	}
	if err := a.through(ctx, byTables, holes...); err != nil {
		return err
	}
	if a.denied == 0 {
		fmt.Println("   the ledger holds no denial that names a table with the secret")
		a.problems++
	}
	if err := a.through(ctx, asItIs, holes[0]); err != nil {
		return err
	}
	fmt.Printf("sqlmap: %s: it gets the secret through %d of %d holes directly; through the door %d requests, %d denials of the secret's tables and %d of what was not understood, %d problems, in %s\n",
		s.kind, a.proofs, len(holes), a.requests, a.denied, a.unknown, a.problems, time.Since(begin).Round(time.Second))
	if a.problems > 0 {
		return fmt.Errorf("%d problems", a.problems)
	}
	return nil
}

// directly lets sqlmap at one hole with nobody at the door.
func (a *siege) directly(ctx context.Context, h hole) error {
	o, said, err := a.attack(ctx, h, search, database{
		kind: a.kind, addr: a.db.Instance.Addr, ca: a.db.Instance.CA, user: a.db.User, password: a.db.Password, name: a.db.Name,
	})
	if err != nil {
		return err
	}
	why := provesNothing(o)
	if len(why) == 0 {
		a.proofs++
	}
	a.tell(h.name+", directly", o, why, said)
	return nil
}

// through opens a door with one policy, and lets sqlmap at holes behind it.
func (a *siege) through(ctx context.Context, by stance, holes ...hole) (err error) {
	gate, err := openDoor(ctx, a.server, a.sallyport, a.example, a.db, by)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gate.Stop()) }()
	fmt.Printf("   through the door, %s:\n", by.name)
	for _, h := range holes {
		if err := a.throughOne(ctx, gate, h, by.page); err != nil {
			return err
		}
	}
	return nil
}

func (a *siege) throughOne(ctx context.Context, gate *door, h hole, page honest) (err error) {
	old, err := gate.recorded(ctx)
	if err != nil {
		return err
	}
	received := newEar(a.secret)
	relay, err := openRelay(a.kind, gate.listen, gate.Process, received)
	if err != nil {
		return err
	}
	o, said, err := a.attack(ctx, h, page, database{
		kind: a.kind, addr: relay.addr, ca: gate.CA, user: doorApp, password: doorPassword, name: a.db.Name,
	})
	if err = errors.Join(err, relay.close()); err != nil {
		return err
	}
	o.database, o.deaf = received.secret.seen(), o.deaf || !received.honest.seen()
	now, err := gate.recorded(ctx)
	if err != nil {
		return err
	}
	r := now.since(old)
	a.requests += o.requests
	a.denied += r.denied
	a.unknown += r.unknown
	a.tell(h.name, o, leaks(o, r), said)
	return nil
}

// attack gives the attack an app of its own, so that what was seen is of this
// run.
func (a *siege) attack(ctx context.Context, h hole, page honest, db database) (o outcome, said string, err error) {
	to, err := openSite(ctx, a.colours, db, a.secret)
	if err != nil {
		return outcome{}, "", err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	return attack(ctx, a.server, to, h, page, a.db.Name, a.secret)
}

// tell prints what came of one run, and counts its problems.
func (a *siege) tell(run string, o outcome, why []string, said string) {
	fmt.Printf("   %-26s %4d requests in %5.1fs, %d problems\n", run+":", o.requests, o.took.Seconds(), len(why))
	for _, w := range why {
		fmt.Printf("   %s: %s\n", run, w)
	}
	if a.verbose && len(why) > 0 {
		fmt.Println(said)
	}
	a.problems += len(why)
}
