package policy

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// document is the text of one policy file, and what is found wrong with it.
type document struct {
	name   string // as it was named to Load
	text   string
	lines  []string // without their ends
	root   *yaml.Node
	order  []*yaml.Node // every node, in the order of the text
	masks  map[int][]mask
	diags  Diagnostics
	failed bool // some diagnostic is an error
}

// mask is a piece of a line that is never shown, in columns from 1.
type mask struct{ from, to int }

// span is a place in the text: a line from 1 and columns from 1, the last one
// past the end.
type span struct{ line, from, to int }

func newDocument(name string, text []byte) *document {
	d := &document{name: name, text: string(text), masks: map[int][]mask{}}
	d.lines = strings.Split(d.text, "\n")
	for i, l := range d.lines {
		d.lines[i] = strings.TrimSuffix(l, "\r")
	}
	return d
}

// maxDiagnostics bounds what is told of one file; more of them would not be
// read, and each costs as much as its line is long.
const maxDiagnostics = 500

// report adds a diagnostic at s, which is brought inside the text where it is
// not.
func (d *document) report(severity Severity, s span, path string, code Code, hint, format string, args ...any) {
	if len(d.diags) >= maxDiagnostics && (d.failed || severity != Error) {
		return
	}
	d.failed = d.failed || severity == Error
	s.line = min(max(s.line, 1), len(d.lines))
	width := utf8.RuneCountInString(d.lines[s.line-1])
	s.from = min(max(s.from, 1), width+1)
	s.to = min(max(s.to, s.from+1), max(width+1, s.from+1))
	d.diags = append(d.diags, Diagnostic{
		File: d.name, Line: s.line, Column: s.from, EndColumn: s.to,
		Code: code, Severity: severity, Message: fmt.Sprintf(format, args...), Hint: hint, Path: path,
	})
}

// position is where a node stands, for verdicts.
func (d *document) position(n *yaml.Node, path string) sallyport.Position {
	return sallyport.Position{File: filepath.Base(d.name), Line: n.Line, Column: n.Column, Path: path}
}

// finish sorts what was reported and shows each source line, masked.
func (d *document) finish() Diagnostics {
	d.diags.sort()
	for i := range d.diags {
		x := &d.diags[i]
		x.Source, x.from, x.to = d.shown(x.Line, x.Column, x.EndColumn)
	}
	return d.diags
}

const masked = "[secret]"

// shown is the line with its masked pieces replaced, and where the columns
// from and to have gone by that.
func (d *document) shown(line, from, to int) (string, int, int) {
	src := []rune(d.lines[line-1])
	var b strings.Builder
	column, newFrom, newTo := 1, from, to
	out := 1
	emit := func(r rune) { b.WriteRune(r); out++ }
	for column <= len(src) {
		if m, ok := d.maskAt(line, column); ok {
			start := out
			for _, r := range masked {
				emit(r)
			}
			// A span that starts or ends within the mask covers it all.
			if from >= m.from && from < m.to {
				newFrom = start
			}
			if to > m.from && to <= m.to {
				newTo = out
			}
			column = m.to
			continue
		}
		if column == from {
			newFrom = out
		}
		if column == to {
			newTo = out
		}
		emit(src[column-1])
		column++
	}
	if from >= column {
		newFrom = out + from - column
	}
	if to >= column {
		newTo = out + to - column
	}
	return clip(b.String(), newFrom, newTo)
}

// maxShown bounds a source line that is shown, in characters.
const maxShown = 200

// clip cuts a long line around the span from..to, and says where that went.
func clip(s string, from, to int) (string, int, int) {
	src := []rune(s)
	if len(src) <= maxShown {
		return s, from, to
	}
	start := max(0, min(from-maxShown/4, len(src)-maxShown))
	end := min(len(src), start+maxShown)
	head, tail := "", ""
	if start > 0 {
		head = "…"
	}
	if end < len(src) {
		tail = "…"
	}
	shift := start - len([]rune(head))
	return head + string(src[start:end]) + tail, from - shift, min(to-shift, maxShown+2)
}

func (d *document) maskAt(line, column int) (mask, bool) {
	for _, m := range d.masks[line] {
		if m.from <= column && column < m.to {
			return m, true
		}
	}
	return mask{}, false
}

