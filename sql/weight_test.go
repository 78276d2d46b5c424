package sql

import "testing"

// TestWeight: every part of a query counts, wherever it stands.
func TestWeight(t *testing.T) {
	one := func() *Query { return &Query{Outputs: []Output{{Expr: Expr{Refs: make([]Ref, 3)}}}} } // 1 + 1 + 3
	with := func(e Expr) *Query { return &Query{Tests: []Test{{Expr: e}}} }
	for what, c := range map[string]struct {
		q    *Query
		want int
	}{
		"nothing":    {nil, 0},
		"an output":  {one(), 5},
		"a test":     {with(Expr{Refs: make([]Ref, 2)}), 4},
		"a subquery": {with(Expr{Queries: []Subquery{{Query: one()}}}), 7},
		"an operand": {&Query{Operands: []*Query{one(), one()}}, 11},
		"a CTE":      {&Query{With: []CTE{{Query: one()}}}, 6},
		"a leaf":     {&Query{Leaves: []Expr{{Refs: make([]Ref, 2)}}}, 3},
		"a source":   {&Query{From: []Source{{Query: one(), Columns: []string{"a"}}}}, 8},
		"a call":     {&Query{From: []Source{{Call: &Expr{Refs: make([]Ref, 4)}}}}, 6},
		"a join": {&Query{From: []Source{{Join: &Join{Left: Source{Table: &Name{}}, Right: Source{Query: one()},
			Using: []string{"a"}, On: &Expr{Refs: make([]Ref, 2)}}}}}, 12},
		"a write": {&Query{Write: &Writing{Columns: []string{"a", "b"}, Source: one(),
			Set: []Assignment{{Value: Expr{Refs: make([]Ref, 2)}}}}}, 12},
	} {
		if got := c.q.weight(); got != c.want {
			t.Errorf("%s weighs %d, want %d", what, got, c.want)
		}
	}
}

// TestCacheCountsQueries: an analysis with a large query pushes others out.
func TestCacheCountsQueries(t *testing.T) {
	small := &entry{key: "k", analysis: &Analysis{}}
	large := &entry{key: "k", analysis: &Analysis{Query: &Query{Outputs: make([]Output, 100)}}}
	if small.size() >= large.size() || large.size() < 100*partOverhead {
		t.Errorf("%d bytes with a query of a hundred outputs, %d without", large.size(), small.size())
	}
}
