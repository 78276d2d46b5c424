package grants_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/policy"
)

// TestColumns gives rights on columns alone.
func TestColumns(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		w.lay()
		target := w.target("      - {who: shop, statements: [select, insert, update], tables: [t]}\n")
		need := &target.Logins[0].Needs[0]
		need.Columns = []string{"b"}
		w.admin(w.generate(target, grants.Options{}))
		for statement, want := range map[string]bool{
			"SELECT b FROM t": true, "SELECT a FROM t": false, "SELECT * FROM t": false, "SELECT 1 FROM t WHERE a = 1": false,
			"UPDATE t SET b = 2": true, "UPDATE t SET a = 2": false, "UPDATE t SET b = 2 WHERE a = 1": false, "INSERT INTO t (a, b) VALUES (7, 7)": false,
		} {
			if err := w.login(statement); (err == nil) != want || err != nil && !denied(err) {
				t.Errorf("%s: %s: %v, want it to run: %t", kind, statement, err, want)
			}
		}
		s, err := grants.Read(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target, w.user, false)
		if err != nil {
			t.Fatal(err)
		}
		diffs, _ := grants.Diff(target, &target.Logins[0], s)
		diffs = slices.DeleteFunc(diffs, func(d grants.Difference) bool { return strings.Contains(d.What, "SEQUENCE") })
		if len(diffs) > 0 {
			t.Errorf("%s: what generate wrote differs:\n%s", kind, strings.Join(texts(diffs), "\n"))
		}
	}
}

