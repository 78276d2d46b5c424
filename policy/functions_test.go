package policy

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// TestRuleFunctions has a rule with functions, and statements that it covers or
// not.
func TestRuleFunctions(t *testing.T) {
	calls := func(functions string, dangers ...string) *sallyport.Statement {
		return with(sel("t"), func(s *sallyport.Statement) {
			s.Database, s.Functions, s.Dangers = "app", strings.Fields(functions), dangers
		})
	}
	of := func(s *sallyport.Statement, kind string) *sallyport.Statement {
		s.Kind, s.Kinds = kind, []string{kind}
		return s
	}
	for _, tt := range []struct {
		name      string
		functions string // of the rule
		act       *sallyport.Statement
		note      string // of the refusal; "" where the rule covers the statement
	}{
		{"any, without the key", "", calls("lower sleep"), ""},
		{"none at all", "lower", calls(""), ""},
		{"one of the rule", "lower", calls("lower"), ""},
		{"two of the rule", "lower count", calls("count lower"), ""},
		{"another one", "lower", calls("upper"), "allows functions lower"},
		{"another one beside", "lower", calls("lower upper"), "allows functions lower"},
		{"the beginning of one", "lower", calls("low"), "allows functions lower"},
		{"of a schema", "app.f", calls("app.f"), ""},
		{"another of the schema", "app.f", calls("app.g"), "allows functions app.f"},
		{"all of a schema", "app.*", calls("app.f app.g"), ""},
		{"of a schema that begins alike", "app.*", calls("apple.f"), "allows functions app.*"},
		{"without the schema", "app.*", calls("f"), "allows functions app.*"},
		{"with a schema", "lower", calls("pg_catalog.lower"), "allows functions lower"},
		{"a danger that the rule grants", "lower", calls("lower", "stored_code"), ""},
		{"a danger that it does not", "lower", calls("lower", "time"), "does not grant"},
		{"statements in strings", "execute", calls("", "dynamic_sql"), "allows functions execute. Which functions this calls is not known"},
		{"statements for another server", "dblink", calls("dblink", "network"), "Which functions this calls is not known"},
		{"stored code that is made", "lower", of(calls("lower", "stored_code"), "create"), "Which functions this calls is not known"},
		{"stored code that is changed", "lower", of(calls("", "stored_code"), "alter"), "Which functions this calls is not known"},
		{"a table that is made", "lower", of(calls("lower"), "create"), ""},
	} {
		p := bare("mysql", Rule{Functions: strings.Fields(tt.functions), Dangers: []string{"stored_code", "dynamic_sql", "network"}})
		c := sallyport.Crossing{Door: "d", From: app("x", "", sallyport.ProofPassword), Act: tt.act}
		g, covered := p.Match(&c)
		note := p.Decide(&c, g).Reason().Note
		if covered != (tt.note == "") || !strings.HasSuffix(note, tt.note) {
			t.Errorf("%s: covered is %v: %s", tt.name, covered, note)
		}
	}
}
