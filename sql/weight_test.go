package sql

import "testing"

// TestWeightCountsEverything: each part that a Query can have makes it heavier.
func TestWeightCountsEverything(t *testing.T) {
	e := Expr{Refs: []Ref{{Name: "a"}}}
	inner := &Query{Outputs: []Output{{Expr: e}}}
	for name, q := range map[string]*Query{
		"a cte":         {With: []CTE{{Query: inner}}},
		"an operand":    {Operands: []*Query{inner}},
		"a table":       {From: []Source{{Table: &Name{}}}},
		"a query":       {From: []Source{{Query: inner}}},
		"a call":        {From: []Source{{Call: &e}}},
		"a join":        {From: []Source{{Join: &Join{On: &e}}}},
		"an output":     {Outputs: []Output{{}}},
		"a test":        {Tests: []Test{{}}},
		"what leaves":   {Leaves: []Expr{{}}},
		"a subquery":    {Leaves: []Expr{{Queries: []Subquery{{Query: inner}}}}},
		"what is set":   {Write: &Writing{Set: []Assignment{{Value: e}}}},
		"a source":      {Write: &Writing{Source: inner}},
		"named columns": {Write: &Writing{Columns: []string{"a"}}},
	} {
		if base := (&Query{}).weight(); q.weight() <= base {
			t.Errorf("%s weighs nothing", name)
		}
	}
	if (*Query)(nil).weight() != 0 {
		t.Error("no query weighs something")
	}
	light, heavy := &entry{analysis: &Analysis{}}, &entry{analysis: &Analysis{Query: inner}}
	if heavy.size() <= light.size() {
		t.Error("an entry does not count its query")
	}
}
