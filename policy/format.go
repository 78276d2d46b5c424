package policy

import (
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
