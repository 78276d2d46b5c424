package grants

import (
	"cmp"
	"net"
	"slices"
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

// Login is a user that the gateway logs in as at a server, with all that the
// doors to that server need it for.
type Login struct {
	User     string
	Password policy.Secret
	Doors    []string // by name, in the policy's order
	At       sallyport.Position
	Needs    []Need
	// Sees is the rules of the doors that read a MySQL's catalogue by this login,
	// by whatever login their statements go.
	Sees []Need
}

// Target is a server that doors lead to; of a PostgreSQL, one database.
type Target struct {
	Kind     string // of its doors: "mysql" or "postgres"
	Host     policy.Host
	Database string // "postgres" only
	Doors    []string
	Logins   []Login // by user
	// LocalInfile says that a door lets apps load files of their own.
	LocalInfile bool
}

// Address is host:port as the policy names it.
func (t *Target) Address() string {
	return net.JoinHostPort(t.Host.DNS, strconv.Itoa(int(t.Host.Port)))
}

// Targets are the servers that the database doors of a policy lead to, in the
// policy's order. Doors that share a server and a login share that login's
// rights, so they are in one Target.
func Targets(p *policy.Policy) []Target {
	var targets []Target
	for i := range p.Doors {
		d := &p.Doors[i]
		if d.Kind != "mysql" && d.Kind != "postgres" {
			continue
		}
		t := targetOf(&targets, p, d)
		t.Doors = append(t.Doors, d.Name)
		t.LocalInfile = t.LocalInfile || d.LocalInfile
		t.add(d)
	}
	for i := range targets {
		slices.SortFunc(targets[i].Logins, func(a, b Login) int { return cmp.Compare(a.User, b.User) })
	}
	return targets
}

func targetOf(targets *[]Target, p *policy.Policy, d *policy.Door) *Target {
	t := Target{Kind: d.Kind}
	if d.Kind == "postgres" {
		t.Database = d.Database
	}
	for _, h := range p.Hosts {
		if h.Name == d.To.Host {
			t.Host = h
		}
	}
	for i := range *targets {
		o := &(*targets)[i]
		if o.Kind == t.Kind && o.Database == t.Database && o.Address() == t.Address() {
			return o
		}
	}
	*targets = append(*targets, t)
	return &(*targets)[len(*targets)-1]
}

// add takes in the logins of a door and what its rules need them for.
func (t *Target) add(d *policy.Door) {
	of := map[string]int{"": t.login(d, d.Login)}
	for _, name := range sortedKeys(d.Logins) {
		of[name] = t.login(d, d.Logins[name])
	}
	for i := range d.Allow {
		l := &t.Logins[of[d.Allow[i].Login]]
		l.Needs = append(l.Needs, needsOf(d, &d.Allow[i])...)
		if own := &t.Logins[of[""]]; d.Kind == "mysql" && d.AsksLineage() {
			own.Sees = append(own.Sees, needOf(d, &d.Allow[i]))
		}
	}
}

func (t *Target) login(d *policy.Door, l policy.Login) int {
	i := slices.IndexFunc(t.Logins, func(x Login) bool { return x.User == l.User })
	if i < 0 {
		i = len(t.Logins)
		t.Logins = append(t.Logins, Login{User: l.User, Password: l.Password, At: d.At})
	}
	if !slices.Contains(t.Logins[i].Doors, d.Name) {
		t.Logins[i].Doors = append(t.Logins[i].Doors, d.Name)
	}
	return i
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
