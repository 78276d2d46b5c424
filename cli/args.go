package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// noArgs refuses arguments, and says what to write instead.
func noArgs(instead string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usage(fmt.Errorf("`%s` does not take %q: write `%s`", c.CommandPath(), args[0], strings.TrimSpace(c.CommandPath()+" "+instead)))
		}
		return nil
	}
}

// filterArgs takes any arguments: they are the filter. A term that begins with
// a minus is taken for a flag where nothing says otherwise.
func filterArgs(c *cobra.Command) {
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if strings.Contains(err.Error(), "shorthand") {
			return usage(fmt.Errorf("%w; before a term that begins with - write --: `%s -- -verdict:allow`", err, c.CommandPath()))
		}
		return usage(err)
	})
}

// oneOrBoth wants a door, a caller or both to be named.
func oneOrBoth(door, caller string) error {
	if door == "" && caller == "" {
		return usage(errors.New("name what is meant: --door DOOR, --caller CALLER, or both"))
	}
	return nil
}
