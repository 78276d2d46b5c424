package sql

// Open says where a text leaves it to the database which columns it uses: what
// is added to the table is then used as well.
type Open struct {
	Stars bool // `*`, `t.*` or NATURAL stands in it
	Rows  bool // a table is given rows without a list of their columns
}

// Open is what the query and all queries within it leave open. What PostgreSQL
// may find to be a whole row in the place of a column is taken for the column.
func (q *Query) Open() (o Open) {
	o.query(q)
	return o
}

func (o *Open) query(q *Query) {
	if q == nil {
		return
	}
	for i := range q.With {
		o.query(q.With[i].Query)
	}
	for _, part := range q.Operands {
		o.query(part)
	}
	for i := range q.From {
		o.source(&q.From[i])
	}
	for i := range q.Outputs {
		o.Stars = o.Stars || q.Outputs[i].Star
		o.expr(&q.Outputs[i].Expr)
	}
	for i := range q.Tests {
		o.expr(&q.Tests[i].Expr)
	}
	for i := range q.Leaves {
		o.expr(&q.Leaves[i])
	}
	if w := q.Write; w != nil {
		o.Rows = o.Rows || !w.Made && w.Columns == nil && (w.Source != nil || w.Given)
		o.query(w.Source)
		for i := range w.Set {
			o.expr(&w.Set[i].Value)
		}
	}
}

func (o *Open) source(s *Source) {
	o.query(s.Query)
	o.expr(s.Call)
	if j := s.Join; j != nil {
		o.Stars = o.Stars || j.Natural
		o.source(&j.Left)
		o.source(&j.Right)
		o.expr(j.On)
	}
}

func (o *Open) expr(e *Expr) {
	if e == nil {
		return
	}
	for i := range e.Refs {
		o.Stars = o.Stars || e.Refs[i].Whole && e.Refs[i].Name == ""
	}
	for i := range e.Queries {
		o.query(e.Queries[i].Query)
	}
}
