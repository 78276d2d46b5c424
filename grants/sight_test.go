package grants_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/mysql"
)

// sightRules let the app reach, by a login of its own, a column of one table, a
// view of a view, and all of another database; the door's own login is no app's.
const sightRules = `      - {who: shop, statements: [select], tables: [t, outer_v, $D_b.*], columns: [t.b], login: app}
    logins: {app: {user: $U_app, password: env:LOGIN_PASSWORD}}
`

const sightTables = `CREATE TABLE base (a int, b int);
CREATE VIEW inner_v AS SELECT a, b AS c FROM base;
CREATE VIEW outer_v AS SELECT c FROM inner_v;
CREATE TABLE $D_b.far (a int);
CREATE VIEW $D_b.far_v AS SELECT a FROM $D_b.far;`

// sightWorld has the tables of sightTables, and what the policy says of them.
func sightWorld(t *testing.T) (*world, *strings.Replacer, []grants.Target) {
	w := newWorld(t, "mysql")
	names := strings.NewReplacer("$E", strings.ReplaceAll(w.db.Name+"_b", "_", `\_`), "$D", w.db.Name, "$U", w.user)
	w.lay()
	w.admin(names.Replace("CREATE DATABASE $D_b;" + sightTables))
	t.Cleanup(func() {
		w.admin(names.Replace("DROP VIEW outer_v, inner_v; DROP TABLE base; DROP DATABASE $D_b; DROP USER IF EXISTS $U_app; DROP ROLE IF EXISTS r_$D"))
	})
	return w, names, grants.Targets(w.policy(names.Replace(sightRules)))
}

