package grants_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
)

// ask compares what the server has with what the rules need, as an
// administrator.
func (w *world) ask(rules string) []grants.Difference {
	w.t.Helper()
	target := w.target(rules)
	s, err := grants.Read(w.t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target, w.user, false)
	if err != nil {
		w.t.Fatal(err)
	}
	diffs, _ := grants.Diff(target, &target.Logins[0], s)
	return diffs
}

func texts(diffs []grants.Difference) (list []string) {
	for _, d := range diffs {
		list = append(list, string(d.Sort)+" "+d.What+" | "+d.Why+" | "+d.Mend)
	}
	return list
}

// drifts is what somebody may have done at a server beside what generate wrote,
// and what diff has to say of it. $U is the login, $D the database, $E the
// database as a pattern of itself.
var drifts = map[string][]struct {
	name, script string
	want         []string // parts of the differences, each in one
	byHand       bool     // mending is for a person
}{
	"mysql": {
		{"less", "REVOKE SELECT ON $D.t FROM $U", []string{"missing SELECT ON `$D`.`t`"}, false},
		{"another table", "GRANT SELECT, DELETE ON $D.u TO $U", []string{"excess SELECT, DELETE ON `$D`.`u`"}, false},
		{"a column", "GRANT INSERT (a), UPDATE (a, b) ON $D.u TO $U", []string{"excess INSERT (`a`), UPDATE (`a`, `b`) ON `$D`.`u`"}, false},
		{"the database", "GRANT SELECT ON `$E`.* TO $U; REVOKE SELECT ON $D.t FROM $U", []string{"excess SELECT ON `$E`.*", "wider SELECT ON `$D`.`t`"}, false},
		{"a pattern", "GRANT SELECT ON `d%`.* TO $U", []string{"excess SELECT ON `d%`.*"}, false},
		{"an underscore that is a wildcard", "GRANT SELECT ON $D.* TO $U", []string{"excess SELECT ON `$D`.*"}, false},
		{"everything", "GRANT ALL ON *.* TO $U WITH GRANT OPTION", []string{"excess ALL PRIVILEGES ON *.*", "excess GRANT OPTION ON *.*"}, false},
		{"everything of the database", "GRANT ALL ON `$E`.* TO $U", []string{"excess ALL PRIVILEGES ON `$E`.*"}, false},
		{"files", "GRANT FILE, PROCESS ON *.* TO $U", []string{"excess FILE, PROCESS ON *.*"}, false},
		{"to pass on", "GRANT SELECT ON $D.t TO $U WITH GRANT OPTION", []string{"excess GRANT OPTION ON `$D`.`t`"}, false},
		{"a routine", "GRANT EXECUTE ON PROCEDURE $D.p TO $U", []string{"excess EXECUTE ON PROCEDURE `$D`.`p`"}, false},
		{"a role", "CREATE ROLE r_$D; GRANT DELETE ON $D.t TO r_$D; GRANT r_$D TO $U; SET DEFAULT ROLE r_$D FOR $U", []string{"excess DELETE ON `$D`.`t` | through the role r_$D"}, false},
		{"a role of a role", "CREATE ROLE o_$D; CREATE ROLE i_$D; GRANT DELETE ON $D.t TO i_$D; GRANT i_$D TO o_$D; GRANT o_$D TO $U", []string{"excess DELETE ON `$D`.`t` | through the role o_$D"}, false},
		{"no TLS", "ALTER USER $U REQUIRE NONE", []string{"missing REQUIRE SSL"}, false},
		{"another host", "CREATE USER '$U'@'127.0.0.1' REQUIRE SSL; GRANT DROP ON $D.t TO '$U'@'127.0.0.1'", []string{"excess DROP ON `$D`.`t`", "missing SELECT, INSERT ON `$D`.`t`"}, false},
	},
	"postgres": {
		{"less", "REVOKE SELECT ON t FROM $U", []string{`missing SELECT ON "public"."t"`}, false},
		{"no way in", "REVOKE USAGE ON SCHEMA public FROM $U, PUBLIC", []string{`missing USAGE ON SCHEMA "public"`}, false},
		{"no sequence", "REVOKE USAGE ON SEQUENCE t_a_seq FROM $U", []string{`missing USAGE ON SEQUENCE "public"."t_a_seq"`}, false},
		{"another table", "GRANT SELECT, DELETE ON u TO $U", []string{`excess SELECT, DELETE ON "public"."u"`}, false},
		{"a column", "GRANT SELECT (a), UPDATE (a, b) ON u TO $U", []string{`excess SELECT ("a"), UPDATE ("a", "b") ON "public"."u"`}, false},
		{"a column and its table", "GRANT UPDATE (a) ON t TO $U; REVOKE SELECT ON t FROM $U; GRANT SELECT (a) ON t TO $U", []string{`excess UPDATE ("a") ON "public"."t"`, `missing SELECT ON "public"."t"`}, false},
		{"everybody", "GRANT SELECT ON u TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC", []string{`excess SELECT ON "public"."u" | everybody has it`, `excess CREATE ON SCHEMA "public" | everybody has it`}, false},
		{"the schema", "GRANT CREATE ON SCHEMA public TO $U", []string{`excess CREATE ON SCHEMA "public"`}, false},
		{"the database", "GRANT CREATE ON DATABASE $D TO $U", []string{`excess CREATE ON DATABASE "$D"`}, false},
		{"to pass on", "GRANT SELECT ON t TO $U WITH GRANT OPTION", []string{`excess GRANT OPTION ON "public"."t"`}, false},
		{"a routine", "GRANT EXECUTE ON FUNCTION f TO $U", []string{`excess EXECUTE ON ROUTINE "public".f(x integer)`}, false},
		{"a role", "CREATE ROLE r_$D; GRANT DELETE ON t TO r_$D; GRANT r_$D TO $U", []string{`excess DELETE ON "public"."t" | through the role r_$D`}, false},
		{"a role of a role", "CREATE ROLE o_$D; CREATE ROLE i_$D NOINHERIT; GRANT DELETE ON t TO i_$D; GRANT i_$D TO o_$D; GRANT o_$D TO $U", []string{`through the role o_$D`}, false},
		{"files", "GRANT pg_read_server_files TO $U", []string{"excess member of pg_read_server_files"}, false},
		{"powers", "ALTER ROLE $U CREATEROLE CREATEDB BYPASSRLS REPLICATION", []string{"excess CREATEROLE", "excess CREATEDB", "excess BYPASSRLS", "excess REPLICATION"}, false},
		{"superuser", "ALTER ROLE $U SUPERUSER", []string{"excess SUPERUSER"}, false},
		{"a powerful role", "CREATE ROLE r_$D SUPERUSER; GRANT r_$D TO $U", []string{"excess SUPERUSER through r_$D"}, false},
		{"an owner", "ALTER TABLE u OWNER TO $U", []string{`excess "public"."u", owned by $U | an owner can do all`}, true},
		{"what is to come", "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO $U", []string{`excess SELECT ON new TABLES IN SCHEMA "public"`}, false},
		{"what is to come for everybody", "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC", []string{`excess INSERT ON new TABLES |`}, false},
	},
}

