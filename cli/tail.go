package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/ledger/index"
)

func (p *Program) tailCommand() *cobra.Command {
	var asJSON, follow bool
	var last int
	c := &cobra.Command{
		Use:   "tail [FILTER]",
		Short: "Print the newest crossings, the oldest first, and with -f those that come",
		Long:  "Print the newest crossings, the oldest first, and with -f those that come.\n" + filterHelp,
	}
	filterArgs(c)
	at := p.ledgerFlags(c)
	jsonFlag(c, &asJSON)
	c.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what comes")
	c.Flags().IntVarP(&last, "lines", "n", 10, "begin with so many")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, query, err := at.filter(args)
		if err != nil {
			return err
		}
		if last < 0 || last > 1_000_000 {
			return usage(errors.New("--lines takes 0 to 1000000"))
		}
		r, err := ledger.OpenReader(dir)
		if err != nil {
			return unavailable(err)
		}
		next, err := end(r)
		if err != nil {
			return unavailable(err)
		}
		out := newPrinter(c.OutOrStdout(), asJSON)
		ix, err := index.Open(c.Context(), dir, nil)
		if err != nil {
			return unavailable(err)
		}
		defer ix.Close()
		newest, err := newestBefore(c.Context(), ix, query, next, last)
		if err != nil {
			return unavailable(err)
		}
		if len(newest) == 0 && last > 0 {
			say(c.ErrOrStderr(), at.unknown(c.Context(), ix, query))
		}
		for _, n := range slices.Backward(newest) {
			if err := out.entry(n); err != nil {
				return err
			}
		}
		if err := out.flush(); err != nil || !follow {
			return err
		}
		for n, err := range entries(r.Follow(c.Context(), next)) {
			if c.Context().Err() != nil {
				return nil
			}
			if err != nil {
				return unavailable(err)
			}
			if !query.Match(n.Entry) {
				continue
			}
			if err := errors.Join(out.entry(n), out.flush()); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// end is the index of the entry that comes next.
func end(r *ledger.Reader) (next uint64, err error) {
	next = r.Sealed()
	for n, err := range entries(r.Records(next)) {
		if err != nil {
			return 0, err
		}
		next = n.Index + 1
	}
	return next, nil
}

// newestBefore is up to limit entries before the log's end, the newest first.
// What came since the end was taken is left for the follower.
func newestBefore(ctx context.Context, ix *index.Index, q *find.Query, end uint64, limit int) ([]export.Numbered, error) {
	var found []export.Numbered
	if limit == 0 {
		return nil, nil
	}
	for hit, err := range ix.All(ctx, q) {
		if err != nil {
			return nil, err
		}
		if hit.Index >= end {
			continue
		}
		e, err := ix.Entry(hit)
		if err != nil {
			return nil, err
		}
		if found = append(found, export.Numbered{Index: hit.Index, Entry: e}); len(found) == limit {
			break
		}
	}
	return found, nil
}

// entries decodes records. Entries that the log lacks are passed over: verify
// tells of them.
func entries(records iter.Seq2[ledger.Record, error]) iter.Seq2[export.Numbered, error] {
	return func(yield func(export.Numbered, error) bool) {
		for r, err := range records {
			var hole *ledger.HoleError
			if errors.As(err, &hole) {
				continue
			}
			n := export.Numbered{Index: r.Index, Sealed: r.Sealed}
			if err == nil {
				n.Entry, err = r.Entry()
			}
			if err != nil {
				yield(n, fmt.Errorf("reading entry %d: %w", r.Index, err))
				return
			}
			if !yield(n, nil) {
				return
			}
		}
	}
}
