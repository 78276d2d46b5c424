package policy

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// TestNoDatabaseSelected has a session without a database name a table without
// one: the refusal says so where, and only where, that is the cause.
func TestNoDatabaseSelected(t *testing.T) {
	unqualified := strings.Replace(matchPolicy, "login: {user: colours", "database: colours\n    login: {user: colours", 1)
	qualified := strings.Replace(matchPolicy, "tables: [colours, users]", "tables: [shop.colours, shop.users]", 1)
	if unqualified == matchPolicy || qualified == matchPolicy {
		t.Fatal("the policy of the tests has changed")
	}
	nowhere := func(tables ...string) *sallyport.Statement {
		return with(sel(tables...), func(s *sallyport.Statement) { s.Database = "" })
	}
	for _, tt := range []struct {
		name, policy string
		act          *sallyport.Statement
		nowhere      bool
	}{
		{"the door's database would do", unqualified, nowhere("colours"), true},
		{"that of a rule would do", qualified, nowhere("colours"), true},
		{"a join of the two kinds", qualified, nowhere("shop.users", "colours"), true},
		{"a table that no rule names", qualified, nowhere("payments"), false},
		{"a kind that no rule names", qualified, with(nowhere("colours"), func(s *sallyport.Statement) { s.Kind, s.Kinds = "delete", []string{"delete"} }), false},
		{"a table with a database", qualified, nowhere("other.colours"), false},
		{"another database is selected", qualified, sel("colours"), false},
	} {
		p := mustParse(t, tt.policy)
		c := sallyport.Crossing{Door: "db", From: app("colours", "10.0.3.9", sallyport.ProofPassword), Act: tt.act}
		g, _ := p.Match(&c)
		why := p.Decide(&c, g).Reason()
		if got := strings.Contains(why.Note, "no database is selected"); why.Code != sallyport.NoRule || got != tt.nowhere {
			t.Errorf("%s: %v", tt.name, why)
		}
	}
}
