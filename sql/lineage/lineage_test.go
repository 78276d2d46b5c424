package lineage

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
)

func TestResults(t *testing.T) {
	userFrom := func(parts ...any) *sql.Query { return sel(append(parts, table("users"))...) }
	lateral := derived(sel(col("u.email"), table("orders", "o2")), "l")
	lateral.Lateral = true
	excluded := derived(sel(col("email AS v"), table("users")), "excluded", "total")
	excluded.Hidden = true
	natural := sql.Source{Join: &sql.Join{Left: table("users", "u"), Right: table("orders", "o"), Natural: true}}
	tests := []struct {
		name string
		q    *sql.Query
		want string
	}{
		{"a column", userFrom(col("email")), "email=users.email"},
		{"by its table", userFrom(col("users.email AS e")), "e=users.email"},
		{"by its schema", userFrom(col("public.users.email")), "email=users.email"},
		{"by another schema's", sel(col("public.users.email"), table("other.users")), "email=?"},
		{"an alias hides the table's name", sel(col("users.email"), table("users", "u")), "email=?"},
		{"a star", userFrom(star()), "id=users.id; email=users.email; card=users.card"},
		{"a table's star", sel(star("o"), table("users", "u"), table("orders", "o")), "id=orders.id; user_id=orders.user_id; total=orders.total"},
		{"a column of no star", userFrom(col("ctid")), "ctid=users.ctid"},
		{"no column", userFrom(col("nothing")), "nothing=?"},
		{"no table", sel(star(), table("nowhere")), "UNKNOWN a table that the catalogue does not have; beyond"},
		{"constants", sel(sql.Output{Name: "one"}), "one="},
		{"computed", userFrom(call("f", "email", "card")), "f=users.card+users.email!"},
		{"picked", userFrom(sql.Output{Name: "c", Expr: expr(sql.UseValue, "email", "card")}), "c=users.card+users.email"},
		{"counted", userFrom(sql.Output{Name: "n", Expr: expr(sql.UseNothing, "email")}), "n="},
		{"opaque", userFrom(sql.Output{Name: "x", Expr: sql.Expr{Opaque: "a stored function"}}), "x=?"},
		{"a whole row", userFrom(call("r", "users.*")), "r=users.card+users.email+users.id!"},
		{"a whole row by its name", userFrom(sql.Output{Name: "r", Expr: sql.Expr{Refs: []sql.Ref{{Name: "users", Whole: true, Use: sql.UseDerived}}}}), "r=users.card+users.email+users.id!"},
		{"a column goes before a row of its name", sel(sql.Output{Name: "r", Expr: sql.Expr{Refs: []sql.Ref{{Name: "email", Whole: true, Use: sql.UseValue}}}}, table("users", "email")), "r=users.email"},
		{"renamed columns", sel(col("b"), table("users", "u", "a", "b")), "b=users.email"},
		{"columns that keep their names", sel(col("card"), table("users", "u", "a", "b")), "card=users.card"},
		{"more names than columns", sel(star(), table("users", "u", "a", "b", "c", "d")), "UNKNOWN more names than columns"},
		{"derived", sel(col("d.x"), derived(userFrom(col("email AS x")), "d")), "x=users.email"},
		{"derived and renamed", sel(star(), derived(userFrom(col("id"), col("email")), "d", "p", "q")), "p=users.id; q=users.email"},
		{"two tables have it", sel(col("id"), table("users"), table("orders")), "id=orders.id+users.id"},
		{"a subquery", userFrom(sub(sel(col("total"), table("orders")), "s")), "s=orders.total"},
		{"correlated", sel(sub(sel(col("u.email"), table("orders")), "s"), table("users", "u")), "s=users.email"},
		{"correlated without a table", sel(sub(sel(col("email"), table("orders")), "s"), table("users")), "s=users.email"},
		{"the nearer one", sel(sub(sel(col("id"), table("orders")), "s"), table("users")), "s=orders.id"},
		{"lateral", sel(col("l.email"), table("users", "u"), lateral), "email=users.email"},
		{"not lateral", sel(col("l.email"), table("users", "u"), derived(sel(col("u.email"), table("orders", "o2")), "l")), "email=?"},
		{"a union", union(userFrom(col("id")), userFrom(col("email"))), "id=users.email+users.id"},
		{"a union of stars", union(sel(star(), table("orders")), userFrom(star())), "id=orders.id+users.id; user_id=orders.user_id+users.email; total=orders.total+users.card"},
		{"a union that does not fit", union(userFrom(col("id")), userFrom(star())), "UNKNOWN a set operation of different numbers of columns"},
		{"using", sel(star(), joined(table("users", "u"), table("orders", "o"), nil, "id")),
			"id=orders.id+users.id; email=users.email; card=users.card; user_id=orders.user_id; total=orders.total; test orders.id; test users.id"},
		{"natural", sel(star(), natural),
			"id=orders.id+users.id; email=users.email; card=users.card; user_id=orders.user_id; total=orders.total; test orders.id; test users.id"},
		{"a side of using", sel(col("o.id"), joined(table("users", "u"), table("orders", "o"), nil, "id")), "id=orders.id; test orders.id; test users.id"},
		{"a cte", with(sel(col("e"), table("c")), "c", userFrom(col("email AS e"))), "e=users.email"},
		{"a cte hides a table", with(sel(star(), table("users")), "users", sel(col("total"), table("orders"))), "total=orders.total"},
		{"not where the schema stands", with(sel(col("email"), table("public.users")), "users", sel(col("total"), table("orders"))), "email=users.email"},
		{"a cte of itself is the table", with(sel(star(), table("users")), "users", userFrom(col("email"))), "email=users.email"},
		{"a chain", with(with(sel(star(), table("b")), "a", userFrom(col("email"))), "b", sel(star(), table("a")), "z"), "z=users.email"},
		{"recursive", recursive(with(sel(star(), table("r")), "r", union(userFrom(col("id"), col("email")), sel(col("b"), call("x", "a"), table("r"))), "a", "b")),
			"a=users.email+users.id!; b=users.email+users.id!"},
		{"of each other", recursive(with(with(sel(star(), table("a")), "a", union(userFrom(col("id")), sel(star(), table("b")))), "b", union(sel(col("total"), table("orders")), sel(star(), table("a"))))),
			"id=orders.total+users.id; UNKNOWN queries that name each other"},
		{"a view", sel(col("mail"), table("people")), "mail=users.email"},
		{"a view of a view", sel(star(), table("folk", "f", "x")), "x=users.email; twice=users.email!"},
		{"a materialised view", sel(star(), table("kept")), "email=users.email"},
		{"an opaque view", sel(star(), table("opaque")), "UNKNOWN a view whose definition is not known; beyond"},
		{"a ring of views", sel(star(), table("ring")), "UNKNOWN a view that is made of itself; beyond"},
		{"a view that does not fit", sel(star(), table("narrow")), "UNKNOWN a view of another number of columns than it says; beyond"},
		{"a strange relation", sel(col("users.id"), table("users"), table("strange")), "id=users.id; beyond"},
		{"a name beside a strange relation", sel(col("email"), table("users"), table("strange")), "email=users.email?; beyond"},
		{"a foreign table", sel(star(), table("far")), "secret=far.secret"},
		{"a function in FROM", sel(col("v"), table("users"), sql.Source{Call: &sql.Expr{Refs: []sql.Ref{ref(sql.UseValue, "users.card")}}, Alias: "f", Columns: []string{"v"}}), "v=users.card!"},
		{"a function of unknown columns", sel(col("f.v"), sql.Source{Call: &sql.Expr{}, Alias: "f"}), "v=?"},
		{"a query that is opaque", &sql.Query{Opaque: "HANDLER"}, "UNKNOWN HANDLER"},
		{"hidden sources have no star", sel(star(), table("orders"), excluded), "id=orders.id; user_id=orders.user_id; total=orders.total"},
		{"hidden sources have a name", sel(col("excluded.total"), table("orders"), excluded), "total=users.email"},
		{"two of one name", sel(col("d.x"), derived(userFrom(col("id AS x"), col("email AS x")), "d")), "x=users.email+users.id"},
		{"a partition's rows are its table's", sel(col("email"), table("visits_2024_05")), "email=visits.email+visits_2024.email+visits_2024_05.email; UNKNOWN a test: which partition a row is in tells of its values"},
		{"a table's rows are its partitions'", sel(col("email"), table("visits")), "email=visits.email+visits_2024.email+visits_2024_05.email"},
		{"what only the partition has", sel(col("extra"), table("visits_2024_05")), "extra=visits_2024_05.extra; UNKNOWN a test: which partition a row is in tells of its values"},
		{"which of them a row is in", sel(col("tableoid"), col("ctid"), table("visits_2024")), "tableoid=visits_2024.tableoid?; ctid=visits_2024.ctid"},
		{"nothing", nil, ""},
	}
	for _, tt := range tests {
		if got := told(resolve(t, tt.q)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestTests(t *testing.T) {
	distinct := sel(col("email"), table("users"))
	distinct.Distinct = true
	exists := sql.Test{Expr: sql.Expr{Queries: []sql.Subquery{{Use: sql.UseNothing, Query: sel(star(), table("users", "u2"), where(sql.UseTest, "u2.card", "u.id"))}}}}
	in := sql.Test{Expr: sql.Expr{Queries: []sql.Subquery{{Use: sql.UseTest, Query: sel(col("card"), table("users", "u2"))}}}}
	on := expr(sql.UseTest, "u.id", "o.user_id")
	tests := []struct {
		name string
		q    *sql.Query
		want string
	}{
		{"equal", sel(col("id"), table("users"), where(sql.UseEqual, "email")), "id=users.id; test users.email equal"},
		{"equal and more", sel(col("id"), table("users"), where(sql.UseEqual, "email"), where(sql.UseTest, "email")), "id=users.id; test users.email"},
		{"equal of something computed", sel(col("d.x"), derived(sel(call("x", "email"), table("users")), "d"), where(sql.UseEqual, "x")), "x=users.email!; test users.email"},
		{"counted", sel(sql.Output{Name: "n", Expr: expr(sql.UseNothing, "email")}, table("users")), "n="},
		{"counted where it is computed", sel(sql.Output{Name: "n", Expr: expr(sql.UseNothing, "d.x")}, derived(sel(call("x", "email"), table("users")), "d")), "n=; test users.email"},
		{"of a view", sel(col("id"), table("people"), where(sql.UseEqual, "mail")), "id=users.id; test users.email equal"},
		{"by a value", sel(col("id"), table("users"), where(sql.UseValue, "email")), "id=users.id; test users.email"},
		{"an output's name", sel(call("total", "email"), table("users"), sql.Test{Expr: expr(sql.UseTest, "total"), Outputs: true}), "total=users.email!; test users.email"},
		{"an output's name and a column's", sel(col("email AS card"), table("users"), sql.Test{Expr: expr(sql.UseValue, "card"), Outputs: true}), "card=users.email; test users.card; test users.email"},
		{"not an output's", sel(col("email AS x"), table("users"), where(sql.UseTest, "x")), "x=users.email; UNKNOWN a test: a column that no table of its FROM has"},
		{"an ordinal", sel(col("id"), col("card"), table("users"), sql.Test{Ordinal: 2}), "id=users.id; card=users.card; test users.card"},
		{"distinct", distinct, "email=users.email; test users.email"},
		{"exists", sel(col("id"), table("users", "u"), exists), "id=users.id; test users.card; test users.id"},
		{"in", sel(col("id"), table("users", "u"), in), "id=users.id; test users.card"},
		{"on", sel(col("total"), joined(table("users", "u"), table("orders", "o"), &on)), "total=orders.total; test orders.user_id; test users.id"},
		{"of a cte that nothing names", with(sel(col("id"), table("orders")), "c", sel(col("id"), table("users"), where(sql.UseTest, "card"))), "id=orders.id; test users.card"},
		{"in a subquery's FROM", sel(star(), derived(sel(col("id"), table("users"), where(sql.UseTest, "card")), "d")), "id=users.id; test users.card"},
	}
	for _, tt := range tests {
		if got := told(resolve(t, tt.q)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestWrites(t *testing.T) {
	into := func(name string, columns []string, source *sql.Query) *sql.Writing {
		return &sql.Writing{Table: sql.Name{Name: name}, Columns: columns, Source: source}
	}
	values := sel(sql.Output{}, sql.Output{})
	set := func(column string, e sql.Expr) sql.Assignment {
		return sql.Assignment{Column: ref(sql.UseNothing, column), Value: e}
	}
	joinedSource := into("orders", []string{"total"}, sel(col("s.card")))
	joinedSource.SourceJoined = true
	made := into("copy", nil, sel(col("email AS e"), table("users")))
	made.Made = true
	tests := []struct {
		name string
		q    *sql.Query
		want string
	}{
		{"values", sel(table("users"), into("users", []string{"email", "id"}, values)), "users.email<-; users.id<-"},
		{"by position", sel(table("users"), into("users", nil, values)), "users.email<-; users.id<-"},
		{"too many", sel(table("ring"), into("orders", []string{"id"}, values)), "orders.id<-; UNKNOWN a column that its table does not have; beyond"},
		{"from a query", sel(table("orders"), into("orders", []string{"total"}, sel(col("card"), table("users")))), "orders.total<-users.card"},
		{"returning", sel(col("total"), table("orders"), into("orders", []string{"total"}, sel(col("card"), table("users")))), "total=orders.total+users.card; orders.total<-users.card"},
		{"set", sel(table("users"), where(sql.UseEqual, "id"), &sql.Writing{Table: sql.Name{Name: "users"}, Set: []sql.Assignment{set("email", expr(sql.UseValue, "card"))}}),
			"test users.id equal; users.email<-users.card"},
		{"set of several tables", sel(table("users", "u"), table("orders", "o"), &sql.Writing{Set: []sql.Assignment{set("o.total", expr(sql.UseDerived, "u.card"))}}), "orders.total<-users.card!"},
		{"through a view", sel(table("people"), into("people", []string{"mail"}, sel(sql.Output{}))), "users.email<-"},
		{"a table is made", sel(made), "copy.e<-users.email"},
		{"a merge's insert", sel(table("orders"), table("users", "s"), joinedSource), "orders.total<-users.card"},
		{"into a variable", sel(expr(sql.UseValue, "email"), table("users")), "..<-users.email"},
		{"given by the client", sel(&sql.Writing{Table: sql.Name{Name: "orders"}, Columns: []string{"total"}, Given: true}), "orders.total<-"},
		{"all given by the client", sel(&sql.Writing{Table: sql.Name{Name: "orders"}, Given: true}), "orders.id<-; orders.total<-; orders.user_id<-"},
		{"given to no column", sel(&sql.Writing{Table: sql.Name{Name: "orders"}, Columns: []string{"ctid"}, Given: true}), "UNKNOWN a column that its table does not have"},
		{"into a partition", sel(into("visits_2024_05", []string{"extra"}, sel(col("id"), table("orders")))), "visits_2024_05.extra<-orders.id; UNKNOWN a test: which partition a row is in tells of its values"},
		{"rules rewrite it", sel(table("ruled"), into("ruled", nil, sel(sql.Output{}))), "UNKNOWN a table whose rules rewrite what is done; beyond"},
		{"rules of the table under a view rewrite it", sel(col("b"), table("ruling"), into("ruling", nil, sel(sql.Output{}))), "b=ruled.a; UNKNOWN a table whose rules rewrite what is done; beyond"},
		{"rules of the table under two views rewrite it", sel(table("ruling2"), &sql.Writing{Table: sql.Name{Name: "ruling2"}}), "UNKNOWN a table whose rules rewrite what is done; beyond"},
		{"a default brings what nobody follows", sel(table("filled"), into("filled", []string{"b"}, sel(sql.Output{}))), "filled.b<-"},
		{"returning behind a default", sel(col("a"), table("filled"), into("filled", []string{"b"}, sel(sql.Output{}))), "a=filled.a?; filled.b<-; beyond"},
		{"returning behind a default under a view", sel(col("b"), table("filling"), into("filling", nil, sel(sql.Output{}))), "b=filled.b?; filled.b<-; beyond"},
		{"a trigger runs", sel(table("watched"), into("watched", nil, sel(sql.Output{}))), "watched.a<-"},
		{"returning behind a trigger", sel(col("a"), table("watched"), into("watched", nil, sel(sql.Output{}))), "a=watched.a?; watched.a<-; beyond"},
		{"returning behind a trigger under a view", sel(col("a"), table("watching"), into("watching", nil, sel(sql.Output{}))), "a=watched.a?; watched.a<-; beyond"},
		{"what is deleted behind a trigger", sel(col("a"), table("watched"), &sql.Writing{Table: sql.Name{Name: "watched"}, Deletes: true}), "a=watched.a"},
		{"what is deleted behind a default", sel(col("a"), table("filled"), &sql.Writing{Table: sql.Name{Name: "filled"}, Deletes: true}), "a=filled.a"},
		{"what is deleted behind a rule", sel(col("a"), table("ruled"), &sql.Writing{Table: sql.Name{Name: "ruled"}, Deletes: true}), "a=ruled.a; UNKNOWN a table whose rules rewrite what is done; beyond"},
		{"nowhere", sel(into("nowhere", nil, values)), "UNKNOWN a table that the catalogue does not have"},
		{"in a cte", with(sel(star(), table("w")), "w", sel(col("total"), table("orders"), into("orders", []string{"total"}, sel(col("card"), table("users"))))), "total=orders.total+users.card; orders.total<-users.card"},
	}
	for _, tt := range tests {
		if got := told(resolve(t, tt.q)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestRelationsAreThoseReached(t *testing.T) {
	l := resolve(t, sel(sql.Output{Name: "n"}, table("folk")))
	want := []Relation{{"public", "folk"}, {"public", "people"}, {"public", "users"}}
	if len(l.Relations) != len(want) {
		t.Fatalf("%v", l.Relations)
	}
	for i := range want {
		if l.Relations[i] != want[i] {
			t.Errorf("%v, want %v", l.Relations, want)
		}
	}
}

func TestNamesAreFolded(t *testing.T) {
	q := sel(col("U.EMAIL"), table("USERS", "U"))
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{}, "EMAIL=?"},
		{Options{FoldRelations: true}, "EMAIL=?"},
		{Options{FoldColumns: true, FoldRelations: true}, "EMAIL=users.email"},
	} {
		got := told(NewIndex(shop(), tt.o).Resolve(q, public))
		if tt.want == "EMAIL=?" && got == "EMAIL=users.email" || tt.want != "EMAIL=?" && got != tt.want {
			t.Errorf("%+v: %s", tt.o, got)
		}
	}
}

// TestThePathDecides: a temporary table hides another of its schema, and the
// first schema of a path hides those behind it.
func TestThePathDecides(t *testing.T) {
	c := shop()
	c.Relations = append(c.Relations, sql.Relation{Schema: "public", Name: "orders", Kind: sql.RelationTemporary, Columns: []string{"own"}})
	x := NewIndex(c, Options{})
	if got := told(x.Resolve(sel(star(), table("orders")), public)); got != "own=orders.own" {
		t.Error(got)
	}
	if got := told(x.Resolve(sel(star(), table("users")), []string{"nowhere", "other", "public"})); got != "id=other.users.id; pin=other.users.pin" {
		t.Error(got)
	}
	if x.Version() != "1" {
		t.Error(x.Version())
	}
}

// TestNamesThatTheServerMakesUp: a column whose name the text does not tell may
// be what any name means that no other column has.
func TestNamesThatTheServerMakesUp(t *testing.T) {
	made := func() sql.Source { return derived(sel(call("", "email"), col("id"), table("users")), "d") }
	correlated := sub(sel(col("lower(email)"), made()), "s")
	natural := joined(made(), derived(sel(call("", "total"), table("orders")), "e"), nil)
	natural.Join.Natural = true
	tests := []struct {
		name string
		q    *sql.Query
		want string
	}{
		{"by a name", sel(col("lower(email)"), made()), "lower(email)=users.email!"},
		{"by a qualified name", sel(col("d.lower(email)"), made()), "lower(email)=users.email!"},
		{"another column's name", sel(col("id"), col("d.id"), made()), "id=users.id; id=users.id"},
		{"in sight further out", sel(correlated, derived(sel(col("total AS lower(email)"), table("orders")), "o")), "s=orders.total+users.email!"},
		{"an output", sel(call("", "email"), table("users"), sql.Test{Expr: expr(sql.UseTest, "lower(email)"), Outputs: true}), "=users.email!; test users.email"},
		{"no output but a column", sel(call("", "email"), table("users"), sql.Test{Expr: expr(sql.UseTest, "card"), Outputs: true}), "=users.email!; test users.card"},
		{"a natural join", sel(star(), natural), "UNKNOWN a test: a natural join of columns whose names the server makes up"},
	}
	for _, tt := range tests {
		if got := told(resolve(t, tt.q)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
