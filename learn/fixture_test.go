package learn

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// head is a policy up to the rules of its last door, which are learnt.
const head = `
version: 1
apps:
  shop: {proof: [password], password: env:DOOR}
hosts:
  main-db: {name: 127.0.0.1, port: 3306, addresses: [127.0.0.1], tls: none}
keys:
  partner: {sha256: "1111111111111111111111111111111111111111111111111111111111111111"}
doors:
  - name: %s
    kind: %s
    listen: 127.0.0.1:0
    tls: optional
%s
`

const (
	toDatabase = "    to: main-db\n    login: {user: shop, password: env:DB}\n    database: shop"
	toApp      = "    to: {app: shop, url: http://127.0.0.1:8080}"
)

// world is what the policy names.
type world map[string][]byte

func (world) Env(name string) (string, bool) { return "a password of " + name, true }

func (w world) File(path string) ([]byte, fs.FileMode, error) {
	if b, ok := w[filepath.Base(path)]; ok {
		return b, 0o600, nil
	}
	return nil, 0, fs.ErrNotExist
}

func (world) Now() time.Time { return noon }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// load makes a policy of the head and rules.
func load(t testing.TB, kind, rules string, files world) *policy.Policy {
	t.Helper()
	to := toDatabase
	if kind == "http" {
		to = toApp
	}
	text := fmt.Sprintf(head, "door", kind, to) + rules
	p, diags := policy.Parse("sallyport.yaml", []byte(text), policy.Vocabulary{Doors: []string{"http", "mysql", "postgres"}}, files)
	if p == nil {
		t.Fatalf("what was learnt does not load: %v\n%s", diags, text)
	}
	return p
}

// recorder keeps the entries that a guard gives to the ledger.
type recorder struct{ entries []*ledger.Entry }

func (r *recorder) Append(e *ledger.Entry, _ ledger.Durability) error {
	b, err := ledger.AppendEntry(nil, e)
	if err != nil {
		return err
	}
	kept, err := ledger.Decode(b)
	r.entries = append(r.entries, kept)
	return err
}

func (*recorder) Pressed() bool { return false }

func (*recorder) Pseudonym(kind string, _ []byte) string { return "h:" + kind }

var _ guard.Recorder = (*recorder)(nil)

// record takes crossings through a guard whose door learns, a day apart, and
// returns what the ledger then has.
func record(t testing.TB, p *policy.Policy, crossings []sallyport.Crossing) []*ledger.Entry {
	t.Helper()
	r, now := new(recorder), noon
	g := guard.New(guard.Options{Recorder: r, Now: func() time.Time { return now }})
	g.Swap(guard.Settings{Decider: p, Doors: []guard.Door{{Name: "door", Mode: guard.Learn}}})
	for _, c := range crossings {
		rows := c.In.Rows
		c.In.Rows = 0
		passage, err := g.Open(context.Background(), &c, nil)
		if err != nil {
			t.Fatal(err)
		}
		passage.Count(sallyport.Ingress, 0, rows)
		if err := passage.Close(nil); err != nil {
			t.Fatal(err)
		}
		now = now.Add(24 * time.Hour)
	}
	return r.entries
}

// learnt is the rules of entries, as text.
func learnt(t testing.TB, entries []*ledger.Entry, shapes string) (*Book, string) {
	t.Helper()
	b := NewBook(func(string) Door { return Door{Database: "shop"} })
	for _, e := range entries {
		b.Add(e)
	}
	var text, again strings.Builder
	if err := b.Write(&text, shapes); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(&again, shapes); err != nil || text.String() != again.String() {
		t.Fatalf("written twice it differs: %v\n%s\n%s", err, &text, &again)
	}
	return b, text.String()
}

// shop is the app, proven.
var shop = sallyport.Party{Kind: sallyport.AppParty, Name: "shop", Proof: sallyport.ProofPassword}

func by(from sallyport.Party, act sallyport.Act) sallyport.Crossing {
	return sallyport.Crossing{Door: "door", App: "shop", From: from, Act: act}
}
