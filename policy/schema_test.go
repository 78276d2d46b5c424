package policy

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/sallyport/sallyport/internal/housetest"
)

// eachKey visits every key below path, with its own path: `apps.*` for what
// has a name, `doors[]` for a list.
func eachKey(o *object, path string, visit func(path string, o *object, k key)) {
	for _, k := range o.keys {
		p := join(path, k.name)
		if k.named {
			p += ".*"
		} else if k.list {
			p += "[]"
		}
		visit(p, o, k)
		if k.object != nil {
			eachKey(k.object, p, visit)
		}
	}
}

// TestKinds sees that what a kind of door calls its own is in the schema.
func TestKinds(t *testing.T) {
	for _, kind := range doorKinds {
		if kindOf(kind.name()) != kind {
			t.Errorf("there are two kinds %s", kind.name())
		}
		for _, o := range []*object{schemaDoor, schemaRule, schemaLimits} {
			for _, name := range kind.own(o) {
				if k, ok := o.find(name); !ok || k.notYet {
					t.Errorf("%s doors have the key %s of %s, which the schema has not", kind.name(), name, o.what)
				}
			}
		}
	}
}

// TestSchema loads a policy with every key that is accepted, so that each is
// read by something where it stands: CodeBug would say so.
func TestSchema(t *testing.T) {
	text, err := os.ReadFile("testdata/every-key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p, ds := Parse("every-key.yaml", text, testVocabulary(), testSource(t))
	if p == nil {
		t.Fatal(ds)
	}
	d := newDocument("every-key.yaml", text)
	if !d.parse() {
		t.Fatal(d.finish())
	}
	seen := map[string]bool{}
	keysIn(d.root, schemaPolicy, "", seen)
	eachKey(schemaPolicy, "", func(path string, _ *object, k key) {
		if !k.notYet && !seen[path] {
			t.Errorf("every-key.yaml lacks %s", path)
		}
	})
}

// keysIn notes the path of every key below n, which is at path.
func keysIn(n *yaml.Node, o *object, path string, seen map[string]bool) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			keysIn(c, o, path, seen)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, ok := o.find(n.Content[i].Value)
			if !ok {
				continue
			}
			p, v := join(path, k.name), n.Content[i+1]
			if k.list {
				p += "[]"
			}
			values := []*yaml.Node{v}
			if k.named {
				p, values = p+".*", nil
				for j := 1; j < len(v.Content); j += 2 {
					values = append(values, v.Content[j])
				}
			}
			seen[p] = true
			for _, v := range values {
				if k.object != nil {
					keysIn(v, k.object, p, seen)
				}
			}
		}
	}
}

// TestReference sees that the reference has every code, and every key where it
// belongs; and that it would tell if a key stood elsewhere.
func TestReference(t *testing.T) {
	text, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	for code := range codes {
		if !strings.Contains(doc, string(code)) {
			t.Errorf("docs/policy.md does not have the code %s: %s", code, codes[code])
		}
	}
	for _, what := range undocumented(doc) {
		t.Errorf("docs/policy.md: %s", what)
	}
	_, dangers, _ := strings.Cut(doc, "\n| danger |")
	dangers, _, _ = strings.Cut(dangers, "\n\n")
	rows := keyRow.FindAllString(strings.Replace(doc, dangers, "", 1), -1)
	if len(rows) < 60 {
		t.Fatalf("docs/policy.md has %d rows of keys", len(rows))
	}
	for _, row := range rows {
		if len(undocumented(strings.Replace(doc, row, "", 1))) == 0 {
			t.Errorf("without this row nothing is missed: %s", row)
		}
	}
	for _, row := range []string{"| `statement` | all | x | |", "| `header` | mysql | x | |", "| `sessions` | http | x | |"} {
		if len(undocumented(strings.Replace(doc, "| `sessions` |", row+"\n| `sessions` |", 1))) == 0 {
			t.Errorf("this row is wrong, and is not noticed: %s", row)
		}
	}
	if len(undocumented(doc+"\nKeys of `apps.NAME`:\n\n| key | value |\n| --- | --- |\n| `statement` | x |\n")) == 0 {
		t.Error("a key in another place is not noticed")
	}
}

