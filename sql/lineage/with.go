package lineage

import (
	"github.com/sallyport/sallyport/sql"
)

// expression is one common table expression.
type expression struct {
	cte   *sql.CTE
	outer *scope
	env   *expressions // that it sees itself
	again bool         // it may name itself
	state uint8
	row   row
}

// What is known of an expression.
const (
	notLookedAt uint8 = iota
	lookedInto
	known
)

// with brings the expressions of a query into sight. Each is looked into, also
// one that nothing names: it runs where it writes, and its tests may be seen.
func (w *walk) with(q *sql.Query, outer *scope, env *expressions) *expressions {
	if len(q.With) == 0 {
		return env
	}
	all := make([]*expression, len(q.With))
	for i := range q.With {
		all[i] = &expression{cte: &q.With[i], outer: outer, env: env}
		env = &expressions{name: q.With[i].Name, entry: all[i], further: env}
	}
	if q.Recursive {
		for _, e := range all {
			e.env, e.again = env, true
		}
	}
	for _, e := range all {
		w.look(e)
	}
	return env
}

// look is what comes out of an expression. One that names itself is looked into
// until nothing new comes out.
func (w *walk) look(e *expression) row {
	switch e.state {
	case known:
		return e.row
	case lookedInto:
		if w.looking[len(w.looking)-1] != e {
			w.fail("queries that name each other") // what the other one is was made of a part of this
		}
		return e.row
	}
	e.state = lookedInto
	w.looking = append(w.looking, e)
	defer func() { w.looking = w.looking[:len(w.looking)-1] }()
	e.row = row{open: "a recursive query whose first part names itself"}
	q := e.cte.Query
	again := e.again && q != nil && len(q.Operands) > 1
	if again {
		// The first part does not name the whole, and says how many columns it has.
		e.row = w.renamed(w.query(q.Operands[0], e.outer, w.with(q, e.outer, e.env)), e.cte.Columns)
	}
	for {
		r := w.renamed(w.query(q, e.outer, e.env), e.cte.Columns)
		if r.open != "" || r.same(e.row) || w.exhausted() != "" {
			e.row = r
			break
		}
		e.row = r
		if !again {
			break
		}
	}
	e.state = known
	return e.row
}

// renamed gives columns the names of a list: the first of them, or all.
func (w *walk) renamed(r row, names []string) row {
	if len(names) == 0 || r.open != "" {
		return r
	}
	if len(names) > len(r.columns) {
		return row{open: "more names than columns"}
	}
	if !w.spend(len(r.columns)) {
		return row{open: w.unknown}
	}
	renamed := append([]column(nil), r.columns...)
	for i, name := range names {
		renamed[i].name = name
	}
	return row{columns: renamed}
}
