package sql

// weight is how many sources, outputs, references and tests a query has, those
// of the queries in it too: its size in memory goes with it.
func (q *Query) weight() int {
	if q == nil {
		return 0
	}
	n := 1 + len(q.Outputs) + len(q.Tests)
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
		n += q.Outputs[i].Expr.weight()
	}
	for i := range q.Tests {
		n += q.Tests[i].Expr.weight()
	}
	for i := range q.Leaves {
		n += q.Leaves[i].weight()
	}
	if w := q.Write; w != nil {
		n += 1 + len(w.Columns) + len(w.Set) + w.Source.weight()
		for i := range w.Set {
			n += w.Set[i].Value.weight()
		}
	}
	return n
}

func (s *Source) weight() int {
	n := 1 + len(s.Columns) + s.Query.weight() + s.Call.weight()
	if j := s.Join; j != nil {
		n += len(j.Using) + j.Left.weight() + j.Right.weight() + j.On.weight()
	}
	return n
}

func (e *Expr) weight() int {
	if e == nil {
		return 0
	}
	n := len(e.Refs)
	for i := range e.Queries {
		n += e.Queries[i].Query.weight()
	}
	return n
}
