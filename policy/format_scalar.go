package policy

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// scalar is a value as it was written, or in double quotes where it went over
// several lines, or means itself in braces alone.
func (w *formatter) scalar(n *yaml.Node) string {
	if raw, ok := w.doc.raw(n); ok && anywhere(n, raw, "k: ", "") && anywhere(n, raw, "- ", "") {
		return raw
	}
	return inQuotes(n)
}

// key is scalar for a key.
func (w *formatter) key(n *yaml.Node) string {
	if raw, ok := w.doc.raw(n); ok && anywhere(n, raw, "", ": v") {
		return raw
	}
	return inQuotes(n)
}

// unmistakable is what reads the same wherever it stands.
var unmistakable = regexp.MustCompile(`^[A-Za-z0-9_/][A-Za-z0-9_/.@-]*$`)

// anywhere tells whether a scalar that may have stood in braces is the same on a
// line of its own between before and after: there `-` begins a list, and a colon
// at the end a mapping.
func anywhere(n *yaml.Node, raw, before, after string) bool {
	if unmistakable.MatchString(raw) {
		return true
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(before+raw+after+"\n"), &doc); err != nil || doc.Kind != yaml.DocumentNode {
		return false
	}
	content := doc.Content[0].Content
	if len(content) == 0 {
		return false
	}
	at := content[len(content)-1]
	if before == "" {
		at = content[0]
	}
	return at.Kind == yaml.ScalarNode && at.Tag == n.Tag && at.Value == n.Value && at.LineComment == ""
}

func inQuotes(n *yaml.Node) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range n.Value {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r >= 0x7f && r < 0xa0:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == 0x2028 || r == 0x2029 || r == 0xfeff || bidi(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
