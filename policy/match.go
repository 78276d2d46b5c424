package policy

import (
	"slices"

	"github.com/sallyport/sallyport"
)

// Match tells whether the policy asks for a crossing at all, and under which
// obligations. A rule has to cover it whole; where several do, what they ask
// for holds together. It reads c and nothing else, and never changes it. The
// grant of what no rule covers has no rules, and only the route, where the path
// is one that some rule names.
func (p *Policy) Match(c *sallyport.Crossing) (sallyport.Grant, bool) {
	m := p.matcher.doors[c.Door]
	if m == nil {
		return sallyport.Grant{}, false
	}
	w, _ := p.matcher.proven(c.From, c.Context.Time, true)
	if !m.kind.takes(c.Act) {
		return sallyport.Grant{}, false
	}
	return m.kind.match(m, m.number(w), c)
}

// found collects the rules that cover a crossing; few are the rule, so they
// stand on the stack.
type found struct {
	n     int
	rules [8]int
	more  []int
}

func (f *found) add(i int) {
	for _, old := range f.rules[:min(f.n, len(f.rules))] {
		if old == i {
			return
		}
	}
	if slices.Contains(f.more, i) {
		return
	}
	if f.n < len(f.rules) {
		f.rules[f.n] = i
	} else {
		f.more = append(f.more, i)
	}
	f.n++
}

// grant is what the rules that were found ask for, together.
func (m *doorMatcher) grant(f *found) (sallyport.Grant, bool) {
	switch f.n {
	case 0:
		return sallyport.Grant{}, false
	case 1:
		return m.rules[f.rules[0]].grant, true
	}
	order := make([]int, 0, f.n)
	order = append(append(order, f.rules[:min(f.n, len(f.rules))]...), f.more...)
	slices.Sort(order)
	g := sallyport.Grant{Rules: make([]sallyport.Position, 0, f.n)}
	for _, i := range order {
		r := &m.rules[i].grant
		g.Rules = append(g.Rules, r.Rules[0])
		g.Rows = g.Rows.Tighter(r.Rows)
		g.Body = g.Body.Tighter(r.Body)
		if g.Prepared.IsZero() {
			g.Prepared = r.Prepared
		}
		if g.Login == "" {
			g.Login = r.Login
		}
		g.Rates = append(slices.Clip(g.Rates), r.Rates...)
		g.Budgets = append(slices.Clip(g.Budgets), r.Budgets...)
		g.Values = append(slices.Clip(g.Values), r.Values...)
	}
	return g, true
}

func (m *doorMatcher) matchRequest(caller int, c *sallyport.Crossing, q *sallyport.HTTPRequest) (sallyport.Grant, bool) {
	if q.Path == "" || q.Path[0] != '/' {
		return sallyport.Grant{}, false
	}
	var f found
	named, route, upgrade := "", "", false
	m.paths.visit(q.Path[1:], true, func(pr pathRule) {
		if named == "" {
			named = pr.pattern
		}
		r := &m.rules[pr.rule]
		if !r.speaksOf(caller) || !m.meets(r, c) {
			return
		}
		f.add(pr.rule)
		if route == "" {
			route = pr.pattern
		}
		upgrade = upgrade || q.Upgrade != "" && slices.Contains(r.Upgrade, q.Upgrade)
	})
	g, ok := m.grant(&f)
	if !ok {
		return sallyport.Grant{Route: named}, false
	}
	g.Route, g.Upgrade = route, upgrade
	return g, ok
}

// steer is the grant for what needs no more than standing: logging in, and the
// statements of the group `session`. Of the conditions those hold that rules of
// every kind of door can have, and of the obligations the login.
func (m *doorMatcher) steer(caller int, c *sallyport.Crossing) (sallyport.Grant, bool) {
	for _, rules := range [][]int{m.standing[caller], m.standing[everybody]} {
		for _, i := range rules {
			if r := &m.rules[i]; m.meetsAll(everyTerm, r, c) {
				return sallyport.Grant{Rules: r.grant.Rules, Login: r.grant.Login}, true
			}
		}
	}
	return sallyport.Grant{}, false
}

func (m *doorMatcher) matchStatement(caller int, c *sallyport.Crossing, s *sallyport.Statement) (sallyport.Grant, bool) {
	if s.Steers() {
		return m.steer(caller, c)
	}
	var f found
	try := func(rules []int) {
		for _, i := range rules {
			if r := &m.rules[i]; r.speaksOf(caller) && m.meets(r, c) {
				f.add(i)
			}
		}
	}
	if len(s.Tables) == 0 {
		for i := range m.rules {
			if r := &m.rules[i]; r.speaksOf(caller) && m.meets(r, c) {
				f.add(i)
			}
		}
		return m.grantOf(&f, s)
	}
	// Whatever covers the statement covers its first table.
	u := m.names.use(s.Tables[0], database(c, s), m.door.Database)
	try(m.byTable[u.tablePattern])
	try(m.byTable[tablePattern{u.schema, "*"}])
	if u.home {
		try(m.byTable[tablePattern{"", u.name}])
	}
	try(m.anyTab)
	return m.grantOf(&f, s)
}

// database is the one that the session's unqualified tables are in.
func database(c *sallyport.Crossing, s *sallyport.Statement) string {
	if s.Database != "" {
		return s.Database
	}
	return c.Context.SQL.Database
}

// builtIn is why a statement is refused whatever the rules say, or NoReason.
func (m *doorMatcher) builtIn(s *sallyport.Statement) sallyport.ReasonCode {
	switch {
	case s.Multi:
		return sallyport.MultiStatement
	case s.Infile && !m.door.LocalInfile:
		return sallyport.LocalFile
	case s.Unparsed != "" || s.Kind == "" || s.Kind == "unknown":
		return sallyport.Unparsed
	}
	return sallyport.NoReason
}
