package policy

import (
	"math"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// sqlKind is doors to a kind of database: everybody logs in, as an app.
type sqlKind struct {
	word  string
	names *naming
	rules []term
	// oneDatabase says that a session stays in the database it began in, so
	// that the door has to name it.
	oneDatabase bool
	// localInfile says that its statements can ask the client for a file.
	localInfile bool
}

var (
	mysqlKind    doorKind = &sqlKind{word: "mysql", names: mysqlNames, rules: sqlTerms(mysqlNames), localInfile: true}
	postgresKind doorKind = &sqlKind{word: "postgres", names: postgresNames, rules: sqlTerms(postgresNames), oneDatabase: true}
)

func (k *sqlKind) name() string { return k.word }

func (k *sqlKind) own(o *object) []string {
	switch o {
	case schemaDoor:
		keys := []string{"database", "multi-statements", "login", "logins", "in", "out", "unknown-lineage"}
		if k.localInfile {
			keys = append(keys, "local-infile")
		}
		return keys
	case schemaRule:
		return []string{"statements", "tables", "columns", "functions", "dangers", "prepared", "shapes", "rows", "rows-per-hour", "rows-per-day", "values-per-hour", "login"}
	case schemaLimits:
		return []string{"unproven", "statement", "memory", "memory-per-caller"}
	}
	return nil
}

func (*sqlKind) limits() Limits { return everyLimit.withMemory().withUnproven() }

// withMemory sets what follows from the other limits. A command that grows as
// it arrives holds up to twice its size.
func (l Limits) withMemory() Limits {
	if l.Memory == 0 {
		l.Memory = max(128<<20, 4*int64(l.StatementBytes))
	}
	if l.MemoryPerCaller == 0 {
		l.MemoryPerCaller = max(l.Memory/2, 2*int64(l.StatementBytes))
	}
	return l
}

// withUnproven sets what follows from the sessions: half of them are always
// there for those who have logged in, and an app that opens all that one caller
// may have at once does not displace itself.
func (l Limits) withUnproven() Limits {
	if l.Unproven == 0 {
		l.Unproven = min(max(16, l.Sessions/2), l.Sessions)
	}
	return l
}

// unproven reads how many sessions those that have not logged in yet may have.
func (r *reader) unproven(f fields, l *Limits) {
	l.Unproven = 0
	if x := f.get("unproven"); x.set() {
		if n, ok := x.number(1, uint64(l.Sessions)); ok {
			l.Unproven = int(n)
		}
	}
	*l = l.withUnproven()
}

// memory reads what a door lends to commands under way: enough, at least, for
// the largest of them.
func (r *reader) memory(f fields, l *Limits) {
	least := 2 * uint64(l.StatementBytes)
	l.Memory, l.MemoryPerCaller = 0, 0
	if x := f.get("memory"); x.set() {
		if n, ok := x.size(least, 1<<40); ok {
			l.Memory = int64(n)
		}
	}
	*l = l.withMemory()
	if x := f.get("memory-per-caller"); x.set() {
		if n, ok := x.size(least, uint64(l.Memory)); ok {
			l.MemoryPerCaller = int64(n)
		}
	}
}

func (*sqlKind) toHint() string { return "write `to:` and the name of a host" }

func (*sqlKind) readTo(r *reader, x field, d *Door) { r.toHost(x, d) }

func (k *sqlKind) readDoor(r *reader, f fields, d *Door) {
	if k.oneDatabase {
		f.need("database", "write `database:` and the name of the one that the door leads to")
	}
	if x := f.get("multi-statements"); x.set() {
		w, _ := x.word("deny", "allow")
		d.MultiStatements = w == "allow"
	}
	if k.localInfile {
		if x := f.get("local-infile"); x.set() {
			w, _ := x.word("deny", "allow")
			d.LocalInfile = w == "allow"
		}
	}
	r.logins(f, d)
	r.doorClasses(f, d)
}

func (k *sqlKind) readRule(r *reader, f fields, rule *Rule, d *Door) {
	r.sqlConditions(f, rule, d, k.names)
}

func (k *sqlKind) unprovable(caller WhoKind) (what, hint string) {
	switch caller {
	case WhoAnyone:
		return "everybody has to log in at a " + k.word + " door", "name an app: it shows its password"
	case WhoKey:
		return "nobody can show an API key at a " + k.word + " door", "name an app: it shows its password"
	}
	return "", ""
}

func (*sqlKind) wideOpen(rule *Rule) (what, hint string) {
	if len(rule.Tables) == 0 && len(rule.Statements) == 0 {
		return "the app may run every statement on every table", "name the statements and tables that the app needs"
	}
	return "", ""
}

func (k *sqlKind) terms() []term { return k.rules }

func (*sqlKind) takes(act sallyport.Act) bool {
	switch act.(type) {
	case *sallyport.Statement, *sallyport.Logon:
		return true
	}
	return false
}

func (*sqlKind) match(m *doorMatcher, caller int, c *sallyport.Crossing) (sallyport.Grant, bool) {
	s, ok := c.Act.(*sallyport.Statement)
	switch {
	case !ok:
		return m.steer(caller, c) // a login
	case m.builtIn(s) != sallyport.NoReason:
		return sallyport.Grant{}, false
	}
	return m.matchStatement(caller, c, s)
}

func (r *reader) toHost(x field, d *Door) {
	const hint = "name a host of `hosts:`"
	if s, ok := x.text(hint); ok && r.known(x.value, s, "host", r.hosts, CodeUnknownHost) {
		d.To.Host = s
		for _, h := range r.p.Hosts {
			if h.Name == s {
				d.To.TLS = h.TLS
			}
		}
	}
}

func (r *reader) logins(f fields, d *Door) {
	if x := f.get("database"); x.set() {
		if s, ok := x.text("write the name of a database"); ok {
			if strings.ContainsAny(s, ".*`\"' \t") {
				x.errorf(CodeTable, "write the name of a database", "%q is no name of a database", short(s))
			}
			d.Database = s
		}
	}
	if x, ok := f.need("login", "write `login: {user: NAME, password: env:NAME}`: the door's own at the database"); ok {
		d.Login = r.login(x.value, d)
	}
	x := f.get("logins")
	if !x.set() {
		return
	}
	d.Logins = map[string]Login{}
	entries, _ := x.entries("write one `name: {user: NAME, password: env:NAME}` a line")
	for _, e := range entries {
		if e.key.checkName(e.key.node.Value) {
			d.Logins[e.key.node.Value] = r.login(e.value, d)
		}
	}
}

// login reads a login of the gateway's. One that proves itself by the host's
// `tls: {cert, key}` needs no password.
func (r *reader) login(v value, d *Door) Login {
	var l Login
	f, ok := v.object(schemaLogin, "write `{user: NAME, password: env:NAME}`")
	if !ok {
		return l
	}
	if x, ok := f.need("user", "write `user: NAME`"); ok {
		l.User, _ = x.text("write the user's name at the database")
	}
	if x := f.get("password"); x.set() || d.To.TLS.Cert.IsZero() {
		if x, ok := f.need("password", "write `password: env:NAME`"); ok {
			l.Password, _ = r.secret(x.value)
		}
	}
	f.done()
	return l
}

func (r *reader) sqlConditions(f fields, rule *Rule, d *Door, names *naming) {
	if x := f.get("statements"); x.set() {
		rule.Statements = x.words(listing{"write `statements: [select, insert]`", meansAny, apartNames}, r.voc.Statements, "kind of statement")
	}
	if x := f.get("tables"); x.set() {
		for _, e := range x.scalars(listing{"write `tables: [colours]`", meansAny, apartNames}) {
			s, ok := e.text("write table, schema.table, schema.* or '*'")
			if !ok {
				continue
			}
			if _, what, hint := names.parse(s); what != "" {
				e.errorf(CodeTable, hint, "%q is no table: %s", short(s), what)
			} else if s = canonicalName(s); slices.Contains(rule.Tables, s) {
				e.warnf(CodeRepeated, "remove one of them", "%s stands twice", short(s))
			} else {
				rule.Tables = append(rule.Tables, s)
			}
		}
	}
	if x := f.get("columns"); x.set() {
		rule.Columns = x.columns(meansAny)
	}
	if x := f.get("functions"); x.set() {
		rule.Functions = x.functions()
	}
	if x := f.get("dangers"); x.set() {
		rule.Dangers = x.words(listing{"write `dangers: [locking_read]`", meansNone, apartNames}, r.voc.Dangers, "danger")
		for _, w := range []string{"file", "network", "admin", "dynamic_sql", "stored_code", "sessions"} {
			if slices.Contains(rule.Dangers, w) {
				x.warnf(CodeDangerGranted, "keep it to the one app and the tables that need it", "`%s` reaches beyond tables: what it does cannot be seen in the statement", w)
			}
		}
	}
	if x := f.get("prepared"); x.set() {
		if _, ok := x.word("required"); ok {
			rule.Prepared, rule.PreparedAt = true, x.at()
		}
	}
	if x := f.get("shapes"); x.set() {
		rule.Shapes = r.shapes(x.value)
	}
	if x := f.get("rows"); x.set() {
		if n, ok := x.number(0, math.MaxInt64); ok {
			rule.Rows.Max, rule.Rows.At = n, x.at()
		}
	}
	for _, span := range budgetSpans {
		if x := f.get(span.key); x.set() {
			if n, ok := x.number(1, math.MaxInt64); ok {
				rule.Budgets = append(rule.Budgets, sallyport.Budget{Rows: n, Per: span.per, At: x.at()})
			}
		}
	}
	rule.Values = r.valueBudgets(f.get("values-per-hour"))
	if x := f.get("login"); x.set() {
		s, ok := x.text("name a login of the door's `logins:`")
		if !ok {
			return
		}
		if _, known := d.Logins[s]; !known {
			var names []string
			for n := range d.Logins {
				names = append(names, n)
			}
			slices.Sort(names)
			x.errorf(CodeUnknownLogin, didYouMean(s, names, "add it to the door's `logins:`"), "the door has no login %q", short(s))
			return
		}
		rule.Login = s
		r.used["login "+d.Name+" "+s] = true
	}
}
