package policy

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// notYet is every key and word that the language has and this version refuses.
func notYet() []string {
	var all []string
	eachKey(schemaPolicy, "", func(path string, _ *object, k key) {
		if k.notYet {
			all = append(all, path)
		}
	})
	for _, path := range slices.Sorted(maps.Keys(notYetWords)) {
		for _, w := range notYetWords[path] {
			all = append(all, path+": "+w)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(notYetKinds)) {
		for _, kind := range notYetKinds[path] {
			all = append(all, path+" at "+kind)
		}
	}
	slices.Sort(all)
	return all
}

// TestNotYet reads the example of the language: each of its keys is either
// accepted or refused with SP0900, and what is refused stands in the golden
// list. No key is ever ignored.
func TestNotYet(t *testing.T) {
	golden(t, "testdata/not-yet.golden", strings.Join(notYet(), "\n")+"\n")
	text, err := os.ReadFile("testdata/policy.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := newDocument("policy.example.yaml", text)
	if !d.parse() {
		t.Fatal(d.finish())
	}
	var walk func(n *yaml.Node, o *object, names bool, path string)
	walk = func(n *yaml.Node, o *object, names bool, path string) {
		switch n.Kind {
		case yaml.SequenceNode:
			for _, c := range n.Content {
				walk(c, o, false, path+"[]")
			}
		case yaml.MappingNode:
			for i := 0; i < len(n.Content); i += 2 {
				name, v := n.Content[i].Value, n.Content[i+1]
				if names {
					walk(v, o, false, path+".*")
					continue
				}
				at := join(path, name)
				if o == nil {
					t.Errorf("%s is in the example and not in the schema", at)
					continue
				}
				k, ok := o.find(name)
				switch {
				case !ok:
					t.Errorf("%s is in the example and not in the schema", at)
				case !k.notYet:
					walk(v, k.object, k.named, at)
				}
			}
		}
	}
	walk(d.root, schemaPolicy, false, "")

	_, ds := Parse("policy.example.yaml", text, testVocabulary(), testSource(t))
	for _, diag := range ds {
		if diag.Severity == Error && diag.Code != CodeNotYet && diag.Code != CodeFileMissing && diag.Code != CodeUnknownAPIKey {
			t.Errorf("the example is refused for more than what is not yet there: %v", diag)
		}
	}
	golden(t, "testdata/policy.example.txt", ds.Error()+"\n")
}
