// Package cli is the verbs of the sallyport command: flags, what goes to which
// stream, and exit codes.
//
// It is thin: what a verb does is in the packages that know about it. Results
// go to standard output, diagnostics to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// Exit codes.
const (
	ExitOK          = 0
	ExitFindings    = 1 // findings, or denied
	ExitUsage       = 2 // usage or configuration
	ExitUnavailable = 3 // something that is needed cannot be reached
)

// Program is what a sallyport binary is built with.
type Program struct {
	Version    string
	Kinds      []gate.Kind
	Vocabulary policy.Vocabulary
	Inspectors []guard.Inspector
	Maskers    func(*policy.Policy) (guard.Maskers, error) // of a policy and its keys; nil for none
	Source     policy.Source
}

// exit is an error with a code of its own. One without a text has already said
// everything.
type exit struct {
	code int
	err  error
}

// Error is the text for standard error; "" where everything has been said.
func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap is the error within.
func (e *exit) Unwrap() error { return e.err }

func findings() error             { return &exit{code: ExitFindings} }
func usage(err error) error       { return &exit{code: ExitUsage, err: err} }
func unavailable(err error) error { return &exit{code: ExitUnavailable, err: err} }

// Run runs one command line and returns its exit code. ctx ends a verb that
// runs until it is told to stop.
func (p *Program) Run(ctx context.Context, args []string, out, errs io.Writer) int {
	root := p.root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	var coded *exit
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &coded):
		if coded.err != nil {
			fmt.Fprintf(errs, "sallyport: %v\n", coded.err)
		}
		return coded.code
	default:
		fmt.Fprintf(errs, "sallyport: %v\n", err)
		return ExitUsage
	}
}

func (p *Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "sallyport",
		Short:         "The guarded way in and out of an application",
		Long:          "Sallyport stands at every door by which data enters or leaves an application.\nOne policy says what may cross; what may not is refused; every crossing is in the ledger.",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(
		p.runCommand(), p.checkCommand(), p.explainCommand(), p.fmtCommand(),
		p.ledgerCommand(), p.learnCommand(), p.adminCommand(), p.grantsCommand(),
		scanCommand(), caCommand(), keysCommand(), p.versionCommand(),
	)
	return root
}

// policyFlag adds --policy, which defaults to the file in the current folder.
func policyFlag(c *cobra.Command, to *string) {
	c.Flags().StringVarP(to, "policy", "p", "sallyport.yaml", "the policy `file`")
}

// jsonFlag adds --json.
func jsonFlag(c *cobra.Command, to *bool) {
	c.Flags().BoolVar(to, "json", false, "print JSON, for programs")
}
