package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// stay keeps everything up and prints each crossing as it passes, until it is
// told to stop.
func (d *demo) stay(ctx context.Context) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	d.heading("It stays up: try it yourself (Ctrl-C ends it)")
	d.line("  page    %s/", d.front.base)
	d.line("          the browser will warn: its certificate is from %s", rel(here, d.file("ca.pem")))
	d.line("  log in  %s   %s", visitor.Get("email"), visitor.Get("password"))
	d.line("  without %s/   the same app with nobody at its doors", d.straight.app.base)
	d.blank()
	d.line("  In another terminal:  cd %s", here)
	bin, policy, ledger := rel(here, d.gate.bin), rel(here, d.policy.path), rel(here, d.gate.ledgerDir())
	for _, c := range []struct{ why, line string }{
		{"the API, as the partner", fmt.Sprintf("curl --cacert %s -H 'Authorization: Bearer %s' \\\n      %s/api/colours", rel(here, d.file("ca.pem")), d.key, d.front.base)},
		{"everything that was refused", fmt.Sprintf("%s ledger find 'verdict:deny' --ledger %s", bin, ledger)},
		{"why the last refusal was one", fmt.Sprintf("%s explain %s \\\n      --policy %s", bin, d.denied.ID, policy)},
		{"allow larger forms; it reloads within a second", fmt.Sprintf("sed -i.bak 's/body: 64KiB/body: 1MiB/' %s", policy)},
	} {
		d.blank()
		d.line("    %s", d.paint(dim, "# "+c.why))
		d.line("    %s", c.line)
	}
	d.heading("Crossings, as they pass")
	mark := d.tail.mark()
	for {
		e, err := d.tail.next(ctx, mark)
		if err != nil {
			d.blank()
			return either(ctx, err)
		}
		mark++
		switch e.Type {
		case "crossing":
			d.crossing(e, false)
		case "policy.load":
			d.line("   %s", d.paint(green, "↻ a new policy is in force"))
		case "policy.refused":
			d.line("   %s", d.paint(red, "↻ the new policy is refused, the old one stays; why: "+bin+" check "+policy))
		}
	}
}

func rel(base, path string) string {
	if r, err := filepath.Rel(base, path); err == nil {
		return r
	}
	return path
}
