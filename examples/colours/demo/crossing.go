package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// over are the crossings of es that are over, in the order in which they began.
func over(es []entry) []entry {
	es = slices.DeleteFunc(slices.Clone(es), func(e entry) bool { return e.Type != "crossing" })
	slices.SortStableFunc(es, func(a, b entry) int { return cmp.Compare(a.ID, b.ID) })
	return es
}

// crossing prints one crossing on one line: direction as the app sees it,
// door, who, what, size, verdict.
func (s *screen) crossing(e entry, background bool) {
	arrow, dirStyle := "▸", blue
	if e.Act.Dir == "egress" {
		arrow, dirStyle = "◂", amber
	}
	mark, verdictStyle := "✓", green
	if e.Verdict != "allow" {
		mark, verdictStyle = "✕", red
	}
	rest := fmt.Sprintf("%s %s %s %s", pad(e.Door, 5), pad(who(e), 9), pad(what(e), 36), pad(moved(e), 25))
	if background {
		rest = s.paint(dim, rest)
	}
	s.line("   %s %s %s", s.paint(dirStyle, arrow+" "+pad(cmp.Or(e.Act.Dir, "?"), 7)), rest,
		s.paint(verdictStyle, mark+" "+cmp.Or(e.Verdict, "?")))
}

func who(e entry) string { return cmp.Or(e.From.Name, e.From.Kind, "?") }

func what(e entry) string {
	switch e.Act.Kind {
	case "http":
		status := ""
		if e.Act.Status != 0 {
			status = fmt.Sprintf(" → %d", e.Act.Status)
		}
		return e.Act.Verb + " " + cmp.Or(e.Act.What, "(no rule)") + status
	case "sql":
		kinds := e.Act.Kinds
		if len(kinds) == 0 {
			kinds = []string{e.Act.Verb}
		}
		text := strings.ToUpper(strings.Join(kinds, "+")) + " " + strings.Join(e.Act.Tables, ", ")
		if e.Act.Prepared {
			text += ", prepared"
		}
		return text
	case "logon":
		return "log-in of the app"
	}
	return e.Act.Kind + " " + e.Act.Verb
}

// moved is what went in and out of the app.
func moved(e entry) string {
	if e.Act.Kind == "sql" {
		rows := e.In.Rows
		if e.Act.Dir == "egress" {
			rows = max(e.Out.Rows, e.Act.Affected)
		}
		return fmt.Sprintf("%s, in %s out %s", plural(rows, "row"), size(e.In.Bytes), size(e.Out.Bytes))
	}
	return fmt.Sprintf("in %s out %s", size(e.In.Bytes), size(e.Out.Bytes))
}
