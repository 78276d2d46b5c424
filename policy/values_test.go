package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// valuesPolicy has doors that count values: db where nothing is masked, lax where
// what nobody can tell is, and masking where the class is.
var valuesPolicy = `version: 1
apps:
  shop: {proof: [password], password: env:COLOURS_DOOR_PASSWORD, masking-key: env:MASKING_KEY}
hosts:
  main-db: {name: db.example.com, port: 3306}
classes:
  email: {columns: [users.email, users.contact], mask: hash, predicates: allow}
  card: {columns: [payments.*]}
doors:
` + countingDoor("db", 3306, "") + countingDoor("lax", 3307, "    unknown-lineage: mask\n") + countingDoor("masking", 3308, "    in: {email: mask}\n")

func countingDoor(name string, port int, more string) string {
	return fmt.Sprintf(`  - name: %s
    kind: mysql
    listen: :%d
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow:
      - {who: shop, tables: [users, payments, orders], dangers: [file], values-per-hour: {email: 20, card: 1}}
      - {who: shop, statements: [select], tables: [users], values-per-hour: {email: 10}}
%s`, name, port, more)
}

// TestWeighBudgetsOfValues: what can be counted is, and what would bring values in
// uncounted is refused.
func TestWeighBudgetsOfValues(t *testing.T) {
	p := mustParse(t, valuesPolicy)
	for _, tt := range []struct {
		name string
		door string
		act  *sallyport.Statement
		want string // what becomes of it, and what is counted
	}{
		{"no class", "db", reading("shop.orders.id"), "allow"},
		{"a table with a class, and none of it", "db", reading("shop.users.id"), "allow discreet"},
		{"a class", "db", reading("shop.users.id", "shop.users.email"), "allow email:2 discreet"},
		{"two columns of it", "db", reading("shop.users.contact", "shop.users.email"), "allow email:1 email:2 discreet"},
		{"another class", "db", reading("shop.payments.pan"), "allow card:1 discreet"},
		{"several in one column", "db", columnOf(false, "", "shop.users.email", "shop.payments.pan"), "allow email:2 card:2 discreet"},
		{"a test", "db", testOf("shop.users.email", false), "allow discreet"},
		{"a value of the client's", "db", writeOf("shop.users.email", ""), "allow discreet"},
		{"a computed value", "db", columnOf(true, "", "shop.users.email"), "deny unknown-lineage discreet"},
		{"a computed value that may be NULL", "lax", columnOf(true, "", "shop.users.email"), "mask unknown-lineage 2=null discreet"},
		{"an unknown column", "db", columnOf(false, "a function"), "deny unknown-lineage discreet"},
		{"an unknown column that may be NULL", "lax", columnOf(false, "a function"), "mask unknown-lineage 2=null discreet"},
		{"an unknown column of no such table", "db", with(reading("shop.orders.id"), func(s *sallyport.Statement) { s.Lineage.Columns[0].Unknown = "a function" }), "allow"},
		{"no lineage", "db", with(reading("shop.users.id"), func(s *sallyport.Statement) { s.Lineage = nil }), "deny unknown-lineage discreet"},
		{"files", "db", of(reading("shop.users.id"), "select", "file"), "deny unknown-lineage discreet"},
		{"a copy to elsewhere", "db", writeOf("shop.orders.note", "shop.users.email"), "deny class discreet"},
		{"a copy to a variable", "db", writeOf("", "shop.users.email"), "deny class discreet"},
		{"a copy within the class", "db", writeOf("shop.users.contact", "shop.users.email"), "allow discreet"},
		{"a computed copy within the class", "db", computed(writeOf("shop.users.contact", "shop.users.email")), "deny unknown-lineage discreet"},
		{"a plan", "db", of(reading("shop.users.email"), "explain"), "deny class discreet"},
		{"a plan of no class", "db", of(reading("shop.users.id"), "explain"), "allow discreet"},
		{"rows of a COPY", "db", of(reading("shop.users.email"), "copy"), "allow email:1 discreet"},
		{"what is masked", "masking", reading("shop.users.email"), "mask class 1=hash/email email:1 discreet"},
		{"what is computed, and NULL by its mask", "masking", columnOf(true, "", "shop.users.email"), "mask class 2=null discreet"},
	} {
		got, v := weighed(p, tt.door, tt.act)
		for _, n := range v.Counted {
			got += fmt.Sprintf(" %s:%d", n.Class, n.Result)
		}
		if v.Discreet {
			got += " discreet"
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s: %v", tt.name, got, tt.want, v.Reasons)
		}
		if v.Denied() && v.Reason().At.IsZero() {
			t.Errorf("%s: refused by nothing", tt.name)
		}
	}
}

// TestBudgetsOfAllRulesAreGranted: those of every rule that covers a statement.
func TestBudgetsOfAllRulesAreGranted(t *testing.T) {
	p := mustParse(t, valuesPolicy)
	c := sallyport.Crossing{Door: "db", From: app("shop", "", sallyport.ProofPassword), Act: reading("shop.users.email")}
	g, _ := p.Match(&c)
	var got []string
	for _, b := range g.Values {
		got = append(got, fmt.Sprintf("%s %d in %s by %s", b.Class, b.Values, b.Per, b.At.Path))
	}
	want := "card 1 in 1h0m0s by doors[0].allow[0].values-per-hour.card, email 20 in 1h0m0s by doors[0].allow[0].values-per-hour.email, email 10 in 1h0m0s by doors[0].allow[1].values-per-hour.email"
	if told := strings.Join(got, ", "); told != want {
		t.Errorf("%s\nwant %s", told, want)
	}
}

// TestDoorsThatCountAskForLineage: without it nobody knows what to count.
func TestDoorsThatCountAskForLineage(t *testing.T) {
	p := mustParse(t, valuesPolicy)
	if d, _ := p.Door("db"); !d.AsksLineage() {
		t.Error("a door that counts values works no lineage out")
	}
	e, err := p.Explain(`shop may "SELECT id FROM orders" at db`)
	if err != nil || len(e.Rules) != 1 || strings.Join(e.Rules[0].Says, "; ") != "values-per-hour: 1 of the class card; values-per-hour: 20 of the class email" {
		t.Errorf("explained as %+v, %v", e.Rules, err)
	}
}
