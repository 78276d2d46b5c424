package grants

import (
	"slices"
	"strings"
)

// revokes adds what an account has too much, a difference for each statement
// that takes it away.
func (f *differ) revokes(excess []Held, who string) {
	s := f.state.Server
	var plain, public []Wanted
	var roles []string
	for _, h := range excess {
		switch {
		case h.Default:
			f.defaults(h, who)
		case h.Via == "PUBLIC":
			public = append(public, Wanted{Right: h.Right})
		case h.Via != "":
			if !slices.Contains(roles, h.Via) {
				roles = append(roles, h.Via)
				f.throughRole(excess, h.Via, who)
			}
		default:
			plain = append(plain, Wanted{Right: h.Right})
		}
	}
	for _, from := range []struct {
		list    []Wanted
		account string
		why     string
	}{{plain, who, "no rule needs it"}, {public, "PUBLIC", "everybody has it, and no rule needs it"}} {
		slices.SortStableFunc(from.list, func(a, b Wanted) int { return a.compare(b.Right) })
		for _, g := range grouped(from.list) {
			f.add(Excess, f.revokeStage(g.rights), s.privileges(g.rights)+" ON "+s.object(g.rights[0]), from.why, s.revoke(g.rights, from.account))
		}
	}
	f.grantable(who)
}

func (f *differ) revokeStage(rights []Right) int {
	if f.state.Server.Flavour == Postgres || slices.ContainsFunc(rights, func(r Right) bool { return r.Privilege == "ALL" }) {
		return revokeFirst
	}
	return revokeLast
}

// throughRole adds all that a role gives too much. The role may be others' too,
// so the account is taken out of it.
func (f *differ) throughRole(excess []Held, role, who string) {
	s := f.state.Server
	var of []Wanted
	for _, h := range excess {
		if h.Via == role && !h.Default {
			of = append(of, Wanted{Right: h.Right})
		}
	}
	slices.SortStableFunc(of, func(a, b Wanted) int { return a.compare(b.Right) })
	var what []string
	for _, g := range grouped(of) {
		what = append(what, s.privileges(g.rights)+" ON "+s.object(g.rights[0]))
	}
	mend := "REVOKE " + s.name(role) + " FROM " + who + ";"
	if s.Flavour == MySQL {
		mend = "REVOKE " + f.state.role(role) + " FROM " + who + ";"
	}
	f.add(Excess, revokeLast, strings.Join(what, "; "), "through the role "+role, mend)
}

var defaultObjects = map[Level]string{OnTable: "TABLES", OnSequence: "SEQUENCES", OnRoutine: "FUNCTIONS"}

// defaults adds a right on what is yet to be made.
func (f *differ) defaults(h Held, who string) {
	s := f.state.Server
	from := who
	switch h.Via {
	case "":
	case "PUBLIC":
		from = "PUBLIC"
	default:
		from = s.name(h.Via)
	}
	in := ""
	if h.Schema != "" {
		in = " IN SCHEMA " + s.name(h.Schema)
	}
	f.add(Excess, revokeFirst, h.Privilege+" ON new "+defaultObjects[h.Level]+in, "a default privilege that no rule needs",
		"ALTER DEFAULT PRIVILEGES FOR ROLE "+s.name(h.Maker)+in+" REVOKE "+h.Privilege+" ON "+defaultObjects[h.Level]+" FROM "+from+";")
}

// grantable adds rights that a rule needs, but not to pass them on.
func (f *differ) grantable(who string) {
	s := f.state.Server
	var list []Wanted
	for _, h := range f.at.Held {
		if h.Grantable && h.Via == "" && !h.Default && (f.needed(h) || s.Flavour != Postgres) {
			list = append(list, Wanted{Right: h.Right})
		}
	}
	slices.SortStableFunc(list, func(a, b Wanted) int { return a.compare(b.Right) })
	for _, g := range grouped(list) {
		mend := "REVOKE GRANT OPTION ON " + s.object(g.rights[0]) + " FROM " + who + ";"
		if s.Flavour == Postgres {
			mend = "REVOKE GRANT OPTION FOR " + s.privileges(g.rights) + " ON " + s.object(g.rights[0]) + " FROM " + who + ";"
		}
		f.add(Excess, revokeFirst, "GRANT OPTION ON "+s.object(g.rights[0]), "the login could pass its rights on", mend)
	}
}
