package policy

import (
	"slices"
	"time"

	"github.com/sallyport/sallyport"
)

// sqlTerms are the terms of a kind of database whose tables are named so.
func sqlTerms(names *naming) []term {
	return []term{
		{
			key: "statements",
			miss: ofStatement(func(r *compiledRule, s *sallyport.Statement) int {
				return 2 * count(!r.coversKinds(s))
			}),
			allows: func(r *Rule) string { return "statements " + some(r.Statements) },
			within: func(a, b *Rule) bool { return anyOr(b.Statements, a.Statements, equal) },
		},
		{
			key:    "tables",
			miss:   missTables,
			allows: func(r *Rule) string { return "tables " + some(r.Tables) },
			within: func(a, b *Rule) bool {
				return anyOr(b.Tables, a.Tables, func(y, x string) bool {
					p, bad, _ := names.parse(x)
					q, bad2, _ := names.parse(y)
					return bad == "" && bad2 == "" && names.includes(p, q)
				})
			},
		},
		columnsTerm,
		functionsTerm,
		{
			key: "dangers",
			miss: ofStatement(func(r *compiledRule, s *sallyport.Statement) int {
				return count(len(r.ungranted(s)) > 0)
			}),
			allows: func(r *Rule) string {
				if len(r.Dangers) == 0 {
					return "no dangers"
				}
				return "dangers " + some(r.Dangers)
			},
			within: func(a, b *Rule) bool { return within(b.Dangers, a.Dangers, equal) },
		},
		{key: "prepared", within: func(a, b *Rule) bool { return a.Prepared || !b.Prepared }},
		{key: "shapes", within: func(a, b *Rule) bool { return b.Shapes.includes(a.Shapes) }},
		{key: "rows", within: func(a, b *Rule) bool { return tighter(a.Rows, b.Rows) }},
		budgetTerm(budgetSpans[0]),
		budgetTerm(budgetSpans[1]),
		valuesTerm,
		{key: "login", within: func(a, b *Rule) bool { return a.Login == b.Login }},
	}
}

// budgetSpan is a key that bounds the rows in a span of time.
type budgetSpan struct {
	key string
	per time.Duration
}

var budgetSpans = [...]budgetSpan{{"rows-per-hour", time.Hour}, {"rows-per-day", 24 * time.Hour}}

// budgetKey is the key of a budget.
func budgetKey(b sallyport.Budget) string {
	i := slices.IndexFunc(budgetSpans[:], func(s budgetSpan) bool { return s.per == b.Per })
	return budgetSpans[i].key
}

// budgetTerm is the obligation to stay in a budget.
func budgetTerm(span budgetSpan) term {
	of := func(r *Rule) (l sallyport.Limit) {
		for _, b := range r.Budgets {
			if b.Per == span.per {
				l = sallyport.Limit{Max: b.Rows, At: b.At}
			}
		}
		return l
	}
	return term{key: span.key, within: func(a, b *Rule) bool { return tighter(of(a), of(b)) }}
}

// ofStatement is a condition on statements, which any other act meets.
func ofStatement(miss func(*compiledRule, *sallyport.Statement) int) func(*doorMatcher, *compiledRule, *sallyport.Crossing) int {
	return func(_ *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
		if s, ok := c.Act.(*sallyport.Statement); ok {
			return miss(r, s)
		}
		return 0
	}
}

func (r *compiledRule) coversKinds(s *sallyport.Statement) bool {
	if len(r.Statements) == 0 {
		return true
	}
	for _, k := range s.Kinds {
		if !slices.Contains(r.Statements, k) {
			return false
		}
	}
	return slices.Contains(r.Statements, s.Kind)
}

// ungranted are the dangers of a statement that the rule does not grant.
func (r *compiledRule) ungranted(s *sallyport.Statement) (dangers []string) {
	for _, d := range s.Dangers {
		if !slices.Contains(r.Dangers, d) {
			dangers = append(dangers, d)
		}
	}
	return dangers
}

// missTables weighs a list of tables that is not the statement's, and each
// table that is not in it.
func missTables(m *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
	s, ok := c.Act.(*sallyport.Statement)
	if !ok || len(r.Tables) == 0 {
		return 0
	}
	// What writes and names no table (DROP DATABASE, CALL, GRANT) reaches
	// beyond any list of tables.
	if len(s.Tables) == 0 {
		return 2 * count(s.Writes && !r.all)
	}
	missed := 0
	session := database(c, s)
	for _, t := range s.Tables {
		missed += count(!r.coversTable(m.names.use(t, session, m.door.Database)))
	}
	if missed > 0 {
		missed += 2
	}
	return missed
}

func (r *compiledRule) coversTable(u use) bool {
	for _, t := range r.tables {
		if t.covers(u) {
			return true
		}
	}
	return false
}
