package policy

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// listing is a list of which one entry may stand without brackets.
type listing struct {
	write   string    // what to write
	without string    // what holds without the key; "" where that is no cure
	apart   separator // what stands between entries whose brackets were forgotten
}

// separator is what no entry holds, and what is kept of it.
type separator struct {
	at   *regexp.Regexp
	keep string // the beginning of the entry behind it
}

var (
	apartNames = separator{regexp.MustCompile(`[\s,;]+`), ""}
	apartHours = separator{regexp.MustCompile(`\s*[,;]\s+`), ""} // `mon,wed` is one
	apartRates = separator{regexp.MustCompile(`\s*[,;]\s*`), ""}
	apartPaths = separator{regexp.MustCompile(`\s*[,;]\s*/|\s+/`), "/"}
)

const (
	meansAny  = "the rule means any"
	meansNone = "the rule allows none"
)

// entriesOf is the entries of a list, or one that stands by itself. Several
// without brackets are an error that says how they are written: YAML takes
// them for one text.
func (v value) entriesOf(l listing) []value {
	n := v.node
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		v.errorf(CodeEmpty, l.empty(v.last()), "%s is empty", v.last())
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		v.errorf(CodeEmpty, l.empty(v.last()), "the list of `%s` is empty", v.last())
	case n.Kind == yaml.MappingNode && valueless(n):
		var names []string
		for i := 0; i < len(n.Content); i += 2 {
			names = append(names, n.Content[i].Value)
		}
		v.errorf(CodeType, l.bracketed(v.last(), names), "%s is to be a list, which stands in brackets and not in braces", v.last())
	case n.Kind == yaml.ScalarNode && n.Tag == "!!str":
		if names := l.apart.split(n.Value); len(names) > 1 {
			v.errorf(CodeType, l.bracketed(v.last(), names), "%s is a list without brackets, which YAML takes for one text", v.last())
			return nil
		}
		return []value{v}
	default:
		return v.list(true, l.write)
	}
	return nil
}

// scalars is entriesOf for a list of which no entry is a mapping.
func (v value) scalars(l listing) []value {
	if v.node.Kind == yaml.MappingNode && !valueless(v.node) {
		v.errorf(CodeType, l.write, "%s is to be a list, and this is a mapping", v.last())
		return nil
	}
	return v.entriesOf(l)
}

// valueless tells whether a mapping has keys alone, as `{users, orders}`.
func valueless(n *yaml.Node) bool {
	for i := 1; i < len(n.Content); i += 2 {
		if c := n.Content[i]; c.Kind != yaml.ScalarNode || c.Tag != "!!null" || c.Value != "" {
			return false
		}
	}
	return len(n.Content) > 0
}

// empty is the cure of an empty list, which nobody can be sure to understand.
func (l listing) empty(key string) string {
	if l.without == "" {
		return l.write
	}
	return l.write + ", or remove `" + key + "`: without it " + l.without
}

// maxBracketed is how long a list may be for a hint to show it, in bytes.
const maxBracketed = 200

// bracketed is the cure of a list without its brackets: the line as it should
// be, where that reads back as these entries.
func (l listing) bracketed(key string, names []string) string {
	quoted := make([]string, len(names))
	for i, s := range names {
		if quoted[i] = s; !readsAs("["+s+"]", s) {
			quoted[i] = inQuotes(&yaml.Node{Value: s})
		}
	}
	list := "[" + strings.Join(quoted, ", ") + "]"
	if len(list) > maxBracketed || !readsAs(list, names...) {
		return l.write
	}
	return "write `" + key + ": " + list + "`"
}

// readsAs tells whether YAML reads a text as the list of these words.
func readsAs(text string, words ...string) bool {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 || len(doc.Content[0].Content) != len(words) {
		return false
	}
	for i, c := range doc.Content[0].Content {
		if c.Kind != yaml.ScalarNode || c.Value != words[i] {
			return false
		}
	}
	return true
}

// quotedName is a name in the quotes of SQL, whose blanks and commas separate
// nothing.
var quotedName = regexp.MustCompile("`[^`]*`|\"[^\"]*\"")

// split cuts a text where entries end.
func (p separator) split(s string) (all []string) {
	bare := quotedName.ReplaceAllStringFunc(s, func(q string) string { return strings.Repeat("x", len(q)) })
	from := 0
	add := func(to int) {
		// Dashes without their blank are of a list, one a line, that YAML did not see.
		if e := strings.TrimPrefix(strings.TrimSpace(s[from:to]), "-"); e != "" {
			all = append(all, e)
		}
	}
	for _, at := range p.at.FindAllStringIndex(bare, -1) {
		if at[0] == 0 {
			continue
		}
		add(at[0])
		from = at[1] - len(p.keep)
	}
	add(len(s))
	return all
}
