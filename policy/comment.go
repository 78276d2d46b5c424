package policy

import (
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// comment is one comment of the text. The YAML library attaches comments to
// nodes by rules that lose or move some of them; fmt has to keep each, so it
// finds them itself.
type comment struct {
	line, column int // of the #
	text         string
	alone        bool // nothing else stands on its line
}

// offsets is where each line begins, in bytes.
func (d *document) offsets() []int {
	at := make([]int, len(d.lines))
	pos := 0
	for i, l := range strings.SplitAfter(d.text, "\n") {
		at[i] = pos
		pos += len(l)
	}
	return at
}

// opaque is the byte ranges of the text in which a # begins no comment:
// quoted scalars and block scalars.
func (d *document) opaque() [][2]int {
	lines := d.offsets()
	var all [][2]int
	for _, n := range d.order {
		if n.Kind != yaml.ScalarNode || n.Line < 1 || n.Line > len(d.lines) {
			continue
		}
		start := lines[n.Line-1] + len(d.lines[n.Line-1]) - len(d.rest(n))
		switch {
		case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
			quote := byte('"')
			if n.Style&yaml.SingleQuotedStyle != 0 {
				quote = '\''
			}
			if q, ok := quoted(d.text[start:], quote); ok {
				all = append(all, [2]int{start, start + len(q)})
			}
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			if from, to, ok := d.block(n.Line, lines); ok {
				all = append(all, [2]int{from, to})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i][0] < all[j][0] })
	return all
}

// block is the content of the block scalar whose header stands on a line: the
// lines after it that are indented as its first one is, or blank.
func (d *document) block(header int, lines []int) (from, to int, ok bool) {
	indent := -1
	for i := header; i < len(d.lines); i++ {
		l := d.lines[i]
		own := len(l) - len(strings.TrimLeft(l, " "))
		switch {
		case strings.TrimSpace(l) == "":
		case indent < 0 && own > 0:
			indent = own
		case indent < 0 || own < indent:
			return from, to, ok
		}
		if !ok {
			from, ok = lines[i], true
		}
		to = lines[i] + len(l)
	}
	return from, to, ok
}

// comments finds every comment, in order.
func (d *document) comments() []comment {
	var all []comment
	skip := d.opaque()
	for i, start := range d.offsets() {
		line := d.lines[i]
		for j := 0; j < len(line); j++ {
			if line[j] != '#' || j > 0 && line[j-1] != ' ' && line[j-1] != '\t' {
				continue
			}
			pos := start + j
			k := sort.Search(len(skip), func(k int) bool { return skip[k][1] > pos })
			if k < len(skip) && skip[k][0] <= pos {
				continue
			}
			all = append(all, comment{
				line: i + 1, column: len([]rune(line[:j])) + 1,
				text: strings.TrimRight(line[j:], " \t"), alone: strings.TrimSpace(line[:j]) == "",
			})
			break
		}
	}
	return all
}
