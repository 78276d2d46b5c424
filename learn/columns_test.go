package learn

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
)

// origin is schema.table.column.
func origin(s string) sallyport.Origin {
	p := strings.Split(s, ".")
	return sallyport.Origin{Schema: p[0], Table: p[1], Column: p[2]}
}

// tested has a statement test columns, and use no others.
func tested(names ...string) func(*sallyport.Statement) {
	return func(s *sallyport.Statement) {
		s.Lineage = &sallyport.Lineage{Known: true, Named: true}
		for _, n := range names {
			o := origin(n)
			s.Lineage.Tests = append(s.Lineage.Tests, sallyport.ColumnTest{Origin: o})
			s.Lineage.Relations = append(s.Lineage.Relations, sallyport.TableUse{Schema: o.Schema, Name: o.Table})
		}
		s.Shape += fmt.Sprint(" ", names)
	}
}

func stars(s *sallyport.Statement) { s.Lineage.Stars = true }

// TestColumnsWritten: a list for each table of which every statement of the rule
// tells the columns.
func TestColumnsWritten(t *testing.T) {
	for _, tt := range []struct {
		name string
		acts []*sallyport.Statement
		want string // beside `prepared: required`; "" for no list
		open string
	}{
		{"of all shapes, in order, once", []*sallyport.Statement{
			sel("users", tested("shop.users.name", "shop.users.id")), sel("users", tested("shop.users.id")), sel("users", tested("shop.users.email")),
		}, "users.email, users.id, users.name", ""},
		{"letter case at a mysql door", []*sallyport.Statement{sel("users", tested("shop.users.Id")), sel("users", tested("shop.Users.id"))}, "Users.id", ""},
		{"of a table elsewhere", []*sallyport.Statement{sel("users", tested("sales.report.id"))}, "sales.report.id", "users"},
		{"a star leaves it open", []*sallyport.Statement{sel("users", tested("shop.users.id")), sel("users", tested("shop.users.name"), stars)}, "", "users"},
		{"a name that no list can have", []*sallyport.Statement{sel("users", tested("shop.users.id", "shop.users.full name"))}, "", "users"},
		{"none is used", []*sallyport.Statement{sel("users", tested())}, "", "users"},
		{"one does not tell", []*sallyport.Statement{sel("users", tested("shop.users.id")), sel("users")}, "", ""},
	} {
		var crossings []sallyport.Crossing
		for _, a := range tt.acts {
			crossings = append(crossings, by(shop, a))
		}
		_, got := learnt(t, record(t, load(t, "mysql", "", nil), crossings), "")
		want := ", tables: [users], prepared"
		if tt.want != "" {
			want = ", tables: [users], columns: [" + tt.want + "], prepared"
		}
		if !strings.Contains(got, want) || strings.Contains(got, "lists no columns of "+tt.open) == (tt.open == "") {
			t.Errorf("%s: %q is not in\n%s", tt.name, want, got)
		}
	}
}

// TestColumnsOfEarlierEntries: what was recorded without columns has no lists.
func TestColumnsOfEarlierEntries(t *testing.T) {
	entries := record(t, load(t, "mysql", "", nil), []sallyport.Crossing{by(shop, sel("users", tested("shop.users.id"))), by(shop, sel("users", tested("shop.users.id")))})
	entries[1].Act.Columns, entries[1].Act.Traced = nil, false
	_, got := learnt(t, entries, "")
	if strings.Contains(got, "columns") {
		t.Errorf("columns of what was recorded without them:\n%s", got)
	}
	slices.Reverse(entries)
	if _, again := learnt(t, entries, ""); strings.Contains(again, "columns") {
		t.Errorf("columns of what was recorded without them:\n%s", again)
	}
}

