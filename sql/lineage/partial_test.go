package lineage

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestPartialTables: what a login cannot see of a table may be what any name
// means that the table is not known to have.
func TestPartialTables(t *testing.T) {
	x := NewIndex(&sql.Catalogue{Version: "1", Relations: []sql.Relation{
		{Schema: "public", Name: "part", Kind: sql.RelationTable, Columns: []string{"id", "name"}, Partial: true},
		{Schema: "public", Name: "blind", Kind: sql.RelationTable, Columns: []string{"a", "b"}, Partial: true, Computed: []sql.Computed{{Column: "b"}}},
		{Schema: "public", Name: "seen", Kind: sql.RelationTable, Columns: []string{"id", "secret"}},
	}}, Options{FoldColumns: true})
	part, seen := sql.Source{Table: &sql.Name{Name: "part"}}, sql.Source{Table: &sql.Name{Name: "seen"}}
	column := func(table, name string) sql.Output {
		return sql.Output{Name: name, Expr: sql.Expr{Refs: []sql.Ref{{Table: table, Name: name, Use: sql.UseValue}}}}
	}
	both := func(j sql.Join) []sql.Source {
		j.Left, j.Right = part, seen
		return []sql.Source{{Join: &j}}
	}
	star := sql.Output{Star: true}
	for _, tt := range []struct {
		name  string
		query sql.Query
		known bool
	}{
		{"a column of the other", sql.Query{From: []sql.Source{part, seen}, Outputs: []sql.Output{column("seen", "secret")}}, true},
		{"a name that the part may have too", sql.Query{From: []sql.Source{part, seen}, Outputs: []sql.Output{column("", "secret")}}, false},
		{"a name of neither", sql.Query{From: []sql.Source{part}, Outputs: []sql.Output{column("", "secret")}}, false},
		{"a qualified one of neither", sql.Query{From: []sql.Source{part}, Outputs: []sql.Output{column("part", "secret")}}, false},
		{"all of it", sql.Query{From: []sql.Source{part}, Outputs: []sql.Output{star}}, false},
		{"all of the other", sql.Query{From: []sql.Source{seen}, Outputs: []sql.Output{star}}, true},
		{"a natural join", sql.Query{From: both(sql.Join{Natural: true}), Outputs: []sql.Output{column("seen", "secret")}}, false},
		{"a join by a column", sql.Query{From: both(sql.Join{Using: []string{"id"}}), Outputs: []sql.Output{column("seen", "secret")}}, false},
		{"computed of what is not told", sql.Query{From: []sql.Source{{Table: &sql.Name{Name: "blind"}}}, Outputs: []sql.Output{column("blind", "b")}}, false},
		{"beside it", sql.Query{From: []sql.Source{{Table: &sql.Name{Name: "blind"}}}, Outputs: []sql.Output{column("blind", "a")}}, true},
		{"a qualified one that it has", sql.Query{From: []sql.Source{part, seen}, Outputs: []sql.Output{column("part", "name")}}, true},
		{"one that it has", sql.Query{From: []sql.Source{part}, Outputs: []sql.Output{column("", "name")}}, true},
		{"written by name", sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "part"}, Columns: []string{"id"}, Given: true}}, true},
		{"written by place", sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "part"}, Given: true}}, false},
		{"what it is not known to have written", sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "part"}, Columns: []string{"secret"}, Given: true}}, false},
	} {
		l := x.Resolve(&tt.query, []string{"public"})
		known := l.Unknown == ""
		for _, c := range l.Columns {
			known = known && c.Unknown == ""
		}
		if known != tt.known {
			t.Errorf("%s: known %v: %+v", tt.name, known, l)
		}
		if tt.name == "a name that the part may have too" && !strings.HasSuffix(l.Columns[0].Unknown, "name each column with its table, or let the login see all of the table") {
			t.Errorf("%s: there is no cure: %+v", tt.name, l)
		}
	}
}
