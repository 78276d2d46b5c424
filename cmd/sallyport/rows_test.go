package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/internal/testpki"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

const rowsPolicy = `version: 1
apps:
  shop: {proof: [password], password: env:DOOR_PASSWORD, masking-key: env:MASKING_KEY}
hosts:
  main-db: {name: db.example.com, port: 3306}
classes:
  email: {columns: [users.email], mask: email, predicates: allow}
  name: {columns: [users.name], mask: token}
  born: {columns: [users.born], mask: date-year}
doors:
  - name: db
    kind: mysql
    listen: 127.0.0.1:3306
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:DOOR_PASSWORD}
    allow: [{who: shop, statements: [select], tables: [users], rows: 10}]
    in: {email: mask, name: mask, born: mask}
`

// loadRows is the policy of this file, read as the program reads one.
func loadRows(t *testing.T) *policy.Policy {
	t.Helper()
	dir := t.TempDir()
	ca, err := testpki.NewCA("rows")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"policy.yaml": []byte(rowsPolicy), "gate.pem": pair.Cert, "gate-key.pem": pair.Key} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("DOOR_PASSWORD", "the-password-of-the-door")
	t.Setenv("MASKING_KEY", "an example key, of 32 bytes long")
	words := program().Vocabulary
	p, diags := policy.Load(filepath.Join(dir, "policy.yaml"), words, policy.System())
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return p
}

// TestRowsAreMaskedByThePolicy brings the policy, the guard, the maskers and the
// ledger together, with a lineage as a door works one out.
func TestRowsAreMaskedByThePolicy(t *testing.T) {
	p := loadRows(t)
	made, err := maskers(p)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	log, err := ledger.Open(ledger.Options{Dir: dir, Origin: "example.com/rows"})
	if err != nil {
		t.Fatal(err)
	}
	g := guard.New(guard.Options{Recorder: log})
	g.Swap(guard.Settings{Decider: p, Maskers: made, Doors: []guard.Door{{Name: "db"}}})

	of := func(names ...string) sallyport.ResultColumn {
		col := sallyport.ResultColumn{Name: "an alias"}
		for _, n := range names {
			col.Origins = append(col.Origins, sallyport.Origin{Schema: "shop", Table: "users", Column: n})
		}
		return col
	}
	derived := of("email")
	derived.Derived = true
	users := []sallyport.TableUse{{Schema: "shop", Name: "users"}}
	c := &sallyport.Crossing{
		App: "shop", Door: "db", From: sallyport.Party{Kind: sallyport.AppParty, Name: "shop", Proof: sallyport.ProofPassword},
		Act: &sallyport.Statement{
			Protocol: "mysql", Kind: "select", Kinds: []string{"select"}, Database: "shop", Tables: users,
			Lineage: &sallyport.Lineage{Known: true, Named: true, Relations: users, Columns: []sallyport.ResultColumn{
				of("id"), of("email"), of("name"), of("born"), derived, of("email", "name"), of("email"),
			}},
		},
	}
	passage, err := g.Open(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, date := guard.Type{Family: guard.Text}, guard.Type{Family: guard.Date}
	columns := []guard.Column{
		{Type: guard.Type{Family: guard.Integer}}, {Type: text}, {Type: text}, {Type: date}, {Type: text}, {Type: text}, {},
	}
	if v := passage.Verdict(); v.Effect != sallyport.Mask || !v.Discreet || !passage.Result(columns) {
		t.Fatalf("the verdict is %s", v)
	}
	row := &guard.Row{Columns: columns}
	for _, cell := range []string{"1", "ann@example.com", "Ann Example", "1984-05-17", "moc.elpmaxe@nna", "ann@example.com", "ann@example.com"} {
		row.Cells = append(row.Cells, []byte(cell))
	}
	if effect := passage.Row(row); effect != sallyport.Mask {
		t.Fatalf("the row is %s", effect)
	}
	token := string(row.Cells[2])
	row.Cells[2] = nil
	want := [][]byte{[]byte("1"), []byte("a***@example.com"), nil, []byte("1984-01-01"), nil, nil, nil}
	if diff := cmp.Diff(want, row.Cells); diff != "" || len(token) != len("tok_")+16 {
		t.Errorf("the token is %q; the rest (-want +got):\n%s", token, diff)
	}
	if err := passage.Close(nil); err != nil {
		t.Fatal(err)
	}
	g.Close()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	wantEntry(t, dir)
}

// wantEntry finds what the ledger has of it: which classes came in, and where.
func wantEntry(t *testing.T, dir string) {
	t.Helper()
	for _, e := range allEntries(t, dir) {
		if e.Type != ledger.Crossed {
			continue
		}
		if e.Effect != "mask" || !slices.Equal(e.In.Classes, []string{"born", "email", "name"}) || len(e.Masks) != 6 || e.Masks[0] != (ledger.Mask{Where: "shop.users.email", Masker: "email"}) {
			t.Errorf("recorded as %+v", e)
		}
		return
	}
	t.Error("nothing is recorded")
}
