package policy

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

func TestColumnsWithin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"", "t.a", true},
		{"t.a", "", false},
		{"t.a", "t.a", true},
		{"t.a t.b", "t.b", true},
		{"t.a", "t.a t.b", false},
		{"t.*", "t.a", true},
		{"t.a", "t.*", false},
		{"t.a", "t.a u.b", true},
		{"t.a", "u.b", false},
		{"t.a", "t.a app.t.b", false}, // it may be the same table
		{"t.a", "t.a T.b", false},     // and so may this
		{"t.a", "app.t.a", false},
	} {
		a, b := &Rule{Columns: strings.Fields(tt.a)}, &Rule{Columns: strings.Fields(tt.b)}
		if got := withinColumns(a, b); got != tt.want {
			t.Errorf("the columns [%s] are within [%s]: %v, want %v", tt.b, tt.a, got, tt.want)
		}
	}
}

// TestRuleColumns has a rule with columns, and statements that it covers or not.
func TestRuleColumns(t *testing.T) {
	unknown := func(named bool, relations ...string) *sallyport.Statement {
		return with(reading(), func(s *sallyport.Statement) {
			s.Kind, s.Kinds = "alter", []string{"alter"}
			s.Lineage = &sallyport.Lineage{Named: named, Unknown: "it is no query"}
			for _, r := range relations {
				o := origin(r + ".")
				use := sallyport.TableUse{Schema: o.Schema, Name: o.Table}
				s.Lineage.Relations, s.Tables = append(s.Lineage.Relations, use), append(s.Tables, use)
			}
		})
	}
	column := func(c sallyport.ResultColumn) *sallyport.Statement {
		return with(reading("app.t.id"), func(s *sallyport.Statement) { s.Lineage.Columns = append(s.Lineage.Columns, c) })
	}
	tested := func(name string) *sallyport.Statement {
		return with(reading("app.t.id"), func(s *sallyport.Statement) {
			s.Lineage.Tests = []sallyport.ColumnTest{{Origin: origin(name), Equal: true}}
		})
	}
	written := func(to, from string) *sallyport.Statement {
		return with(reading("app.t.id"), func(s *sallyport.Statement) {
			s.Lineage.Writes = []sallyport.ColumnWrite{{To: origin(to), From: origin(from)}}
		})
	}
	for _, tt := range []struct {
		name    string
		kind    string
		columns string
		act     *sallyport.Statement
		covered bool
	}{
		{"a column of the rule", "mysql", "t.id", reading("app.t.id"), true},
		{"another one", "mysql", "t.id", reading("app.t.id", "app.t.pin"), false},
		{"another one among origins", "mysql", "t.id", column(sallyport.ResultColumn{Origins: []sallyport.Origin{origin("app.t.id"), origin("app.t.pin")}}), false},
		{"all of the table", "mysql", "t.*", reading("app.t.id", "app.t.pin"), true},
		{"a column of a table that the rule says nothing of", "mysql", "t.id", reading("app.u.pin"), true},
		{"the table in another database", "mysql", "t.id", reading("other.t.pin"), true},
		{"which the rule names", "mysql", "t.id other.t.id", reading("other.t.pin"), false},
		{"letter case at a mysql door", "mysql", "T.ID", reading("app.t.id"), true},
		{"letter case hides nothing at a mysql door", "mysql", "T.ID", reading("app.t.pin"), false},
		{"letter case at a postgres door", "postgres", "t.ID", reading("public.t.id"), false},
		{"a schema of a postgres door", "postgres", "t.id", reading("public.t.id"), true},
		{"another schema of it", "postgres", "sales.t.id", reading("sales.t.pin"), false},
		{"a tested column", "mysql", "t.id", tested("app.t.id"), true},
		{"another tested column", "mysql", "t.id", tested("app.t.pin"), false},
		{"a written column", "mysql", "t.id", written("app.t.id", ""), true},
		{"another written column", "mysql", "t.id", written("app.t.pin", ""), false},
		{"a column that is copied from", "mysql", "t.id", written("app.t.id", "app.t.pin"), false},
		{"a column that nobody knows", "mysql", "t.id", column(sallyport.ResultColumn{Unknown: "a function"}), false},
		{"of other tables", "mysql", "u.id", column(sallyport.ResultColumn{Unknown: "a function"}), true},
		{"a lineage that nobody worked out", "mysql", "u.id", with(reading("app.t.id"), func(s *sallyport.Statement) { s.Lineage = nil }), false},
		{"an unknown lineage of the table", "mysql", "t.id", unknown(true, "app.t"), false},
		{"an unknown lineage of another", "mysql", "t.id", unknown(true, "app.u"), true},
		{"an unknown lineage of any", "mysql", "t.id", unknown(false, "app.u"), false},
		{"dynamic SQL tells nothing", "mysql", "u.id", with(unknown(true, "app.t"), func(s *sallyport.Statement) { s.Dangers = []string{"dynamic_sql"} }), false},
		{"dynamic SQL tells nothing beside what is known", "mysql", "u.id", with(reading("app.t.id"), func(s *sallyport.Statement) { s.Dangers = []string{"dynamic_sql"} }), false},
		{"TRUNCATE has no columns", "mysql", "t.id", with(unknown(true, "app.t"), func(s *sallyport.Statement) { s.Kind, s.Kinds = "truncate", []string{"truncate"} }), true},
		{"no table at all", "mysql", "t.id", with(sel(), func(s *sallyport.Statement) { s.Database = "app" }), true},
	} {
		p := bare(tt.kind, Rule{Columns: strings.Fields(tt.columns), Dangers: []string{"dynamic_sql"}})
		c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: tt.act}
		g, covered := p.Match(&c)
		if covered != tt.covered {
			t.Errorf("%s: covered is %v: %v", tt.name, covered, p.Decide(&c, g))
		}
	}
}

// TestNearestRuleSaysWhyColumnsAreNotKnown: the refusal names the columns of the
// rule, and why nobody can tell that of the statement.
func TestNearestRuleSaysWhyColumnsAreNotKnown(t *testing.T) {
	p := bare("mysql", Rule{Columns: []string{"t.id"}})
	c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword)}
	why := func(s *sallyport.Statement) string {
		c.Act = s
		g, _ := p.Match(&c)
		return p.Decide(&c, g).Reason().Note
	}
	const allows = "allows columns t.id"
	if note := why(reading("app.t.pin", "app.t.id")); !strings.HasSuffix(note, " with t.pin; nearest: p.yaml:1 "+allows) {
		t.Errorf("another column: %s", note)
	}
	if note := why(reading("app.t.a", "app.t.b", "app.t.c", "app.t.a", "app.t.d", "app.t.e")); !strings.Contains(note, " with t.a, t.b, t.c, t.d and 1 more; nearest: ") {
		t.Errorf("many columns: %s", note)
	}
	unknown := reading("app.t.id")
	unknown.Lineage.Known, unknown.Lineage.Unknown = false, "it has too many parts"
	if note := why(unknown); !strings.HasSuffix(note, allows+". Which columns this uses is not known: it has too many parts") {
		t.Errorf("an unknown lineage: %s", note)
	}
	unknown = reading("app.t.id")
	unknown.Lineage.Columns[0].Unknown = "a stored function"
	if note := why(unknown); !strings.HasSuffix(note, "is not known: a stored function") {
		t.Errorf("an unknown column: %s", note)
	}
	unknown.Lineage = nil
	if note := why(unknown); !strings.HasSuffix(note, "is not known: nobody has worked out where its values come from") {
		t.Errorf("no lineage: %s", note)
	}
}
