package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

const classPolicy = `version: 1
apps:
  shop: {proof: [password], password: env:COLOURS_DOOR_PASSWORD, masking-key: env:MASKING_KEY}
hosts:
  main-db: {name: db.example.com, port: 3306}
classes:
  email: {columns: [users.email, users.contact, sales.customers.mail], mask: email}
  mail2: {columns: [users.contact, users.second], mask: email}
  name: {columns: [users.name], mask: hash, predicates: deny}
  name2: {columns: [users.nick, users.name2], mask: hash, predicates: allow}
  both: {columns: [users.name2], mask: hash, predicates: allow}
  card: {columns: [payments.*], predicates: allow}
  city: {columns: [users.city]}
  secret: {columns: [users.secret]}
doors:
  - name: db
    kind: mysql
    listen: :3306
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow: [{who: shop, tables: ['*', mysql.*, information_schema.*], dangers: [time, file, admin, dynamic_sql, sessions, stored_code, user_variable, network]}]
    in: {email: mask, mail2: mask, name: mask, name2: mask, both: mask, card: deny, city: allow}
    out: {secret: deny}
  - name: lax
    kind: mysql
    listen: :3307
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow: [{who: shop, tables: ['*']}]
    in: {email: mask, card: deny}
    unknown-lineage: mask
  - name: pg
    kind: postgres
    listen: :5432
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow: [{who: shop, tables: ['*', pg_catalog.*, pg_toast.*]}]
    in: {email: mask}
  - name: open
    kind: mysql
    listen: :3308
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow: [{who: shop, tables: ['*']}]
    out: {secret: deny}
  - name: few
    kind: mysql
    listen: :3309
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow: [{who: shop, tables: ['*'], columns: [users.id, users.email, users.contact, other.users.*]}]
    in: {email: mask}
`

// weighed is what becomes of a statement at a door: its effect, the reason, and
// each mask as RESULT=MASKER.
func weighed(p *Policy, door string, s *sallyport.Statement) (string, sallyport.Verdict) {
	c := sallyport.Crossing{Door: door, From: app("shop", "", sallyport.ProofPassword), Act: s}
	g, _ := p.Match(&c)
	v := p.Decide(&c, g)
	told := v.Effect.String()
	if v.Effect != sallyport.Allow {
		told += " " + v.Reason().Code.String()
	}
	for _, m := range v.Masks {
		told += fmt.Sprintf(" %d=%s", m.Result, m.Masker)
		if m.Class != "" {
			told += "/" + m.Class
		}
	}
	return told, v
}

// plus is a reading of shop.users.id whose lineage is changed.
func plus(change func(*sallyport.Lineage)) *sallyport.Statement {
	return with(reading("shop.users.id"), func(s *sallyport.Statement) { change(s.Lineage) })
}

func columnOf(derived bool, unknown string, origins ...string) *sallyport.Statement {
	return plus(func(l *sallyport.Lineage) {
		col := sallyport.ResultColumn{Derived: derived, Unknown: unknown}
		for _, o := range origins {
			col.Origins = append(col.Origins, origin(o))
		}
		l.Columns = append(l.Columns, col)
	})
}

func testOf(column string, equal bool) *sallyport.Statement {
	return plus(func(l *sallyport.Lineage) {
		l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: origin(column), Equal: equal})
	})
}

func writeOf(to, from string) *sallyport.Statement {
	return with(plus(func(l *sallyport.Lineage) {
		l.Columns, l.Writes = nil, append(l.Writes, sallyport.ColumnWrite{To: origin(to), From: origin(from)})
	}), func(s *sallyport.Statement) { s.Kind, s.Kinds, s.Writes = "update", []string{"update"}, true })
}

// computed says that what the statement writes is computed.
func computed(s *sallyport.Statement) *sallyport.Statement {
	for i := range s.Lineage.Writes {
		s.Lineage.Writes[i].Derived = true
	}
	return s
}

