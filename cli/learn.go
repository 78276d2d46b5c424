package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/learn"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/policy/shapes"
)

func (p *Program) learnCommand() *cobra.Command {
	var unprepared, asJSON, force bool
	var pinned string
	c := &cobra.Command{
		Use:   "learn [FILTER]",
		Short: "Write the rules that cover what crossed",
		Long: "Write the `allow:` rules that cover what crossed and no more, with what each comes from and\n" +
			"what is left out in comments: read them before you put them into the policy.\n" + filterHelp,
		Example: "  sallyport learn door:db app:shop since:7d\n" +
			"  sallyport learn door:db app:shop --shapes shop.shapes\n" +
			"  sallyport learn --unprepared since:1d",
	}
	filterArgs(c)
	at := p.ledgerFlags(c)
	jsonFlag(c, &asJSON)
	c.Flags().StringVar(&pinned, "shapes", "", "write the statements' shapes to this `file`, and rules that allow no others")
	c.Flags().BoolVar(&force, "force", false, "with --shapes: write the file anew where it is there")
	c.Flags().BoolVar(&unprepared, "unprepared", false, "list instead the shapes that `prepared: required` refuses, or would, and exit with 1 where there are some")
	c.RunE = func(c *cobra.Command, args []string) error {
		if asJSON && !unprepared || unprepared && pinned != "" || force && pinned == "" {
			return usage(errors.New("--json goes with --unprepared, --shapes without it, and --force with --shapes"))
		}
		dir, query, err := at.filter(args)
		if err != nil {
			return err
		}
		seen, err := p.seen(c.Context(), dir, at.policy, query, c.ErrOrStderr())
		switch {
		case err != nil:
			return err
		case unprepared:
			return listOffences(c.OutOrStdout(), seen.Offences(), asJSON)
		case pinned != "":
			if err := writeShapes(pinned, seen.Shapes(), force); err != nil {
				return err
			}
		}
		if err := seen.Write(c.OutOrStdout(), inPolicy(at.policy, pinned)); err != nil {
			return err
		}
		if seen.Rules() == 0 {
			return &exit{code: ExitFindings, err: errors.New("nothing crossed that a rule could allow: see `sallyport ledger find`")}
		}
		return nil
	}
	return c
}

// seen reads the ledger's entries that the query finds. Of the policy it takes
// what a door says of names; where it does not load, names are written out.
func (p *Program) seen(ctx context.Context, dir, file string, query *find.Query, errs io.Writer) (*learn.Book, error) {
	loaded, _ := policy.LoadUntested(file, p.Vocabulary, absentSecrets{p.Source})
	if loaded == nil {
		say(errs, []string{"the policy " + file + " does not load, so tables are named with their databases"})
	}
	book := learn.NewBook(func(name string) learn.Door { return doorOf(loaded, name) })
	log, err := ledger.OpenReader(dir)
	if err != nil {
		return nil, unavailable(err)
	}
	for r, err := range log.Records(0) {
		if hole := (*ledger.HoleError)(nil); errors.As(err, &hole) {
			warn(errs, []error{hole})
			continue
		}
		var e *ledger.Entry
		if err == nil {
			e, err = r.Entry()
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, unavailable(fmt.Errorf("reading entry %d: %w", r.Index, err))
		}
		if query.Match(e) {
			book.Add(e)
		}
	}
	return book, nil
}

func doorOf(p *policy.Policy, name string) learn.Door {
	if p == nil {
		return learn.Door{}
	}
	d, ok := p.Door(name)
	if !ok {
		return learn.Door{}
	}
	of := learn.Door{Database: d.Database, Logins: map[string]string{}}
	for _, r := range d.Allow {
		for _, w := range r.Who {
			of.Logins[w.Name] = r.Login
		}
	}
	return of
}

// maxShapes is the longest file that a policy can name, in bytes.
const maxShapes = 1 << 20

// writeShapes writes a new file: one that is there may be what a policy in force
// allows.
func writeShapes(path string, all map[string]struct{}, force bool) error {
	if len(all) == 0 {
		return nil // a policy with an empty list does not load
	}
	if _, err := os.Lstat(path); err == nil && !force {
		return usage(fmt.Errorf("%s is there, and a policy may allow the shapes that it has: write to another file, or anew with --force", path))
	}
	var text bytes.Buffer
	if err := shapes.Write(&text, all); err != nil {
		return err
	}
	if text.Len() > maxShapes {
		return usage(fmt.Errorf("the %d shapes make a file of more than 1 MiB, which no policy can name: learn for one app at a time", len(all)))
	}
	if err := putFile(path, text.Bytes(), 0o644); err != nil {
		return usage(fmt.Errorf("writing --shapes: %w", err))
	}
	return nil
}

// inPolicy is the path of the file from the policy's folder, where there is
// one: from there a policy means it.
func inPolicy(policyFile, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	if from, err := filepath.Rel(filepath.Dir(policyFile), path); err == nil {
		return from
	}
	return path
}

func listOffences(w io.Writer, all []learn.Offence, asJSON bool) error {
	out := bufio.NewWriter(w)
	for _, o := range all {
		if asJSON {
			if err := json.NewEncoder(out).Encode(o); err != nil {
				return err
			}
			continue
		}
		const minute = "2006-01-02 15:04"
		fmt.Fprintf(out, "%s at %s: %d as text, %d with other literals, %d of them refused; %s to %s; the last is %s\n    %s\n",
			o.App, o.Door, o.Text, o.Varied, o.Refused, o.First.UTC().Format(minute), o.Last.UTC().Format(minute), o.Example, export.Printable(o.Shape))
	}
	if err := out.Flush(); err != nil || len(all) == 0 {
		return err
	}
	return findings()
}
