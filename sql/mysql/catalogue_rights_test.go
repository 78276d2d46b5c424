package mysql

import (
	"fmt"
	"testing"
)

func TestRightsThatShowColumns(t *testing.T) {
	type row [3]string
	for _, tt := range []struct {
		name string
		rows []row
		want bool // of shop.users
	}{
		{"none", nil, false},
		{"usage alone", []row{{"", "", "USAGE"}}, false},
		{"everywhere", []row{{"", "", "USAGE"}, {"", "", "SELECT"}}, true},
		{"everywhere, what shows nothing", []row{{"", "", "PROCESS"}, {"", "", "DELETE"}}, false},
		{"the schema", []row{{"shop", "", "INSERT"}}, true},
		{"the schema, what shows nothing", []row{{"shop", "", "EXECUTE"}}, false},
		{"another schema", []row{{"shops", "", "SELECT"}}, false},
		{"a pattern", []row{{"sh%", "", "REFERENCES"}}, true},
		{"a pattern behind the schema's own rights", []row{{"sh%", "", "SELECT"}, {"shop", "", "EXECUTE"}}, false},
		{"the table", []row{{"shop", "users", "UPDATE"}}, true},
		{"the table, what shows nothing", []row{{"shop", "users", "DELETE"}}, false},
		{"another table", []row{{"shop", "user", "SELECT"}}, false},
	} {
		c := NewCatalogueReader("10.11.6-MariaDB")
		for _, r := range tt.rows {
			if err := c.Add(listRights, rowOf(r[0], r[1], r[2])); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Add(listTables, rowOf("shop", "users", "BASE TABLE", "InnoDB")); err != nil {
			t.Fatal(err)
		}
		read := c.Catalogue()
		if got := !read.Relations[0].Partial; got != tt.want {
			t.Errorf("%s: seen whole is %v", tt.name, got)
		}
	}
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "", false}, {"a", "a", true}, {"a", "A", false},
		{"%", "", true}, {"%", "abc", true}, {"a%c", "abbc", true}, {"a%c", "abcb", false}, {"a%b%c", "aXbYbZc", true}, {"%%", "x", true},
		{"_", "é", true}, {"_", "", false}, {"a_c", "abc", true}, {"a_c", "ac", false},
		{`a\_c`, "a_c", true}, {`a\_c`, "abc", false}, {`a\%`, "a%", true}, {`a\%`, "ab", false}, {`%\_1`, "shop_1", true}, {`%\_1`, "shopx1", false},
		{`a\`, "a", false},
	} {
		if got := like(tt.pattern, tt.text); got != tt.want {
			t.Errorf("%q like %q is %v", tt.text, tt.pattern, got)
		}
	}
}

// TestRightsAreBounded: rights are part of what a catalogue may come to.
func TestRightsAreBounded(t *testing.T) {
	r := newRights()
	for i := range maxRelations {
		if err := r.add("s", fmt.Sprint(i), "SELECT"); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.add("s", "one more", "SELECT"); err != errCatalogueTooLarge {
		t.Errorf("one more: %v", err)
	}
}
