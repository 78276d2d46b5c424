package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/testdb"
	analysis "github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// shop is a connection to a database with one of each thing that a catalogue has.
func shop(t *testing.T) (inst *testdb.Instance, conn *sql.Conn, run func(string)) {
	t.Helper()
	inst = testdb.MariaDB(t)
	conn, err := inst.Admin().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run = func(text string) {
		t.Helper()
		if _, err := conn.ExecContext(context.Background(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	run("create database shop")
	t.Cleanup(func() { run("drop temporary table if exists shop.passing"); run("drop database shop"); conn.Close() })
	for _, text := range []string{
		"use shop", "set system_versioning_alter_history = keep",
		"create table users (id int primary key, Email varchar(99), pin int invisible) with system versioning",
		"create table orders (id int, note varchar(9)) partition by hash (id) partitions 2",
		"create view people as select id, Email as mail from users where Email > 'it''s \\\\ \"'",
		"set sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'",
		`create view "odd ` + "`" + `one" as select mail || 'a\b' as "x y" from people`,
		`create function quoted() returns int return (select max(id) from "orders")`,
		"set sql_mode = default",
		"create view joined as with c as (select id from orders) select p.mail, row_number() over (order by c.id) as n from people p join c on p.id = c.id",
		"create sequence numbers",
		"create temporary table passing (a int)",
		"create trigger watch before insert on orders for each row set new.note = 'x'",
		"create function total(x int) returns int return (select count(*) from orders where id > x)",
		"create function calls() returns int sql security invoker return total(1)",
		"create procedure show_all() sql security invoker select * from people join users using (id)",
		"create procedure long_one() begin select 1; delete from users; end",
	} {
		run(text)
	}
	return inst, conn, run
}

func relationsOf(c *analysis.Catalogue, schema string) map[string]analysis.Relation {
	all := map[string]analysis.Relation{}
	for _, r := range c.Relations {
		if r.Schema == schema {
			all[r.Name] = r
		}
	}
	return all
}

func TestCatalogueOfAServer(t *testing.T) {
	inst, conn, _ := shop(t)
	c := readCatalogue(t, conn, inst.Version)
	got := map[string]string{}
	for name, r := range relationsOf(c, "shop") {
		got[name] = fmt.Sprintf("%d %v %v %v %v %v", r.Kind, r.Columns, r.Hidden, r.Query != nil, r.Path, r.Triggers)
	}
	want := map[string]string{
		"users":    fmt.Sprintf("%d %s", analysis.RelationTable, "[id Email] [pin] false [] false"),
		"orders":   fmt.Sprintf("%d %s", analysis.RelationTable, "[id note] [] false [] true"),
		"people":   fmt.Sprintf("%d %s", analysis.RelationView, "[id mail] [] true [shop] false"),
		"odd `one": fmt.Sprintf("%d %s", analysis.RelationView, "[x y] [] true [shop] false"),
		"joined":   fmt.Sprintf("%d %s", analysis.RelationView, "[mail n] [] true [shop] false"),
		"numbers":  fmt.Sprintf("%d %s", analysis.RelationSequence, "[next_not_cached_value minimum_value maximum_value start_value increment cache_size cycle_option cycle_count] [] false [] false"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	tables := relationsOf(c, informationSchema)
	if r := tables["COLUMNS"]; r.Kind != analysis.RelationSystem || !slices.Contains(r.Columns, "COLUMN_NAME") {
		t.Errorf("information_schema.COLUMNS is %+v", r)
	}
	if r := relationsOf(c, "mysql")["user"]; r.Kind != analysis.RelationSystem || len(r.Columns) == 0 {
		t.Errorf("mysql.user is %+v", r)
	}
	routines := map[string]string{}
	for _, r := range c.Routines {
		routines[r.Name] = fmt.Sprint(r.Schema, " ", r.Definer, " ", r.Known, " ", r.Tables)
	}
	wantRoutines := map[string]string{
		"quoted":   "shop true true [{ orders read}]",
		"total":    "shop true true [{ orders read}]",
		"calls":    "shop false false []",
		"show_all": "shop false true [{ people read} { users read}]",
		"long_one": "shop true false []",
	}
	if diff := cmp.Diff(wantRoutines, routines); diff != "" {
		t.Error(diff)
	}
	x := lineage.NewIndex(c, lineage.Options{FoldColumns: true})
	for text, want := range map[string]string{
		"select `x y` from `odd ``one`":                            "shop.users.Email!",
		"select mail from joined":                                  "shop.users.Email",
		"select table_name from Information_Schema.tables limit 1": "information_schema.TABLES.TABLE_NAME",
		"select pin from users":                                    "shop.users.pin",
		"select a from passing":                                    "?",
	} {
		st, err := NewAnalyzer(analysis.Options{}).Analyze([]byte(text), &analysis.Session{Version: inst.Version})
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v, %v", text, err, st)
		}
		got := "?"
		if l := x.Resolve(st.Query, []string{"shop"}); l.Unknown == "" && len(l.Columns) == 1 && len(l.Columns[0].Origins) == 1 {
			o := l.Columns[0].Origins[0]
			got = joined(o.Schema, o.Table, o.Column)
			if l.Columns[0].Derived {
				got += "!"
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestCatalogueForAPoorLogin: a view whose definition the login may not see is a
// view of which nothing is known.
func TestCatalogueForAPoorLogin(t *testing.T) {
	inst, _, run := shop(t)
	run("create user poor identified by 'poor-password'")
	t.Cleanup(func() { run("drop user poor") })
	run("grant select on shop.people to poor")
	run("grant select (id) on shop.users to poor")
	cfg := inst.Database(t).Config()
	cfg.User, cfg.Passwd, cfg.DBName = "poor", "poor-password", ""
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	all := relationsOf(readCatalogue(t, conn, inst.Version), "shop")
	if r := all["people"]; r.Kind != analysis.RelationView || r.Query != nil || len(r.Columns) != 2 {
		t.Errorf("people is %+v", r)
	}
	if r, seen := all["orders"]; seen {
		t.Errorf("orders is %+v", r)
	}
}

// TestCatalogueVersion: the version is the same as long as nothing is defined, and
// another after each change; the number of CatalogueChanges moves with it.
func TestCatalogueVersion(t *testing.T) {
	inst, conn, run := shop(t)
	number := func() (n string) {
		t.Helper()
		if err := conn.QueryRowContext(t.Context(), CatalogueChanges(inst.Version)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	version := readCatalogue(t, conn, inst.Version).Version
	before := number()
	for _, text := range []string{"select * from people", "insert into orders values (1, 'a')", "create temporary table t2 (a int)", "drop temporary table t2"} {
		run(text)
	}
	if now := readCatalogue(t, conn, inst.Version).Version; now != version || len(now) != 32 {
		t.Errorf("nothing was defined, and the version is %q behind %q", now, version)
	}
	if now := number(); now != before {
		t.Errorf("nothing was defined, and the number is %s behind %s", now, before)
	}
	for _, text := range []string{
		"alter table users add column age int after id", "alter table users modify pin int", "alter table orders modify note varchar(9) invisible",
		"alter table orders add column loud varchar(9) as (upper(note)) virtual", "alter table orders modify loud varchar(9) as (lower(note)) virtual",
		"alter table orders modify note varchar(9) default (concat(id))", "create table more (a int)", "rename table more to less", "drop table less",
		"alter view people as select id, pin as mail from users", "create view again as select 1 as a", "drop view again",
		"create trigger other_one after delete on users for each row delete from orders", "drop trigger other_one",
		"alter procedure show_all sql security definer", "create or replace function total(x int) returns int return (select x)",
		"drop procedure long_one", "create sequence more_numbers", "create table far (a int) engine=myisam", "alter table far engine=mrg_myisam union=(orders)",
	} {
		run(text)
		now, n := readCatalogue(t, conn, inst.Version).Version, number()
		if now == version {
			t.Errorf("%s: the version is the same", text)
		}
		if n == before {
			t.Errorf("%s: the number is the same", text)
		}
		version, before = now, n
	}
}

// rowOf is a row of texts.
func rowOf(cells ...string) [][]byte {
	var row [][]byte
	for _, c := range cells {
		row = append(row, []byte(c))
	}
	return row
}

func TestKindsOfRelations(t *testing.T) {
	for _, tt := range []struct {
		schema, kind, engine string
		want                 analysis.RelationKind
	}{
		{"a", "BASE TABLE", "InnoDB", analysis.RelationTable},
		{"a", "SYSTEM VERSIONED", "Aria", analysis.RelationTable},
		{"a", "BASE TABLE", "FEDERATED", analysis.RelationForeign},
		{"a", "BASE TABLE", "CONNECT", analysis.RelationForeign},
		{"a", "BASE TABLE", "SPIDER", analysis.RelationForeign},
		{"a", "BASE TABLE", "made up", analysis.RelationForeign},
		{"a", "BASE TABLE", "MRG_MyISAM", analysis.RelationUnknown},
		{"a", "BASE TABLE", "", analysis.RelationUnknown},
		{"a", "VIEW", "", analysis.RelationView},
		{"a", "SEQUENCE", "InnoDB", analysis.RelationSequence},
		{"a", "something new", "InnoDB", analysis.RelationUnknown},
		{"mysql", "BASE TABLE", "Aria", analysis.RelationSystem},
		{"INFORMATION_SCHEMA", "SYSTEM VIEW", "MEMORY", analysis.RelationSystem},
		{"sys", "VIEW", "", analysis.RelationSystem},
	} {
		c := NewCatalogueReader("10.11.6-MariaDB")
		if err := c.Add(listTables, rowOf(tt.schema, "t", tt.kind, tt.engine)); err != nil {
			t.Fatal(err)
		}
		if err := c.Add(listColumns, rowOf(tt.schema, "t", "1", "a", "", "", "")); err != nil {
			t.Fatal(err)
		}
		if r := c.Catalogue().Relations[0]; r.Kind != tt.want {
			t.Errorf("%s, %s, %s is %v, want %v", tt.schema, tt.kind, tt.engine, r.Kind, tt.want)
		}
	}
	c := NewCatalogueReader("8.0.36")
	for _, row := range [][][]byte{rowOf("a", "none", "BASE TABLE", "InnoDB"), rowOf("a", "v", "VIEW", "")} {
		if err := c.Add(listTables, row); err != nil {
			t.Fatal(err)
		}
	}
	for at, name := range []string{"c", "b", "a"} {
		if err := c.Add(listColumns, rowOf("a", "v", fmt.Sprint(10-at), name, "", "", "")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Add(listViews, rowOf("a", "v", "select what is not understood")); err != nil {
		t.Fatal(err)
	}
	all := relationsOf(c.Catalogue(), "a")
	if r := all["none"]; r.Kind != analysis.RelationUnknown {
		t.Errorf("a table without columns is %+v", r)
	}
	if r := all["v"]; r.Query != nil || !slices.Equal(r.Columns, []string{"a", "b", "c"}) {
		t.Errorf("the view is %+v", r)
	}
}

func TestCatalogueIsBounded(t *testing.T) {
	c := NewCatalogueReader("10.11.6-MariaDB")
	for i, err := range []error{
		c.Add(-1, nil), c.Add(listCount, nil), c.Add(listTables, rowOf("a", "b", "c")), c.Add(listColumns, rowOf("a", "t", "first", "a", "", "", "")),
	} {
		if err == nil {
			t.Errorf("row %d is taken", i)
		}
	}
	if err := c.Add(listViews, rowOf("a", "v", strings.Repeat("x", maxCatalogueBytes))); err != errCatalogueTooLarge {
		t.Errorf("too many bytes: %v", err)
	}
	c = NewCatalogueReader("10.11.6-MariaDB")
	for i := range maxRelations {
		if err := c.Add(listTables, rowOf("a", fmt.Sprint(i), "BASE TABLE", "InnoDB")); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Add(listTables, rowOf("a", "one more", "BASE TABLE", "InnoDB")); err != errCatalogueTooLarge {
		t.Errorf("too many relations: %v", err)
	}
}

func TestSkipped(t *testing.T) {
	row := func(cells ...string) (row [][]byte) {
		for _, c := range cells {
			if c == "" {
				row = append(row, nil)
				continue
			}
			row = append(row, []byte(c))
		}
		return row
	}
	for _, tt := range []struct {
		name string
		rows map[int][][]byte
		want bool
	}{
		{"a table", map[int][][]byte{listTables: row("shop", "t", "BASE TABLE", "InnoDB"), listColumns: row("shop", "t", "1", "a", "x", "", "")}, false},
		{"of an engine that is not followed", map[int][][]byte{listTables: row("shop", "t", "BASE TABLE", "MRG_MyISAM")}, false},
		{"a view", map[int][][]byte{listTables: row("shop", "v", "VIEW", "")}, false},
		{"without an engine", map[int][][]byte{listTables: row("shop", "t", "BASE TABLE", "")}, true},
		{"columns alone", map[int][][]byte{listColumns: row("shop", "t", "1", "a", "x", "", "")}, true},
	} {
		c := NewCatalogueReader("10.11.6-MariaDB")
		for query, cells := range tt.rows {
			if err := c.Add(query, cells); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.Skipped(); got != tt.want {
			t.Errorf("%s: skipped %v", tt.name, got)
		}
	}
}
