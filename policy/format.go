package policy

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Format writes a policy in its one form: keys in the order of the reference,
// two spaces of indentation, every comment kept beside what it speaks of, and
// what stands on one line in braces or brackets left on one line. The policy
// need not be right, but it has to be YAML that a policy can have; else the
// error is a Diagnostics. Formatting what was formatted changes nothing, and
// formatting never changes what a policy means.
func Format(text []byte) ([]byte, error) {
	d := newDocument("policy", text)
	if !d.parse() || d.diags.Failed() {
		return nil, d.finish()
	}
	if d.root.Kind != yaml.MappingNode {
		value{d, d.root, ""}.errorf(CodeType, "begin with `version: 1`", "a policy is to be a mapping")
		return nil, d.finish()
	}
	out := d.format()
	// Whatever else is wrong, fmt loses nothing: what it wrote is read again.
	again := newDocument("policy", []byte(out))
	if !again.parse() || again.diags.Failed() || !same(d.root, again.root) || !sameComments(d.comments(), again.comments()) {
		d.report(Error, span{1, 1, 1}, "", CodeBug, "please report this; the file was left as it is", "formatting would change what the policy says")
		return nil, d.finish()
	}
	return []byte(out), nil
}

func same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.MappingNode:
		values := map[string]*yaml.Node{}
		for i := 0; i < len(b.Content); i += 2 {
			values[b.Content[i].Value] = b.Content[i+1]
		}
		for i := 0; i < len(a.Content); i += 2 {
			if v := values[a.Content[i].Value]; v == nil || !same(a.Content[i+1], v) {
				return false
			}
		}
	case yaml.SequenceNode:
		for i := range a.Content {
			if !same(a.Content[i], b.Content[i]) {
				return false
			}
		}
	default:
		return a.Tag == b.Tag && a.Value == b.Value
	}
	return true
}

func sameComments(a, b []comment) bool {
	count := map[string]int{}
	for _, c := range a {
		for _, t := range strings.Fields(c.text) {
			count[t]++
		}
	}
	for _, c := range b {
		for _, t := range strings.Fields(c.text) {
			count[t]--
		}
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

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

func (d *document) format() string {
	root := &entry{val: d.root, line: 0}
	root.kids = d.entriesOf(d.root, schemaPolicy, false, true)
	var flat []*entry
	root.flatten(&flat)
	header, footer := d.attach(flat[1:])
	root.order()
	w := &formatter{doc: d}
	for _, l := range header {
		w.line(0, l)
	}
	for i, e := range root.kids {
		switch {
		case i == 0 && len(header) > 0:
			w.line(0, "")
		case i > 0 && (e.blank || len(e.kids) > 0 || len(root.kids[i-1].kids) > 0):
			w.line(0, "")
		}
		w.entry(e, 0, "")
	}
	if len(footer) > 0 && len(root.kids) > 0 {
		w.line(0, "")
	}
	for _, l := range footer {
		w.line(0, l)
	}
	return w.b.String()
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

// formatter writes entries.
type formatter struct {
	doc *document
	b   strings.Builder
}

func (w *formatter) line(indent int, s string) {
	if s != "" {
		w.b.WriteString(strings.Repeat(" ", indent))
		w.b.WriteString(s)
	}
	w.b.WriteByte('\n')
}

// entry writes e at indent. lead is what stands before it on its first line
// instead of the indentation: the `- ` of the item that it is the first of.
func (w *formatter) entry(e *entry, indent int, lead string) {
	if lead == "" {
		w.head(e, indent)
		lead = strings.Repeat(" ", indent)
	}
	if e.key != nil {
		lead += w.key(e.key) + ":"
	} else {
		lead += "-"
	}
	if len(e.kids) == 0 {
		if s := w.flow(e.val, e.object, e.names); s != "" {
			lead += " " + s
		}
		w.trailing(lead, e.trail)
		return
	}
	if e.key == nil {
		// The first of an item's entries stands behind its dash, and what
		// stands above that one stands above the item.
		for i, k := range e.kids {
			if i == 0 {
				k.trail = append(e.trail, k.trail...)
				w.entry(k, indent+2, lead+" ")
			} else {
				w.kid(k, indent+2)
			}
		}
		return
	}
	w.trailing(lead, e.trail)
	for i, k := range e.kids {
		if i == 0 {
			k.blank = false
		}
		w.kid(k, indent+2)
	}
}

func (w *formatter) kid(e *entry, indent int) {
	if e.blank {
		w.line(0, "")
	}
	w.entry(e, indent, "")
}

// head writes the comments above an entry, and those above whatever comes to
// stand first in it.
func (w *formatter) head(e *entry, indent int) {
	for _, l := range e.head {
		w.line(indent, l)
	}
	if e.key == nil && len(e.kids) > 0 {
		w.head(e.kids[0], indent)
	}
}

// trailing ends a line with its comment, in the column in which it stood where
// that is free.
func (w *formatter) trailing(s string, cs []comment) {
	w.b.WriteString(s)
	for i, c := range cs {
		pad := 1
		if i == 0 {
			pad = max(1, c.column-1-len([]rune(s)))
		}
		w.b.WriteString(strings.Repeat(" ", pad) + c.text)
	}
	w.b.WriteByte('\n')
}

// flow writes a scalar, or a collection on one line with its keys in order.
func (w *formatter) flow(n *yaml.Node, o *object, names bool) string {
	var parts []string
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			parts = append(parts, w.flow(c, o, false))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.MappingNode:
		byPlace := map[int][]string{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			known, below, belowNames := place(o, names, n.Content[i].Value)
			part := w.key(n.Content[i]) + ": " + w.flow(n.Content[i+1], below, belowNames)
			byPlace[known] = append(byPlace[known], part)
		}
		for _, known := range slices.Sorted(maps.Keys(byPlace)) {
			parts = append(parts, byPlace[known]...)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return w.scalar(n)
}
