package catalogue

import (
	"testing"

	"github.com/sallyport/sallyport"
)

func TestRedefines(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    sallyport.Statement
		want bool
	}{
		{"a query", sallyport.Statement{Kinds: []string{"select"}}, false},
		{"a change of rows", sallyport.Statement{Kinds: []string{"update", "select"}}, false},
		{"a definition", sallyport.Statement{Kinds: []string{"alter"}}, true},
		{"a definition explained", sallyport.Statement{Kinds: []string{"explain", "create"}}, true},
		{"another name", sallyport.Statement{Kinds: []string{"rename"}}, true},
		{"stored code", sallyport.Statement{Kinds: []string{"select"}, Dangers: []string{"time", "stored_code"}}, true},
		{"SQL in a text", sallyport.Statement{Kinds: []string{"prepare"}, Dangers: []string{"dynamic_sql"}}, true},
	} {
		if got := Redefines(&tt.s); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
