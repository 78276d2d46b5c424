package grants_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/sql"
)

// opens is what the rights for one kind of statement open besides: UPDATE … WHERE
// wants SELECT, so its login can SELECT. Grants cannot tell them apart; the page
// docs/grants.md says so.
var opens = map[string]map[string][]string{
	"mysql": {
		"update": {"select"}, "delete": {"select"}, "replace": {"insert", "delete"}, "load": {"insert", "delete", "replace"},
		"show": {"select", "describe", "explain"}, "describe": {"select", "show"}, "lock": {"select"}, "maintain": {"select", "insert"},
		"truncate": {"drop"}, "drop": {"truncate"}, "rename": {"alter", "create", "drop", "insert", "truncate"},
		"alter": {"create", "drop", "insert", "rename", "truncate"}, "select": {"show", "describe"}, "explain": {"show"}, "insert": {"show", "describe"}, "create": {"show", "describe"},
	},
	"postgres": {
		"update": {"select", "merge", "lock"}, "delete": {"select", "merge", "lock"}, "merge": {"select"}, "truncate": {"lock"},
		"lock": {"select", "update", "merge"}, "select": {"merge"},
	},
}

// alike are words of statements that the rights for another kind open too.
var alike = map[string][][2]string{
	"mysql": {{"DROP INDEX", "create"}, {"CREATE INDEX", "drop"}}, // INDEX is for both
	// A sequence's UPDATE is enough for nextval, its USAGE for currval. A view is
	// made without the right to read what it shows, and then cannot be read.
	"postgres": {{"nextval", "insert"}, {"nextval", "update"}, {"currval", "insert"}, {"IN ACCESS SHARE MODE", "select"}},
}

// free are kinds for which a PostgreSQL asks for nothing of their own.
var free = []string{"copy", "cursor", "explain", "show", "set", "do", "notify", "call", "prepare", "transaction"}

// opened is the kinds whose statements the rights for some kinds let run.
func opened(kind string, kinds []string) []string {
	all := slices.Clone(kinds)
	if kind == "postgres" {
		all = append(all, free...)
	} else {
		all = append(all, "do", "set", "call", "explain")
	}
	for i := 0; i < len(all); i++ {
		for _, k := range opens[kind][all[i]] {
			if !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
		for _, t := range together[kind] {
			if !slices.Contains(all, t.opens) && !slices.ContainsFunc(t.kinds, func(k string) bool { return !slices.Contains(all, k) }) {
				all = append(all, t.opens)
			}
		}
	}
	return all
}

// together is what the rights for several kinds open between them.
var together = map[string][]struct {
	kinds []string
	opens string
}{
	"mysql": {
		{[]string{"select", "insert"}, "maintain"}, {[]string{"insert", "delete"}, "replace"},
		{[]string{"create", "drop", "insert", "alter"}, "rename"},
	},
}

// canTell tells whether grants can keep a statement from a login whose rules
// are these, none of which covers it.
func canTell(kind string, rules []rule, st statement) bool {
	if st.Kind == sql.KindDo || len(st.Tables) == 0 && !st.Has(sql.DangerStoredCode) && !st.Has(sql.DangerFile) {
		return false
	}
	open := map[string][]string{} // by table
	var dangers, anywhere []string
	for _, r := range rules {
		kinds := opened(kind, r.kinds)
		if slices.Contains(r.dangers, "locking_read") && kind == "postgres" && slices.Contains(kinds, "select") {
			kinds = opened(kind, append(kinds, "update"))
		}
		if kind == "mysql" && slices.Contains(r.kinds, "create") && slices.Contains(r.kinds, "select") {
			kinds = append(kinds, "insert")
		}
		for _, t := range r.tables {
			open[t] = opened(kind, append(open[t], kinds...))
		}
		dangers = append(dangers, r.dangers...)
		anywhere = append(anywhere, kinds...)
	}
	for _, d := range []sql.Danger{sql.DangerStoredCode, sql.DangerFile} {
		if st.Has(d) && (d == sql.DangerFile || !slices.Contains(dangers, d.String())) {
			return true
		}
	}
	if len(st.Tables) == 0 {
		return st.Kind.Writes() && st.Kind != sql.KindCall && !slices.Contains(anywhere, st.Kind.String())
	}
	for _, x := range st.Tables {
		kinds := open[x.Name]
		if kind == "postgres" && slices.Contains(anywhere, "create") && st.Kind == sql.KindCreate && (x.Access == sql.Write || strings.Contains(st.text, "VIEW")) {
			continue // CREATE is a right on the schema, whatever the name
		}
		if kind == "mysql" && strings.Contains(st.text, "TEMPORARY") && slices.Contains(anywhere, "create") {
			continue
		}
		if slices.ContainsFunc(alike[kind], func(a [2]string) bool { return strings.Contains(st.text, a[0]) && slices.Contains(kinds, a[1]) }) {
			continue
		}
		if kind == "mysql" && slices.Contains(anywhere, "lock") && slices.Contains(kinds, "select") {
			kinds = append(kinds, "lock") // LOCK TABLES is a right on the database
		}
		if kind == "mysql" && strings.Contains(st.text, "RENAME") { // its parts are rights on one table each
			part := map[string][]string{"t": {"alter", "drop"}, "n": {"create", "insert"}}[x.Name]
			if !slices.ContainsFunc(part, func(k string) bool { return !slices.Contains(kinds, k) }) {
				continue
			}
		}
		touched := st.Kinds
		if kind == "postgres" && st.Kind == sql.KindCreate && x.Access == sql.Read && !strings.Contains(st.text, "REFERENCES") {
			touched = []sql.Kind{sql.KindSelect}
		}
		for _, k := range touched {
			if !reaches(st, k, x) {
				continue
			}
			if !slices.Contains(kinds, k.String()) {
				return true
			}
		}
		if kind == "postgres" && st.Has(sql.DangerLockingRead) && !slices.Contains(kinds, "update") && !slices.Contains(kinds, "delete") {
			return true
		}
	}
	return false
}

// reaches tells whether a kind of a compound statement is about this table: a
// write is about what is written, and the select in it about what is read.
func reaches(st statement, k sql.Kind, x sql.Table) bool {
	if len(st.Tables) == 1 {
		return true
	}
	if k.Writes() {
		return x.Access&sql.Write != 0
	}
	return x.Access&sql.Read != 0
}

// enforce gives the login what the rules need and nothing else, and lets it run
// the whole pool.
func enforce(t *testing.T, w *world, statements []statement, rules []rule) (ran, refused int) {
	t.Helper()
	var yaml strings.Builder
	for _, r := range rules {
		yaml.WriteString(r.yaml())
	}
	w.fresh()
	w.lay()
	_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), w.target(yaml.String()))
	if err != nil {
		t.Fatal(err)
	}
	script := w.generate(w.target(yaml.String()), grants.Options{Catalogue: catalogue})
	w.admin(script)
	for _, st := range statements {
		allowed := st.Session || slices.ContainsFunc(rules, func(r rule) bool { return r.allows(st) })
		tell := !allowed && canTell(w.kind, rules, st)
		if !allowed && !tell || exempt[w.kind][st.text] != "" && allowed {
			continue
		}
		err := w.login(st.text)
		switch no := denied(err); {
		case allowed && no:
			t.Errorf("the policy allows %s, and the server refuses: %v\n%s\n%s", st.text, err, yaml.String(), script)
		case allowed && err != nil && !strings.Contains(err.Error(), "currval") && !strings.Contains(err.Error(), "CursorName"):
			t.Errorf("%s: %v", st.text, err)
		case allowed:
			ran++
		case !no:
			t.Errorf("the policy does not allow %s, and the server ran it: %v\n%s\n%s", st.text, err, yaml.String(), script)
		default:
			refused++
		}
		if w.kind == "mysql" && err == nil && !transactional(st.Kind) {
			w.lay()
		}
	}
	return ran, refused
}

