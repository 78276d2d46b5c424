package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// visitor is who walks through the app in the demo, and who may log in after.
var visitor = url.Values{"email": {"ada@example.com"}, "password": {"correct horse battery"}}

// leg is one request of the walk and the two steps that it makes: what crosses
// the front door, and what the app does of it at the db door.
type leg struct {
	title  string
	path   string
	form   url.Values
	front  string // the first step's name
	back   string // the second's
	dir    string // of the second
	kinds  []string
	table  string
	status int
}

// statement is what the ledger has to call the second step's kinds: PostgreSQL
// gives a new id by RETURNING, which reads the table too.
func (l leg) statement(e demodb.Engine) []string {
	if e == demodb.PostgreSQL && l.table == "users" && slices.Equal(l.kinds, []string{"insert"}) {
		return []string{"insert", "select"}
	}
	return l.kinds
}

var walkLegs = []leg{
	{"A visitor signs up", "/signup", visitor, "account created", "inserted", "egress", []string{"insert"}, "users", 303},
	{"and logs in", "/login", visitor, "log-in", "credentials queried", "ingress", []string{"select"}, "users", 303},
	{"and saves a favourite", "/colours", url.Values{"name": {"teal"}}, "colour submitted", "colour updated", "egress", []string{"insert", "update"}, "colours", 303},
}

// walk takes the six steps through the doors and prints each crossing as the
// ledger has it.
func (d *demo) walk(ctx context.Context) error {
	d.heading("1. Six steps through the doors, each crossing as the ledger has it")
	d.say("▸ ingress is data into the app, ◂ egress is data out of it, whichever door it crosses.")
	n := 0
	for _, l := range walkLegs {
		d.blank()
		d.line("  %s", l.title)
		mark := d.tail.mark()
		got, err := d.front.form(ctx, l.path, l.form)
		if err != nil {
			return err
		}
		d.expect(got.status == l.status, "POST %s answers %d (it answered %d: %.80s)", l.path, l.status, got.status, got.body)
		front, err := d.tail.await(ctx, mark, func(e entry) bool {
			return e.Type == "crossing" && e.Act.Kind == "http" && e.Act.Verb == "POST" && e.Act.What == l.path
		})
		if err != nil {
			return fmt.Errorf("%s: %w", l.front, err)
		}
		back, err := d.tail.await(ctx, mark, func(e entry) bool {
			return e.Type == "crossing" && e.Act.Kind == "sql" && slices.Contains(e.Act.Tables, l.table)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", l.back, err)
		}
		d.step(&n, l.front, front)
		for _, e := range over(d.tail.since(mark)) {
			if e.ID != front.ID && e.ID != back.ID {
				d.crossing(e, true)
			}
		}
		d.step(&n, l.back, back)
		d.expect(front.Act.Dir == "ingress" && front.Verdict == "allow", "%s is ingress and allowed", l.front)
		d.expect(back.Act.Dir == l.dir && back.Verdict == "allow", "%s is %s and allowed", l.back, l.dir)
		kinds := l.statement(d.guarded.engine)
		d.expect(back.Act.Prepared && sameKinds(back.Act, kinds), "%s is a prepared %v (it was %v)", l.back, kinds, back.Act.Kinds)
		d.last = back
	}
	return nil
}

func sameKinds(a act, want []string) bool {
	got := slices.Clone(a.Kinds)
	if len(got) == 0 {
		got = []string{a.Verb}
	}
	slices.Sort(got)
	return slices.Equal(got, want)
}

func (d *demo) step(n *int, name string, e entry) {
	*n++
	d.line("  %s", d.paint(bold, fmt.Sprintf("%d %s", *n, name)))
	d.crossing(e, false)
}