// untold is a statement of a kind that reaches relations, and of which no more
// is known.
func untoldOf(kind string, named bool, relations ...string) *sallyport.Statement {
	s := with(sel(relations...), func(s *sallyport.Statement) { s.Kind, s.Kinds, s.Database = kind, []string{kind}, "shop" })
	s.Writes = kind != "select" && kind != "show" && kind != "lock"
	s.Lineage = &sallyport.Lineage{Named: named, Relations: s.Tables, Unknown: "it is no query"}
	return s
}

func of(s *sallyport.Statement, kind string, dangers ...string) *sallyport.Statement {
	return with(s, func(s *sallyport.Statement) { s.Kind, s.Kinds, s.Dangers = kind, []string{kind}, dangers })
}

func TestWeigh(t *testing.T) {
	p := mustParse(t, classPolicy)
	noLineage := func(s *sallyport.Statement) *sallyport.Statement {
		return with(s, func(s *sallyport.Statement) { s.Lineage = nil })
	}
	for _, tt := range []struct {
		name string
		door string
		act  *sallyport.Statement
		want string
	}{
		// Results.
		{"no class", "db", reading("shop.users.id"), "allow"},
		{"a class that is masked", "db", reading("shop.users.id", "shop.users.email"), "mask class 2=email/email"},
		{"the same twice", "db", reading("shop.users.email", "shop.users.email"), "mask class 1=email/email 2=email/email"},
		{"in a schema that the class names", "db", reading("sales.customers.mail"), "mask class 1=email/email"},
		{"in one that it does not", "db", reading("other.users.email"), "allow"},
		{"at a door without a database, in any", "lax", reading("other.users.email"), "mask class 1=email/email"},
		{"whatever the letter case at a mysql door", "db", reading("Shop.Users.EMAIL"), "mask class 1=email/email"},
		{"in public at a postgres door", "pg", reading("public.users.email"), "mask class 1=email/email"},
		{"in another schema there", "pg", reading("shop.users.email"), "allow"},
		{"in another letter case there", "pg", reading("public.users.Email"), "allow"},
		{"a class that is refused", "db", reading("shop.payments.pan"), "deny class"},
		{"any column of its table", "db", reading("shop.payments.amount"), "deny class"},
		{"a class that is allowed", "db", reading("shop.users.city"), "allow"},
		{"a class that the door says nothing of", "db", reading("shop.users.secret"), "allow"},
		{"a value that is computed", "db", columnOf(true, "", "shop.users.email"), "deny predicate"},
		{"a value that is computed where conditions may be", "db", columnOf(true, "", "shop.users.nick"), "mask class 2=null"},
		{"a value that is computed of several", "db", columnOf(true, "", "shop.users.nick", "shop.users.name"), "deny predicate"},
		{"one that is computed of no class", "db", columnOf(true, "", "shop.users.id"), "allow"},
		{"one of several origins", "db", columnOf(false, "", "shop.users.id", "shop.users.email"), "mask class 2=email/email"},
		{"one of a class that is refused among them", "db", columnOf(false, "", "shop.users.email", "shop.payments.pan"), "deny class"},
		{"two classes of one masker", "db", columnOf(false, "", "shop.users.contact"), "mask class 2=email/email"},
		{"two classes of one masker with keys", "db", columnOf(false, "", "shop.users.name2"), "mask class 2=null"},
		{"two classes of two maskers", "db", columnOf(false, "", "shop.users.email", "shop.users.name"), "mask class 2=null"},
		{"no rows, a count", "db", plus(func(l *sallyport.Lineage) { l.Columns = []sallyport.ResultColumn{{Name: "count"}} }), "allow"},

		// What is not known of one column.
		{"an unknown column", "db", columnOf(false, "a function"), "deny unknown-lineage"},
		{"an unknown column where no class is reached", "db", with(reading("shop.orders.id"), func(s *sallyport.Statement) { s.Lineage.Columns[0].Unknown = "a function" }), "allow"},
		{"an unknown column of anything", "db", with(reading("shop.orders.id"), func(s *sallyport.Statement) { s.Lineage.Columns[0].Unknown, s.Lineage.Named = "a function", false }), "deny unknown-lineage"},
		{"an unknown column that is masked", "lax", columnOf(false, "a function"), "mask unknown-lineage 2=null"},
		{"an unknown column that holds a class as well", "lax", columnOf(false, "a function", "shop.users.email"), "mask class 2=null"},
		{"an unknown column where nothing is kept", "open", columnOf(false, "a function"), "allow"},

		// What is not known of the whole.
		{"no lineage", "db", noLineage(reading("shop.users.id")), "deny unknown-lineage"},
		{"no lineage, of other tables", "db", noLineage(reading("shop.orders.id")), "deny unknown-lineage"},
		{"no lineage where masks would do for a column", "lax", noLineage(reading("shop.users.id")), "deny unknown-lineage"},
		{"no lineage where nothing is kept", "open", noLineage(reading("shop.users.id")), "allow"},
		{"no lineage and no table", "db", noLineage(sel()), "allow"},
		{"no lineage and no table, of a function of the database's own", "db", noLineage(of(sel(), "select", "stored_code")), "deny unknown-lineage"},
		{"no lineage and no table, of a variable", "db", noLineage(of(sel(), "select", "user_variable")), "deny unknown-lineage"},
		{"no lineage and no table, of a cursor", "db", noLineage(of(sel(), "cursor")), "deny unknown-lineage"},
		{"no lineage, a sleep", "db", noLineage(of(sel(), "select", "time")), "allow"},
		{"a session's statement", "db", with(noLineage(sel()), func(s *sallyport.Statement) { s.Session, s.Kind, s.Kinds = true, "transaction", nil }), "allow"},
		{"ALTER TABLE of a class", "db", untoldOf("alter", true, "users"), "deny unknown-lineage"},
		{"ALTER TABLE of none", "db", untoldOf("alter", true, "orders"), "allow"},
		{"ALTER TABLE of a schema", "db", untoldOf("alter", true, "shop.*"), "deny unknown-lineage"},
		{"RENAME", "db", untoldOf("rename", true, "users", "users2"), "deny unknown-lineage"},
		{"RENAME of none", "db", untoldOf("rename", true, "orders", "orders2"), "allow"},
		{"CREATE TRIGGER, CREATE INDEX", "db", untoldOf("create", true, "users"), "deny unknown-lineage"},
		{"CREATE TABLE", "db", untoldOf("create", true, "orders"), "allow"},
		{"HANDLER", "db", untoldOf("handler", true, "users"), "deny unknown-lineage"},
		{"CHECKSUM TABLE, ANALYZE TABLE", "db", untoldOf("maintain", true, "users"), "deny unknown-lineage"},
		{"ANALYZE TABLE of none", "db", untoldOf("maintain", true, "orders"), "allow"},
		{"CALL", "db", of(untoldOf("call", false), "call", "stored_code"), "deny unknown-lineage"},
		{"TRUNCATE", "db", untoldOf("truncate", true, "users"), "allow"},
		{"TRUNCATE of what nobody named", "db", untoldOf("truncate", false, "users"), "allow"},
		{"LOCK TABLES", "db", untoldOf("lock", true, "users"), "allow"},
		{"DROP TABLE", "db", untoldOf("drop", true, "users"), "allow"},
		{"SHOW COLUMNS", "db", untoldOf("show", true, "users"), "allow"},
		{"SHOW PROCESSLIST", "db", of(untoldOf("show", true), "show", "sessions"), "deny unknown-lineage"},
		{"a compound with a quiet kind", "db", with(untoldOf("lock", true, "users"), func(s *sallyport.Statement) { s.Kinds = []string{"lock", "select"} }), "deny unknown-lineage"},
		{"EXECUTE", "db", of(untoldOf("prepare", false), "prepare", "dynamic_sql"), "deny unknown-lineage"},
		{"dynamic SQL, whatever its lineage says", "db", of(reading("shop.orders.id"), "select", "dynamic_sql"), "deny unknown-lineage"},
		{"a file, whatever its lineage says", "db", of(reading("shop.orders.id"), "select", "file"), "deny unknown-lineage"},
		{"other servers, where nothing is kept", "open", of(reading("shop.orders.id"), "select"), "allow"},
		{"statistics", "pg", reading("pg_catalog.pg_stats.most_common_vals"), "deny unknown-lineage"},
		{"what is too large for its table", "pg", reading("pg_toast.pg_toast_1234.chunk_data"), "deny unknown-lineage"},
		{"the bounds of partitions", "pg", reading("pg_catalog.pg_class.relpartbound"), "deny unknown-lineage"},
		{"the bounds of partitions, by a function", "pg", with(reading(), func(s *sallyport.Statement) { s.Functions = []string{"pg_catalog.pg_get_partition_constraintdef"} }), "deny unknown-lineage"},
		{"the bounds of partitions, by a test", "pg", testOf("pg_catalog.pg_class.relpartbound", true), "deny unknown-lineage"},
		{"the rest of the catalogue", "pg", reading("pg_catalog.pg_class.relname"), "allow"},
		{"histograms", "db", reading("mysql.column_stats.histogram"), "deny unknown-lineage"},
		{"the words of an index", "db", reading("INFORMATION_SCHEMA.INNODB_FT_INDEX_TABLE.WORD"), "deny unknown-lineage"},
		{"statistics where nothing is kept", "open", reading("shop.orders.id"), "allow"},

		// Tests.
		{"equality", "db", testOf("shop.users.email", true), "allow"},
		{"anything else than equality", "db", testOf("shop.users.email", false), "deny predicate"},
		{"equality where nothing may be asked", "db", testOf("shop.users.name", true), "deny predicate"},
		{"anything where all may be asked", "db", testOf("shop.users.nick", false), "allow"},
		{"a class that is refused, whatever may be asked", "db", testOf("shop.payments.pan", true), "deny class"},
		{"a class that is allowed", "db", testOf("shop.users.city", false), "allow"},
		{"a column of two classes, by the stricter", "db", testOf("shop.users.contact", false), "deny predicate"},
		{"no class", "db", testOf("shop.users.id", false), "allow"},

		// Writes.
		{"a value of the client's", "db", writeOf("shop.users.email", ""), "allow"},
		{"from one column of a class to another", "db", writeOf("shop.users.contact", "shop.users.email"), "allow"},
		{"from a column of a class to itself, computed", "db", computed(writeOf("shop.users.email", "shop.users.email")), "deny predicate"},
		{"the same where conditions may be", "db", computed(writeOf("shop.users.nick", "shop.users.nick")), "allow"},
		{"from a class to none", "db", writeOf("shop.users.id", "shop.users.email"), "deny class"},
		{"from a class to another", "db", writeOf("shop.users.name", "shop.users.email"), "deny class"},
		{"from two classes to one of them", "db", writeOf("shop.users.email", "shop.users.contact"), "deny class"},
		{"from a class to a variable", "db", writeOf("", "shop.users.email"), "deny class"},
		{"from none to a variable", "db", writeOf("", "shop.users.id"), "allow"},
		{"from a class to a new table", "db", of(writeOf("shop.copy.email", "shop.users.email"), "create"), "deny class"},
		{"from none to a new table", "db", of(writeOf("shop.copy.id", "shop.users.id"), "create"), "allow"},
		{"from a refused class to itself", "db", writeOf("shop.payments.pan", "shop.payments.pan"), "deny class"},
		{"to a refused class, a value of the client's", "db", writeOf("shop.payments.pan", ""), "allow"},
		{"from an allowed class", "db", writeOf("shop.users.id", "shop.users.city"), "allow"},
		{"to what may not go out", "db", writeOf("shop.users.secret", ""), "deny class"},
		{"to what may not go out, where nothing is kept", "open", writeOf("shop.users.secret", ""), "deny class"},
		{"to what may go out there", "open", writeOf("shop.users.email", ""), "allow"},
		{"a write that nobody knows of", "open", untoldOf("load", true, "users"), "deny unknown-lineage"},
		{"a write that nobody knows of, elsewhere", "open", untoldOf("load", true, "orders"), "allow"},
		{"a reading that nobody knows of", "open", untoldOf("select", true, "users"), "allow"},

		// What cannot be masked.
		{"EXPLAIN of no class", "db", of(reading("shop.users.id"), "explain"), "allow"},
		{"EXPLAIN of a masked column", "db", of(reading("shop.users.email"), "explain"), "deny class"},
		{"EXPLAIN of a test", "db", of(testOf("shop.users.email", false), "explain"), "deny predicate"},
		{"COPY of no class", "pg", of(reading("public.users.id"), "copy"), "allow"},
		{"COPY of a masked column", "pg", of(reading("public.users.email"), "copy"), "deny class"},
	} {
		if got, v := weighed(p, tt.door, tt.act); got != tt.want {
			t.Errorf("%s: %s, want %s: %v", tt.name, got, tt.want, v.Reasons)
		}
	}
}

