package grants_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/grants/connect"
)

// weak is what somebody may have done, and the finding it is to make, seen by
// the login itself.
var weak = map[string][]struct{ name, script, want string }{
	"mysql": {
		{"everything", "GRANT ALL ON *.* TO $U", "GR101 ALL PRIVILEGES ON *.*"},
		{"super", "GRANT SUPER ON *.* TO $U", "GR101 SUPER ON *.*"},
		{"files", "GRANT FILE ON *.* TO $U", "GR102 FILE ON *.*"},
		{"to pass on", "GRANT SELECT ON $D.t TO $U WITH GRANT OPTION", "GR103 GRANT OPTION ON `$D`.`t`"},
		{"users", "GRANT CREATE USER ON *.* TO $U", "GR103 CREATE USER ON *.*"},
		{"processes", "GRANT PROCESS ON *.* TO $U", "GR104 PROCESS ON *.*"},
		{"a right", "GRANT DELETE ON $D.t TO $U", "GR106 DELETE ON `$D`.`t`"},
		{"one less", "REVOKE INSERT ON $D.t FROM $U", "GR108 it has no INSERT ON `$D`.`t`"},
		{"anonymous", "CREATE USER ''@'198.51.100.1'; GRANT SELECT ON mysql.* TO $U", "GR201 an anonymous account at 198.51.100.1"},
		{"no password", "CREATE USER 'n_$D'@'198.51.100.1'; GRANT SELECT ON mysql.* TO $U", "GR202 the account n_$D at 198.51.100.1 has no password"},
		{"a role that is active", "CREATE ROLE r_$D; GRANT DELETE ON $D.t TO r_$D; GRANT r_$D TO $U; SET DEFAULT ROLE r_$D FOR $U", "GR106 DELETE ON `$D`.`t`: through the role r_$D"},
		{"another at any host", "CREATE USER 'n_$D'@'%' IDENTIFIED BY 'x'; GRANT SELECT ON mysql.* TO $U", "GR203 the account n_$D is let in from every host"},
		{"any host", "", "GR203 the account is let in from every host"},
		{"no TLS", "ALTER USER $U REQUIRE NONE", "GR204 the account is let in without TLS"},
		{"infile", "SET GLOBAL local_infile = ON", "GR301 local_infile is on"},
		{"no folder", "", "GR302 secure_file_priv names no folder"},
		{"unseen", "", "GR901 other accounts (anonymous ones, those without a password) cannot be seen"},
	},
	"postgres": {
		{"superuser", "ALTER ROLE $U SUPERUSER", "GR101 SUPERUSER"},
		{"files", "GRANT pg_execute_server_program TO $U", "GR102 member of pg_execute_server_program"},
		{"roles", "ALTER ROLE $U CREATEROLE", "GR103 CREATEROLE"},
		{"rows", "ALTER ROLE $U BYPASSRLS", "GR104 BYPASSRLS"},
		{"everybody's data", "GRANT pg_write_all_data TO $U", "GR105 member of pg_write_all_data"},
		{"a right", "GRANT DELETE ON t TO $U", `GR106 DELETE ON "public"."t"`},
		{"an owner", "ALTER TABLE u OWNER TO $U", `GR107 "public"."u", owned by $U`},
		{"one less", "REVOKE SELECT ON t FROM $U", `GR108 it has no SELECT ON "public"."t"`},
		{"no TLS", "ALTER ROLE $U SUPERUSER", "GR204 line "},
		{"unlogged", "", "GR303 log_connections is off"},
		{"weak", "ALTER ROLE $U SET password_encryption = 'md5'", "GR304 password_encryption is md5"},
		{"kept weak", "ALTER ROLE $U SUPERUSER; SET password_encryption = 'md5'; CREATE ROLE r_$D LOGIN PASSWORD 'x'", "GR304 the password of r_$D is kept as md5"},
		{"temporary tables", "GRANT TEMPORARY ON DATABASE $D TO PUBLIC", "GR305 everybody may make temporary tables"},
		{"unseen", "", "GR901 pg_hba.conf"},
	},
}