// TestTheDoorSees: what generate gives the door's own login shows it what the
// apps' rules reach, and lets it read none of it but the views.
func TestTheDoorSees(t *testing.T) {
	w, names, targets := sightWorld(t)
	target := &targets[0]
	_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
	if err != nil {
		t.Fatal(err)
	}
	script := w.generate(target, grants.Options{Catalogue: catalogue})
	w.admin(script)
	of := map[string]sql.Relation{}
	for _, r := range w.catalogue().Relations {
		of[strings.TrimPrefix(r.Schema, w.db.Name)+"."+r.Name] = r
	}
	for name, columns := range map[string]string{".t": "a b", ".base": "a b", "_b.far": "a", ".inner_v": "a c", ".outer_v": "c", "_b.far_v": "a"} {
		r, ok := of[name]
		if !ok || r.Partial || strings.HasSuffix(name, "_v") != (r.Kind == sql.RelationView) {
			t.Errorf("%s: shown is %v, in part %v, %v\n%s", name, ok, r.Partial, r.Kind, script)
		}
		if r.Kind == sql.RelationView && r.Query == nil {
			t.Errorf("what %s computes is not shown\n%s", name, script)
		}
		if strings.Join(r.Columns, " ") != columns {
			t.Errorf("%s has the columns %v, want %s", name, r.Columns, columns)
		}
	}
	if _, ok := of[".u"]; ok {
		t.Error("the door sees u, which no rule reaches")
	}
	for _, statement := range []string{"SELECT b FROM t", "SELECT a FROM base", "SELECT a FROM $D_b.far", "INSERT INTO t VALUES (9, 9)", "DROP TABLE t"} {
		if err := w.login(names.Replace(statement)); err == nil || !denied(err) {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if found := w.sees(target); found != "" {
		t.Errorf("there is nothing to find:\n%s", found)
	}
	for i := range target.Logins {
		s, err := grants.Read(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target, target.Logins[i].User, false)
		if err != nil {
			t.Fatal(err)
		}
		if diffs, _ := grants.Diff(target, &target.Logins[i], s); len(diffs) > 0 {
			t.Errorf("what generate wrote differs:\n%s", strings.Join(texts(diffs), "\n"))
		}
	}
}

// TestWhatTheDoorDoesNotSee is told by verify, each in its way, and mended by
// what diff prints.
func TestWhatTheDoorDoesNotSee(t *testing.T) {
	w, names, targets := sightWorld(t)
	target := &targets[0]
	_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
	if err != nil {
		t.Fatal(err)
	}
	w.admin(w.generate(target, grants.Options{Catalogue: catalogue}))
	for _, tt := range []struct{ script, undo, want string }{
		{"REVOKE REFERENCES ON t FROM $U", "", "GR109 `$D`.`t` is not shown to the door, or is not there"},
		{"REVOKE REFERENCES ON t FROM $U; GRANT SELECT (b) ON t TO $U", "REVOKE SELECT (b) ON t FROM $U", "GR109 of `$D`.`t` the door may see some columns only"},
		{"REVOKE REFERENCES ON t FROM $U; CREATE ROLE r_$D; GRANT SELECT ON t TO r_$D; GRANT r_$D TO $U; SET DEFAULT ROLE r_$D FOR $U", "DROP ROLE r_$D", "GR109 `$D`.`t` is shown to the door by a role alone, which does not tell it that it sees all columns"},
		{"REVOKE SHOW VIEW ON outer_v FROM $U", "", "GR109 what the view `$D`.`outer_v` computes is not shown to the door: it wants SELECT and SHOW VIEW"},
		{"REVOKE REFERENCES ON `$E`.* FROM $U", "", "GR109 of `$E`.* the door may see some columns only\nGR109 `$D_b`.`far` is not shown to the door, or is not there"},
	} {
		w.admin(names.Replace(tt.script))
		if found := w.sees(target); found != names.Replace(tt.want) {
			t.Errorf("%s: found\n%s\nwant %s", tt.script, found, names.Replace(tt.want))
		}
		if tt.undo != "" {
			w.admin(names.Replace(tt.undo))
		}
		s, err := grants.Read(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target, w.user, false)
		if err != nil {
			t.Fatal(err)
		}
		diffs, _ := grants.Diff(target, &target.Logins[0], s)
		for _, d := range diffs {
			w.admin(d.Mend)
		}
		if found := w.sees(target); found != "" {
			t.Errorf("%s: after mending there still is\n%s", tt.script, found)
		}
	}
}

// TestWithoutAServerViewsAreNotKnown: then generate says what is left to do.
func TestWithoutAServerViewsAreNotKnown(t *testing.T) {
	w := newWorld(t, "mysql")
	rules := fmt.Sprintf("      - {who: shop, statements: [select], tables: [t, u], columns: [t.b], login: app}\n    logins: {app: {user: %s_app, password: env:LOGIN_PASSWORD}}\n", w.user)
	targets := grants.Targets(w.policy(rules))
	script := w.generate(&targets[0], grants.Options{})
	for _, want := range []string{"GRANT REFERENCES ON `" + w.db.Name + "`.`t` TO '" + w.user + "'@", "GRANT REFERENCES ON `" + w.db.Name + "`.`u` TO '" + w.user + "'@", "(to see its columns)", "--from-server finds them"} {
		if !strings.Contains(script, want) {
			t.Errorf("there is no %q in\n%s", want, script)
		}
	}
	if without := grants.Targets(w.policy(strings.Replace(rules, "columns: [t.b], ", "", 1))); strings.Contains(w.generate(&without[0], grants.Options{}), "REFERENCES") {
		t.Error("a door that looks at no columns reads no catalogue")
	}
}

// catalogue is what the door's own login is shown.
func (w *world) catalogue() *sql.Catalogue {
	w.t.Helper()
	conn := w.open(w.user, loginPassword)
	version, err := conn.Rows(w.t.Context(), "SELECT VERSION()")
	if err != nil {
		w.t.Fatal(err)
	}
	reader := mysql.NewCatalogueReader(version[0][0])
	for i, q := range mysql.CatalogueQueries() {
		rows, err := conn.Rows(w.t.Context(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, row := range rows {
			cells := make([][]byte, len(row))
			for j, s := range row {
				cells[j] = []byte(s)
			}
			if err := reader.Add(i, cells); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return reader.Catalogue()
}

// sees is what verify finds of the door's sight, a line each.
func (w *world) sees(target *grants.Target) string {
	w.t.Helper()
	found, err := grants.Verify(w.t.Context(), w.open(w.user, loginPassword), nil, target, &target.Logins[0])
	if err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		if f.Code == grants.CodeSees || f.Code == grants.CodeLacks {
			lines = append(lines, string(f.Code)+" "+f.What)
		}
	}
	return strings.Join(lines, "\n")
}
