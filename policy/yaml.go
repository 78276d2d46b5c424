package policy

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The bounds of a policy file beside its size. They are far above what a
// person writes, and keep a hostile file from costing more than itself.
const (
	maxDepth = 24
	maxLine  = 16 << 10 // bytes
	maxNodes = 200_000
)

// parse reads the YAML and walks it once, refusing what a policy has no use
// for: several documents, anchors, merge keys, tags, keys that stand twice or
// are no strings. It tells whether there is something to read further.
func (d *document) parse() bool {
	if !d.checkBytes() {
		return false
	}
	dec := yaml.NewDecoder(strings.NewReader(d.text))
	root, err := decodeNode(dec)
	switch {
	case errors.Is(err, io.EOF):
		d.report(Error, span{1, 1, 1}, "", CodeEmptyFile, "begin with `version: 1`", "the policy is empty, so it would allow nothing at all")
		return false
	case err != nil:
		d.syntax(err)
		return false
	}
	if second, err := decodeNode(dec); err == nil {
		d.report(Error, span{second.Line, second.Column, second.Column + 3}, "", CodeDocuments,
			"keep one document a file: remove `---` and what does not belong", "a policy is one YAML document, and here a second one begins")
		return false
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return false
	}
	if len(root.Content) != 1 || root.Content[0].Kind == yaml.MappingNode && len(root.Content[0].Content) == 0 {
		d.report(Error, span{1, 1, 1}, "", CodeEmptyFile, "begin with `version: 1`", "the policy is empty, so it would allow nothing at all")
		return false
	}
	d.root = root.Content[0]
	before := len(d.diags)
	d.walk(d.root, "", 1)
	d.hideSecrets(d.root, "")
	return len(d.diags) == before || d.root.Kind == yaml.MappingNode && d.tame()
}

// tame tells whether what the walk refused leaves a tree that can be read on:
// everything but a depth that the reader would follow.
func (d *document) tame() bool {
	for _, x := range d.diags {
		if x.Code == CodeTooDeep {
			return false
		}
	}
	return true
}

// decodeNode reads one document. The library reports what it did not expect of
// its own state by panicking; here that is an error like any other.
func decodeNode(dec *yaml.Decoder) (n *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	n = new(yaml.Node)
	return n, dec.Decode(n)
}

// checkBytes refuses what is no plain text before the YAML library sees it.
// That also makes its lines ours: it would end lines at U+0085, U+2028 and
// U+2029 as well.
func (d *document) checkBytes() bool {
	if len(d.text) > maxFile {
		d.report(Error, span{1, 1, 1}, "", CodeTooLarge, "a policy is at most 1 MiB", "the file has %d bytes", len(d.text))
		return false
	}
	weight := 0
	for i, line := range d.lines {
		if i == 0 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if len(line) > maxLine {
			d.report(Error, span{i + 1, 1, 2}, "", CodeTooLarge, "break it into several lines", "the line has %d bytes, and a line has at most %d", len(line), maxLine)
			return false
		}
		if column, what := badCharacter(line); what != "" {
			d.report(Error, span{i + 1, column, column + 1}, "", CodeCharacters, "save the file as plain UTF-8 text", "%s", what)
			return false
		}
		weight += 2 + strings.Count(line, ",") + strings.Count(line, "[") + strings.Count(line, "{") + strings.Count(line, "- ") + strings.Count(line, ":") + strings.Count(line, "? ")
	}
	if weight > maxNodes {
		d.report(Error, span{1, 1, 1}, "", CodeTooDeep, "no policy has as many: see that this is one", "the file has more than %d values", maxNodes)
		return false
	}
	if rest, ok := strings.CutPrefix(d.text, "\ufeff"); ok {
		d.text, d.lines[0] = rest, strings.TrimPrefix(d.lines[0], "\ufeff")
	}
	for i, line := range d.lines {
		if strings.HasPrefix(line, "%") {
			d.report(Error, span{i + 1, 1, utf8.RuneCountInString(line) + 1}, "", CodeTag, "remove the line", "a policy has no YAML directives")
			return false
		}
	}
	return true
}

