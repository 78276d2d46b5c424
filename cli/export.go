package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
)

func (p *Program) exportCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "export [FILTER]",
		Short: "Write every entry that a filter finds, the oldest first, as NDJSON or CSV",
		Long:  "Write every entry that a filter finds, the oldest first, as NDJSON or CSV.\n" + filterHelp,
	}
	filterArgs(c)
	at := p.ledgerFlags(c)
	c.Flags().StringVar(&format, "format", "ndjson", "ndjson or csv")
	c.RunE = func(c *cobra.Command, args []string) error {
		dir, query, err := at.filter(args)
		if err != nil {
			return err
		}
		write, flush, err := exporter(c.OutOrStdout(), format)
		if err != nil {
			return err
		}
		r, err := ledger.OpenReader(dir)
		if err != nil {
			return unavailable(err)
		}
		for rec, err := range r.Records(0) {
			var hole *ledger.HoleError
			if errors.As(err, &hole) {
				continue
			}
			var e *ledger.Entry
			if err == nil {
				e, err = rec.Entry()
			}
			if err != nil {
				return errors.Join(unavailable(fmt.Errorf("reading entry %d: %w", rec.Index, err)), flush())
			}
			if !query.Match(e) {
				continue
			}
			if err := write(rec, e); err != nil {
				return err
			}
		}
		return flush()
	}
	return c
}

// exporter writes one form of export.
func exporter(w io.Writer, format string) (write func(ledger.Record, *ledger.Entry) error, flush func() error, err error) {
	switch format {
	case "ndjson":
		out := export.NewNDJSON(w)
		return func(r ledger.Record, _ *ledger.Entry) error { return out.Write(r) }, out.Flush, nil
	case "csv":
		out, err := export.NewCSV(w)
		if err != nil {
			return nil, nil, err
		}
		return func(r ledger.Record, e *ledger.Entry) error {
			return out.Write(export.Numbered{Index: r.Index, Sealed: r.Sealed, Entry: e})
		}, out.Flush, nil
	default:
		return nil, nil, usage(fmt.Errorf("--format takes ndjson or csv, not %q", format))
	}
}
