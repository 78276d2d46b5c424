package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretNeverShown prints a policy with its secrets and keys in every way
// there is.
func TestSecretNeverShown(t *testing.T) {
	p := mustParse(t, matchPolicy)
	db, _ := p.Door("db")
	if got := string(db.Login.Password.Reveal()); got != "the-database-password" {
		t.Fatalf("the secret is %q", got)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	for _, x := range []any{db.Login.Password, &db.Login.Password, db.Login, p.Apps, db.TLS.Key, p.Doors[0].TLS} {
		fmt.Fprintf(&out, "%v %+v %s %q\n", x, x, x, x)
		log.Info("value", "x", x)
		if err := json.NewEncoder(&out).Encode(x); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprintf(&out, "%#v %#v", db.Login.Password, db.TLS.Key)
	for _, secret := range []string{"the-database-password", "correct-horse", "PRIVATE KEY"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is shown", secret)
		}
	}
}

// TestLiteralSecretNeverShown puts a secret wherever one could be written by
// mistake, also where the line is shown for another reason.
func TestLiteralSecretNeverShown(t *testing.T) {
	for _, text := range []string{
		"apps: {a: {password: hunter2}}",
		"apps: {a: {password: [hunter2, env:X], nope: 1}}",
		"apps: {a: {passwrod: hunter2}}",
		"apps: {a: {Password: \"hunter2\"}}",
		"apps:\n  a:\n    password: |\n      hunter2\n    nope: 1\n",
		"apps:\n  a: {password: hunter2\n    hunter2, nope: 1}",
		"apps:\n  a: {password: 'hunter2\n    hunter2', nope: 1}",
		"apps: {a: {password: {value: hunter2}}}",
		"admin: {token: hunter2, listen: x}",
		"admin: {token: hunter2 # hunter1\n, listen: x}",
		"doors: [{login: {user: x, password: hunter2}, nope: 1}]",
		"doors: [{login: 'x:hunter2', nope: 1}]",
		"doors: [{kind: http, name: d, to: {app: a, url: 'https://x:hunter2@example.com'}, nope: 1}]",
		"doors: [{logins: {a: {user: x, password: hunter2, nope: 1}}}]",
		"secret: hunter2",
		"apps: {a: {password: env:hunter2!}}",
		"apps: {a: {password: $hunter2}}",
		"apps: {a: {password: hunter2",
		"apps:\n  a:\n    password: hunter2: x\n",
		"apps: {a: {password: env:A, token: hunter2",
		"password: !!str hunter2",
		"password: &hunter hunter2",
	} {
		_, ds := Parse("p.yaml", []byte(text), testVocabulary(), testSource(t))
		var out bytes.Buffer
		if err := ds.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		if all := out.String() + ds.Error(); strings.Contains(all, "hunter2") || !ds.Failed() {
			t.Errorf("%q:\n%s", text, all)
		}
	}
}

func TestSystem(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sallyport.yaml")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("sallyport.yaml", "version: 1\napps: {a: {proof: [password], password: file:secrets/a}}\nledger: {path: l, anchors: [file:x/y]}\nadmin: {listen: 'unix:admin.sock'}\n")
	if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("secrets/a", "the password of a\r\n")
	p, ds := Load(file, testVocabulary(), System())
	if p == nil {
		t.Fatal(ds)
	}
	if got := string(p.Apps[0].Passwords[0].Reveal()); got != "the password of a" {
		t.Errorf("the password is %q", got)
	}
	if p.Ledger.Path != filepath.Join(dir, "l") || p.Ledger.Anchors[0] != "file:"+filepath.Join(dir, "x/y") || p.Admin.Listen != "unix:"+filepath.Join(dir, "admin.sock") {
		t.Errorf("paths are not resolved: %+v %+v", p.Ledger, p.Admin)
	}
	write("large", strings.Repeat("x", maxFile+1))
	if _, _, err := System().File(filepath.Join(dir, "large")); !errors.Is(err, errTooLarge) {
		t.Errorf("a large file: %v", err)
	}
	if _, _, err := System().File(dir); err == nil {
		t.Error("a folder was read")
	}
	if p, ds := Load(filepath.Join(dir, "none.yaml"), testVocabulary(), System()); p != nil || ds[0].Code != CodeUnreadable || ds[0].Line != 1 {
		t.Errorf("a policy that is not there: %v", ds)
	}
	if p, ds := Load(file, Vocabulary{}, System()); p == nil {
		t.Errorf("a policy without doors needs no vocabulary: %v", ds)
	}
}

func TestJSON(t *testing.T) {
	_, ds := Parse("p.yaml", []byte("version: 1\nhots: {}\n"), testVocabulary(), testSource(t))
	var out bytes.Buffer
	if err := ds.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	first := got[len(got)-1]
	for k, want := range map[string]any{"file": "p.yaml", "line": 2.0, "column": 1.0, "endColumn": 5.0, "code": "SP0201", "severity": "error", "hint": `did you mean "hosts"?`, "source": "hots: {}"} {
		if first[k] != want {
			t.Errorf("%s is %v, want %v", k, first[k], want)
		}
	}
	out.Reset()
	if err := Diagnostics(nil).WriteJSON(&out); err != nil || strings.TrimSpace(out.String()) != "[]" {
		t.Errorf("nothing wrong is %q, %v", out.String(), err)
	}
}
