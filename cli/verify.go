package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
	"github.com/sallyport/sallyport/ledger/index"
)

func (p *Program) verifyCommand() *cobra.Command {
	var key, since string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Check that nothing in the ledger was changed, dropped, swapped or cut off",
		Long: "Check that nothing in the ledger was changed, dropped, swapped or cut off.\n" +
			"It reads only, and works on a copy without the gateway. --since takes checkpoints that\n" +
			"are kept elsewhere (an anchor's file): only they show that the end was cut off.",
		Args: cobra.NoArgs,
	}
	at := p.ledgerFlags(c)
	c.Flags().StringVar(&key, "key", "", "the ledger's public `key`, as it was printed when the ledger began")
	c.Flags().StringVar(&since, "since", "", "a `file` with checkpoints that are kept elsewhere")
	jsonFlag(c, &asJSON)
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir, err := at.path()
		if err != nil {
			return err
		}
		public, ownWord, err := verifierKey(dir, key)
		if err != nil {
			return err
		}
		if _, err := note.NewVerifier(public); err != nil {
			return usage(errors.New("this is no public key of a ledger, or it is mistyped: it looks like sallyport/host+12ab34cd+AbC…"))
		}
		var o ledger.VerifyOptions
		if since != "" {
			if o.Since, err = os.ReadFile(since); err != nil {
				return usage(fmt.Errorf("reading --since: %w", err))
			}
		}
		report, err := ledger.Verify(dir, public, o)
		switch {
		case errors.Is(err, ledger.ErrNoCheckpoint):
			return usage(fmt.Errorf("%w: is %s an anchor's file of this ledger?", err, since))
		case err != nil:
			return unavailable(err)
		}
		var damaged []index.Damage
		if report.OK() { // a log that is damaged is nothing to hold its index against
			if damaged, err = index.Check(c.Context(), dir, nil); err != nil {
				return unavailable(err)
			}
		}
		if asJSON {
			err = json.NewEncoder(c.OutOrStdout()).Encode(struct {
				*ledger.Report
				Index []index.Damage `json:"index,omitempty"`
			}{report, damaged})
		} else {
			err = printReport(c.OutOrStdout(), report, damaged)
		}
		if err != nil {
			return err
		}
		if ownWord {
			fmt.Fprintln(c.ErrOrStderr(), "note: the public key is the one beside the ledger; --key takes the one that you kept elsewhere")
		}
		if !report.OK() || len(damaged) > 0 {
			return findings()
		}
		return nil
	}
	return c
}

func printReport(w io.Writer, r *ledger.Report, damaged []index.Damage) error {
	out := &lines{w: w}
	out.say("ledger %s: entries signed: %d, root %s", export.Printable(r.Origin), r.Size, r.Root)
	for _, d := range r.Dropped {
		out.say("entries %d to %d were dropped by keep:", d.From, d.To-1)
	}
	switch n := len(r.Since); n {
	case 0:
	case 1:
		out.say("it extends the checkpoint of %d entries that is kept elsewhere", r.Since[0])
	default:
		out.say("it extends all %d checkpoints that are kept elsewhere, the largest of %d entries", n, slices.Max(r.Since))
	}
	for _, n := range r.Notes {
		out.say("%s", export.Printable(n))
	}
	for _, f := range r.Faults {
		out.say("✕ %s", export.Printable(f.String()))
	}
	for _, d := range damaged {
		out.say("✕ index, entries %d to %d: %s", d.From, d.To-1, export.Printable(d.What))
	}
	whole := "nothing was changed, dropped or swapped"
	if r.Tail > 0 {
		whole = fmt.Sprintf("of the %d entries signed, %s; %d more are not signed yet and prove nothing", r.Size, whole, r.Tail)
	}
	switch {
	case r.OK() && len(damaged) > 0:
		out.say("✓ the log is whole: %s\n✕ only the index, which is made from the log, is damaged: `sallyport ledger reindex` makes it anew", whole)
	case r.OK():
		out.say("✓ %s", whole)
	default:
		out.say("✕ %s: the ledger is not what was written", count(len(r.Faults), "fault"))
	}
	return out.err
}

// lines writes lines and keeps the first error.
type lines struct {
	w   io.Writer
	err error
}

func (l *lines) say(format string, args ...any) {
	if l.err == nil {
		_, l.err = fmt.Fprintf(l.w, format+"\n", args...)
	}
}

func (p *Program) proveCommand() *cobra.Command {
	var key, check string
	c := &cobra.Command{
		Use:   "prove ID|INDEX",
		Short: "Make a bundle that proves one entry, or --check one",
		Args:  cobra.MaximumNArgs(1),
	}
	at := p.ledgerFlags(c)
	c.Flags().StringVar(&key, "key", "", "with --check: the ledger's public `key`")
	c.Flags().StringVar(&check, "check", "", "check the bundle in this `file` instead of making one")
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case check != "" && key != "" && len(args) == 0:
			return checkProof(c.OutOrStdout(), check, key)
		case check != "":
			return usage(fmt.Errorf("--check takes --key KEY and no entry: `sallyport ledger prove --check FILE --key KEY`"))
		case len(args) == 0:
			return usage(fmt.Errorf("name the entry by its ID or its index in the ledger"))
		}
		dir, err := at.path()
		if err != nil {
			return err
		}
		index, err := locate(c.Context(), dir, args[0])
		if err != nil {
			return err
		}
		proof, err := ledger.Prove(dir, index)
		if err != nil {
			return unavailable(err)
		}
		e := json.NewEncoder(c.OutOrStdout())
		e.SetIndent("", "  ")
		return e.Encode(proof)
	}
	return c
}

func checkProof(w io.Writer, file, key string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return usage(fmt.Errorf("reading the bundle: %w", err))
	}
	var proof ledger.Proof
	if err := json.Unmarshal(text, &proof); err != nil {
		return usage(fmt.Errorf("reading the bundle %s: %w", file, err))
	}
	out := &lines{w: w}
	if err := proof.Check(key); err != nil {
		out.say("✕ %s", export.Printable(err.Error()))
		return &exit{code: ExitFindings, err: out.err}
	}
	out.say("✓ entry %d is in the ledger: %s", proof.Index, export.Printable(proof.Entry))
	return out.err
}