// TestVerify sees as the login what was done, and does not without it.
func TestVerify(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		w := newWorld(t, kind)
		for _, c := range weak[kind] {
			t.Run(kind+"/"+c.name, func(t *testing.T) {
				w.t = t
				w.fresh()
				names := strings.NewReplacer("$D", w.db.Name, "$U", w.user)
				w.lay()
				t.Cleanup(func() {
					w.dropRoles()
					if kind == "mysql" {
						w.admin("DROP USER IF EXISTS ''@'198.51.100.1', 'n_" + w.db.Name + "'@'198.51.100.1', 'n_" + w.db.Name + "'; SET GLOBAL local_infile = OFF")
					}
				})
				if kind == "mysql" {
					w.admin("SET GLOBAL local_infile = OFF")
				}
				w.admin(w.generate(w.target(diffRules), grants.Options{}))
				want := names.Replace(c.want)
				if before := w.verify(); c.script != "" && strings.Contains(before, want) {
					t.Errorf("%q is found before it is done:\n%s", want, before)
				}
				if c.script != "" {
					w.admin(names.Replace(c.script))
				}
				if found := w.verify(); !strings.Contains(found, want) {
					t.Errorf("%q is not found:\n%s", want, found)
				}
				if c.name == "infile" {
					target := w.target(diffRules + "    local-infile: allow\n")
					if found := w.verifyOf(target, nil); strings.Contains(found, "GR301") {
						t.Errorf("a door lets files pass, and it is found:\n%s", found)
					}
				}
			})
		}
	}
}

// verify is the findings, a line each, as the login sees them.
func (w *world) verify() string {
	w.t.Helper()
	return w.verifyWith(nil)
}

// verifyWith is verify where an administrator is asked too.
func (w *world) verifyWith(admin grants.Querier) string {
	w.t.Helper()
	return w.verifyOf(w.target(diffRules), admin)
}

// verifyOf is verifyWith of another target.
func (w *world) verifyOf(target *grants.Target, admin grants.Querier) string {
	w.t.Helper()
	conn := w.open(w.user, loginPassword)
	found, err := grants.Verify(w.t.Context(), conn, admin, target, &target.Logins[0])
	if err != nil {
		w.t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, string(f.Code)+" "+f.What)
	}
	return strings.Join(lines, "\n")
}

// TestClearAndTrust: a session without TLS, and a line of pg_hba.conf that
// asks for nothing.
func TestClearAndTrust(t *testing.T) {
	w := newWorld(t, "postgres")
	w.lay()
	target := w.target(diffRules)
	w.admin(w.generate(target, grants.Options{}) + "ALTER ROLE " + w.user + " SUPERUSER")
	if found := w.verify(); strings.Contains(found, "GR205") || strings.Contains(found, "GR206") {
		t.Errorf("found before it is so:\n%s", found)
	}
	file := filepath.Join(w.inst.Dir, "data", "pg_hba.conf")
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(file, kept, 0o600); err != nil {
			t.Error(err)
		}
	})
	// The server reads the file for the view, and is not told to go by it.
	if err := os.WriteFile(file, append(slices.Clone(kept), "hostssl none none 198.51.100.1/32 trust\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	conn, err := connect.Open(t.Context(), "postgres", connect.Config{
		User: w.user, Password: loginPassword, Database: w.db.Name, Host: w.inst.Addr,
		Dial: func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", w.inst.Addr)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	found, err := grants.Verify(t.Context(), conn, nil, target, &target.Logins[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []grants.Code{grants.CodeClear, grants.CodeTrust} {
		if !slices.ContainsFunc(found, func(f grants.Finding) bool { return f.Code == code }) {
			t.Errorf("there is no %s in %v", code, found)
		}
	}
}
