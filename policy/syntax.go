package policy

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	reportedLine = regexp.MustCompile(`^yaml: line (\d+): `)
	braceColon   = regexp.MustCompile(`\{[^}]*:\s+:`)
	secretLine   = regexp.MustCompile(`(?i)(?:pass\w*|secret\w*|token\w*|pwd)["']?\s*:\s*`)
)

// syntaxHints turns what the YAML library says into what to write. They are
// tried in order.
var syntaxHints = []struct{ says, message, hint string }{
	{"mapping values are not allowed", "a `: ` in the middle of a value", "put the value in quotes, or begin the key on a line of its own"},
	{"found character that cannot start any token", "a character that no value can begin with", "put the value in quotes; indent with spaces, never with tabs"},
	{"found a tab character", "a tab in the indentation", "indent with spaces"},
	{"did not find expected ',' or ']'", "a list in brackets that is not closed, or misses a comma", "close it with `]` and put commas between its entries"},
	{"did not find expected ',' or '}'", "a mapping in braces that is not closed, or misses a comma", "close it with `}` and put commas between its entries"},
	{"found unexpected end of stream", "a quote that is not closed", "close it on the same line"},
	{"found unknown escape character", "a backslash that means nothing in double quotes", "use single quotes for text with backslashes"},
	{"did not find expected '-' indicator", "an entry that is not indented as the list is", "begin each entry with `- ` in the same column"},
	{"did not find expected key", "a line that is no `key: value`, or is not indented as its neighbours are", "write `key: value` in the same column as the line above"},
	{"could not find expected ':'", "a line that is no `key: value`", "write `key: value`"},
	{"did not find expected alphabetic or numeric character", "a value that begins with * or &", "put it in quotes: '*'"},
	{"unknown anchor", "an alias to nothing; a policy has no aliases", "put a value that begins with * in quotes"},
	{"block sequence entries are not allowed", "a list entry where none can stand", "begin the list on a line of its own"},
	{"exceeded max depth", "brackets within brackets, without an end", "a policy is at most 24 deep: see that this is one"},
	{"did not find expected <document start>", "text outside of the document", "begin with `version: 1` in the first column"},
}

// syntax reports what the YAML library could not read. The library knows no
// column, and its line is at times that of the neighbour: the place is found
// by looking for the longest beginning of the file that can be read.
func (d *document) syntax(err error) {
	line := len(d.lines)
	text := err.Error()
	if m := reportedLine.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = min(n, len(d.lines))
		}
	}
	line = d.firstBad(line)
	src := d.lines[line-1]
	trimmed := strings.TrimLeft(src, " ")
	column := utf8.RuneCountInString(src) - utf8.RuneCountInString(trimmed) + 1
	end := utf8.RuneCountInString(strings.TrimRight(src, " \t")) + 1
	message, hint := "this is not YAML", "write `key: value` lines, indented with spaces"
	for _, h := range syntaxHints {
		if strings.Contains(text, h.says) {
			message, hint = h.message, h.hint
			break
		}
	}
	if i := strings.IndexByte(src, '\t'); i >= 0 && strings.TrimLeft(src[:i], " ") == "" {
		message, hint = "a tab in the indentation", "indent with spaces"
		column = utf8.RuneCountInString(src[:i]) + 1
		end = column + 1
	}
	switch {
	case strings.Count(src, `"`)%2 == 1:
		message, hint = "a quote that is not closed", "close it on the same line"
	case braceColon.MatchString(src):
		message, hint = "in braces a value cannot begin with a colon", "put the value in quotes, or the keys on lines of their own"
	}
	// What a line without a tree holds cannot be told: whatever follows a word
	// for a secret is hidden.
	for i, l := range d.lines {
		for _, m := range secretLine.FindAllStringIndex(l, -1) {
			if rest := l[m[1]:]; !strings.HasPrefix(rest, "env:") && !strings.HasPrefix(rest, "file:") {
				from := utf8.RuneCountInString(l[:m[1]]) + 1
				d.masks[i+1] = append(d.masks[i+1], mask{from, utf8.RuneCountInString(l) + 1})
				break
			}
		}
	}
	d.report(Error, span{line, column, end}, "", CodeSyntax, hint, "%s", message)
}

// firstBad is the line after the longest beginning of the file that is YAML:
// for what is left open that is the line that opens it. The search begins at
// the reported line and its work is bounded; past the bound that line stands.
func (d *document) firstBad(reported int) int {
	const tries, bytes = 300, 1 << 20
	work := 0
	reads := func(n int) bool {
		beginning := strings.Join(d.lines[:n], "\n") + "\n"
		work += len(beginning)
		_, err := decodeNode(yaml.NewDecoder(strings.NewReader(beginning)))
		return err == nil || errors.Is(err, io.EOF)
	}
	n := reported
	for range tries {
		switch {
		case work > bytes:
			return reported
		case n < len(d.lines) && reads(n):
			n++
			if n > reported && !reads(n) {
				return n
			}
		case n == 1 || reads(n-1):
			return n
		default:
			n--
		}
	}
	return reported
}
