package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/export"
)

// printer shows entries: a line each for a person, JSON for a program.
type printer struct {
	entry func(export.Numbered) error
	flush func() error
}

func newPrinter(w io.Writer, asJSON bool) *printer {
	if asJSON {
		out := export.NewNDJSON(w)
		return &printer{
			entry: func(n export.Numbered) error {
				raw, err := ledger.AppendEntry(nil, n.Entry)
				if err != nil {
					return err
				}
				return out.Write(ledger.Record{Index: n.Index, Sealed: n.Sealed, Raw: raw})
			},
			flush: out.Flush,
		}
	}
	buf := bufio.NewWriter(w)
	out := export.NewLines(buf, style(w))
	return &printer{entry: out.Write, flush: buf.Flush}
}

// style is for a person at w: colour on a terminal only, and never where
// NO_COLOR (see the convention of that name) is set.
func style(w io.Writer) export.Style {
	var st export.Style
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return st
	}
	info, err := f.Stat()
	st.Colour = err == nil && info.Mode()&os.ModeCharDevice != 0
	return st
}

// explainEntry shows all that the ledger holds of one crossing.
func explainEntry(w io.Writer, found []export.Numbered, asJSON bool) error {
	if !asJSON {
		return export.Explain(w, style(w), found)
	}
	var errs []error
	for _, n := range found {
		errs = append(errs, json.NewEncoder(w).Encode(struct {
			Index uint64        `json:"index"`
			Entry *ledger.Entry `json:"entry"`
		}{n.Index, n.Entry}))
	}
	return errors.Join(errs...)
}
