package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// columnsTerm is the condition that every column that a statement reads, tests
// or writes is one of the rule's. It speaks of the tables that it names: any
// other is as the rule's `tables:` has it.
var columnsTerm = term{
	key: "columns",
	miss: func(m *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
		s, ok := c.Act.(*sallyport.Statement)
		if !ok || r.columns == nil {
			return 0
		}
		if untold := m.untold(r, c, s); untold {
			return 2
		}
		if s.Lineage == nil {
			return 0
		}
		missed := 0
		eachOrigin(s.Lineage, func(o sallyport.Origin) { missed += count(!r.coversColumn(o)) })
		return missed
	},
	allows: func(r *Rule) string { return "columns " + some(r.Columns) },
	within: withinColumns,
}

// untold tells whether the statement may use a column of one of the rule's
// tables that its lineage does not tell of.
func (m *doorMatcher) untold(r *compiledRule, c *sallyport.Crossing, s *sallyport.Statement) bool {
	l := s.Lineage
	switch {
	case quiet(s) || touchesNothing(s):
		return false
	case l == nil || slices.Contains(s.Dangers, "dynamic_sql") || slices.Contains(s.Dangers, "network"):
		return true // statements in strings use columns as well
	case l.Complete():
		return false
	case !l.Named || untraced(s):
		return true
	}
	reached := false
	m.relations(c, s, func(schema, name string) bool {
		reached = r.columns.has(schema, name)
		return !reached
	})
	return reached
}

// eachOrigin visits every stored column of a lineage, some more than once.
func eachOrigin(l *sallyport.Lineage, visit func(sallyport.Origin)) {
	for _, c := range l.Columns {
		for _, o := range c.Origins {
			visit(o)
		}
	}
	for _, t := range l.Tests {
		visit(t.Origin)
	}
	for _, w := range l.Writes {
		for _, o := range [...]sallyport.Origin{w.From, w.To} {
			if !o.IsZero() {
				visit(o)
			}
		}
	}
}

// coversColumn tells whether the rule lets a column be used. That of which only
// the table is known is any of it.
func (r *compiledRule) coversColumn(o sallyport.Origin) bool {
	if !r.columns.has(o.Schema, o.Table) {
		return true
	}
	covered, name := false, r.columns.fold(o.Column)
	r.columns.of(o.Schema, o.Table, func(c ownedColumn) bool {
		covered = c.column == "*" || name != "*" && c.column == name
		return !covered
	})
	return covered
}

// beyond says which columns a statement uses that the rule does not name. It
// stands before what the rule allows, which may be long and is cut first.
func (r *compiledRule) beyond(s *sallyport.Statement) string {
	if r.columns == nil || s.Lineage == nil {
		return ""
	}
	var names []string
	eachOrigin(s.Lineage, func(o sallyport.Origin) {
		if name := short(o.Table + "." + o.Column); !r.coversColumn(o) && o.Column != "*" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	})
	if len(names) == 0 {
		return ""
	}
	return " with " + some(names)
}

// withinColumns tells whether b names, of each table that a names, columns that
// a names too, and the table by the same name only.
func withinColumns(a, b *Rule) bool {
	of := func(r *Rule) (all []columnPattern) {
		for _, s := range r.Columns {
			if p, bad, _ := parseColumn(s); bad == "" {
				all = append(all, p)
			}
		}
		return all
	}
	mine, other := of(a), of(b)
	for _, x := range mine {
		named := false
		for _, y := range other {
			switch {
			case !strings.EqualFold(x.table, y.table):
			case x.schema != y.schema || x.table != y.table:
				return false
			default:
				named = true
				if !slices.ContainsFunc(mine, func(z columnPattern) bool {
					return z.schema == y.schema && z.table == y.table && (z.column == "*" || z.column == y.column)
				}) {
					return false
				}
			}
		}
		if !named {
			return false
		}
	}
	return true
}
