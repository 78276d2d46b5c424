package mysql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestComputedColumns: what a server says of a column, and which columns it is
// computed from.
func TestComputedColumns(t *testing.T) {
	const maria, mysql8 = "10.11.6-MariaDB", "8.0.36"
	for _, tt := range []struct {
		name, version, extra, value, generation string
		want                                    string // "all" for what is not understood
	}{
		{"nothing", maria, "", "", "", ""},
		{"virtual", maria, "VIRTUAL GENERATED", "", "ucase(`a`)", "a"},
		{"stored", maria, "STORED GENERATED, INVISIBLE", "", "concat(`a`,'`x`',`B b`)", "a B b"},
		{"a condition", maria, "VIRTUAL GENERATED", "", "case when `a` like 'x%' then 1 end", "a"},
		{"a constant", maria, "VIRTUAL GENERATED", "", "1 + 1", ""},
		{"not told", maria, "VIRTUAL GENERATED", "", "", "all"},
		{"not understood", maria, "STORED GENERATED", "", "what is this", "all"},
		{"a period", maria, "STORED GENERATED", "", "ROW START", ""},
		{"a default", maria, "", "lcase(`a`)", "", "a"},
		{"a default that is a literal", maria, "", "'it''s `a`'", "", ""},
		{"a default that is a function", maria, "", "uuid()", "", ""},
		{"MySQL's default that is a literal", mysql8, "", "`a` + 1", "", ""},
		{"MySQL's default that is computed", mysql8, "DEFAULT_GENERATED", "(`a` + 1)", "", "a"},
	} {
		c := NewCatalogueReader(tt.version)
		if err := c.Add(listTables, rowOf("s", "t", "BASE TABLE", "InnoDB")); err != nil {
			t.Fatal(err)
		}
		if err := c.Add(listColumns, rowOf("s", "t", "1", "c", tt.extra, tt.value, tt.generation)); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, x := range c.Catalogue().Relations[0].Computed {
			if x.Value == nil {
				got = "all"
				continue
			}
			for i, r := range x.Value.Refs {
				if i > 0 {
					got += " "
				}
				got += r.Name
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
