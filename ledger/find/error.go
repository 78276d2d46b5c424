package find

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one mistake in a query.
type Problem struct {
	Start, End int    // bytes of the query, half-open
	Message    string // what is wrong
	Hint       string // what to write instead; "" where nothing is to be said
}

// Error is every mistake in a query, in its order.
type Error struct {
	Query    string
	Problems []Problem
	Unknown  bool // one of them is a field that does not exist: Error lists those that do
}

// Error shows the query once for each problem with carets beneath the place.
// Every line is safe to print: what cannot be seen is shown as a dot.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "query: %d problem", len(e.Problems))
	if len(e.Problems) != 1 {
		b.WriteByte('s')
	}
	for _, p := range e.Problems {
		before, line, carets := window(e.Query, p.Start, p.End)
		fmt.Fprintf(&b, "\n  %s\n  %s%s\n  %s", line, strings.Repeat(" ", before), strings.Repeat("^", carets), p.Message)
		if p.Hint != "" {
			b.WriteString("\n  help: " + p.Hint)
		}
	}
	if e.Unknown {
		var names []string
		for _, f := range fields {
			names = append(names, f.name)
		}
		b.WriteString("\nfields:")
		for line := range slices.Chunk(names, 13) {
			b.WriteString("\n  " + strings.Join(line, " "))
		}
	}
	return b.String()
}

// window is the part of a query to show for a mistake, at most some 76
// characters: how many stand before it, the text, and how many it covers.
func window(query string, start, end int) (before int, line string, carets int) {
	const left, right = 30, 45
	shown := func(s string) []rune {
		var out []rune
		for _, r := range s {
			if r == utf8.RuneError || !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) {
				r = '·'
			}
			out = append(out, r)
		}
		return out
	}
	head, middle, tail := shown(query[:start]), shown(query[start:end]), shown(query[end:])
	if len(head) > left {
		head = append([]rune("…"), head[len(head)-left:]...)
	}
	if len(middle) > right {
		middle = middle[:right]
		tail = nil
	}
	if room := right - len(middle); len(tail) > room {
		tail = append(tail[:room:room], '…')
	}
	return len(head), string(head) + string(middle) + string(tail), max(1, len(middle))
}

// nearest is the candidate that differs least from s, where the difference is
// small enough to be a slip of the hand.
func nearest(s string, candidates []string) (string, bool) {
	best, least := "", 1+len(s)/3
	if least > 3 {
		least = 3
	}
	for _, c := range candidates {
		if d := distance(s, c, least); d < least+1 && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best, best != ""
}

// distance is the number of letters to change, add, drop or swap with the
// next to make b of a; anything beyond bound is bound+1.
func distance(a, b string, bound int) int {
	if len(a) > 32 || len(b) > 32 || len(a)-len(b) > bound || len(b)-len(a) > bound {
		return bound + 1
	}
	var d [34][34]int
	for i := range len(a) + 1 {
		d[i][0] = i
	}
	for j := range len(b) + 1 {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
