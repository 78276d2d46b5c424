package grants

import (
	"slices"
	"strings"
)

// Sort is how a server differs from what the policy needs.
type Sort string

// The sorts of difference.
const (
	Missing Sort = "missing" // the policy needs it, and the login does not have it
	Wider   Sort = "wider"   // the login has it as a part of something that is too much
	Excess  Sort = "excess"  // the login has it, and no rule needs it
	Unknown Sort = "unknown" // the server did not tell
)

// Difference is one thing in which a server is not as the policy needs it.
type Difference struct {
	Sort  Sort   `json:"sort"`
	Login string `json:"login"`
	Host  string `json:"host,omitempty"` // of a MySQL account
	What  string `json:"what"`
	Why   string `json:"why,omitempty"`
	// Mend is the SQL that mends it; "" where a person has to decide.
	Mend  string `json:"mend,omitempty"`
	stage int    // in which order mending goes
	sight bool   // it is missing for the door to see, and for nothing else
}

// The order of mending. PostgreSQL's REVOKE on a table takes the rights on its
// columns along, and MySQL's of ALL those of the same object, so what is granted
// comes behind; other rights of MySQL are granted first, so that none is lost for
// a moment.
const (
	revokeFirst = iota
	grantThen
	revokeLast
)

// Diff holds what a server has of a login against what the policy needs. It is
// empty where the two are the same.
func Diff(t *Target, l *Login, s *State) ([]Difference, []Note) {
	d := Derive(t, l, s.Server, s.Catalogue)
	f := differ{login: l, state: s, derived: &d}
	f.expand()
	for _, text := range s.Unseen {
		f.out = append(f.out, Difference{Sort: Unknown, Login: l.User, What: text})
	}
	if len(s.Accounts) == 0 {
		f.add(Missing, grantThen, "the login itself", "the server has no such account: run what `sallyport grants generate` writes", "")
	}
	for i := range s.Accounts {
		f.account(&s.Accounts[i])
	}
	slices.SortStableFunc(f.out, func(a, b Difference) int { return a.stage - b.stage })
	return f.out, f.notes
}

type differ struct {
	login   *Login
	state   *State
	derived *Derivation
	wanted  []Wanted // each right of derived on what the server has
	at      *Account
	out     []Difference
	notes   []Note
}

func (f *differ) add(sort Sort, stage int, what, why, mend string) {
	d := Difference{Sort: sort, Login: f.login.User, What: what, Why: why, Mend: mend, stage: stage}
	if f.at != nil {
		d.Host = f.at.Host
	}
	f.out = append(f.out, d)
}

// expand puts the server's own tables where PostgreSQL's rights are on all of a
// schema, since it has none such: ALL TABLES IN SCHEMA is those of the moment.
func (f *differ) expand() {
	for _, w := range f.derived.Rights {
		whole := w.Name == "*" && w.Level != OnRoutine
		if f.state.Server.Flavour != Postgres || w.Level != OnTable && w.Level != OnSequence {
			f.wanted = append(f.wanted, w)
			continue
		}
		for _, r := range f.state.Catalogue.Relations {
			if r.Schema == w.Schema && r.Sequence == (w.Level == OnSequence) && (whole || r.Name == w.Name) {
				one := w
				one.Name = r.Name
				if !slices.ContainsFunc(f.wanted, func(x Wanted) bool { return x.Right == one.Right }) {
					f.wanted = append(f.wanted, one)
				}
			}
		}
		if !whole && f.state.Catalogue.find(w.Schema, w.Name) == nil {
			f.wanted = append(f.wanted, w)
		}
	}
}

// account compares one account.
func (f *differ) account(a *Account) {
	f.at = a
	who := f.state.Server.account(a.User, a.Host)
	if a.TLSKnown && a.TLS == "" && f.state.Server.Flavour != Postgres {
		f.add(Missing, grantThen, "REQUIRE SSL", "the login may come in the clear", "ALTER USER "+who+" REQUIRE SSL;")
	}
	for _, p := range a.Powers {
		f.power(p, who)
	}
	for _, o := range a.Owns {
		f.owned(o, who)
	}
	excess, kept := f.sift(a)
	f.revokes(excess, who)
	f.grants(kept, a, who)
}

