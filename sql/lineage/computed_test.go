package lineage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// counters is a catalogue of tables with columns that the server computes.
func counters(o Options, relations ...sql.Relation) *Index {
	for i := range relations {
		relations[i].Schema, relations[i].Kind = "public", sql.RelationTable
	}
	return NewIndex(&sql.Catalogue{Version: "1", Relations: relations}, o)
}

func made(column string, names ...string) sql.Computed {
	e := expr(sql.UseDerived, names...)
	return sql.Computed{Column: column, Value: &e}
}

// comesFrom is where a column of a table comes from, in a word.
func comesFrom(x *Index, table, column string) string {
	l := x.Resolve(&sql.Query{From: []sql.Source{{Table: &sql.Name{Name: table}}}, Outputs: []sql.Output{{Name: column, Expr: expr(sql.UseValue, column)}}}, []string{"public"})
	c := l.Columns[0]
	if c.Unknown != "" {
		return "?"
	}
	var names []string
	for _, o := range c.Origins {
		names = append(names, o.Table+"."+o.Column)
	}
	return strings.Join(names, " ") + map[bool]string{true: "!"}[c.Derived]
}

func TestComputedColumns(t *testing.T) {
	opaque := sql.Computed{Column: "coded", Value: &sql.Expr{Opaque: "a stored function"}}
	nested := sql.Computed{Column: "asked", Value: &sql.Expr{Queries: []sql.Subquery{{}}}}
	x := counters(Options{FoldColumns: true},
		sql.Relation{Name: "t", Columns: []string{"a", "b", "loud", "turned", "blind", "odd", "coded", "after", "asked", "fixed"}, Hidden: []string{"hidden"},
			Computed: []sql.Computed{made("loud", "A"), made("turned", "loud", "b"), {Column: "blind"}, made("odd", "nobody"), opaque, made("after", "coded"), nested, made("hidden", "a"), made("gone", "a")}},
		sql.Relation{Name: "plain", Columns: []string{"a"}})
	for column, want := range map[string]string{
		"a": "t.a", "fixed": "t.fixed", "loud": "t.a t.loud!", "turned": "t.a t.b t.loud t.turned!", "hidden": "t.a t.hidden!",
		"coded": "?", "after": "?", "asked": "?", "blind": "?", "odd": "?",
	} {
		if got := comesFrom(x, "t", column); got != want {
			t.Errorf("%s comes from %s, not %s", column, got, want)
		}
	}
	x = counters(Options{}, sql.Relation{Name: "t", Columns: []string{"a", "b", "blind"}, Computed: []sql.Computed{{Column: "blind"}}})
	if got := comesFrom(x, "t", "blind"); got != "t.a t.b t.blind!" {
		t.Errorf("what was not understood comes from %s, not all", got)
	}
}

// TestComputedByHeirs: a row of an heir is computed as the heir says.
func TestComputedByHeirs(t *testing.T) {
	x := counters(Options{},
		sql.Relation{Name: "old", Columns: []string{"a", "b", "c"}, Computed: []sql.Computed{made("c", "a")}},
		sql.Relation{Name: "young", Columns: []string{"a", "b", "c"}, Parents: []sql.Name{{Schema: "public", Name: "old"}}, Computed: []sql.Computed{made("c", "b")}})
	for table, want := range map[string]string{
		"old": "old.a old.b old.c young.a young.b young.c!", "young": "old.b old.c young.b young.c!",
	} {
		if got := comesFrom(x, table, "c"); got != want {
			t.Errorf("%s: %s, not %s", table, got, want)
		}
	}
}

// TestWritesWhatIsComputed: whoever writes a column writes what is computed from
// it; what is computed is written as itself.
func TestWritesWhatIsComputed(t *testing.T) {
	x := counters(Options{}, sql.Relation{Name: "t", Columns: []string{"a", "b", "c", "d"}, Computed: []sql.Computed{made("c", "a"), made("d", "c")}})
	for columns, want := range map[string]string{"a": "a c d", "b": "b", "c": "c d", "d": "d"} {
		l := x.Resolve(&sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "t"}, Columns: strings.Fields(columns), Given: true}}, []string{"public"})
		var got []string
		for _, w := range l.Writes {
			got = append(got, w.To.Column)
		}
		if strings.Join(got, " ") != want || l.Unknown != "" {
			t.Errorf("who writes %s writes %v, not %s; %s", columns, got, want, l.Unknown)
		}
	}
}

// TestComputedIsBounded: columns that are computed from so many others that it
// takes no end are of unknown origin.
func TestComputedIsBounded(t *testing.T) {
	var names []string
	var computed []sql.Computed
	for i := range 600 {
		name := fmt.Sprint("c", i)
		computed = append(computed, made(name, names...))
		names = append(names, name)
	}
	x := counters(Options{}, sql.Relation{Name: "t", Columns: slices.Clone(names), Computed: computed[1:]})
	if got := comesFrom(x, "t", "c1"); got != "t.c0 t.c1!" {
		t.Errorf("the first comes from %s", got)
	}
	if got := comesFrom(x, "t", "c599"); got != "?" {
		t.Errorf("the last comes from %.40s", got)
	}
}
