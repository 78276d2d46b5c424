package postgres

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// dial opens a connection to a database.
func dial(t testing.TB, db *testdb.Database) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), "host=127.0.0.1 port="+db.Instance.Port()+" dbname="+db.Name+
		" user="+db.User+" password="+db.Password+" sslmode=verify-full sslrootcert="+db.Instance.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// ask runs a text of one statement or several, and returns the last result.
func ask(t testing.TB, conn *pgconn.PgConn, text string) *pgconn.Result {
	t.Helper()
	results, err := conn.Exec(t.Context(), text).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return results[len(results)-1]
}

// readCatalogue does as a door does.
func readCatalogue(t testing.TB, conn *pgconn.PgConn) *sql.Catalogue {
	t.Helper()
	version := conn.ParameterStatus("server_version")
	b := NewCatalogueBuilder(version)
	for _, s := range CatalogueSetup {
		ask(t, conn, s)
	}
	for i, q := range CatalogueQueries(version) {
		for _, row := range ask(t, conn, q).Rows {
			if err := b.Row(i, row); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask(t, conn, "ROLLBACK")
	return b.Catalogue()
}

// marked is a database with the schema of testdata/marked.sql.
func marked(t testing.TB) *pgconn.PgConn {
	t.Helper()
	schema, err := os.ReadFile("testdata/marked.sql")
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, testdb.Postgres(t).Database(t))
	ask(t, conn, string(schema))
	return conn
}

func relationOf(t testing.TB, c *sql.Catalogue, schema, name string) *sql.Relation {
	t.Helper()
	for i := range c.Relations {
		if c.Relations[i].Schema == schema && c.Relations[i].Name == name {
			return &c.Relations[i]
		}
	}
	t.Fatalf("the catalogue has no %s.%s", schema, name)
	return nil
}

// TestCatalogueOfServer looks at what a catalogue says of each sort of thing.
func TestCatalogueOfServer(t *testing.T) {
	conn := marked(t)
	c := readCatalogue(t, conn)
	for _, tt := range []struct {
		schema, name string
		kind         sql.RelationKind
		columns      string
	}{
		{"public", "users", sql.RelationTable, "k email name card"},
		{"public", "orders", sql.RelationTable, "k user_k note total"}, // a column was dropped
		{"public", "visits", sql.RelationTable, "k page region"},
		{"public", "visits_b", sql.RelationTable, "region page k"},
		{"public", "staff", sql.RelationTable, "k nick desk"},
		{"s", "secrets", sql.RelationTable, "k pin email"},
		{"public", "mails", sql.RelationView, "k mail"},
		{"public", "kept", sql.RelationMaterialized, "k email loud"},
		{"public", "numbers", sql.RelationSequence, "last_value log_cnt is_called"},
		{"pg_catalog", "pg_inherits", sql.RelationSystem, "inhrelid inhparent inhseqno inhdetachpending"},
		{"information_schema", "catalog_name", sql.RelationUnknown, ""},
		{"information_schema", "information_schema_catalog_name", sql.RelationSystem, "catalog_name"},
	} {
		if tt.kind == sql.RelationUnknown {
			for _, r := range c.Relations {
				if r.Name == tt.name {
					t.Errorf("%s is a relation", tt.name)
				}
			}
			continue
		}
		r := relationOf(t, c, tt.schema, tt.name)
		if r.Kind != tt.kind || strings.Join(r.Columns, " ") != tt.columns {
			t.Errorf("%s.%s is %v with %v", r.Schema, r.Name, r.Kind, r.Columns)
		}
		if (r.Kind == sql.RelationTable) != slices.Contains(r.Hidden, "ctid") && r.Kind == sql.RelationView {
			t.Errorf("%s has the hidden columns %v", r.Name, r.Hidden)
		}
	}
	for _, r := range c.Relations {
		if (r.Kind == sql.RelationView || r.Kind == sql.RelationMaterialized) && r.Query == nil {
			t.Errorf("the view %s is not understood", r.Name)
		}
		if r.Triggers || r.Rules != (r.Name == "ruled") && r.Kind != sql.RelationSystem {
			t.Errorf("%s: triggers %v, rules %v", r.Name, r.Triggers, r.Rules)
		}
	}
	for name, want := range map[string][]sql.Name{"visits_a": {{Schema: "public", Name: "visits"}}, "staff": {{Schema: "public", Name: "people"}}, "users": nil} {
		if diff := cmp.Diff(want, relationOf(t, c, "public", name).Parents); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	checkRoutines(t, c)
	checkComputed(t, conn)
	checkDefaults(t, conn)
}

// checkComputed looks at columns that stored code computes, which may be anything.
func checkComputed(t *testing.T, conn *pgconn.PgConn) {
	t.Helper()
	ask(t, conn, "create function nearly(text, text) returns boolean language sql immutable as 'select $1 < $2'")
	ask(t, conn, "create operator <~< (leftarg = text, rightarg = text, function = nearly)")
	ask(t, conn, `create table computed (a text, "B" text, plain text generated always as (a || lower("B")) stored,
called text generated always as (shout(a)) stored, applied boolean generated always as (a <~< 'x') stored, fixed text generated always as ('x') stored)`)
	got := map[string]string{}
	for _, c := range relationOf(t, readCatalogue(t, conn), "public", "computed").Computed {
		for _, r := range c.Value.Refs {
			got[c.Column] += r.Name
		}
		if c.Value.Opaque != "" {
			got[c.Column] += "?"
		}
	}
	if diff := cmp.Diff(map[string]string{"plain": "aB", "called": "a?", "applied": "?"}, got); diff != "" {
		t.Error(diff)
	}
}

// checkDefaults looks at which defaults may bring any value.
func checkDefaults(t *testing.T, conn *pgconn.PgConn) {
	t.Helper()
	ask(t, conn, "create schema ext; create extension pgcrypto schema ext; create extension \"uuid-ossp\" schema ext")
	ask(t, conn, "create domain noted as text default shout('x'); create domain noted_more as noted; create domain dull as text default 'x'")
	for column, filled := range map[string]bool{
		"serial": false, "text default 'x' || current_user": false, "timestamptz default now()": false, "uuid default gen_random_uuid()": false,
		"uuid default ext.uuid_generate_v4()": false, "bytea default ext.gen_random_bytes(8)": false, "text default current_setting('a.b', true)": false,
		"int generated always as identity": false, "text generated always as (shout('x')) stored": false, "dull": false, "text": false, "dull default 'y'": false,
		"text default shout('x')": true, "text default 'x' || lower(shout('x'))": true, "noted": true, "noted_more": true, "noted[] default array[shout('x')]": true,
		"boolean default 'a' <~< 'b'": true, "text default query_to_xml('select 1', true, true, '')": true, "bytea default lo_get(1)": true,
		"text default ext.uuid_generate_v4()::text || lo_get(1)::text": true, "text default pg_read_file('x')": true,
	} {
		ask(t, conn, "create table filling (k int, x "+column+")")
		if got := relationOf(t, readCatalogue(t, conn), "public", "filling").Filled; got != filled {
			t.Errorf("%s: filled %v", column, got)
		}
		ask(t, conn, "drop table filling")
	}
	ask(t, conn, "alter view mails alter column mail set default shout('x')")
	if !relationOf(t, readCatalogue(t, conn), "public", "mails").Filled {
		t.Error("the default of a view is not seen")
	}
}

func checkRoutines(t *testing.T, c *sql.Catalogue) {
	t.Helper()
	want := map[string]string{
		"shout": "[] true", "pins": "[s.secrets] true", "secret_of": "[s.secrets] true definer", "atomic": "[public.users] true",
		"two": "[] false", "deep_call": "[] false", "coded": "[] false", "full_name": "[] false", "lower": "[] false", "act": "[.archive] true", "note_it": "[] false",
	}
	seen := 0
	for _, r := range c.Routines {
		var tables []string
		for _, x := range r.Tables {
			tables = append(tables, x.Schema+"."+x.Name)
		}
		got := fmt.Sprintf("%v %v%s", tables, r.Known, map[bool]string{true: " definer"}[r.Definer])
		if r.Schema != "public" || got != want[r.Name] {
			t.Errorf("%s.%s: %s, not %s", r.Schema, r.Name, got, want[r.Name])
		}
		seen++
	}
	if seen != len(want) {
		t.Errorf("%d routines of %d", seen, len(want))
	}
	routines := NewRoutines(c)
	for _, tt := range []struct {
		functions, path string
		want            int
	}{
		{"lower upper", "pg_catalog public", 1}, {"lower", "pg_catalog s", 0}, {"public.lower", "s", 1}, {"pg_catalog.lower", "public", 0},
		{"two act count", "public", 2}, {"", "public", 0},
	} {
		if got := routines.Called(strings.Fields(tt.functions), strings.Fields(tt.path)); len(got) != tt.want {
			t.Errorf("%s in %s: %d", tt.functions, tt.path, len(got))
		}
	}
}

// TestCatalogueVersion: the version and the stamp are the same as long as nothing
// is defined, whatever is written, and others after each definition.
func TestCatalogueVersion(t *testing.T) {
	conn := marked(t)
	stamp := func() string { return string(ask(t, conn, CatalogueStamp).Rows[0][0]) }
	version, mark := readCatalogue(t, conn).Version, stamp()
	for _, text := range []string{
		"insert into users values ('k9', 'a', 'b', 'c')", "update users set name = 'x'", "delete from users where k = 'k9'",
		"analyze users", "vacuum users", "create temp table passing (a int); drop table passing", "select nextval('numbers')",
	} {
		ask(t, conn, text)
		if readCatalogue(t, conn).Version != version {
			t.Errorf("%s is a definition", text)
		}
		if got := stamp(); got != mark && !strings.HasPrefix(text, "create temp") {
			t.Errorf("%s has changed the stamp from %s to %s", text, mark, got)
		}
	}
	seen := map[string]bool{version: true}
	for _, text := range []string{
		"alter table users add column age int", "alter table users drop column age", "alter table users rename card to pan",
		"alter table users rename to persons", "create table fresh (a int)", "drop table fresh", "create schema fresh", "create table fresh.t (a int)",
		"alter table fresh.t set schema public", "alter schema s rename to z",
		"create or replace view odd as select 'x'::text as \"Camel Case\", 'y'::text as \"Select\"",
		"alter view odd rename \"Select\" to chosen", "create function f() returns int language sql as 'select 1'",
		"create or replace function f() returns int language sql as 'select 2'", "alter function f() security definer", "drop function f()",
		"create trigger more before update on orders for each row execute function note_it()", "drop trigger more on orders",
		"create rule more as on delete to orders do instead nothing", "drop rule more on orders",
		"alter table orders add column loud text generated always as (upper(note)) stored", "alter table orders alter column loud drop expression",
		"alter table orders alter column note set default query_to_xml('select 1', true, true, '')::text",
		"alter table visits detach partition visits_a", "alter table orders inherit people2",
	} {
		if strings.HasSuffix(text, "people2") {
			ask(t, conn, "create table people2 (k text)")
		}
		before := stamp()
		ask(t, conn, text)
		if got := stamp(); got == before {
			t.Errorf("%s has not changed the stamp", text)
		}
		got := readCatalogue(t, conn).Version
		// An empty schema holds nothing, and what was dropped again never was.
		if undone := strings.HasPrefix(text, "drop") || strings.HasPrefix(text, "create schema") || strings.HasPrefix(text, "alter table users drop"); seen[got] != undone {
			t.Errorf("%s: the version was there before: %v", text, seen[got])
		}
		seen[got] = true
	}
}

// TestTriggersThatFill: only what runs for each row, ahead of the write or instead
// of it, gives it other values.
func TestTriggersThatFill(t *testing.T) {
	conn := marked(t)
	const runs = " execute function note_it()"
	for _, tt := range []struct {
		trigger string
		fills   []string
	}{
		{"trigger more before insert on orders for each row", []string{"orders"}},
		{"trigger more before insert or delete on orders for each row", []string{"orders"}},
		{"trigger more before update of note on orders for each row when (new.note is not null)", []string{"orders"}},
		{"trigger more before update on visits for each row", []string{"visits", "visits_a", "visits_b"}},
		{"trigger more instead of insert on mails for each row", []string{"mails"}},
		{"trigger more instead of delete on mails for each row", nil},
		{"trigger more before delete on orders for each row", nil},
		{"trigger more before insert or update on orders", nil},
		{"trigger more after insert or update on orders for each row", nil},
		{"trigger more after update on orders", nil},
		{"constraint trigger more after insert on orders deferrable initially deferred for each row", nil},
	} {
		ask(t, conn, "create "+tt.trigger+runs)
		var got []string
		for _, r := range readCatalogue(t, conn).Relations {
			if r.Triggers {
				got = append(got, r.Name)
			}
		}
		if diff := cmp.Diff(tt.fills, got); diff != "" {
			t.Errorf("%s: %s", tt.trigger, diff)
		}
		on := strings.Fields(tt.trigger[strings.Index(tt.trigger, " on ")+4:])[0]
		ask(t, conn, "drop trigger more on "+on)
	}
}

// TestCatalogueIsBounded: what is malformed or too much is refused.
func TestCatalogueIsBounded(t *testing.T) {
	row := func(values ...string) (out [][]byte) {
		for _, v := range values {
			out = append(out, []byte(v))
		}
		return out
	}
	for name, feed := range map[string]func(b *CatalogueBuilder) error{
		"no such query":  func(b *CatalogueBuilder) error { return b.Row(catalogueQueries, row("1", "2")) },
		"too few values": func(b *CatalogueBuilder) error { return b.Row(askColumns, row("1")) },
		"a NULL":         func(b *CatalogueBuilder) error { return b.Row(askColumns, [][]byte{[]byte("1"), nil}) },
		"the same again": func(b *CatalogueBuilder) error {
			b.Row(askRelations, row("1", "s", "t", "r", "f", "f"))
			return b.Row(askRelations, row("1", "s", "t", "r", "f", "f"))
		},
		"too many bytes": func(b *CatalogueBuilder) error {
			return b.Row(askViews, row("1", strings.Repeat("x", maxCatalogueBytes), "f"))
		},
		"many relations": func(b *CatalogueBuilder) (err error) {
			for i := 0; i <= maxRelations && err == nil; i++ {
				err = b.Row(askRelations, row(fmt.Sprint(i), "s", "t", "r", "f", "f"))
			}
			return err
		},
	} {
		if feed(NewCatalogueBuilder("15.4")) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	b := NewCatalogueBuilder("15.4")
	for i, values := range [][][]byte{row("1", "s", "t", "v", "f", "f"), row("1", "a"), {[]byte("1"), nil, []byte("t")}, row("1", "99"), {[]byte("s"), []byte("f"), []byte("f"), []byte("c"), nil}} {
		if err := b.Row(i, values); err != nil {
			t.Error(err)
		}
	}
	if err := b.Row(askColumns, row("7", "of what is not there")); err != nil {
		t.Error(err)
	}
	for _, values := range [][][]byte{{[]byte("1"), []byte("a"), nil, []byte("f")}, row("1", "b", strings.Repeat("x", maxDefinition+1), "f"), row("7", "of what is not there", "1", "f")} {
		if err := b.Row(askComputed, values); err != nil {
			t.Error(err)
		}
	}
	for _, values := range [][][]byte{row("1", strings.Repeat("x", maxDefinition+1)), {[]byte("7"), nil}} {
		if err := b.Row(askDefaults, values); err != nil {
			t.Error(err)
		}
	}
	c := b.Catalogue()
	if !c.Relations[0].Filled {
		t.Error("a default that is too long to be read is taken for plain")
	}
	if x := c.Relations[0].Computed; len(x) != 2 || x[0].Value.Opaque == "" || !x[0].Coded || x[1].Value != nil || x[1].Coded || !c.Relations[0].Coded {
		t.Errorf("what is computed is %+v", x)
	}
	if len(c.Relations) != 1 || c.Relations[0].Query != nil || len(c.Relations[0].Parents) != 0 || c.Routines[0].Known {
		t.Errorf("%+v", c)
	}
}
