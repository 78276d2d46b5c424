package grants_test

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/grants"
)

// TestVerifyAsAdministrator: what the login may not see is asked of an
// administrator, who finds the accounts that let anybody in and passes over those
// that are locked.
func TestVerifyAsAdministrator(t *testing.T) {
	w := newWorld(t, "mysql")
	w.lay()
	target := w.target(diffRules)
	w.admin(w.generate(target, grants.Options{}))
	names := strings.NewReplacer("$D", w.db.Name)
	t.Cleanup(func() {
		w.admin(names.Replace("DROP USER IF EXISTS ''@'198.51.100.1', ''@'198.51.100.2', 'n_$D'@'198.51.100.1', 'l_$D'@'198.51.100.1', 'l_$D'"))
	})
	w.admin(names.Replace("CREATE USER ''@'198.51.100.1'; CREATE USER ''@'198.51.100.2' ACCOUNT LOCK; CREATE USER 'n_$D'@'198.51.100.1'; CREATE USER 'l_$D'@'198.51.100.1' ACCOUNT LOCK; CREATE USER 'l_$D' IDENTIFIED BY 'x' ACCOUNT LOCK"))
	if found := w.verify(); !strings.Contains(found, "GR901 other accounts") || strings.Contains(found, "GR201") {
		t.Errorf("the login sees\n%s", found)
	}
	found := w.verifyWith(w.open(w.inst.RootUser, w.inst.RootPassword))
	for _, want := range []string{"GR201 an anonymous account at 198.51.100.1", "GR202 the account n_$D at 198.51.100.1 has no password"} {
		if !strings.Contains(found, names.Replace(want)) {
			t.Errorf("%s is not found:\n%s", want, found)
		}
	}
	for _, not := range []string{"GR901", "198.51.100.2", "l_$D", "mariadb.sys"} {
		if strings.Contains(found, names.Replace(not)) {
			t.Errorf("%s is found:\n%s", not, found)
		}
	}
}

// TestVerifyAsAdministratorOfPostgres: pg_hba.conf is read by who may.
func TestVerifyAsAdministratorOfPostgres(t *testing.T) {
	w := newWorld(t, "postgres")
	w.lay()
	w.admin(w.generate(w.target(diffRules), grants.Options{}))
	if found := w.verify(); !strings.Contains(found, "GR901 pg_hba.conf") {
		t.Errorf("the login sees\n%s", found)
	}
	if found := w.verifyWith(w.open(w.inst.RootUser, w.inst.RootPassword)); strings.Contains(found, "GR901") {
		t.Errorf("the administrator does not see\n%s", found)
	}
}
