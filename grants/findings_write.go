package grants

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteFindings writes findings for a person, the worst first. What several logins
// of a server found alike stands once. Where no login is left to ask, and none found
// a weak spot, it says so.
func WriteFindings(w io.Writer, list []Finding, asked bool) error {
	order := []Severity{High, Medium, Low, Info}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Finding) int { return slices.Index(order, a.Severity) - slices.Index(order, b.Severity) })
	for i, f := range list {
		same := func(o Finding) bool { return o.Code == f.Code && o.Server == f.Server && o.What == f.What }
		if slices.ContainsFunc(list[:i], same) {
			continue
		}
		var logins []string
		for _, o := range list[i:] {
			if same(o) {
				logins = append(logins, comment(o.Login))
			}
		}
		if _, err := fmt.Fprintf(w, "%s %-6s %s at %s: %s\n    %s\n", f.Code, f.Severity, strings.Join(logins, ", "), comment(f.Server), comment(f.What), f.Do); err != nil {
			return err
		}
	}
	if asked && !slices.ContainsFunc(list, Finding.Weak) {
		if _, err := fmt.Fprintln(w, "no weak spot was found"); err != nil {
			return err
		}
	}
	return nil
}
