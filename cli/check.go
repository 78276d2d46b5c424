package cli

import (
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

func (p *Program) checkCommand() *cobra.Command {
	var asJSON, without bool
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check a policy: every mistake at once, and the policy's own tests",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			src := p.Source
			if without {
				src = absentSecrets{src}
			}
			loaded, diags := policy.Load(policyArg(args), p.Vocabulary, src)
			write := diags.Write
			if asJSON {
				write = diags.WriteJSON
			}
			out := c.ErrOrStderr()
			if asJSON {
				out = c.OutOrStdout()
			}
			if err := write(out); err != nil {
				return err
			}
			if loaded == nil {
				return &exit{code: ExitUsage}
			}
			if err := p.checkDoors(loaded); err != nil {
				return usage(err)
			}
			if !asJSON {
				fmt.Fprintf(c.OutOrStdout(), "%s is in order: %s, %s, policy %s\n", loaded.File,
					count(len(loaded.Doors), "door"), count(len(loaded.Tests), "test"), loaded.Digest())
			}
			return nil
		},
	}
	jsonFlag(c, &asJSON)
	c.Flags().BoolVar(&without, "without-secrets", false, "let secrets pass that are not at hand: env: that is not set, file: that cannot be read")
	return c
}

// checkDoors makes each gate without opening anything.
func (p *Program) checkDoors(loaded *policy.Policy) error {
	return gate.Check(p.Kinds, loaded, gate.Env{
		Live: new(policy.Live), Guard: guard.New(guard.Options{}),
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
}

// policyArg is the policy file of a verb that takes it as its argument.
func policyArg(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	return "sallyport.yaml"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
