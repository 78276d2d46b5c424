package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/inspect/classes"
)

// scanChunk is how much of a file is read at once.
const scanChunk = 64 << 10

func scanCommand() *cobra.Command {
	var names []string
	var asJSON, show bool
	c := &cobra.Command{
		Use:   "scan FILE|-",
		Short: "Find classes of sensitive data in a file or a stream",
		Long: "Find classes of sensitive data in a file or a stream: a line for each hit, with its class,\n" +
			"its offset and length in bytes and how sure it is. Values are not shown, save with --show.\n" +
			"The classes are " + strings.Join(classes.Names(), ", ") + ";\n" + strings.Join(classes.Groups(), " and ") + " stand for several.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(errors.New("name one file, or - for standard input: `sallyport scan FILE`"))
			}
			return nil
		},
	}
	c.Flags().StringSliceVar(&names, "class", nil, "look for this `class` or group only; may be given several times")
	c.Flags().BoolVar(&show, "show", false, "show the values that were found")
	jsonFlag(c, &asJSON)
	c.RunE = func(c *cobra.Command, args []string) error {
		set, err := classes.Builtin(names...)
		if err != nil {
			return usage(err)
		}
		in := c.InOrStdin()
		if args[0] != "-" {
			f, err := os.Open(args[0])
			if err != nil {
				return usage(err)
			}
			defer f.Close()
			in = f
		}
		out := &hitPrinter{w: bufio.NewWriter(c.OutOrStdout()), json: asJSON}
		scanner := classes.New(set, out.print)
		if show {
			out.value = scanner.Value
		}
		_, readErr := io.CopyBuffer(scanner, struct{ io.Reader }{in}, make([]byte, scanChunk))
		if err := errors.Join(scanner.Close(), out.flush()); err != nil {
			return err
		}
		switch {
		case readErr != nil:
			return unavailable(fmt.Errorf("reading %s: %w", args[0], readErr))
		case out.hits > 0:
			return findings()
		}
		return nil
	}
	return c
}

// hitPrinter writes a line for each hit, and keeps the first error.
type hitPrinter struct {
	w     *bufio.Writer
	json  bool
	value func(classes.Hit) []byte // nil where values are not shown
	hits  int
	err   error
}

// hitLine is a hit as programs read it. A member of an archive or a document
// will have its name in it.
type hitLine struct {
	Class      string  `json:"class"`
	Offset     int64   `json:"offset"`
	Length     int     `json:"length"`
	Confidence string  `json:"confidence"`
	Value      *string `json:"value,omitempty"`
}

func (p *hitPrinter) print(h classes.Hit) {
	p.hits++
	if p.err != nil {
		return
	}
	line := hitLine{Class: h.Class, Offset: h.Offset, Length: h.Length, Confidence: h.Confidence.String()}
	if p.value != nil {
		v := string(p.value(h))
		line.Value = &v
	}
	if p.json {
		p.err = json.NewEncoder(p.w).Encode(line)
		return
	}
	_, p.err = fmt.Fprintf(p.w, "%-16s %11d %5d  %s", line.Class, line.Offset, line.Length, line.Confidence)
	if line.Value != nil && p.err == nil {
		_, p.err = fmt.Fprintf(p.w, "    %q", *line.Value)
	}
	if p.err == nil {
		p.err = p.w.WriteByte('\n')
	}
}

func (p *hitPrinter) flush() error { return errors.Join(p.err, p.w.Flush()) }