// traced gives a made-up statement a lineage. Where it need not be whole, the
// statement may be left without, or the lineage leave something open.
func traced(rnd *rand.Rand, s *sallyport.Statement, home string, whole bool) {
	one := func(in int) bool { return !whole && rnd.IntN(in) == 0 }
	if one(12) {
		return
	}
	l := &sallyport.Lineage{Known: !one(10), Named: !one(10), Stars: one(10), Unlisted: one(10)}
	for _, u := range s.Tables {
		if u.Schema == "" {
			if u.Schema = s.Database; home == "public" {
				u.Schema = home
			}
		}
		l.Relations = append(l.Relations, sallyport.TableUse{Schema: u.Schema, Name: u.Name})
		for range rnd.IntN(3) {
			o := sallyport.Origin{Schema: u.Schema, Table: u.Name, Column: string(rune('a' + rnd.IntN(4)))}
			switch {
			case u.Write:
				l.Writes = append(l.Writes, sallyport.ColumnWrite{To: o})
			case rnd.IntN(2) == 0:
				l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: o})
			default:
				l.Columns = append(l.Columns, sallyport.ResultColumn{Origins: []sallyport.Origin{o}})
			}
		}
	}
	if len(l.Columns) > 0 && one(20) {
		l.Columns[0].Unknown = "a function"
	}
	s.Lineage = l
}

// TestColumnsRoundTrip learns from made-up crossings with lineages and replays
// them: what was seen is allowed, and what uses a column that was never seen of a
// table, where every statement told its columns, is not.
func TestColumnsRoundTrip(t *testing.T) {
	refused := 0
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 11))
		kind, home := "mysql", "shop"
		if seed%2 == 1 {
			kind, home = "postgres", "public"
		}
		var crossings []sallyport.Crossing
		for range 1 + rnd.IntN(8) {
			s := madeUp(rnd)
			s.Protocol = kind
			traced(rnd, s, home, seed%4 < 2)
			s.Shape += fmt.Sprint(rnd.IntN(3))
			crossings = append(crossings, by(shop, s))
		}
		_, rules := learnt(t, record(t, load(t, kind, "", nil), crossings), "")
		p := load(t, kind, rules, nil)
		for _, c := range crossings {
			if g, v := judge(p, c); v.Denied() {
				t.Fatalf("seed %d: %+v of %+v was seen and is refused: %v by %v\n%s", seed, c.Act, c.Act.(*sallyport.Statement).Lineage, v, g.Rules, rules)
			}
		}
		if strings.Contains(rules, "lists no columns") || strings.Count(rules, "- {who:") != strings.Count(rules, "columns: [") {
			continue // some rule lets more columns pass, and says so
		}
		for _, c := range crossings {
			s := *c.Act.(*sallyport.Statement)
			l := *s.Lineage
			for i := range l.Relations {
				r := l.Relations[i]
				l.Tests = []sallyport.ColumnTest{{Origin: sallyport.Origin{Schema: r.Schema, Table: r.Name, Column: "unseen"}}}
				s.Lineage, c.Act = &l, &s
				if _, v := judge(p, c); !v.Denied() {
					t.Fatalf("seed %d: another column of %s is allowed\n%s", seed, r, rules)
				}
				refused++
			}
		}
	}
	if refused < 20 {
		t.Errorf("another column was tried %d times", refused)
	}
}

// TestColumnsOpenOneTable: the list of one table stands beside one that is open.
func TestColumnsOpenOneTable(t *testing.T) {
	join := sel("orders", func(s *sallyport.Statement) { s.Tables = append(s.Tables, sallyport.TableUse{Name: "users"}) }, tested("shop.orders.id", "shop.users.id"))
	insert := sel("orders", insert, tested("shop.users.name"), func(s *sallyport.Statement) {
		s.Kinds = []string{"insert", "select"}
		s.Tables = append(s.Tables, sallyport.TableUse{Name: "users"})
		s.Lineage.Unlisted, s.Lineage.Writes = true, []sallyport.ColumnWrite{{To: origin("shop.orders.id"), From: origin("shop.users.name")}}
	})
	_, got := learnt(t, record(t, load(t, "mysql", "", nil), []sallyport.Crossing{by(shop, join), by(shop, insert)}), "")
	const want = "- {who: shop, statements: [insert, select], tables: [orders, users], columns: [users.id, users.name], "
	if !strings.Contains(got, want) || !strings.Contains(got, "lists no columns of orders:") {
		t.Errorf("%s (-want +got)", cmp.Diff(want, got))
	}
}
