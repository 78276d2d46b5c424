package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Severity says whether a diagnostic stops the policy from loading. The zero
// value does.
type Severity uint8

const (
	Error Severity = iota
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string { return [...]string{"error", "warning"}[s%2] }

// MarshalText is the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Diagnostic is one thing that is wrong with a policy, its place and its cure.
// Neither Message nor Source ever holds a secret.
type Diagnostic struct {
	File      string   `json:"file"`      // as it was named to Load
	Line      int      `json:"line"`      // from 1
	Column    int      `json:"column"`    // from 1, in characters
	EndColumn int      `json:"endColumn"` // the column after the last
	Code      Code     `json:"code"`
	Severity  Severity `json:"severity"`
	Message   string   `json:"message"`
	Hint      string   `json:"hint,omitempty"` // what to write instead
	Source    string   `json:"source"`         // the line, literal secrets masked
	Path      string   `json:"path,omitempty"` // doors[0].allow[1].tables

	from, to int // columns within Source, which differ where it is masked
}

// String is the first line of what Write prints: place, code and message.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s:%d:%d: %s %s: %s", d.File, d.Line, d.Column, d.Severity, d.Code, d.Message)
}

// Diagnostics is everything that is wrong with a policy, in the order of the
// file.
type Diagnostics []Diagnostic

// Failed tells whether some diagnostic is an error.
func (ds Diagnostics) Failed() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err is nil where nothing failed, else an error whose text is what Write
// prints.
func (ds Diagnostics) Err() error {
	if !ds.Failed() {
		return nil
	}
	return ds
}

// Error is what Write prints.
func (ds Diagnostics) Error() string {
	var b strings.Builder
	ds.Write(&b)
	return strings.TrimRight(b.String(), "\n")
}

// Write prints each diagnostic for a person: place, code and message, the
// source line with a caret span, and the cure.
func (ds Diagnostics) Write(w io.Writer) error {
	for i, d := range ds {
		sep := ""
		if i > 0 {
			sep = "\n"
		}
		number := fmt.Sprint(d.Line)
		gutter := strings.Repeat(" ", len(number))
		if _, err := fmt.Fprintf(w, "%s%s\n %s | %s\n %s | %s\n", sep, d, number, printable(d.Source), gutter, d.carets()); err != nil {
			return err
		}
		if d.Hint != "" {
			if _, err := fmt.Fprintf(w, " %s = help: %s\n", gutter, d.Hint); err != nil {
				return err
			}
		}
	}
	return nil
}

// WriteJSON prints an array of the diagnostics for editors; never null.
func (ds Diagnostics) WriteJSON(w io.Writer) error {
	if ds == nil {
		ds = Diagnostics{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode([]Diagnostic(ds))
}

// carets underlines from..to of Source; tabs stay tabs so that the carets
// stand under their text whatever the terminal's tab width.
func (d Diagnostic) carets() string {
	var b strings.Builder
	column := 1
	for _, r := range d.Source {
		if column >= d.from {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
		column++
	}
	b.WriteString(strings.Repeat("^", max(1, d.to-d.from)))
	return b.String()
}

func (ds Diagnostics) sort() {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(string(a.Code), string(b.Code)))
	})
}

// printable replaces what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || bidi(r) {
			return '?'
		}
		return r
	}, s)
}

// bidi tells whether r is one of the characters that reorder what is shown
// (Unicode Standard Annex 9, section 2).
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x61c
}
