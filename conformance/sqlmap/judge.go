package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// minRequests is how many requests an attack makes at the least; fewer are no
// attempt.
const minRequests = 10

// places are where the secret has been seen: what sqlmap printed and what it
// wrote, and what the app answered and what its database sent it.
type places struct {
	output, files, answers, database bool
}

// outcome is what came of one run of sqlmap.
type outcome struct {
	places
	requests      int // that reached the app
	took          time.Duration
	cut           bool  // by the limit of time
	deaf          bool  // not even what the honest page shows was seen in places
	before, after error // of the app's own statement, before the attack and after it
}

// statement is what a ledger says of one.
type statement struct {
	Tables   []string
	Prepared bool
}

// record is what a ledger says of statements.
type record struct {
	denied  int // that named a table with the secret in it
	unknown int // that were denied, and not understood, so that no table is known
	foreign int // that were not denied, and named a table other than the app's
	own     int // that were allowed, and named the app's tables alone
}

// add counts a statement. Of the accounts only the app's own statements are the
// app's: they are prepared.
func (r *record) add(verdict string, s statement) {
	keeps := func(t string) bool { return named(t, payments) || named(t, accounts) && !s.Prepared }
	foreign := func(t string) bool { return keeps(t) || !named(t, searched) && !named(t, accounts) }
	switch {
	case verdict == "deny" && slices.ContainsFunc(s.Tables, keeps):
		r.denied++
	case verdict == "deny" && len(s.Tables) == 0:
		r.unknown++
	case verdict == "deny":
	case slices.ContainsFunc(s.Tables, foreign):
		r.foreign++
	case len(s.Tables) > 0:
		r.own++
	}
}

// named reports whether a ledger's name is that of the table, in any schema.
func named(name, table string) bool { return name == table || strings.HasSuffix(name, "."+table) }

// since returns what was added to an earlier record.
func (r record) since(old record) record {
	return record{denied: r.denied - old.denied, unknown: r.unknown - old.unknown, foreign: r.foreign - old.foreign, own: r.own - old.own}
}

// provesNothing returns why a direct run is no proof that the attack works.
func provesNothing(o outcome) []string {
	var why []string
	if !o.output && !o.files {
		why = append(why, "directly sqlmap does not get the secret: the case proves nothing")
	}
	return append(why, broken(o)...)
}

// leaks returns what is wrong with a run through the door.
func leaks(o outcome, r record) []string {
	var why []string
	for _, p := range []struct {
		seen bool
		name string
	}{
		{o.output, "what sqlmap printed"}, {o.files, "what sqlmap wrote"},
		{o.answers, "the app's answers"}, {o.database, "what the app received of its database"},
	} {
		if p.seen {
			why = append(why, "through the door the secret is in "+p.name)
		}
	}
	if o.cut {
		why = append(why, fmt.Sprintf("through the door sqlmap was not done after %s", runTimeout))
	}
	if r.denied+r.unknown == 0 {
		why = append(why, "the ledger holds no denial of a statement that names the secret's table or was not understood")
	}
	if r.foreign > 0 {
		why = append(why, fmt.Sprintf("the ledger holds %d statements of tables of others that were not denied", r.foreign))
	}
	if r.own == 0 {
		why = append(why, "the ledger holds no statement that was allowed")
	}
	return append(why, broken(o)...)
}

// broken returns what is wrong with any run.
func broken(o outcome) []string {
	var why []string
	if o.requests < minRequests {
		why = append(why, fmt.Sprintf("sqlmap made %d requests: that is no attack", o.requests))
	}
	if o.deaf {
		why = append(why, "what the honest page shows was not seen where the secret is looked for: nobody looked")
	}
	if o.before != nil {
		why = append(why, fmt.Sprintf("before the attack: %v", o.before))
	}
	if o.after != nil {
		why = append(why, fmt.Sprintf("after the attack: %v", o.after))
	}
	return why
}
