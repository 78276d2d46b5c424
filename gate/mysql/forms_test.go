package mysqlgate

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/housetest"
	"github.com/sallyport/sallyport/policy"
)

// formOf is a statement as the page's table of forms says it: its kinds, its
// tables, those that it writes with a mark, and what else it needs.
func formOf(act *sallyport.Statement) string {
	if act.Unparsed != "" {
		return "| | not understood"
	}
	var tables []string
	for _, t := range act.Tables {
		name := t.Name
		if t.Schema != "" {
			name = t.Schema + "." + name
		}
		if t.Write {
			name += " (written)"
		}
		tables = append(tables, name)
	}
	needs := "a rule"
	switch {
	case act.Session:
		needs = "the group `session`"
	case len(act.Dangers) > 0:
		needs = "`dangers: [" + strings.Join(act.Dangers, ", ") + "]`"
	}
	return strings.Join([]string{strings.Join(act.Kinds, ", "), strings.Join(tables, ", "), needs}, " | ")
}

// TestPageHasEveryForm reads each form of SHOW, EXPLAIN and SET that the page
// has, and holds what the door makes of it against what the page says.
func TestPageHasEveryForm(t *testing.T) {
	d := policy.Door{Database: "shop", Limits: policy.Limits{StatementBytes: 1 << 20}}
	forms := 0
	for _, row := range housetest.Table(t, page, "| form | kinds |") {
		want := strings.Join(row[1:], " | ")
		if row[1] == "" {
			want = "| | " + row[3]
		}
		for _, form := range row.Codes(0) {
			forms++
			act, err := Analyze(d, form)
			if err != nil && act == nil {
				t.Fatalf("%s: %v", form, err)
			}
			if got := formOf(act); got != want {
				t.Errorf("%s: %s is %q, the page says %q", page, form, got, want)
			}
		}
	}
	if forms < 140 {
		t.Errorf("%s has %d forms; some have gone", page, forms)
	}
}
