package policy

import (
	"crypto/x509"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/testpki"
	"github.com/sallyport/sallyport/policy/shapes"
)

// memory is a Source of fixed content, so that what a policy loads to does not
// depend on the machine. Files are by base name.
type memory struct {
	env   map[string]string
	files map[string]string
	modes map[string]fs.FileMode
}

func (m memory) Env(name string) (string, bool) {
	v, ok := m.env[name]
	return v, ok
}

func (m memory) File(path string) ([]byte, fs.FileMode, error) {
	s, ok := m.files[filepath.Base(path)]
	if !ok {
		return nil, 0, fmt.Errorf("open %s: no such file or directory", path)
	}
	mode, ok := m.modes[filepath.Base(path)]
	if !ok {
		mode = 0o640
	}
	return []byte(s), mode, nil
}

// Now is in the afternoon of 24 November 2026, whenever the tests run.
func (memory) Now() time.Time { return time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC) }

func testSource(t testing.TB) memory {
	t.Helper()
	cert, key := testPair(t)
	source := memory{
		env: map[string]string{
			"COLOURS_DOOR_PASSWORD": "correct-horse-battery", "COLOURS_DOOR_PASSWORD_NEW": "staple-correct-horse",
			"COLOURS_DB_PASSWORD": "the-database-password", "REPORT_DB_PASSWORD": "another-database-password",
			"ADMIN_TOKEN": "an-admin-token-of-some-length", "SHORT": "short", "MASKING_KEY": "a masking key of 32 bytes or more", "EMPTY": "",
		},
		files: map[string]string{
			"gate.pem": cert, "gate-key.pem": key, "db-ca.pem": cert, "app-ca.pem": cert, "other-key.pem": "no key",
			"empty": "\n", "secret.txt": "a secret in a file\n", "public.txt": "a secret that all can read\n",
			"partner-a.sha256": strings.Repeat("ab", 32) + "  -\n", "bad.sha256": "abc\n",
			"colours.shapes": shapes.Header + "\nb745ae8581602c6f4de7ea04e6a82654  select name from colours where user_id = ?\n",
			"cut.shapes":     shapes.Header + "\nb745ae8581602c6f4de7ea04e6a82654  select name from colours\n",
		},
		modes: map[string]fs.FileMode{"public.txt": 0o644, "open-key.pem": 0o644},
	}
	clientPairs(t, source.files)
	return source
}

var (
	tableWord = regexp.MustCompile(`(?i)\b(?:from|into|update|join|table)\s+([\w.*$]+)`)
	danger    = regexp.MustCompile(`(?i)\bsleep\(|\boutfile\b`)
)

// testAnalyze knows as much SQL as the tests of this package speak: the kind
// is the first word, tables follow FROM, INTO, UPDATE, JOIN and TABLE.
func testAnalyze(door Door, text string) (*sallyport.Statement, error) {
	s := &sallyport.Statement{Protocol: "mysql", Database: door.Database}
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		s.Unparsed = "the statement is empty"
		return s, nil
	}
	switch words[0] {
	case "selct":
		s.Unparsed = "the grammar does not know it"
	case "boom":
		return nil, fmt.Errorf("no such dialect")
	case "begin", "commit", "rollback":
		s.Kind, s.Session = "transaction", true
	case "select", "show":
		s.Kind = words[0]
	case "insert", "update", "delete", "drop", "create", "call":
		s.Kind, s.Writes = words[0], true
	default:
		s.Unparsed = "a word that no statement begins with"
		return s, nil
	}
	s.Multi = strings.Contains(text, ";")
	s.Kinds = []string{s.Kind}
	for i, m := range tableWord.FindAllStringSubmatch(text, -1) {
		schema, name, ok := strings.Cut(m[1], ".")
		if !ok {
			schema, name = "", schema
		}
		s.Tables = append(s.Tables, sallyport.TableUse{Schema: schema, Name: name, Write: s.Writes && i == 0})
	}
	for _, m := range danger.FindAllString(text, -1) {
		s.Dangers = append(s.Dangers, map[bool]string{true: "time", false: "file"}[strings.HasPrefix(strings.ToLower(m), "sleep")])
	}
	return s, nil
}

func testVocabulary() Vocabulary {
	return Vocabulary{Doors: []string{"http", "mysql", "postgres"}, Analyze: testAnalyze, Masker: testMasker}
}

// testMasker knows the maskers that the tests of this package name.
func testMasker(spec string) (m Masker, what, hint string) {
	switch spec {
	case "last4", "email":
		return Masker{Spec: spec}, "", ""
	case "null", "full":
		return Masker{Spec: spec, Single: true}, "", ""
	case "hash":
		return Masker{Spec: spec, Keyed: true}, "", ""
	}
	return m, "is not known", "write one of null, full, last4, email, hash"
}

func mustParse(t testing.TB, text string) *Policy {
	t.Helper()
	p, ds := Parse("test.yaml", []byte(text), testVocabulary(), testSource(t))
	if ds.Failed() {
		t.Fatalf("the policy does not load:\n%v", ds)
	}
	return p
}

var testKeys = sync.OnceValues(func() (testpki.Pair, error) {
	ca, err := testpki.NewCA("policy tests")
	if err != nil {
		return testpki.Pair{}, err
	}
	return ca.Server()
})

// clientPairs adds certificates for clients: one that holds, one that soon does
// not, one that did, one that will, and one for servers.
func clientPairs(t testing.TB, files map[string]string) {
	t.Helper()
	all, err := testClients()
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range all {
		files[name+".pem"], files[name+"-key.pem"] = string(p.Cert), string(p.Key)
	}
	files["open-key.pem"] = files["client-key.pem"]
}

var testClients = sync.OnceValues(func() (map[string]testpki.Pair, error) {
	ca, err := testpki.NewCA("clients")
	if err != nil {
		return nil, err
	}
	day := func(n int) time.Time { return memory{}.Now().AddDate(0, 0, n) }
	all := map[string]testpki.Pair{}
	for name, days := range map[string][2]int{"client": {-1, 100}, "soon": {-100, 3}, "expired": {-100, -3}, "later": {3, 100}, "server": {-1, 100}} {
		if all[name], err = ca.ClientAs("gateway", func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = day(days[0]), day(days[1])
			if name == "server" {
				c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			}
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
})

func testPair(t testing.TB) (cert, key string) {
	t.Helper()
	p, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	return string(p.Cert), string(p.Key)
}
