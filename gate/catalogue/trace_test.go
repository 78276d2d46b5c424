package catalogue

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// shop is a catalogue with a table, a view of it, and a routine whose name the
// server has too.
func shop() *Snapshot {
	emails := &sql.Query{
		From:    []sql.Source{{Table: &sql.Name{Schema: "shop", Name: "users"}}},
		Outputs: []sql.Output{{Name: "mail", Expr: sql.Expr{Refs: []sql.Ref{{Name: "email", Use: sql.UseValue}}}}},
	}
	return NewSnapshot(&sql.Catalogue{Version: "v", Relations: []sql.Relation{
		{Schema: "shop", Name: "users", Kind: sql.RelationTable, Columns: []string{"id", "email"}},
		{Schema: "shop", Name: "stamped", Kind: sql.RelationTable, Columns: []string{"id"}, Triggers: true},
		{Schema: "shop", Name: "ruled", Kind: sql.RelationTable, Columns: []string{"id"}, Rules: true},
		{Schema: "shop", Name: "people", Kind: sql.RelationView, Columns: []string{"mail"}, Query: emails},
	}, Routines: []sql.Routine{{Schema: "shop", Name: "Lower"}}}, lineage.Options{})
}

func from(table string, columns ...string) *sql.Query {
	q := &sql.Query{From: []sql.Source{{Table: &sql.Name{Name: table}}}}
	for _, c := range columns {
		q.Outputs = append(q.Outputs, sql.Output{Name: c, Expr: sql.Expr{Refs: []sql.Ref{{Name: c, Use: sql.UseValue}}}})
	}
	return q
}

func told(l *sallyport.Lineage) string {
	var parts []string
	for _, c := range l.Columns {
		s := c.Name + "="
		for _, o := range c.Origins {
			s += o.String()
		}
		parts = append(parts, s)
	}
	for _, w := range l.Writes {
		parts = append(parts, w.To.String()+"<-"+w.From.String())
	}
	var reached []string
	for _, r := range l.Relations {
		reached = append(reached, r.Name)
	}
	parts = append(parts, "of "+strings.Join(reached, " "))
	if !l.Named {
		parts = append(parts, "and others")
	}
	if !l.Known {
		parts = append(parts, "unknown: "+l.Unknown)
	}
	return strings.Join(parts, "; ")
}

func TestTrace(t *testing.T) {
	tables := func(names ...string) (list []sql.Table) {
		for _, n := range names {
			list = append(list, sql.Table{Name: n})
		}
		return list
	}
	made := &sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "copy"}, Made: true, Source: from("users", "email")}}
	returning := from("stamped", "id")
	returning.Write = &sql.Writing{Table: sql.Name{Name: "stamped"}, Columns: []string{"id"}, Given: true}
	silent := &sql.Query{Write: returning.Write}
	tests := []struct {
		name string
		a    sql.Analysis
		want string
	}{
		{"a column", sql.Analysis{Tables: tables("users"), Query: from("users", "email")}, "email=shop.users.email; of users"},
		{"a view", sql.Analysis{Tables: tables("people"), Query: from("people", "mail")}, "mail=shop.users.email; of people users"},
		{"what a trigger gave comes back", sql.Analysis{Tables: tables("stamped"), Query: returning}, "id=shop.stamped.id; shop.stamped.id<-..; of stamped; and others"},
		{"what a trigger gave does not come back", sql.Analysis{Tables: tables("stamped"), Query: silent}, "shop.stamped.id<-..; of stamped"},
		{"rules rewrite it", sql.Analysis{Tables: tables("ruled"), Query: &sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "ruled"}}}},
			"of ruled; and others; unknown: a table whose rules rewrite what is done"},
		{"no table", sql.Analysis{}, "of "},
		{"no query", sql.Analysis{Tables: tables("people")}, "of people users; unknown: what it does with its tables is not followed"},
		{"a table that is not there", sql.Analysis{Tables: tables("secret"), Query: from("secret", "x")}, "x=; of ; and others"},
		{"a table of another schema", sql.Analysis{Tables: []sql.Table{{Schema: "x", Name: "users"}}}, "of ; and others; unknown: what it does with its tables is not followed"},
		{"a schema", sql.Analysis{Databases: []string{"shop"}}, "of ; and others; unknown: what it does with its tables is not followed"},
		{"a table that is made", sql.Analysis{Tables: tables("users", "copy"), Query: made}, "shop.copy.email<-shop.users.email; of users"},
		{"stored code of a native name", sql.Analysis{Tables: tables("users"), Functions: []string{"lower"}, Query: from("users", "id")},
			"id=shop.users.id; of users; and others; unknown: it calls lower, which is stored code"},
		{"stored code of a schema", sql.Analysis{Functions: []string{"shop.lower"}}, "of ; and others; unknown: it calls shop.lower, which is stored code"},
		{"a native function", sql.Analysis{Tables: tables("users"), Functions: []string{"upper"}, Query: from("users", "id")}, "id=shop.users.id; of users"},
		{"stored code", sql.Analysis{Dangers: []sql.Danger{sql.DangerStoredCode}}, "of ; and others; unknown: it calls what the server does not bring, which is stored code"},
		{"dynamic SQL", sql.Analysis{Tables: tables("users"), Dangers: []sql.Danger{sql.DangerDynamicSQL}, Query: from("users", "id")}, "id=shop.users.id; of users; and others"},
		{"an opaque query", sql.Analysis{Tables: tables("users"), Query: &sql.Query{Opaque: "HANDLER"}}, "of users; unknown: HANDLER"},
		{"an opaque query of no table", sql.Analysis{Kind: sql.KindCursor, Query: &sql.Query{Opaque: "FETCH"}}, "of ; and others; unknown: FETCH"},
		{"not understood", sql.Analysis{Tables: tables("users"), Err: &sql.Error{}}, "of ; and others; unknown: it was not understood"},
	}
	for _, tt := range tests {
		if got := told(shop().Lineage(&tt.a, []string{"shop"})); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestLineageIsKept(t *testing.T) {
	s := shop()
	a := &sql.Analysis{Tables: []sql.Table{{Name: "users"}}, Query: from("users", "email")}
	first := s.Lineage(a, []string{"shop"})
	if again := s.Lineage(a, []string{"shop"}); again != first {
		t.Error("it was worked out twice")
	}
	if l := s.Lineage(a, []string{"other"}); l.Named {
		t.Errorf("another path has the lineage of the first: %s", told(l))
	}
	for range maxKept + 10 {
		s.Lineage(new(sql.Analysis), nil)
	}
	if len(s.kept) > maxKept {
		t.Errorf("%d lineages are kept", len(s.kept))
	}
}

func BenchmarkLineageKept(b *testing.B) {
	s := shop()
	a := &sql.Analysis{Tables: []sql.Table{{Name: "users"}}, Query: from("users", "email")}
	path := []string{"shop"}
	b.ReportAllocs()
	for b.Loop() {
		s.Lineage(a, path)
	}
}
