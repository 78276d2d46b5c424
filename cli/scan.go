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
	"github.com/sallyport/sallyport/inspect/classes/own"
)

// scanChunk is how much of a file is read at once.
const scanChunk = 64 << 10

func scanCommand() *cobra.Command {
	var names, expressions []string
	var wordFile string
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
	c.Flags().StringVar(&wordFile, "words", "", "also look for the words in this `file`, one a line, as the class words")
	c.Flags().StringArrayVar(&expressions, "regexp", nil, "also look for this regular `expression` (RE2 syntax) within lines, as the class pattern; may be given several times")
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
		out := &hitPrinter{w: bufio.NewWriter(c.OutOrStdout()), json: asJSON, show: show}
		scanners, err := out.scanners(set, wordFile, expressions)
		if err != nil {
			return usage(err)
		}
		_, readErr := io.CopyBuffer(scanners, struct{ io.Reader }{in}, make([]byte, scanChunk))
		if err := errors.Join(scanners.Close(), out.flush()); err != nil {
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

// scanners is several, which all see the same stream.
type scanners []io.WriteCloser

// Write shows the next bytes to each.
func (all scanners) Write(p []byte) (int, error) {
	for _, s := range all {
		if n, err := s.Write(p); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// Close ends the stream.
func (all scanners) Close() error {
	var errs []error
	for _, s := range all {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// hitPrinter writes a line for each hit, and keeps the first error.
type hitPrinter struct {
	w    *bufio.Writer
	json bool
	show bool // the values too
	hits int
	err  error
}

// scanners looks for what was asked for, and prints it.
func (p *hitPrinter) scanners(set *classes.Set, wordFile string, expressions []string) (scanners, error) {
	var builtin *classes.Scanner
	builtin = classes.New(set, func(h classes.Hit) { p.print(h, builtin.Value) })
	all := scanners{builtin}
	if wordFile != "" {
		list, err := os.ReadFile(wordFile)
		if err != nil {
			return nil, fmt.Errorf("reading the words: %w", err)
		}
		words, err := own.NewWords("words", strings.Split(string(list), "\n"))
		if err != nil {
			return nil, fmt.Errorf("reading the words in %s: %w", wordFile, err)
		}
		var s *own.Scanner
		s = words.NewScanner(func(h classes.Hit) { p.print(h, s.Value) })
		all = append(all, s)
	}
	if len(expressions) > 0 {
		pattern, err := own.NewPattern("pattern", expressions)
		if err != nil {
			return nil, err
		}
		var s *own.LineScanner
		s = pattern.NewScanner(func(h classes.Hit) { p.print(h, s.Value) })
		all = append(all, s)
	}
	return all, nil
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

func (p *hitPrinter) print(h classes.Hit, value func(classes.Hit) []byte) {
	p.hits++
	if p.err != nil {
		return
	}
	line := hitLine{Class: h.Class, Offset: h.Offset, Length: h.Length, Confidence: h.Confidence.String()}
	if p.show {
		v := string(value(h))
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
