package grants

import (
	"fmt"
	"io"
	"strings"
)

// WriteDiff writes differences as SQL that mends them, each with a comment that
// says what it is about; what a person has to decide is a comment alone.
func WriteDiff(w io.Writer, t *Target, s Server, diffs []Difference, notes []Note) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "-- %s at %s: %s\n", s, comment(t.Address()), tally(diffs))
	for _, n := range notes {
		fmt.Fprintf(b, "-- %s: %s\n", n.At, comment(n.Text))
	}
	for _, d := range diffs {
		login := d.Login
		if d.Host != "" {
			login += "@" + d.Host
		}
		fmt.Fprintf(b, "-- %s, %s: %s", d.Sort, comment(login), comment(d.What))
		if d.Why != "" {
			fmt.Fprintf(b, ": %s", comment(d.Why))
		}
		b.WriteString("\n")
		if d.Mend != "" {
			b.WriteString(d.Mend + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func tally(diffs []Difference) string {
	if len(diffs) == 0 {
		return "as the policy needs it"
	}
	counts := map[Sort]int{}
	for _, d := range diffs {
		counts[d.Sort]++
	}
	var parts []string
	for _, s := range []Sort{Missing, Wider, Excess, Unknown} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