// TestWeighSaysWhatItFound: notes name columns and classes, and the classes that
// move are told whether or not they are masked.
func TestWeighSaysWhatItFound(t *testing.T) {
	p := mustParse(t, classPolicy)
	for _, tt := range []struct {
		name            string
		act             *sallyport.Statement
		note            string
		classes, writes string
		discreet        bool
	}{
		{"nothing", reading("shop.orders.id"), "", "", "", false},
		{"a table with a class", reading("shop.users.id"), "", "", "", true},
		{"a table with an allowed class only", reading("shop.users.city"), "", "city", "", true},
		{"a mask", reading("shop.users.email"), "the class email is masked", "email", "", true},
		{"a refusal", reading("shop.payments.pan"), "its result holds shop.payments.pan of the class card, which may not come in", "card", "", true},
		{"a write", writeOf("shop.users.contact", ""), "", "", "email,mail2", true},
		{"a plan", of(reading("shop.users.city"), "explain"), "", "", "", true},
		{"an unknown lineage", untoldOf("alter", true, "users"), "it may reach the class email: it is no query", "", "", true},
		{"a session's statement", with(sel(), func(s *sallyport.Statement) { s.Session = true }), "", "", "", false},
		{"the end of a transaction", of(with(sel(), func(s *sallyport.Statement) { s.Session = true }), "transaction"), "", "", "", true},
		{"a class without its relation", with(reading("shop.users.email"), func(s *sallyport.Statement) { s.Tables, s.Lineage.Relations = nil, nil }), "the class email is masked", "email", "", true},
	} {
		_, v := weighed(p, "db", tt.act)
		if v.Reason().Note != tt.note || v.Classes.String() != tt.classes || v.Written.String() != tt.writes || v.Discreet != tt.discreet {
			t.Errorf("%s: %q, classes %s, written %s, discreet %v", tt.name, v.Reason().Note, v.Classes, v.Written, v.Discreet)
		}
	}
	if _, v := weighed(p, "open", reading("shop.users.email")); v.Classes.String() != "email" || v.Discreet {
		t.Errorf("at a door that keeps nothing: classes %s, discreet %v", v.Classes, v.Discreet)
	}
	_, v := weighed(p, "db", reading("shop.users.email"))
	if m := v.Masks[0]; m.Where != "shop.users.email" || v.Reason().At.Path != "doors[0].in.email" || v.Reasons[1].Code != sallyport.ByRule {
		t.Errorf("masked as %+v because %v", m, v.Reasons)
	}
}

