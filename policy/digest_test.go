package policy

import (
	"strings"
	"testing"
)

// TestDigest changes one thing at a time.
func TestDigest(t *testing.T) {
	base := mustParse(t, matchPolicy)
	src := testSource(t)
	load := func(text string, src Source) *Policy {
		t.Helper()
		p, ds := Parse("elsewhere/other-name.yaml", []byte(text), testVocabulary(), src)
		if p == nil {
			t.Fatal(ds)
		}
		return p
	}
	env := func(name, value string) memory {
		s := testSource(t)
		s.env[name] = value
		return s
	}
	files := func(name, value string) memory {
		s := testSource(t)
		s.files = map[string]string{}
		for k, v := range testSource(t).files {
			s.files[k] = v
		}
		s.files[name] = value
		return s
	}
	swap := func(old, new string) string {
		t.Helper()
		if !strings.Contains(matchPolicy, old) {
			t.Fatalf("%q is not in the policy", old)
		}
		return strings.Replace(matchPolicy, old, new, 1)
	}
	apps := []string{
		"  colours: {proof: [password], password: env:COLOURS_DOOR_PASSWORD, addresses: [10.0.3.0/24]}\n",
		"  report: {proof: [password], password: env:COLOURS_DOOR_PASSWORD_NEW}\n",
	}
	for _, tt := range []struct {
		name               string
		p                  *Policy
		sameDigest, sameDB bool
	}{
		{"another folder and name", load(matchPolicy, src), true, true},
		{"a comment and blanks", load("# hello\n\n"+matchPolicy, src), true, true},
		{"a default that is written out", load(swap("    to: main-db\n", "    to: main-db\n    mode: enforce\n    audit: spool\n"), src), true, true},
		{"the order of names", load(swap(apps[0]+apps[1], apps[1]+apps[0]), src), true, true},
		{"a secret's value", load(matchPolicy, env("COLOURS_DB_PASSWORD", "a new password at the database")), true, false},
		{"a secret's reference", load(swap("env:COLOURS_DB_PASSWORD", "file:secret.txt"), src), false, false},
		{"an app's password", load(matchPolicy, env("COLOURS_DOOR_PASSWORD", "a new password at the door")), true, true},
		{"a file that it names", load(matchPolicy, files("partner-a.sha256", strings.Repeat("cd", 32))), false, true},
		{"a rule", load(swap("rows: 500", "rows: 501"), src), false, true},
		{"a limit of nothing is not no limit", load(swap(", rows: 500", ", rows: 0"), src), false, true},
		{"the mode", load(swap("    to: main-db\n", "    to: main-db\n    mode: report\n"), src), false, true},
		{"the host's port", load(swap("port: 3306", "port: 3307"), src), false, false},
		{"the audit", load(swap("    to: main-db\n", "    to: main-db\n    audit: strict\n"), src), false, false},
	} {
		if got := tt.p.Digest() == base.Digest(); got != tt.sameDigest {
			t.Errorf("%s: the digest is the same: %v", tt.name, got)
		}
		a, _ := base.Door("db")
		b, _ := tt.p.Door("db")
		if got := a.Connection() == b.Connection(); got != tt.sameDB {
			t.Errorf("%s: the connection is the same: %v", tt.name, got)
		}
	}
}