const diffRules = "      - {who: shop, statements: [select, insert], tables: [t]}\n"

// TestDiff does to a server what may be done to it, wants it told, and then
// mends it by what diff printed.
func TestDiff(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		for _, d := range drifts[kind] {
			t.Run(kind+"/"+d.name, func(t *testing.T) {
				w.t = t
				w.fresh()
				names := strings.NewReplacer("$E", strings.ReplaceAll(w.db.Name, "_", `\_`), "$D", w.db.Name, "$U", w.user)
				w.lay()
				target := w.target(diffRules)
				_, catalogue, err := grants.Inspect(t.Context(), w.open(w.inst.RootUser, w.inst.RootPassword), target)
				if err != nil {
					t.Fatal(err)
				}
				if got := w.ask(diffRules); len(got) == 0 {
					t.Error("there is no such login, and there is no difference")
				}
				w.admin(w.generate(target, grants.Options{Catalogue: catalogue}))
				if got := w.ask(diffRules); len(got) != 0 {
					t.Fatalf("what generate wrote differs:\n%s", strings.Join(texts(got), "\n"))
				}
				t.Cleanup(w.dropRoles)
				w.admin(names.Replace(d.script))
				got := w.ask(diffRules)
				found := texts(got)
				for _, want := range d.want {
					if want = names.Replace(want); !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, want) }) {
						t.Errorf("no difference has %q:\n%s", want, strings.Join(found, "\n"))
					}
				}
				if len(got) != len(d.want) {
					t.Errorf("there are %d differences, want %d:\n%s", len(got), len(d.want), strings.Join(found, "\n"))
				}
				if d.byHand {
					return
				}
				for _, x := range got {
					w.admin(x.Mend)
				}
				if got := w.ask(diffRules); len(got) != 0 {
					t.Errorf("after mending there still is:\n%s\nmended by\n%s", strings.Join(texts(got), "\n"), strings.Join(found, "\n"))
				}
			})
		}
	}
}

// dropRoles drops what the scripts of drifts make beside the login.
func (w *world) dropRoles() {
	for _, r := range []string{"r_", "o_", "i_"} {
		if w.kind == "mysql" {
			w.admin("DROP ROLE IF EXISTS " + r + w.db.Name + "; DROP USER IF EXISTS '" + w.user + "'@'127.0.0.1'")
		} else {
			w.admin("DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '" + r + w.db.Name + "') THEN DROP OWNED BY " + r + w.db.Name + "; DROP ROLE " + r + w.db.Name + "; END IF; END $$")
		}
	}
}
