package policy

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

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
