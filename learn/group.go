package learn

import (
	"maps"
	"slices"
	"strings"
)

// statementRules are the rules of one app at a database door. Together they
// cover each statement that was seen, and each grants, of kinds on tables, no
// more than was seen; where a statement of several kinds leaves no choice, the
// rule says what it grants besides.
func (b *Book) statementRules(who caller) []*rule {
	var all []*statement
	classes := map[string][]*statement{}
	for _, s := range b.statements {
		if s.caller == who && s.seen.count > 0 {
			all = append(all, s)
			classes[join(s.dangers)] = append(classes[join(s.dangers)], s)
		}
	}
	var rules []*rule
	inTurn := slices.Sorted(maps.Keys(classes))
	for _, dangers := range inTurn {
		rules = append(rules, byTable(classes[dangers])...)
	}
	for _, dangers := range inTurn {
		rules = append(rules, together(rules, classes[dangers])...)
	}
	for _, dangers := range inTurn {
		rules = append(rules, withoutTable(rules, classes[dangers])...)
	}
	slices.SortFunc(rules, order)
	for _, r := range rules {
		r.oblige(all)
	}
	return needed(rules)
}

// group is what the statements of one rule have in common.
type group struct {
	kinds string
	loose bool
}

func (s *statement) loose() bool { return s.text+s.varied > 0 }

// byTable makes a rule for each set of kinds: the tables on which just those
// were seen. Tables whose statements were all prepared are kept from the others.
func byTable(class []*statement) (rules []*rule) {
	kinds, loose := map[string][]string{}, map[string]bool{}
	for _, s := range class {
		if !s.plain() {
			continue
		}
		for _, t := range s.tables {
			kinds[t] = append(kinds[t], s.kinds...)
			loose[t] = loose[t] || s.loose()
		}
	}
	of := map[group]*rule{}
	for t, ks := range kinds {
		ks = inOrder(ks)
		g := group{join(ks), loose[t]}
		if of[g] == nil {
			of[g] = &rule{kinds: ks, dangers: class[0].dangers}
			rules = append(rules, of[g])
		}
		of[g].tables = inOrder(append(of[g].tables, t))
	}
	return rules
}

// together makes a rule for each set of kinds of the statements that no rule
// covers whole yet: joins, and what reads one table and writes another.
func together(rules []*rule, class []*statement) (more []*rule) {
	of := map[group]*rule{}
	for _, s := range class {
		if len(s.tables) == 0 || covered(rules, &s.use) {
			continue
		}
		g := group{join(s.kinds), s.loose()}
		if of[g] == nil {
			of[g] = &rule{kinds: s.kinds, dangers: s.dangers}
			more = append(more, of[g])
		}
		of[g].tables = inOrder(append(of[g].tables, s.tables...))
	}
	return more
}

// withoutTable makes a rule for the statements that name no table and that no
// rule covers yet: one for those that read, and one for each set of kinds of
// those that write, since a rule with `tables:` cannot cover them.
func withoutTable(rules []*rule, class []*statement) (more []*rule) {
	of := map[string]*rule{}
	for _, s := range class {
		if len(s.tables) > 0 || covered(rules, &s.use) {
			continue
		}
		key := "reads"
		if s.changes {
			key = join(s.kinds)
		}
		r := of[key]
		if r == nil {
			r = &rule{dangers: s.dangers, everywhere: s.changes}
			if !s.changes {
				r.tables = []string{noTable}
			}
			of[key] = r
			more = append(more, r)
		}
		r.kinds = inOrder(append(r.kinds, s.kinds...))
	}
	return more
}

func covered(rules []*rule, u *use) bool {
	return slices.ContainsFunc(rules, func(r *rule) bool { return r.covers(u) })
}

// oblige sets what the rule asks for: no more than what every statement that it
// covers has met, since all rules that cover one hold together.
func (r *rule) oblige(all []*statement) {
	done := map[pair]bool{}
	var worst uint64
	for _, s := range all {
		s.pairs(func(p pair) { done[p] = true })
		if !r.covers(&s.use) {
			continue
		}
		r.seen.add(s.seen)
		r.most = max(r.most, s.rows)
		if n := s.text + s.varied; n > 0 {
			r.loose += n
			if n > worst || n == worst && s.shape < r.shape {
				worst, r.shape = n, s.shape
			}
		}
	}
	r.list(all)
	r.prepared = r.loose == 0
	r.rows = headroom(r.most)
	r.granted(func(p pair) {
		if !done[p] && p.table != noTable {
			r.extra = append(r.extra, p.kind+" on "+p.table)
		}
	})
}

// needed leaves out rules that another one makes useless: it covers all that
// they cover, and asks for as much.
func needed(rules []*rule) (kept []*rule) {
	for i, r := range rules {
		useless := slices.ContainsFunc(rules[:i], func(o *rule) bool { return o.serves(r) }) ||
			slices.ContainsFunc(rules[i+1:], func(o *rule) bool { return o.serves(r) && !r.serves(o) })
		if !useless {
			kept = append(kept, r)
		}
	}
	return kept
}

// serves tells whether o adds nothing beside r.
func (r *rule) serves(o *rule) bool {
	return r.includes(o) && (r.prepared || !o.prepared) && r.rows <= o.rows
}

// callersOf are who came to a door, in order.
func (b *Book) callersOf(door string) (all []caller) {
	for _, s := range b.statements {
		if s.door == door && s.seen.count > 0 {
			all = append(all, s.caller)
		}
	}
	for k := range b.requests {
		if k.door == door {
			all = append(all, k.caller)
		}
	}
	slices.SortFunc(all, func(a, b caller) int { return strings.Compare(a.kind+"\x00"+a.name, b.kind+"\x00"+b.name) })
	return slices.Compact(all)
}
