package policy

import (
	"slices"
	"time"

	"github.com/sallyport/sallyport"
)

// matcher is the policy made ready for Match: every door's rules with an index
// by path or by table. It is made once, by Load, and never changed.
type matcher struct {
	doors map[string]*doorMatcher
	apps  map[string]*provableApp
	keys  map[string]*Key
	certs map[string]bool // names of certificates that rules speak of
}

// provableApp is an app and the sets of proofs of which one is wanted.
type provableApp struct {
	*App
	any []sallyport.Proof
}

type doorMatcher struct {
	door     *Door
	kind     doorKind
	names    *naming  // of a database's tables; nil at doors without
	classes  *classes // nil where the policy has none that such a door could know
	terms    []term   // of the kind, and of every kind
	rules    []compiledRule
	callers  map[Who]int   // numbers for the callers that rules name
	standing map[int][]int // rules of each caller, by number

	paths   pathNode // http
	byTable map[tablePattern][]int
	anyTab  []int // rules that no table of theirs can be looked up for: none given, or *
}

// compiledRule is a rule as Match wants it.
type compiledRule struct {
	*Rule
	who     []int      // numbers of callers
	paths   [][]string // segments of each pattern
	tables  []tablePattern
	all     bool         // tables has *
	columns *columnIndex // nil where the rule says nothing of columns
	hours   openHours
	grant   sallyport.Grant    // of this rule alone
	reasons []sallyport.Reason // for what it alone allows
}

// nobody and everybody are the numbers of a caller that no rule of the door
// names, and of anyone.
const (
	nobody    = -1
	everybody = 0
)

func compile(p *Policy) matcher {
	m := matcher{doors: map[string]*doorMatcher{}, apps: map[string]*provableApp{}, keys: map[string]*Key{}, certs: map[string]bool{}}
	for i := range p.Apps {
		a := &provableApp{App: &p.Apps[i]}
		for _, w := range a.App.Proof {
			a.any = append(a.any, proofs[w])
		}
		m.apps[a.Name] = a
	}
	for i := range p.Keys {
		m.keys[p.Keys[i].Name] = &p.Keys[i]
	}
	for i := range p.Doors {
		m.doors[p.Doors[i].Name] = compileDoor(p, &p.Doors[i])
		for _, r := range p.Doors[i].Allow {
			for _, w := range r.Who {
				if w.Kind == WhoCertificate {
					m.certs[w.Name] = true
				}
			}
		}
	}
	return m
}

func compileDoor(p *Policy, d *Door) *doorMatcher {
	m := &doorMatcher{
		door: d, kind: kindOf(d.Kind), terms: allTerms(kindOf(d.Kind)), rules: make([]compiledRule, len(d.Allow)),
		callers: map[Who]int{{Kind: WhoAnyone}: everybody}, standing: map[int][]int{}, byTable: map[tablePattern][]int{},
	}
	if k, database := m.kind.(*sqlKind); database {
		m.names = k.names
		m.classes = compileClasses(p, d, k.names)
	}
	for i := range d.Allow {
		r := &m.rules[i]
		r.Rule = &d.Allow[i]
		r.hours = compileHours(r.Hours)
		for _, w := range r.Who {
			id, ok := m.callers[w]
			if !ok {
				id = len(m.callers)
				m.callers[w] = id
			}
			r.who = append(r.who, id)
			m.standing[id] = append(m.standing[id], i)
		}
		r.grant = sallyport.Grant{
			Rules: []sallyport.Position{r.At}, Rows: r.Rows, Body: r.Body, Rates: slices.Clip(r.Rates), Budgets: slices.Clip(r.Budgets), Values: slices.Clip(r.Values), Login: r.Login,
		}
		r.reasons = []sallyport.Reason{{Code: sallyport.ByRule, At: r.At}}
		if r.Prepared {
			r.grant.Prepared = r.PreparedAt
		}
		m.indexPaths(i)
		m.indexTables(i)
		m.indexColumns(i)
	}
	return m
}

