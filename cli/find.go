package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/ledger/index"
)

const filterHelp = "The filter is terms joined by spaces, all of which have to hold:\n" +
	"  door:db verdict:deny -peer:prometheus rows:>1000 since:1h table:users what:select*\n" +
	"docs/cli.md lists every field."

func (p *Program) findCommand() *cobra.Command {
	var asJSON bool
	var limit int
	var after string
	c := &cobra.Command{
		Use:   "find [FILTER]",
		Short: "Find crossings, the newest first",
		Long:  "Find crossings, the newest first.\n" + filterHelp,
	}
	filterArgs(c)
	at := p.ledgerFlags(c)
	jsonFlag(c, &asJSON)
	c.Flags().IntVarP(&limit, "limit", "n", 100, fmt.Sprintf("at most so many, up to %d", index.MaxLimit))
	c.Flags().StringVar(&after, "after", "", "go on behind the `cursor` that an earlier page ended with")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, query, err := at.filter(args)
		if err != nil {
			return err
		}
		cursor, err := index.ParseCursor(after)
		if err != nil {
			return usage(fmt.Errorf("reading --after: %w", err))
		}
		if limit < 1 || limit > index.MaxLimit {
			return usage(fmt.Errorf("--limit takes 1 to %d; `ledger export` has no bound", index.MaxLimit))
		}
		ix, err := index.Open(c.Context(), dir, nil)
		if err != nil {
			return unavailable(err)
		}
		defer ix.Close()
		page, err := ix.Search(c.Context(), index.Request{Query: query, After: cursor, Limit: limit})
		if err != nil {
			return unavailable(err)
		}
		out := newPrinter(c.OutOrStdout(), asJSON)
		for _, hit := range page.Hits {
			e, err := ix.Entry(hit)
			if err != nil {
				return unavailable(err)
			}
			if err := out.entry(export.Numbered{Index: hit.Index, Entry: e}); err != nil {
				return err
			}
		}
		if err := out.flush(); err != nil {
			return err
		}
		warn(c.ErrOrStderr(), page.Repaired, page.Holes)
		if len(page.Hits) == 0 && page.Scanned == page.Of {
			say(c.ErrOrStderr(), at.unknown(c.Context(), ix, query))
		}
		fmt.Fprintf(c.ErrOrStderr(), "%d found; looked at %d of %d entries\n", len(page.Hits), page.Scanned, page.Of)
		if !page.Next.IsZero() {
			fmt.Fprintf(c.ErrOrStderr(), "there may be more: --after %s\n", page.Next)
		}
		return nil
	}
	return c
}

// filter reads the ledger's folder and the query of a command line.
func (w *where) filter(args []string) (dir string, q *find.Query, err error) {
	if dir, err = w.path(); err != nil {
		return "", nil, err
	}
	parser := find.Parser{Now: time.Now()}
	if pseudonym, err := ledger.Pseudonyms(dir); err == nil {
		parser.Pseudonym = func(kind, value string) string { return pseudonym(kind, []byte(value)) }
	}
	w.keyless = parser.Pseudonym == nil
	if q, err = parser.Parse(strings.Join(args, " ")); err != nil {
		return "", nil, usage(err)
	}
	return dir, q, nil
}

func warn(w io.Writer, lists ...[]error) {
	for _, list := range lists {
		for _, err := range list {
			fmt.Fprintf(w, "note: %s\n", export.Printable(err.Error()))
		}
	}
}

func say(w io.Writer, notes []string) {
	for _, n := range notes {
		fmt.Fprintf(w, "note: %s\n", export.Printable(n))
	}
}

// number is an entry's number in the log, with or without find's sign for it.
func number(name string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(name, "#"), 10, 64)
	return n, err == nil
}

// byName is the entries of one crossing, by its ID or the number of one of its
// entries, in the order of the log: never none.
func byName(ctx context.Context, dir, name string) ([]export.Numbered, error) {
	at, ok := number(name)
	if !ok {
		return byID(ctx, dir, name)
	}
	log, err := ledger.OpenReader(dir)
	if err != nil {
		return nil, unavailable(err)
	}
	for r, err := range log.Records(at) {
		var hole *ledger.HoleError
		if errors.As(err, &hole) {
			return nil, &exit{code: ExitFindings, err: fmt.Errorf("the ledger has no entry %d any more: %w", at, hole)}
		}
		n := export.Numbered{Index: r.Index, Sealed: r.Sealed}
		if err == nil {
			n.Entry, err = r.Entry()
		}
		switch {
		case err != nil:
			return nil, unavailable(err)
		case n.Index != at:
		case n.Entry.ID.IsZero(): // no crossing, but an event
			return []export.Numbered{n}, nil
		default:
			return byID(ctx, dir, n.Entry.ID.String())
		}
		break
	}
	return nil, &exit{code: ExitFindings, err: fmt.Errorf("the ledger has no entry %d", at)}
}

// locate finds the log index of an entry by its ID, the last where an
// admission and an outcome share it, or takes the index as it stands.
func locate(ctx context.Context, dir, name string) (uint64, error) {
	if n, ok := number(name); ok {
		return n, nil
	}
	found, err := byID(ctx, dir, name)
	if err != nil {
		return 0, err
	}
	return found[len(found)-1].Index, nil
}

// byID is the entries of one ID in the order of the log: never none.
func byID(ctx context.Context, dir, name string) ([]export.Numbered, error) {
	if _, err := sallyport.ParseID(name); err != nil {
		return nil, usage(err)
	}
	query, err := find.Parse("id:"+name, time.Now())
	if err != nil {
		return nil, usage(err)
	}
	ix, err := index.Open(ctx, dir, nil)
	if err != nil {
		return nil, unavailable(err)
	}
	defer ix.Close()
	log, err := ledger.OpenReader(dir)
	if err != nil {
		return nil, unavailable(err)
	}
	var found []export.Numbered
	for hit, err := range ix.All(ctx, query) {
		if err != nil {
			return nil, unavailable(err)
		}
		e, err := ix.Entry(hit)
		if err != nil {
			return nil, unavailable(err)
		}
		found = append([]export.Numbered{{Index: hit.Index, Sealed: hit.Index < log.Sealed(), Entry: e}}, found...)
	}
	if len(found) == 0 {
		return nil, &exit{code: ExitFindings, err: errors.New("the ledger has no crossing " + name + "; of many equal denials in one second only the first are entries of their own, and the others counts: `sallyport ledger find type:flood`")}
	}
	return found, nil
}

func (p *Program) reindexCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "reindex",
		Short: "Make the ledger's index anew from its log",
		Args:  cobra.NoArgs,
	}
	at := p.ledgerFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir, err := at.path()
		if err != nil {
			return err
		}
		built, err := index.Rebuild(c.Context(), dir, nil)
		if err != nil {
			return unavailable(err)
		}
		warn(c.ErrOrStderr(), built.Holes)
		_, err = fmt.Fprintf(c.OutOrStdout(), "%d entries in %d segments, %d bytes\n", built.Entries, built.Segments, built.Bytes)
		return err
	}
	return c
}