// TestNamesAreNames has names that would end a quote or a comment, were they
// not quoted.
func TestNamesAreNames(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		nasty := "t`\"'\\\nDROP TABLE u; --"
		quote := func(name string) string {
			if kind == "postgres" {
				return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
			}
			return "`" + strings.ReplaceAll(name, "`", "``") + "`"
		}
		w.lay()
		w.admin("CREATE TABLE " + quote(nasty) + " (a int)")
		user := "x`\"'\\\n" + w.user
		target := w.target("      - {who: shop, statements: [select], tables: [t]}\n")
		target.Logins[0].User = user
		target.Logins[0].Needs[0].Tables = []string{nasty}
		var script strings.Builder
		if err := grants.Write(&script, target, w.server(), grants.Options{}); err != nil {
			t.Fatal(err)
		}
		w.admin(script.String())
		w.admin(script.String()) // once more: nothing is in the way of what is there
		text := strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(user)
		if kind == "postgres" {
			w.admin("ALTER ROLE " + quote(user) + " PASSWORD '" + loginPassword + "'")
			t.Cleanup(func() { w.admin("DROP OWNED BY " + quote(user) + "; DROP ROLE " + quote(user)) })
		} else {
			w.admin("ALTER USER '" + text + "'@'%' IDENTIFIED BY '" + loginPassword + "' ACCOUNT UNLOCK")
			t.Cleanup(func() { w.admin("DROP USER '" + text + "'@'%'") })
		}
		of := w.db.Name
		if kind == "postgres" {
			of = "public"
		}
		if _, err := w.open(user, loginPassword).Rows(t.Context(), "SELECT a FROM "+quote(of)+"."+quote(nasty)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		s, err := grants.Read(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target, user, false)
		if err != nil {
			t.Fatal(err)
		}
		if diffs, _ := grants.Diff(target, &target.Logins[0], s); len(diffs) > 0 {
			t.Errorf("%s: what generate wrote differs:\n%s", kind, strings.Join(texts(diffs), "\n"))
		}
		if err := w.run(w.inst.RootUser, w.inst.RootPassword, "SELECT 1 FROM u", true); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// TestNobodyLogsInYet: an account that is made has no password that works, and
// an empty one does not either.
func TestNobodyLogsInYet(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		w.lay()
		var script strings.Builder
		if err := grants.Write(&script, w.target(diffRules), w.server(), grants.Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(script.String(), loginPassword) {
			t.Errorf("%s: the SQL holds the password:\n%s", kind, script.String())
		}
		w.admin(script.String())
		for _, password := range []string{"", "invalid", loginPassword} {
			if err := w.run(w.user, password, "SELECT 1", false); err == nil {
				t.Errorf("%s: the password %q lets in", kind, password)
			}
		}
		if kind == "mysql" { // not even unlocked
			w.admin("ALTER USER " + w.user + " ACCOUNT UNLOCK")
			for _, password := range []string{"", "invalid"} {
				if err := w.run(w.user, password, "SELECT 1", false); err == nil {
					t.Errorf("%s: unlocked, the password %q lets in", kind, password)
				}
			}
		}
	}
}

// TestNotDerived: dangers beyond tables get a comment and no right.
func TestNotDerived(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		with := w.target("      - {who: shop, statements: [select], tables: [t], dangers: [file, admin, network, sessions]}\n")
		without := w.target("      - {who: shop, statements: [select], tables: [t]}\n")
		a := grants.Derive(with, &with.Logins[0], w.server(), nil)
		b := grants.Derive(without, &without.Logins[0], w.server(), nil)
		if fmt.Sprint(a.Rights) != fmt.Sprint(b.Rights) || len(a.Notes) != len(b.Notes)+4 {
			t.Errorf("%s: with the dangers %+v, without %+v", kind, a, b)
		}
	}
}

// TestMaintainSince17 has the right that PostgreSQL has since version 17.
func TestMaintainSince17(t *testing.T) {
	w := newWorld(t, "postgres")
	target := w.target("      - {who: shop, statements: [maintain], tables: [t]}\n")
	for major, want := range map[int]bool{0: false, 16: false, 17: true} {
		d := grants.Derive(target, &target.Logins[0], grants.Server{Flavour: grants.Postgres, Major: major}, nil)
		has := slices.ContainsFunc(d.Rights, func(r grants.Wanted) bool { return r.Privilege == "MAINTAIN" })
		if has != want || len(d.Notes) > 0 == want {
			t.Errorf("version %d: %+v, want MAINTAIN %t", major, d, want)
		}
	}
}

const twoDoors = `version: 1
apps: {shop: {proof: [password], password: env:A}, back: {proof: [password], password: env:B}}
hosts:
  one: {name: db.example.com, port: 3306}
  same: {name: db.example.com, port: 3306}
  pg: {name: db.example.com, port: 5432}
doors:
  - {name: a, kind: mysql, listen: "127.0.0.1:3307", tls: optional, to: one, login: {user: shop, password: env:A}, database: d,
     logins: {other: {user: back, password: env:A}}, allow: [{who: shop, statements: [select], tables: [t]}, {who: back, login: other, statements: [delete], tables: [t]}]}
  - {name: b, kind: mysql, listen: "127.0.0.1:3308", tls: optional, to: same, login: {user: shop, password: env:A}, allow: [{who: shop, statements: [insert], tables: [t]}]}
  - {name: c, kind: postgres, listen: "127.0.0.1:5433", tls: optional, to: pg, login: {user: shop, password: env:A}, database: x, allow: [{who: shop, tables: [t]}]}
  - {name: d, kind: postgres, listen: "127.0.0.1:5434", tls: optional, to: pg, login: {user: shop, password: env:A}, database: z, allow: [{who: shop, tables: [t]}]}
`

type anySecret struct{ files }

func (anySecret) Env(name string) (string, bool) { return "secret-of-" + name + "-in-tests", true }

// TestTargets: doors to one server share its logins; another database of a
// PostgreSQL is another target.
func TestTargets(t *testing.T) {
	p, diags := policy.Parse("policy.yaml", []byte(twoDoors), policy.Vocabulary{Doors: []string{"mysql", "postgres"}}, anySecret{})
	if p == nil {
		t.Fatal(diags)
	}
	var got []string
	for _, target := range grants.Targets(p) {
		for _, l := range target.Logins {
			kinds := 0
			for _, n := range l.Needs {
				kinds += len(n.Kinds)
			}
			got = append(got, fmt.Sprint(target.Kind, target.Database, target.Doors, l.User, l.Doors, len(l.Needs), kinds))
		}
	}
	want := []string{"mysql [a b] back [a] 1 1", "mysql [a b] shop [a b] 2 2", "postgresx [c] shop [c] 1 0", "postgresz [d] shop [d] 1 0"}
	norm := func(s string) string { return strings.ReplaceAll(s, " ", "") }
	for i := range want {
		if i >= len(got) || norm(got[i]) != norm(want[i]) {
			t.Fatalf("targets are %q, want %q", got, want)
		}
	}
	// b names no database, so its table is nobody's to grant on.
	shop := grants.Targets(p)[0]
	d := grants.Derive(&shop, &shop.Logins[1], grants.Default("mysql"), nil)
	if len(d.Rights) != 1 || d.Rights[0].Privilege != "SELECT" || len(d.Notes) != 1 {
		t.Errorf("the rights are %+v, want SELECT and a note", d)
	}
}

func TestParseServer(t *testing.T) {
	for word, want := range map[string]string{
		"mysql": "MySQL", "mysql:8.0": "MySQL 8.0", "mariadb:10.11.6": "MariaDB 10.11", "postgres 15": "PostgreSQL 15", "postgres:17.2": "PostgreSQL 17",
		"": "", "oracle": "", "postgres:": "", "postgres:x": "", "mysql:99999": "", "Postgres": "",
	} {
		s, err := grants.ParseServer(word)
		if (err == nil) != (want != "") || err == nil && s.String() != want {
			t.Errorf("%q is %v, %v; want %q", word, s, err, want)
		}
	}
}

// TestSequences: a sequence that a rule names has its own rights, which stand
// for the select and the insert that nextval() and setval() count as.
func TestSequences(t *testing.T) {
	w := newWorld(t, "postgres")
	w.lay()
	target := w.target("      - {who: shop, statements: [select, insert], tables: [s]}\n")
	_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
	if err != nil {
		t.Fatal(err)
	}
	w.admin(w.generate(target, grants.Options{Catalogue: catalogue}))
	for _, statement := range []string{"SELECT nextval('s')", "SELECT setval('s', 7)", "SELECT last_value FROM s"} {
		if err := w.login(statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// TestEverySchema: `*` is what the server has, its own schemas left out, and
// without a server what the policy names.
func TestEverySchema(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		w.lay()
		other := "other_" + w.db.Name
		w.admin("CREATE SCHEMA " + other + "; CREATE TABLE " + other + ".o (a int)")
		if kind == "mysql" {
			t.Cleanup(func() { w.admin("DROP SCHEMA " + other) })
		}
		target := w.target("      - {who: shop, statements: [select], tables: ['*']}\n")
		_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*grants.Catalogue{nil, catalogue} {
			w.fresh()
			w.admin(w.generate(target, grants.Options{Catalogue: c}))
			for statement, want := range map[string]bool{"SELECT a FROM t": true, "SELECT a FROM " + other + ".o": c != nil} {
				if err := w.login(statement); denied(err) == want {
					t.Errorf("%s: %s: %v, want it to run: %t", kind, statement, err, want)
				}
			}
		}
		secret := map[string]string{"mysql": "SELECT User FROM mysql.global_priv", "postgres": "SELECT rolpassword FROM pg_authid"}[kind]
		if err := w.login(secret); !denied(err) {
			t.Errorf("%s: %s: %v", kind, secret, err)
		}
	}
}

// TestSessionsOnlyRead: what asks a server changes nothing there.
func TestSessionsOnlyRead(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		w.lay()
		of := map[string]string{"mysql": w.db.Name, "postgres": "public"}[kind]
		if _, err := w.open(w.inst.RootUser, w.inst.RootPassword).Rows(t.Context(), "DELETE FROM "+of+".t"); err == nil {
			t.Errorf("%s: an administrator's session deleted rows", kind)
		}
	}
}
