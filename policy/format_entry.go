package policy

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// entry is one key and value of a mapping, or one item of a list, that gets a
// line of its own.
type entry struct {
	key, val *yaml.Node // key is nil for an item
	line     int
	head     []string // comments above it; "" is a blank line
	trail    []comment
	blank    bool     // a blank line stands before it
	kids     []*entry // where the value is written as a block
	known    int      // the key's place in the schema
	object   *object  // the schema of the value's keys, or of its entries' keys
	names    bool     // the value's own keys are names
}

// entriesOf makes entries of what is written as a block: what is no flow
// collection that stands on one line. o is the schema of n's keys, or of the
// keys of its entries where names is set.
func (d *document) entriesOf(n *yaml.Node, o *object, names, top bool) []*entry {
	if len(n.Content) == 0 || n.Kind == yaml.ScalarNode || !top && d.staysFlow(n) {
		return nil
	}
	var all []*entry
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			all = append(all, &entry{val: c, line: c.Line, object: o, kids: d.entriesOf(c, o, false, false)})
		}
		return all
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		e := &entry{key: k, val: v, line: k.Line}
		e.known, e.object, e.names = place(o, names, k.Value)
		e.kids = d.entriesOf(v, e.object, e.names, false)
		all = append(all, e)
	}
	return all
}

// place is where a key stands in the schema o, and the schema of its value.
// Where names is set the keys are names, which keep their order.
func place(o *object, names bool, name string) (known int, below *object, belowNames bool) {
	if names || o == nil {
		return 0, o, false
	}
	for i, k := range o.keys {
		if k.name == name {
			return i, k.object, k.named
		}
	}
	return len(o.keys), nil, false
}

func (d *document) staysFlow(n *yaml.Node) bool {
	if n.Style&yaml.FlowStyle == 0 {
		return false
	}
	return d.onLine(n, n.Line)
}

func (d *document) onLine(n *yaml.Node, line int) bool {
	if n.Line != line {
		return false
	}
	if n.Kind == yaml.ScalarNode {
		return d.oneLine(n)
	}
	for _, c := range n.Content {
		if !d.onLine(c, line) {
			return false
		}
	}
	rest := d.rest(n)
	if n.Style&yaml.FlowStyle != 0 && rest != "" && (rest[0] == '[' || rest[0] == '{') {
		_, ok := d.closing(n)
		return ok
	}
	return true
}

func (e *entry) flatten(all *[]*entry) {
	*all = append(*all, e)
	for _, k := range e.kids {
		k.flatten(all)
	}
}

// order sorts the keys of mappings as the reference has them.
func (e *entry) order() {
	if len(e.kids) > 0 && e.kids[0].key != nil {
		slices.SortStableFunc(e.kids, func(a, b *entry) int { return a.known - b.known })
	}
	for _, k := range e.kids {
		k.order()
	}
}

// attach gives each comment to the entry that it stands above or behind. What
// stands before the first entry and a blank line is the file's header, what
// stands after the last its footer.
func (d *document) attach(all []*entry) (header, footer []string) {
	heads := map[*entry][]comment{}
	var last []comment
	for _, c := range d.comments() {
		after := slices.IndexFunc(all, func(e *entry) bool { return e.line > c.line })
		switch {
		case c.alone && after < 0:
			last = append(last, c)
		case c.alone:
			heads[all[after]] = append(heads[all[after]], c)
		default:
			if after < 0 {
				after = len(all)
			}
			e := all[max(after-1, 0)]
			e.trail = append(e.trail, c)
		}
	}
	lineBefore := 0
	for i, e := range all {
		first := e.line
		if cs := heads[e]; len(cs) > 0 {
			first = cs[0].line
			e.head = d.spaced(cs, e.line)
		}
		if e.line > lineBefore {
			e.blank = first > 1 && strings.TrimSpace(d.lines[first-2]) == ""
		}
		lineBefore = e.line
		if i == 0 {
			if j := slices.Index(reversed(e.head), ""); j >= 0 {
				cut := len(e.head) - 1 - j
				header, e.head = e.head[:cut], e.head[cut+1:]
			}
		}
	}
	if len(last) > 0 {
		footer = d.spaced(last, 0)
	}
	return header, footer
}

func reversed(s []string) []string {
	r := slices.Clone(s)
	slices.Reverse(r)
	return r
}

// spaced is the comments' texts with one blank line where there were some,
// also before the line `until` unless that is 0.
func (d *document) spaced(cs []comment, until int) []string {
	var out []string
	for i, c := range cs {
		if i > 0 && d.blankBetween(cs[i-1].line, c.line) {
			out = append(out, "")
		}
		out = append(out, c.text)
	}
	if until > 0 && d.blankBetween(cs[len(cs)-1].line, until) {
		out = append(out, "")
	}
	return out
}

func (d *document) blankBetween(a, b int) bool {
	for line := a + 1; line < b; line++ {
		if strings.TrimSpace(d.lines[line-1]) == "" {
			return true
		}
	}
	return false
}
