package policy

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// linesOf is the lines of one key of the file, the first column's, each where it
// stands and all others blank. The lines of no other key are looked at, so that
// it is found in a file of which the rest is no YAML. False where the key is not
// there, or stands there twice.
func linesOf(key, text string) (string, bool) {
	lines := strings.Split(text, "\n")
	within, found := false, 0
	for i, l := range lines {
		if l = strings.TrimRight(l, "\r"); l != "" && !strings.ContainsAny(l[:1], " \t#") {
			if within = strings.HasPrefix(l, key+":"); within {
				found++
			}
		}
		if !within {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n"), found == 1
}

// LoadNames is the names that the policy file at path gives to apps and doors,
// as far as they can be read: it tells of no mistake.
func LoadNames(path string, src Source) (apps, doors []string) {
	text, _, err := src.File(path)
	d := newDocument(path, text)
	if err != nil || !d.parse() {
		return nil, nil
	}
	if n := valueOf(d.root, "apps"); n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			apps = append(apps, n.Content[i].Value)
		}
	}
	if n := valueOf(d.root, "doors"); n != nil && n.Kind == yaml.SequenceNode {
		for _, door := range n.Content {
			if name := valueOf(door, "name"); name != nil && name.Kind == yaml.ScalarNode {
				doors = append(doors, name.Value)
			}
		}
	}
	return apps, doors
}

// valueOf is what a mapping has under key; nil where it has nothing or n is
// none.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
