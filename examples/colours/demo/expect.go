package main

import "fmt"

// expect counts what has to hold, and says what does not.
func (d *demo) expect(ok bool, format string, args ...any) {
	if ok {
		d.held++
		return
	}
	d.missed++
	d.field("EXPECTED", red, fmt.Sprintf(format, args...))
}

// verdict is the last line of the story, and an error unless all held.
func (d *demo) verdict() error {
	d.blank()
	if d.missed > 0 {
		return fmt.Errorf("%d of %d expectations did not hold", d.missed, d.held+d.missed)
	}
	d.line("  %s", d.paint(green, fmt.Sprintf("✓ all %d expectations held", d.held)))
	return nil
}