func badCharacter(line string) (column int, what string) {
	column = 1
	for i, r := range line {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(line[i:], "\ufffd"):
			return column, "a byte that is not UTF-8"
		case r < ' ' && r != '\t', r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff:
			return column, fmt.Sprintf("the control character U+%04X", r)
		case bidi(r):
			return column, fmt.Sprintf("the character U+%04X changes the order in which text is shown", r)
		}
		column++
	}
	return 0, ""
}

// maxKey is how long a key may be, in bytes. However it is escaped, it is then one
// that YAML takes outside of braces as well.
const maxKey = 100

// walk goes over every node once.
func (d *document) walk(n *yaml.Node, path string, depth int) {
	d.order = append(d.order, n)
	if depth > maxDepth {
		d.report(Error, d.extent(n), path, CodeTooDeep, "no key of a policy stands as deep: see that this is one", "nested more than %d deep", maxDepth)
		return
	}
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.report(Error, d.word(n), path, CodeAnchor, "write the value out where it is used", "a policy has no anchors and aliases: each line stands for itself")
		if n.Kind == yaml.AliasNode {
			return
		}
	case d.tagged(n):
		d.report(Error, d.word(n), path, CodeTag, "remove the tag", "a policy has no YAML tags")
	}
	switch n.Kind {
	case yaml.MappingNode:
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			d.walkKey(k, path, seen)
			d.walk(v, join(path, k.Value), depth+1)
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			d.walk(c, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
	}
}

// tagged tells whether a node has a tag. The reader does not say so of a `!`
// alone, with which no other node begins.
func (d *document) tagged(n *yaml.Node) bool {
	return n.Style&yaml.TaggedStyle != 0 || n.Line > 0 && n.Line <= len(d.lines) && strings.HasPrefix(d.rest(n), "!")
}

func (d *document) walkKey(k *yaml.Node, path string, seen map[string]int) {
	d.order = append(d.order, k)
	switch {
	case k.Kind == yaml.AliasNode || k.Anchor != "":
		d.report(Error, d.word(k), path, CodeAnchor, "write the key out", "a policy has no anchors and aliases: each line stands for itself")
	case d.tagged(k):
		d.report(Error, d.word(k), path, CodeTag, "remove the tag", "a policy has no YAML tags")
	case k.Kind != yaml.ScalarNode:
		d.report(Error, d.extent(k), path, CodeKeyType, "a key is a plain word", "a list or mapping cannot be a key")
	case len(k.Value) > maxKey:
		d.report(Error, d.extent(k), path, CodeKeyType, "see that this is a key, and that a blank stands behind its colon", "a key has at most %d bytes", maxKey)
	case k.Tag == "!!merge":
		d.report(Error, d.extent(k), path, CodeMerge, "write the keys out", "a policy has no merge keys: each line stands for itself")
	case k.Tag != "!!str" || surprising(k):
		d.report(Error, d.extent(k), path, CodeKeyType, fmt.Sprintf("if that is meant, write %q", k.Value), "the key %s is no string to every YAML reader", k.Value)
	case seen[k.Value] > 0:
		d.report(Error, d.extent(k), path, CodeDuplicateKey, "keep one of the two", "%q stands here twice, first on line %d", k.Value, seen[k.Value])
	}
	if seen[k.Value] == 0 {
		seen[k.Value] = k.Line
	}
}

// word is the span of the text at n up to the next blank: for anchors, tags
// and aliases, which stand before the value.
func (d *document) word(n *yaml.Node) span {
	rest := d.rest(n)
	if i := strings.IndexAny(rest, " \t,]}"); i > 0 {
		rest = rest[:i]
	}
	return span{n.Line, n.Column, n.Column + utf8.RuneCountInString(rest)}
}

// join is the path of a key below path.
func join(path, key string) string {
	if len(key) > 64 {
		key = key[:64]
		for !utf8.ValidString(key) {
			key = key[:len(key)-1]
		}
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
