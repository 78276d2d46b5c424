package grants_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
)

// TestColumnsOfRules: what a rule lists of a table is what its login can use of
// it, and what generate writes is what diff wants.
func TestColumnsOfRules(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		w.lay()
		rules := "      - {who: shop, statements: [select, insert, update, delete, create, alter, lock], tables: [t, u, w], columns: [t.b, u.*]}\n"
		target := w.target(rules)
		_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
		if err != nil {
			t.Fatal(err)
		}
		script := w.generate(target, grants.Options{Catalogue: catalogue})
		w.admin(script)
		for statement, want := range map[string]bool{
			"SELECT b FROM t WHERE b = 1": true, "SELECT a FROM t": false, "SELECT * FROM t": false, "SELECT 1 FROM t WHERE a = 1": false,
			"UPDATE t SET b = 2 WHERE b = 1": true, "UPDATE t SET a = 2": false, "UPDATE t SET b = 2 WHERE a = 1": false,
			"DELETE FROM t WHERE b = 7": true, "DELETE FROM t WHERE a = 7": false, "INSERT INTO t (a, b) VALUES (7, 7)": false,
			"SELECT a, b FROM u": true, "INSERT INTO u VALUES (8, 8)": true, "SELECT a FROM w": true,
			"SELECT t.b FROM t JOIN u ON t.b = u.b": true, "SELECT t.b FROM t JOIN u ON t.a = u.a": false,
		} {
			if err := w.login(statement); (err == nil) != want || err != nil && !denied(err) {
				t.Errorf("%s: %s: %v, want it to run: %t\n%s", kind, statement, err, want, script)
			}
		}
		if strings.Contains(script, "ALTER ON `"+w.db.Name+"`.`t`") || !strings.Contains(script, "`lock` wants SELECT on all of t") {
			t.Errorf("%s: rights beyond the columns:\n%s", kind, script)
		}
		var wrong []string
		for _, d := range w.ask(rules) {
			if !strings.Contains(d.What, "SEQUENCE") {
				wrong = append(wrong, d.What)
			}
		}
		if len(wrong) > 0 {
			t.Errorf("%s: what generate wrote differs: %q", kind, wrong)
		}
		w.admin("GRANT SELECT ON t TO " + w.user)
		if told := strings.Join(texts(w.ask(rules)), "\n"); !strings.Contains(told, "excess SELECT ON") {
			t.Errorf("%s: the whole table is not too much: %s", kind, told)
		}
	}
}

// TestColumnsByWhatTheyName: as in Match, a table without its schema is the
// home's, and one of which nothing is listed, or everything, is not narrowed.
func TestColumnsByWhatTheyName(t *testing.T) {
	for _, tt := range []struct{ kind, rule, want string }{
		{"mysql", "tables: [t, u], columns: [t.a, T.b]", "t(a b) u()"},
		{"mysql", "tables: [t], columns: [elsewhere.t.a]", "t()"},
		{"mysql", "tables: [t, elsewhere.t], columns: [t.a, elsewhere.t.b, elsewhere.t.c]", "t(a) elsewhere.t(b c)"},
		{"mysql", "tables: [t], columns: [t.a, t.*]", "t()"},
		{"mysql", "tables: ['*', t], columns: [t.a]", "t(a) *() unkept t.a"},
		{"mysql", "statements: [select], columns: [t.a]", "() unkept t.a"},
		{"postgres", "tables: [t, public.u], columns: [public.t.a, u.b]", "t(a) public.u(b)"},
		{"postgres", "tables: [t, sales.t], columns: [t.a]", "t(a) sales.t()"},
		{"postgres", "tables: [t], columns: [T.a]", "t()"},
	} {
		w := newWorld(t, tt.kind)
		var got []string
		for _, n := range w.target("      - {who: shop, " + tt.rule + "}\n").Logins[0].Needs {
			text := strings.Join(n.Tables, " ") + "(" + strings.Join(n.Columns, " ") + ")"
			if len(n.Unkept) > 0 {
				text += " unkept " + strings.Join(n.Unkept, " ")
			}
			got = append(got, text)
		}
		if told := strings.Join(got, " "); told != tt.want {
			t.Errorf("%s: %s: %s, want %s", tt.kind, tt.rule, told, tt.want)
		}
	}
}
