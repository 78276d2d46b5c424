package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// value is a node, its place and the document to complain to.
type value struct {
	doc  *document
	node *yaml.Node
	path string
}

func (v value) at() sallyport.Position { return v.doc.position(v.node, v.path) }

func (v value) set() bool { return v.node != nil }

func (v value) errorf(code Code, hint, format string, args ...any) {
	v.doc.report(Error, v.doc.extent(v.node), v.path, code, hint, format, args...)
}

func (v value) warnf(code Code, hint, format string, args ...any) {
	v.doc.report(Warning, v.doc.extent(v.node), v.path, code, hint, format, args...)
}

// field is one key of a mapping and its value.
type field struct {
	key value
	value
}

// fields is a mapping that was read by its schema.
type fields struct {
	value
	object *object
	all    map[string]field
	taken  map[string]bool
}

// entries are the keys and values of a mapping, each key once. Where v is no
// mapping it says so, with hint, and there are none.
func (v value) entries(hint string) ([]field, bool) {
	if v.node.Kind != yaml.MappingNode {
		v.errorf(CodeType, hint, "%s is to be a mapping, and this is %s", v.last(), v.shape())
		return nil, false
	}
	var all []field
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k, c := v.node.Content[i], v.node.Content[i+1]
		if k.Kind != yaml.ScalarNode || seen[k.Value] || k.Tag == "!!merge" {
			continue // the walk has said so
		}
		seen[k.Value] = true
		path := join(v.path, k.Value)
		all = append(all, field{value{v.doc, k, path}, value{v.doc, c, path}})
	}
	return all, true
}

// object reads a mapping by its schema: unknown keys and those of a later
// version are errors.
func (v value) object(o *object, hint string) (fields, bool) {
	f := fields{v, o, map[string]field{}, map[string]bool{}}
	entries, ok := v.entries(hint)
	if !ok {
		return f, false
	}
	for _, e := range entries {
		name := e.key.node.Value
		k, known := o.find(name)
		switch {
		case !known:
			hint := "the keys of " + o.what + " are " + strings.Join(o.names(), ", ")
			e.key.errorf(CodeUnknownKey, didYouMean(name, o.names(), hint), "%s has no key %q", o.what, short(name))
		case k.notYet:
			e.key.errorf(CodeNotYet, "remove it: it must not look as if it guarded something", "`%s` is not yet there in this version", name)
		default:
			f.all[name] = e
		}
	}
	return f, true
}

// get is the field of that name, with a nil node where it is absent.
func (f fields) get(name string) field {
	f.taken[name] = true
	return f.all[name]
}

// need is get, and an error where the key is absent.
func (f fields) need(name, hint string) (field, bool) {
	x := f.get(name)
	if !x.set() {
		f.missing(name, hint)
	}
	return x, x.set()
}

// missing says that a key is absent, at the beginning of the mapping.
func (f fields) missing(name, hint string) {
	s := f.doc.extent(f.node)
	f.doc.report(Error, s, f.path, CodeMissingKey, hint, "%s wants `%s`", f.object.what, name)
}

// done tells of keys that the schema takes and nobody read: that would be a
// key which is silently ignored.
func (f fields) done() {
	for name, e := range f.all {
		if !f.taken[name] {
			e.key.errorf(CodeBug, "please report this", "`%s` was accepted and not read", name)
		}
	}
}

// only refuses the keys of other kinds of door.
func (f fields) only(kind doorKind) {
	for name, e := range f.all {
		kinds := kindsOf(f.object, name)
		if len(kinds) == 0 || slices.Contains(kinds, kind.name()) {
			continue
		}
		f.taken[name] = true
		delete(f.all, name)
		if f.object == schemaDoor && slices.Contains(notYetKinds["doors[]."+name], kind.name()) {
			e.key.errorf(CodeNotYet, "remove it: it must not look as if it guarded something", "`%s` is not yet there at %s doors in this version", name, kind.name())
			continue
		}
		e.key.errorf(CodeWrongKind, "remove it, or move it to "+article(kinds[0])+" door", "`%s` belongs to %s doors, and this is %s door", name, oneOf(kinds), article(kind.name()))
	}
}

// list is a list's entries; one scalar or mapping counts as a list of itself
// where single is set.
func (v value) list(single bool, hint string) []value {
	switch {
	case v.node.Kind == yaml.SequenceNode:
		if len(v.node.Content) == 0 {
			v.errorf(CodeEmpty, hint, "the list of `%s` is empty", v.last())
			return nil
		}
		all := make([]value, len(v.node.Content))
		for i, n := range v.node.Content {
			all[i] = value{v.doc, n, fmt.Sprintf("%s[%d]", v.path, i)}
		}
		return all
	case single && v.node.Kind != yaml.AliasNode:
		return []value{v}
	}
	v.errorf(CodeType, hint, "%s is to be a list, and this is %s", v.last(), v.shape())
	return nil
}

// last is the last key of the path, for messages.
func (v value) last() string {
	s := v.path[strings.LastIndexByte(v.path, '.')+1:]
	if s == "" {
		return "a policy"
	}
	return s
}

func (v value) shape() string {
	switch v.node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch v.node.Tag {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	}
	return "text"
}

func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) || word == "http" {
		return "an " + word
	}
	return "a " + word
}

// short is s, cut for a message.
func short(s string) string {
	if r := []rune(s); len(r) > 64 {
		return string(r[:64]) + "…"
	}
	return s
}

// oneOf lists words for a hint: "a, b or c".
func oneOf(words []string) string {
	switch n := len(words); n {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}

// didYouMean is a hint with the word nearest to got, or otherwise.
func didYouMean(got string, words []string, otherwise string) string {
	if best := Nearest(got, words); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return otherwise
}

// Nearest is the word of which got may be a slip of the hand, or "" where there
// is none, or got is one of them. It looks at the first 300 words: a hostile
// policy has many, and many mistakes.
func Nearest(got string, words []string) string {
	words = words[:min(len(words), 300)]
	best, distance := "", 1+max(1, len(got)/3)
	for _, w := range words {
		if n := edits(strings.ToLower(got), strings.ToLower(w)); n < distance {
			best, distance = w, n
		}
	}
	if slices.Contains(words, got) {
		return ""
	}
	return best
}

// edits is the number of insertions, deletions, replacements and swaps of
// neighbours that make b of a (optimal string alignment).
func edits(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	x, y := []rune(a), []rune(b)
	var older []int
	prev := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, prev[j+1]+1, prev[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, prev = prev, row
	}
	return prev[len(y)]
}