// sift parts what no rule needs from what stays. What comes through a role that
// also gives too much does not stay: mending takes the role away.
func (f *differ) sift(a *Account) (excess, kept []Held) {
	var roles []string
	for _, h := range a.Held {
		if !f.needed(h) {
			excess = append(excess, h)
			if h.Via != "" && h.Via != "PUBLIC" {
				roles = append(roles, h.Via)
			}
		}
	}
	for _, h := range a.Held {
		if !h.Default && f.needed(h) && !slices.Contains(roles, h.Via) {
			kept = append(kept, h)
		}
	}
	return excess, kept
}

// needed tells whether some rule needs all of a right. What a new database gives
// to everybody is not told of: Verify does that.
func (f *differ) needed(h Held) bool {
	if h.Via == "PUBLIC" && (h.Level == OnDatabase || h.Level == OnSchema && h.Privilege == "USAGE") {
		return true
	}
	if h.Default {
		return slices.ContainsFunc(f.derived.Rights, func(w Wanted) bool {
			return w.Privilege == h.Privilege && w.Level == h.Level && w.Schema == h.Schema && w.Name == "*"
		})
	}
	return slices.ContainsFunc(f.wanted, func(w Wanted) bool { return w.covers(h.Right) })
}

// grants adds what an account lacks.
func (f *differ) grants(kept []Held, a *Account, who string) {
	var missing, wider []Wanted
	for _, w := range f.wanted {
		covered := func(h Held) bool { return !h.Default && h.covers(w.Right) }
		switch {
		case slices.ContainsFunc(kept, covered):
		case slices.ContainsFunc(a.Owns, func(o Owned) bool {
			return o.Schema == w.Schema && o.Name == w.Name && f.derived.mayOwn(o.Schema, o.Name)
		}):
		case slices.ContainsFunc(a.Held, covered) || slices.Contains(a.Powers, "SUPERUSER") || a.owns(w.Right):
			wider = append(wider, w)
		default:
			missing = append(missing, w)
		}
	}
	f.lacks(Missing, missing, who)
	f.lacks(Wider, wider, who)
}

// lacks adds rights to grant. What is on a table that the server does not have
// is only noted: it cannot be granted yet.
func (f *differ) lacks(sort Sort, list []Wanted, who string) {
	s := f.state.Server
	for _, g := range grouped(list) {
		if s.absent(f.state.Catalogue, g.rights) {
			f.notes = append(f.notes, Note{g.because[0].At, "the server has no " + s.object(g.rights[0]) + " yet"})
			continue
		}
		f.add(sort, grantThen, s.privileges(g.rights)+" ON "+s.object(g.rights[0]), g.reasons(), s.grant(g.rights, who))
		f.out[len(f.out)-1].sight = !slices.ContainsFunc(g.because, func(b Because) bool { return b.Word != seesColumns && b.Word != seesView })
	}
}

// owns tells whether the account has a right by owning the thing.
func (a *Account) owns(r Right) bool {
	return slices.ContainsFunc(a.Owns, func(o Owned) bool { return o.Schema == r.Schema && o.Name == r.Name })
}

// power adds what an account may beyond all rights.
func (f *differ) power(p, who string) {
	p, role, indirect := strings.Cut(p, through)
	what, mend := p, ""
	switch {
	case indirect:
		if p != memberOf+role {
			what += through + role
		}
		mend = "REVOKE " + f.state.Server.name(role) + " FROM " + who + ";"
	case f.state.Server.Flavour == Postgres:
		mend = "ALTER ROLE " + who + " NO" + p + ";"
	case p == "GRANT OPTION":
		mend = "REVOKE GRANT OPTION ON *.* FROM " + who + ";"
	}
	f.add(Excess, revokeFirst, what, "no rule needs it", mend)
}

// owned adds what an account owns although no rule is about making or changing
// it. Who is to own it instead is for a person to say.
func (f *differ) owned(o Owned, who string) {
	s := f.state.Server
	switch {
	case o.Schema == "":
		f.add(Excess, revokeFirst, "the database, owned by "+o.Owner, "an owner can do all", "")
	case o.Name == "":
		f.add(Excess, revokeFirst, "SCHEMA "+s.name(o.Schema)+", owned by "+o.Owner, "an owner can do all", "")
	case !f.derived.mayOwn(o.Schema, o.Name):
		f.add(Excess, revokeFirst, s.name(o.Schema)+"."+s.name(o.Name)+", owned by "+o.Owner, "an owner can do all", "")
	}
}