var (
	caption   = regexp.MustCompile("^Keys of (.*):$")
	keyRow    = regexp.MustCompile("(?m)^\\| `[a-z].*\\n")
	backticks = regexp.MustCompile("`([^`]+)`")
)

// documented is what a row says of a key.
type documented struct {
	kinds  []string
	notYet bool
}

// undocumented is where the tables of the reference and the schema differ. A
// table of keys stands under a line "Keys of `PATH`:".
func undocumented(doc string) (wrong []string) {
	tables := map[string]map[string]documented{}
	var paths, columns []string
	for line := range strings.Lines(doc) {
		line = strings.TrimSpace(line)
		if m := caption.FindStringSubmatch(line); m != nil {
			paths, columns = []string{}, nil
			for _, p := range backticks.FindAllStringSubmatch(m[1], -1) {
				paths = append(paths, strings.ReplaceAll(p[1], ".NAME", ".*"))
			}
			if len(paths) == 0 {
				paths = []string{""}
			}
			continue
		}
		if !strings.HasPrefix(line, "|") {
			if line != "" {
				paths = nil
			}
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case columns == nil || cells[0] == "key":
			columns = cells
			if cells[0] == "key" && paths == nil {
				wrong = append(wrong, "a table of keys does not say of what: "+line)
			}
		case columns[0] == "key" && strings.HasPrefix(cells[0], "`"):
			for _, path := range paths {
				if tables[path] == nil {
					tables[path] = map[string]documented{}
				}
				for _, name := range backticks.FindAllStringSubmatch(cells[0], -1) {
					row := tables[path][name[1]]
					row.notYet = row.notYet || cells[len(cells)-1] == "SP0900"
					if columns[1] == "kinds" && cells[1] != "" {
						row.kinds = append(row.kinds, strings.Split(cells[1], ", ")...)
					}
					tables[path][name[1]] = row
				}
			}
		}
	}
	objects := map[string]*object{"": schemaPolicy}
	eachKey(schemaPolicy, "", func(path string, _ *object, k key) {
		if k.object != nil {
			objects[path] = k.object
		}
	})
	for _, path := range slices.Sorted(maps.Keys(tables)) {
		for _, name := range slices.Sorted(maps.Keys(tables[path])) {
			if o := objects[path]; o == nil {
				wrong = append(wrong, fmt.Sprintf("there is nothing at %s", path))
			} else if _, ok := o.find(name); !ok {
				wrong = append(wrong, fmt.Sprintf("%s has no key %s", path, name))
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(objects)) {
		for _, k := range objects[path].keys {
			row, ok := tables[path][k.name]
			switch kinds := kindsOf(objects[path], k.name); {
			case !ok:
				wrong = append(wrong, fmt.Sprintf("the table of %q lacks %s", path, k.name))
			case k.notYet != row.notYet:
				wrong = append(wrong, fmt.Sprintf("%s of %q: not yet there is %t, and the row says %t", k.name, path, k.notYet, row.notYet))
			case k.notYet:
			case len(kinds) > 0 && !slices.Equal(kinds, row.kinds):
				wrong = append(wrong, fmt.Sprintf("%s of %q belongs to %v doors, and the row says %v", k.name, path, kinds, row.kinds))
			case len(kinds) == 0 && !everyKind(row.kinds):
				wrong = append(wrong, fmt.Sprintf("%s of %q belongs to every kind of door, and the row says %v", k.name, path, row.kinds))
			}
		}
	}
	return wrong
}

// everyKind tells whether the kinds that rows name are all, said in one way or
// the other.
func everyKind(said []string) bool {
	for _, k := range doorKinds {
		if len(said) == len(doorKinds) && !slices.Contains(said, k.name()) {
			return false
		}
	}
	return len(said) == 0 || slices.Equal(said, []string{"all"}) || len(said) == len(doorKinds)
}

// TestReferenceHasEveryDanger compares the table of dangers with the words that
// a rule can grant.
func TestReferenceHasEveryDanger(t *testing.T) {
	var documented []string
	for _, row := range housetest.Table(t, "../docs/policy.md", "| danger |") {
		documented = append(documented, row.Codes(0)...)
	}
	housetest.WantSame(t, "the dangers of docs/policy.md", Vocabulary{}.filled().Dangers, documented)
}