// TestMoreNeverLoosens: whatever more a lineage tells of, the verdict is not
// looser, and no value is masked by a weaker masker.
func TestMoreNeverLoosens(t *testing.T) {
	p := mustParse(t, classPolicy)
	rnd := rand.New(rand.NewPCG(5, 6))
	columns := []string{"shop.users.id", "shop.users.email", "shop.users.contact", "shop.users.name", "shop.users.name2", "shop.users.nick",
		"shop.users.city", "shop.users.secret", "shop.payments.pan", "other.users.email", "shop.orders.id"}
	pick := func() sallyport.Origin { return origin(columns[rnd.IntN(len(columns))]) }
	maybe := func() sallyport.Origin { return []sallyport.Origin{{}, pick(), pick()}[rnd.IntN(3)] }
	tighter := map[string]int{}
	for range 6000 {
		s := reading("shop.users.id", columns[rnd.IntN(len(columns))])
		l := s.Lineage
		l.Known, l.Named = rnd.IntN(8) > 0, rnd.IntN(8) > 0
		door := []string{"db", "lax", "open", "few"}[rnd.IntN(4)]
		var before sallyport.Verdict
		for step := range 6 {
			_, v := weighed(p, door, s)
			if step > 0 {
				if v.Effect > before.Effect || before.Discreet && !v.Discreet && !v.Denied() || len(v.Masks) < len(before.Masks) && v.Effect != sallyport.Deny {
					t.Fatalf("at %s %+v loosens %v to %v", door, l, before, v)
				}
				for _, old := range before.Masks {
					weaker := func(m sallyport.Masking) bool {
						return m.Result == old.Result && m.Masker != old.Masker && m.Masker != "null"
					}
					if slices.ContainsFunc(v.Masks, weaker) && strings.Contains(old.Masker, "null") {
						t.Fatalf("at %s %+v unmasks column %d: %v to %v", door, l, old.Result, before.Masks, v.Masks)
					}
				}
				if v.Effect < before.Effect {
					tighter[v.Effect.String()]++
				}
			}
			before = v
			switch rnd.IntN(9) {
			case 0:
				l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: pick(), Equal: rnd.IntN(3) > 0})
			case 1:
				l.Writes = append(l.Writes, sallyport.ColumnWrite{To: maybe(), From: maybe()})
			case 2:
				l.Columns = append(l.Columns, sallyport.ResultColumn{Origins: []sallyport.Origin{pick()}})
			case 3:
				l.Columns[rnd.IntN(len(l.Columns))].Derived = true
			case 4:
				l.Columns[rnd.IntN(len(l.Columns))].Unknown = "a function"
			case 5:
				l.Relations = append(l.Relations, sallyport.TableUse{Schema: pick().Schema, Name: pick().Table})
			case 6:
				l.Known, l.Named = l.Known && rnd.IntN(4) > 0, l.Named && rnd.IntN(2) > 0
			default:
				col := &l.Columns[rnd.IntN(len(l.Columns))]
				col.Origins = append(col.Origins, pick())
			}
		}
	}
	if tighter["mask"] < 100 || tighter["deny"] < 100 {
		t.Errorf("so often the verdict became tighter: %v", tighter)
	}
}

// BenchmarkWeigh is what classes add to the decision on a statement.
func BenchmarkWeigh(b *testing.B) {
	p := mustParse(b, classPolicy)
	from := app("shop", "", sallyport.ProofPassword)
	for _, bb := range []struct {
		name string
		act  *sallyport.Statement
	}{
		{"other-table", reading("shop.orders.id", "shop.orders.total")},
		{"same-table", reading("shop.users.id", "shop.users.city")},
		{"masked", reading("shop.users.id", "shop.users.email")},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			c := sallyport.Crossing{Door: "db", From: from, Act: bb.act}
			for b.Loop() {
				g, _ := p.Match(&c)
				p.Decide(&c, g)
			}
		})
	}
}
