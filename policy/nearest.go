package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// uncovered is why no rule covers c: the caller has no standing, or the
// nearest rule and what did not fit. The note holds names of the policy, kinds,
// tables and columns; never a path, a value or a name that only the client claims.
func (p *Policy) uncovered(c *sallyport.Crossing, m *doorMatcher) sallyport.Reason {
	w, why := p.matcher.proven(c.From, c.Context.Time, true)
	caller := m.number(w)
	if !m.admits(caller) {
		switch why {
		case sallyport.WrongAddress:
			return sallyport.Reason{Code: why, At: p.matcher.apps[c.From.Name].At, Note: "the app " + c.From.Name + " is not at one of its addresses"}
		case sallyport.BadCredentials:
			return sallyport.Reason{Code: why, At: p.matcher.keys[c.From.Name].At, Note: "the key " + c.From.Name + " has expired"}
		}
		if w.Kind != WhoNobody {
			return sallyport.Reason{Code: sallyport.UnknownCaller, At: m.door.At, Note: "no rule of the door " + m.door.Name + " speaks of " + w.Name}
		}
		return sallyport.Reason{Code: sallyport.UnknownCaller, At: m.door.At, Note: "every rule of the door " + m.door.Name + " wants a caller that is proven"}
	}
	if w.Kind == WhoNobody {
		if at, ok := m.forTheProven(c); ok {
			return sallyport.Reason{Code: sallyport.UnknownCaller, At: at, Note: "the rule wants a caller that is proven"}
		}
	}
	who := "anyone"
	if w.Kind != WhoNobody {
		who = w.Name
	}
	if name, ok := m.nowhere(caller, c); ok {
		return sallyport.Reason{Code: sallyport.NoRule, At: m.door.At, Note: "no database is selected, so nobody can tell which " + name + " is meant: USE one, name it at the login, or give the door " + m.door.Name + " a `database:`"}
	}
	wanted := wants(c)
	// A flood of refusals comes this way: only the nearest rule is put into
	// words.
	var near *compiledRule
	for i, best := 0, 0; i < len(m.rules); i++ {
		if n := m.distance(&m.rules[i], caller, c); n > 0 && (near == nil || n < best) {
			near, best = &m.rules[i], n
		}
	}
	if near == nil {
		return sallyport.Reason{Code: sallyport.NoRule, At: m.door.At, Note: "no rule lets " + who + " " + wanted}
	}
	lacks, only := m.lacks(near, c)
	if only == "dangers" {
		dangers := strings.Join(near.ungranted(c.Act.(*sallyport.Statement)), ", ")
		return sallyport.Reason{Code: sallyport.Dangerous, At: near.At, Note: wanted + " needs `dangers: [" + dangers + "]`, which the nearest rule " + near.At.String() + " does not grant"}
	}
	if s, ok := c.Act.(*sallyport.Statement); ok {
		wanted += near.beyond(s)
		if near.columns != nil && m.untold(near, c, s) {
			lacks += ". Which columns this uses is not known: " + whyUnknown(s.Lineage)
		}
		if len(near.Functions) > 0 && callsUntold(s) {
			lacks += ". Which functions this calls is not known"
		}
	}
	return sallyport.Reason{Code: sallyport.NoRule, At: near.At, Note: "no rule lets " + who + " " + wanted + "; nearest: " + near.At.String() + " allows " + lacks}
}

// nowhere is a table that a statement names without a database while its
// session has none, where some rule would cover the statement in a database
// that it speaks of.
func (m *doorMatcher) nowhere(caller int, c *sallyport.Crossing) (name string, ok bool) {
	s, isStatement := c.Act.(*sallyport.Statement)
	if !isStatement || database(c, s) != "" {
		return "", false
	}
	i := slices.IndexFunc(s.Tables, func(t sallyport.TableUse) bool { return t.Schema == "" })
	if i < 0 {
		return "", false
	}
	would, in := *s, *c
	in.Act = &would
	for j := range m.rules {
		r := &m.rules[j]
		if !r.speaksOf(caller) {
			continue
		}
		for _, t := range r.tables {
			if would.Database = t.schema; t.schema == "" {
				would.Database = m.door.Database
			}
			if would.Database != "" && would.Database != "*" && m.meets(r, &in) {
				return tableName(s.Tables[i]), true
			}
		}
	}
	return "", false
}

// forTheProven is the first rule that would cover a request if its caller
// proved itself: the answer to it is then to ask for proof.
func (m *doorMatcher) forTheProven(c *sallyport.Crossing) (at sallyport.Position, ok bool) {
	q, isRequest := c.Act.(*sallyport.HTTPRequest)
	if !isRequest || q.Path == "" || q.Path[0] != '/' {
		return at, false
	}
	m.paths.visit(q.Path[1:], true, func(pr pathRule) {
		if r := &m.rules[pr.rule]; !ok && m.meets(r, c) && !r.speaksOf(nobody) {
			at, ok = r.At, true
		}
	})
	return at, ok
}

// wants says what a crossing asks for: "select payments", "GET this path".
func wants(c *sallyport.Crossing) string {
	switch act := c.Act.(type) {
	case *sallyport.HTTPRequest:
		if slices.Contains(methods, act.Method) {
			return act.Method + " this path"
		}
		return "use this method"
	case *sallyport.Statement:
		var names []string
		for _, t := range act.Tables {
			if name := tableName(t); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			return act.Kind
		}
		return act.Kind + " " + some(names)
	case *sallyport.Logon:
		return "log in"
	}
	return "do this"
}

func tableName(t sallyport.TableUse) string {
	if t.Schema != "" {
		return short(t.Schema + "." + t.Name)
	}
	return short(t.Name)
}

// some lists the first few of names.
func some(names []string) string {
	const most = 4
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// misses are the rules that speak of the caller and do not cover c, the
// nearest first.
func (m *doorMatcher) misses(caller int, c *sallyport.Crossing) []*compiledRule {
	var all []*compiledRule
	for i := range m.rules {
		if m.distance(&m.rules[i], caller, c) > 0 {
			all = append(all, &m.rules[i])
		}
	}
	slices.SortStableFunc(all, func(a, b *compiledRule) int {
		return m.distance(a, caller, c) - m.distance(b, caller, c)
	})
	return all
}