// exempt is what a policy allows and the grants for it do not: docs/grants.md
// says why.
var exempt = map[string]map[string]string{
	"mysql": {"EXPLAIN SELECT a FROM w": "the server asks for rights on the tables beneath a view, which the policy does not name"},
	"postgres": {
		"ALTER TABLE t ADD c int": ownerOnly, "DROP TABLE t": ownerOnly, "CREATE INDEX i ON t (b)": ownerOnly, "REFRESH MATERIALIZED VIEW m": ownerOnly,
	},
}

const ownerOnly = "only the owner may"

func transactional(k sql.Kind) bool {
	switch k {
	case sql.KindCreate, sql.KindAlter, sql.KindDrop, sql.KindRename, sql.KindTruncate:
		return false
	}
	return true
}

var everyTable = map[string][]string{"mysql": {"t", "u", "n", "w", "x"}, "postgres": {"t", "u", "n", "w", "x", "m", "s"}}

// TestEachKind gives a login the rights for one kind of statement, and then
// those for all the kinds of which a server has no statement, or a door lets none
// pass, which open nothing.
func TestEachKind(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		statements := pool(t, w)
		one := func(name string, kinds []string) {
			t.Run(kind+"/"+name, func(t *testing.T) {
				w.t = t
				_, refused := enforce(t, w, statements, []rule{{kinds: kinds, tables: everyTable[kind], dangers: []string{"locking_read", "stored_code", "dynamic_sql"}}})
				if refused == 0 {
					t.Error("the server refused nothing")
				}
			})
		}
		var others []string
		for _, k := range sql.Kinds() {
			if slices.ContainsFunc(statements, func(st statement) bool { return slices.Contains(st.Kinds, k) }) {
				one(k.String(), []string{k.String()})
			} else {
				others = append(others, k.String())
			}
		}
		one("others", others)
	}
}

// TestRandomPolicies holds for any policy: what a rule allows runs at the
// server, and what no rule does is refused there, as far as grants can tell it
// apart.
func TestRandomPolicies(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		statements := pool(t, w)
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s/%d", kind, seed), func(t *testing.T) {
				w.t = t
				random := rand.New(rand.NewPCG(seed, 7))
				var rules []rule
				for range 1 + random.IntN(3) {
					r := rule{}
					for _, k := range sql.Kinds() {
						if random.IntN(4) == 0 && k != sql.KindFlush {
							r.kinds = append(r.kinds, k.String())
						}
					}
					for _, x := range everyTable[kind] {
						if random.IntN(2) == 0 {
							r.tables = append(r.tables, x)
						}
					}
					for _, d := range []string{"locking_read", "stored_code", "dynamic_sql"} {
						if random.IntN(2) == 0 {
							r.dangers = append(r.dangers, d)
						}
					}
					if len(r.kinds) > 0 && len(r.tables) > 0 {
						rules = append(rules, r)
					}
				}
				enforce(t, w, statements, rules)
			})
		}
	}
}