// hide masks the text of a scalar wherever a diagnostic would show it.
func (d *document) hide(n *yaml.Node) {
	s := d.extent(n)
	if d.oneLine(n) {
		d.masks[s.line] = append(d.masks[s.line], mask{s.from, s.to})
		return
	}
	// The value goes on over lines: up to the next node everything is hidden.
	lastLine, lastColumn := len(d.lines), 1<<30
	for i, o := range d.order {
		if o == n && i+1 < len(d.order) {
			lastLine, lastColumn = d.order[i+1].Line, d.order[i+1].Column
		}
	}
	for line := s.line; line <= lastLine; line++ {
		from, to := 1, utf8.RuneCountInString(d.lines[line-1])+1
		if line == s.line {
			from = s.from
		}
		if line == lastLine {
			to = min(to, lastColumn)
		}
		if from < to {
			d.masks[line] = append(d.masks[line], mask{from, to})
		}
	}
}

// rest is the n's line from its column on.
func (d *document) rest(n *yaml.Node) string {
	if n.Line < 1 || n.Line > len(d.lines) {
		return ""
	}
	line := d.lines[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// raw is a scalar exactly as it is written, or false where it goes over
// several lines.
func (d *document) raw(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode {
		return "", false
	}
	rest := d.rest(n)
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return "", false
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return quoted(rest, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return quoted(rest, '\'')
	}
	if strings.HasPrefix(rest, n.Value) {
		return n.Value, true
	}
	return "", false
}

func (d *document) oneLine(n *yaml.Node) bool {
	_, ok := d.raw(n)
	return ok
}

// quoted is the quoted scalar that s begins with, quotes included.
func quoted(s string, quote byte) (string, bool) {
	if s == "" || s[0] != quote {
		return "", false
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '"':
			i++
		case s[i] == quote && quote == '\'' && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return s[:i+1], true
		}
	}
	return "", false
}

// extent is what a caret span underlines for n: the scalar, the collection in
// brackets, or the rest of the line that a block begins on.
func (d *document) extent(n *yaml.Node) span {
	s := span{line: n.Line, from: n.Column, to: n.Column + 1}
	if raw, ok := d.raw(n); ok {
		s.to = s.from + utf8.RuneCountInString(raw)
		return s
	}
	rest := d.rest(n)
	if n.Style&yaml.FlowStyle != 0 {
		if last, ok := d.closing(n); ok {
			rest = rest[:last]
		}
	} else if i := strings.Index(rest, " #"); i >= 0 && n.Kind != yaml.ScalarNode {
		rest = rest[:i]
	}
	s.to = s.from + utf8.RuneCountInString(strings.TrimRight(rest, " \t"))
	return s
}

// closing is the number of bytes from n's start to just after its closing
// bracket, where all of it stands on the same line. What stands between n's
// values is brackets, commas and colons: quotes and hashes are theirs.
func (d *document) closing(n *yaml.Node) (int, bool) {
	rest := d.rest(n)
	if rest == "" || rest[0] != '[' && rest[0] != '{' {
		return 0, false
	}
	at := 1
	for _, c := range n.Content {
		if c.Line != n.Line {
			return 0, false
		}
		end, ok := d.end(c)
		if !ok {
			return 0, false
		}
		at = max(at, len(rest)-len(d.rest(c))+end)
	}
	if at > len(rest) {
		return 0, false
	}
	i := strings.IndexAny(rest[at:], "]}#")
	if i < 0 || rest[at+i] == '#' {
		return 0, false
	}
	return at + i + 1, true
}

// end is the number of bytes from n's start to its end on the same line.
func (d *document) end(n *yaml.Node) (int, bool) {
	if n.Kind == yaml.ScalarNode {
		raw, ok := d.raw(n)
		return len(raw), ok
	}
	if end, ok := d.closing(n); ok || len(n.Content) == 0 {
		return end, ok
	}
	// A pair in a list, without braces: [a: b].
	last := n.Content[len(n.Content)-1]
	end, ok := d.end(last)
	return len(d.rest(n)) - len(d.rest(last)) + end, ok && last.Line == n.Line
}
