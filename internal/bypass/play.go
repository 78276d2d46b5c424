package bypass

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// attempts is how often two plays of a case may come out otherwise than wanted: a
// busy machine is slow without a reason, and a schema that was just made anew is
// not known at once.
const attempts = 3

// play runs a case in a world over the data source name. Only what hinders the
// play is an error, not what the server or what stands before it refuses.
func (s *Stage) play(ctx context.Context, c Case, w World, dsn string) (*Received, error) {
	ctx, cancel := context.WithTimeout(ctx, sessionLimit)
	defer cancel()
	if err := s.renew(ctx, w); err != nil {
		return nil, err
	}
	s.fresh[w.Database] = !c.writes()
	s.token++
	to := &Received{}
	app, err := s.dial(ctx, dsn, to)
	if err != nil {
		return nil, err
	}
	defer app.close()
	var dba client
	for _, st := range c.Statements {
		if st.DBA {
			if dba == nil {
				if dba, err = s.dial(ctx, s.DBA(w.Database), &Received{}); err != nil {
					return nil, err
				}
				defer dba.close()
			}
			if err := s.command(ctx, dba, w, []Statement{st}); err != nil {
				return nil, fmt.Errorf("as the administrator: %w", err)
			}
			continue
		}
		begin := time.Now()
		err = app.send(ctx, s.fill(st, w))
		if c.Clock > 0 {
			to.note("took %s or longer: %t", c.Clock, time.Since(begin) >= c.Clock)
		}
		if err != nil {
			break
		}
	}
	if err == nil {
		err = app.finish(ctx)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("no end within %s: %w", sessionLimit, err)
	}
	return to, nil // a session that was ended has received what it has
}

// Prove plays a case directly and reports why it is none: the secret is not
// shown, or the answers do not differ by it.
func (s *Stage) Prove(ctx context.Context, c Case) error {
	switch c.Expect {
	case Shows:
		got, err := s.play(ctx, c, First, s.App(First.Database))
		if err != nil {
			return err
		}
		if seen(got, First) == "" {
			return fmt.Errorf("the secret is not shown directly; received:\n%s", got.Transcript())
		}
		return nil
	case Works:
		return s.works(ctx, c, First, s.App(First.Database))
	}
	var why error
	for range attempts {
		if why = s.differs(ctx, c); why == nil || c.Clock == 0 {
			break
		}
	}
	return why
}

// differs wants the same answer from two databases with the same secret, and
// another from one with another.
func (s *Stage) differs(ctx context.Context, c Case) error {
	var got []*Received
	for _, w := range []World{First, Twin, Second} {
		r, err := s.play(ctx, c, w, s.App(w.Database))
		if err != nil {
			return err
		}
		got = append(got, r)
	}
	if d := Difference(got[0], got[1]); d != "" {
		return fmt.Errorf("the answers differ where the secret does not: %s", d)
	}
	if Difference(got[0], got[2]) == "" {
		return fmt.Errorf("the answers are the same with another secret:\n%s", got[0].Transcript())
	}
	return nil
}

// Hold plays a case through what is to stop it and reports what the client
// learned all the same. through gives the client's data source name for a
// world; AppUser at the server is the login behind it.
func (s *Stage) Hold(ctx context.Context, c Case, through func(World) string) error {
	switch c.Expect {
	case Shows:
		form := ""
		for attempt := range attempts {
			got, err := s.playThrough(ctx, c, First, through, settle(attempt))
			if err != nil {
				return err
			}
			if form = seen(got, First); form == "" {
				return nil
			}
		}
		return &Leak{form}
	case Works:
		var err error
		for attempt := range attempts {
			if err = s.ready(ctx, First, through(First), settle(attempt)); err != nil {
				return err
			}
			if err = s.works(ctx, c, First, through(First)); err == nil {
				break
			}
		}
		return err
	}
	var found string
	for attempt := range attempts {
		first, err := s.playThrough(ctx, c, First, through, settle(attempt))
		if err != nil {
			return err
		}
		second, err := s.playThrough(ctx, c, Second, through, settle(attempt))
		if err != nil {
			return err
		}
		if found = Difference(first, second); found == "" {
			return nil
		}
	}
	return &Leak{"two secrets give two answers: " + found}
}

// Leak is the error of a case that got through.
type Leak struct{ What string }

// Error says what the client learned.
func (l *Leak) Error() string { return "a leak: " + l.What }

func (s *Stage) playThrough(ctx context.Context, c Case, w World, through func(World) string, wait time.Duration) (*Received, error) {
	if err := s.ready(ctx, w, through(w), wait); err != nil {
		return nil, err
	}
	return s.play(ctx, c, w, through(w))
}

func (s *Stage) works(ctx context.Context, c Case, w World, dsn string) error {
	got, err := s.play(ctx, c, w, dsn)
	if err != nil {
		return err
	}
	if !strings.Contains(got.Transcript(), c.Want) {
		return fmt.Errorf("%q is not received, but:\n%s", c.Want, got.Transcript())
	}
	return nil
}

// seen reports which secret of the world can be read, and how.
func seen(got *Received, w World) string {
	for _, secret := range w.secrets() {
		if form := got.Seen(secret); form != "" {
			return form
		}
	}
	return ""
}

// readyLimit is how long what stands in between may take to notice that a
// database was made anew.
const readyLimit = 30 * time.Second

// settle is what is waited before an attempt after a schema was made anew: a
// product that looked while it was made may answer by half of it for some seconds.
func settle(attempt int) time.Duration {
	if attempt == 0 {
		return 0
	}
	return 5 * time.Second
}

// last asks for what a schema makes last: who knows of it knows of the rest.
var last = map[Server]string{Postgres: ", (SELECT COUNT(*) FROM visitors)"}

// ready makes the database of the world anew where that is needed, and waits
// until a harmless question is answered by it: that a product refuses
// everything while it looks at a new schema proves nothing.
func (s *Stage) ready(ctx context.Context, w World, dsn string, wait time.Duration) error {
	if s.fresh[w.Database] && wait == 0 {
		return nil
	}
	if err := s.renew(ctx, w); err != nil {
		return err
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	retry := time.NewTicker(50 * time.Millisecond)
	defer retry.Stop()
	question := Case{Statements: []Statement{{Text: "SELECT name, (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM contacts), " +
		"(SELECT COUNT(*) FROM people), (SELECT COUNT(*) FROM directory), (SELECT COUNT(*) FROM hints)" + last[s.Server] + " FROM users WHERE id = 1", Protocol: Simple}}, Want: "Ada"}
	for {
		err := s.works(ctx, question, w, dsn)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("a harmless question is not answered: %w", err)
		case <-retry.C:
		}
	}
}
