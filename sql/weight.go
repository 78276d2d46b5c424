package sql

// weight is how much a Query holds: its sources, outputs, references, tests and
// assignments, those of the queries in it included. A nil Query has none.
func (q *Query) weight() int {
	if q == nil {
		return 0
	}
	n := 1 + len(q.With)
	for i := range q.With {
		n += q.With[i].Query.weight()
	}
	for _, o := range q.Operands {
		n += o.weight()
	}
	for i := range q.From {
		n += q.From[i].weight()
	}
	for i := range q.Outputs {
		n += 1 + q.Outputs[i].Expr.weight()
	}
	for i := range q.Tests {
		n += 1 + q.Tests[i].Expr.weight()
	}
	for i := range q.Leaves {
		n += 1 + q.Leaves[i].weight()
	}
	if w := q.Write; w != nil {
		n += 1 + len(w.Columns) + w.Source.weight()
		for i := range w.Set {
			n += 1 + w.Set[i].Value.weight()
		}
	}
	return n
}

func (s *Source) weight() int {
	n := 1 + len(s.Columns) + s.Query.weight()
	if s.Call != nil {
		n += s.Call.weight()
	}
	if j := s.Join; j != nil {
		n += 1 + len(j.Using) + j.Left.weight() + j.Right.weight()
		if j.On != nil {
			n += j.On.weight()
		}
	}
	return n
}

func (e *Expr) weight() int {
	n := len(e.Refs)
	for i := range e.Queries {
		n += 1 + e.Queries[i].Query.weight()
	}
	return n
}
