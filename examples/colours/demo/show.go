package main

import (
	"context"
	"errors"
	"fmt"
)

// attack makes each attempt without Sallyport, where it succeeds, and then
// through the doors, where it must not.
func (d *demo) attack(ctx context.Context) error {
	d.heading("2. What must not pass: first without Sallyport, then through it")
	for _, a := range attempts {
		d.blank()
		d.line("  %s", d.paint(bold, a.title))
		if err := d.without(ctx, a); err != nil {
			return err
		}
		if err := d.through(ctx, a); err != nil {
			return err
		}
	}
	return d.withKey(ctx)
}

// without shows that the attempt works where nobody stands at the doors.
func (d *demo) without(ctx context.Context, a attempt) error {
	got, err := a.try(ctx, d.straight)
	if err != nil {
		d.expect(false, "%s succeeds without Sallyport (%v)", a.title, err)
		return ctx.Err()
	}
	d.expect(true, "")
	d.field("without", amber, "! "+got)
	return nil
}

func (d *demo) through(ctx context.Context, a attempt) error {
	mark := d.tail.mark()
	got, err := a.try(ctx, d.guarded)
	no, ok := errors.AsType[refusal](err)
	if err != nil && !ok {
		return fmt.Errorf("%s, through the doors: %w", a.title, err)
	}
	if err == nil {
		d.field("through", red, "! "+got)
		d.expect(false, "%s is refused", a.title)
		return nil
	}
	d.expect(true, "")
	d.field("through", green, "✕ "+no.text)
	e, err := d.tail.await(ctx, mark, func(e entry) bool {
		return e.Type == "crossing" && e.Door == a.door && e.Verdict == "deny"
	})
	if err != nil {
		return fmt.Errorf("%s: %w", a.title, err)
	}
	d.denied = e
	d.field("ledger", dim, fmt.Sprintf("%s %s · %s · %s", e.Verdict, e.Door, who(e), what(e)))
	d.quote(e, a)
	return nil
}

// quote shows why, and the line of the policy that says so.
func (d *demo) quote(e entry, a attempt) {
	if len(e.Reasons) == 0 {
		d.expect(false, "%s is refused for %s (the ledger gives no reason)", a.title, a.reason)
		return
	}
	r := e.Reasons[0]
	why := r.Code
	if r.Note != "" {
		why += ": " + plain(r.Note)
	}
	d.field("why", dim, why)
	if line := d.policy.quote(r.At); line != "" {
		d.field("policy", bold, r.At+"  "+line)
	} else {
		d.field("policy", bold, "no line of it asks for this")
	}
	d.expect(r.Code == a.reason, "%s is refused for %s (it was %s)", a.title, a.reason, r.Code)
}

// withKey shows that the API key opens what was closed without it.
func (d *demo) withKey(ctx context.Context) error {
	d.blank()
	d.line("  %s", d.paint(bold, "And with its key, the partner may have the API"))
	mark := d.tail.mark()
	got, err := d.front.get(ctx, "/api/colours", d.keyHeader()...)
	if err != nil {
		return err
	}
	d.expect(got.status == 200, "GET /api/colours with the key answers 200 (it answered %d: %s)", got.status, short(got.body))
	d.field("through", green, fmt.Sprintf("✓ %d: %s", got.status, short(got.body)))
	e, err := d.tail.await(ctx, mark, func(e entry) bool { return e.Type == "crossing" && e.Act.Kind == "http" })
	if err != nil {
		return err
	}
	d.crossing(e, false)
	d.expect(e.From.Name == "partner-a", "the ledger names partner-a as the caller (it names %q)", e.From.Name)
	return nil
}