func (m *doorMatcher) indexPaths(i int) {
	if len(m.rules[i].Paths) == 0 {
		m.paths.rest = append(m.paths.rest, pathRule{i, "/**"})
	}
	for _, p := range m.rules[i].Paths {
		if segments, bad := parsePath(p); bad == nil {
			m.paths.add(segments, pathRule{i, p})
			m.rules[i].paths = append(m.rules[i].paths, segments)
		}
	}
}

func (m *doorMatcher) indexTables(i int) {
	r := &m.rules[i]
	for _, s := range r.Tables {
		t, bad, _ := m.names.parse(s)
		if bad != "" {
			continue
		}
		r.tables = append(r.tables, t)
		if t.schema == "*" {
			r.all = true
		} else {
			m.byTable[t] = append(m.byTable[t], i)
		}
	}
	if r.all || len(r.Tables) == 0 {
		m.anyTab = append(m.anyTab, i)
	}
}

func (m *doorMatcher) indexColumns(i int) {
	r := &m.rules[i]
	for _, s := range r.Columns {
		if p, bad, _ := parseColumn(s); bad == "" {
			if r.columns == nil {
				r.columns = newColumnIndex(m.door, m.names)
			}
			r.columns.add(p, i)
		}
	}
}

// proven is whom a party has proved to be: the zero Who where it proved
// nothing that a policy takes. why says what was wrong with what it showed.
func (m *matcher) proven(p sallyport.Party, now time.Time, expires bool) (w Who, why sallyport.ReasonCode) {
	switch p.Kind {
	case sallyport.AppParty:
		app := m.apps[p.Name]
		if app == nil {
			return Who{}, sallyport.UnknownCaller
		}
		if !slices.ContainsFunc(app.any, p.Proof.Has) {
			return Who{}, sallyport.UnknownCaller
		}
		// A name that the policy has taken from the app proves nothing any more.
		if p.Proof.Has(sallyport.ProofCertificate) && !slices.Contains(app.Certificates, p.Certificate) {
			return Who{}, sallyport.UnknownCaller
		}
		if len(app.Addresses) > 0 {
			if !inside(app.Addresses, p.Addr.Addr()) {
				return Who{}, sallyport.WrongAddress
			}
		}
		return Who{WhoApp, p.Name}, sallyport.NoReason
	case sallyport.CallerParty:
		if p.Proof.Has(sallyport.ProofCertificate) {
			if !m.certs[p.Name] {
				return Who{}, sallyport.UnknownCaller
			}
			return Who{WhoCertificate, p.Name}, sallyport.NoReason
		}
		key := m.keys[p.Name]
		if key == nil || !p.Proof.Has(sallyport.ProofKey) {
			return Who{}, sallyport.UnknownCaller
		}
		// A crossing without a time cannot show that the key still holds.
		if expires && !key.Expires.IsZero() && (now.IsZero() || !now.Before(key.Expires)) {
			return Who{}, sallyport.BadCredentials
		}
		return Who{WhoKey, p.Name}, sallyport.NoReason
	}
	return Who{}, sallyport.UnknownCaller
}

// proofs is what each word of `proof:` stands for.
var proofs = map[string]sallyport.Proof{
	"password": sallyport.ProofPassword, "mtls": sallyport.ProofCertificate, "password+mtls": sallyport.ProofPassword | sallyport.ProofCertificate,
}

// number is the caller's number at the door, or nobody.
func (m *doorMatcher) number(w Who) int {
	if w.Kind == WhoNobody {
		return nobody
	}
	if id, ok := m.callers[w]; ok {
		return id
	}
	return nobody
}

// speaksOf tells whether the rule names the caller: anyone is everybody.
func (r *compiledRule) speaksOf(caller int) bool {
	for _, id := range r.who {
		if id == everybody || id == caller {
			return true
		}
	}
	return false
}

// Admits tells whether a party has any standing at a door: whether some rule
// there speaks of it. It is asked when a session outlives the policy that let
// it in. The expiry of a key is left to Match, which has the time.
func (p *Policy) Admits(door string, party sallyport.Party) bool {
	m := p.matcher.doors[door]
	if m == nil {
		return false
	}
	w, _ := p.matcher.proven(party, time.Time{}, false)
	return m.admits(m.number(w))
}

func (m *doorMatcher) admits(caller int) bool {
	return len(m.standing[everybody]) > 0 || len(m.standing[caller]) > 0
}
