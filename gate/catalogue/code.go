package catalogue

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// unnamed is what runs stored code in a statement that calls none: an operator, a
// cast or a type that somebody has made; "" for nothing. given are the types of
// parameters, by their OIDs, as far as the client says them. Which operator a name
// means, and where the server casts of itself, hangs on types that are not followed
// here: it claims too much rather than too little.
func (s *Snapshot) unnamed(a *sql.Analysis, reached []lineage.Relation, given []uint32) string {
	if len(s.code.Types)+len(s.code.Operators)+len(s.code.Casts) == 0 {
		return ""
	}
	p := playing{code: s.code, a: a, types: map[sql.Name]bool{}, writes: slices.ContainsFunc(a.Kinds, sql.Kind.Writes)}
	p.gather(s, reached, given)
	for _, t := range s.code.Types {
		if p.types[t.Name] && (t.Runs || t.Checks && (p.writes || p.written[t.Name])) {
			return "the type " + t.Schema + "." + t.Name.Name
		}
	}
	for i := range s.code.Operators {
		if o := &s.code.Operators[i]; p.applies(o) {
			return "the operator " + o.Schema + "." + o.Name
		}
	}
	for i := range s.code.Casts {
		if c := &s.code.Casts[i]; c.Runs && p.casts(c) {
			return "a cast of " + c.From.Schema + "." + c.From.Name
		}
	}
	return ""
}

// playing is a statement with the made types of which it may have values.
type playing struct {
	code    *sql.Code
	a       *sql.Analysis
	types   map[sql.Name]bool
	written map[sql.Name]bool // that the statement itself names, or its parameters are of
	writes  bool
}

// gather finds the types of which there may be values.
func (p *playing) gather(s *Snapshot, reached []lineage.Relation, given []uint32) {
	p.written = map[sql.Name]bool{}
	for _, h := range p.code.Holders {
		named := p.names(h.Name) || slices.Contains(given, h.OID)
		p.written[h.Of] = p.written[h.Of] || named
		p.types[h.Of] = p.types[h.Of] || named
	}
	for _, t := range p.code.Types {
		p.types[t.Name] = p.types[t.Name] || t.Everywhere
	}
	for _, r := range reached {
		for _, t := range s.held[r] {
			p.types[t] = true
		}
	}
	// What is cast without a word may be cast on.
	for more := true; more; {
		more = false
		for _, c := range p.code.Casts {
			if c.Implicit && s.made[c.To] && !p.types[c.To] && p.from(c.From) {
				p.types[c.To], more = true, true
			}
		}
	}
}

// names tells whether the statement names a type, or a function that the server
// may take for a cast to it.
func (p *playing) names(name string) bool {
	return slices.ContainsFunc(p.a.Types, func(t sql.Name) bool { return t.Name == name || "_"+t.Name == name }) ||
		slices.ContainsFunc(p.a.Functions, func(f string) bool { return strings.EqualFold(lastPart(f), name) })
}

// from tells whether there may be values of a type: of the server's own always.
func (p *playing) from(t sql.Name) bool {
	made := slices.ContainsFunc(p.code.Types, func(m sql.MadeType) bool { return m.Name == t })
	return !made || p.types[t]
}

// applies tells whether a statement may apply an operator.
func (p *playing) applies(o *sql.MadeOperator) bool {
	meant := slices.ContainsFunc(p.a.Operators, func(n sql.OperatorName) bool {
		return n.Name == o.Name && n.Prefix == o.Prefix && (n.Schema == "" || n.Schema == o.Schema)
	})
	return meant && (len(o.Types) == 0 || o.Alone || slices.ContainsFunc(o.Types, func(t sql.Name) bool { return p.types[t] }))
}

// coerced are the types of the server's own to which it casts as it does where a
// value is stored: of conditions and of LIMIT.
var coerced = []string{"bool", "int8", "int4"}

// shown are those to which a function may cast what somebody has made.
var shown = []string{"json", "jsonb", "text", "xml"}

// casts tells whether a statement may run a cast.
func (p *playing) casts(c *sql.MadeCast) bool {
	server := c.To.Schema == "pg_catalog"
	// A domain over one of the server's own types is cast to by another name.
	domain := server && slices.ContainsFunc(p.a.Types, func(t sql.Name) bool { return t.Schema != "pg_catalog" })
	switch {
	case !p.from(c.From):
		return false
	case c.Implicit, p.names(c.To.Name), domain:
		return true
	case c.Assigned && (server && slices.Contains(coerced, c.To.Name) || p.writes && p.from(c.To)):
		return true
	}
	return len(p.a.Functions) > 0 && c.From.Schema != "pg_catalog" && server && slices.Contains(shown, c.To.Name)
}
