package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// rendered is the demo's own copy of the example policy. Its lines are those
// of the example, one for one.
type rendered struct {
	path  string
	lines []string
}

// swap is a text of the example policy and what stands in its place; it has
// to be there.
type swap struct{ old, new string }

// forPostgres are all in which the policy of an app in PostgreSQL differs: the
// kind of the door, and how its SQL writes a parameter.
var forPostgres = []swap{{"kind: mysql", "kind: postgres"}, {"= ?", "= $1"}}

func render(from, to string, swaps []swap) (*rendered, error) {
	b, err := os.ReadFile(from)
	if err != nil {
		return nil, fmt.Errorf("reading the example policy: %w", err)
	}
	text := string(b)
	for _, s := range swaps {
		if !strings.Contains(text, s.old) {
			return nil, fmt.Errorf("rendering %s: %q is not in it", filepath.Base(from), s.old)
		}
		text = strings.ReplaceAll(text, s.old, s.new)
	}
	if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("writing the demo's policy: %w", err)
	}
	return &rendered{path: to, lines: strings.Split(text, "\n")}, nil
}

var place = regexp.MustCompile(`:(\d+)(?::\d+)?$`)

// quote is the line that a position such as sallyport.yaml:31 names, without
// its indentation, or "" where it names none.
func (r *rendered) quote(at string) string {
	m := place.FindStringSubmatch(at)
	if m == nil {
		return ""
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 1 || n > len(r.lines) {
		return ""
	}
	return strings.Join(strings.Fields(r.lines[n-1]), " ")
}
