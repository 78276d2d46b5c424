package lineage

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

func TestReach(t *testing.T) {
	tests := []struct {
		name, want string
		all        bool
	}{
		{"orders", "orders", true},
		{"folk", "folk people users", true},
		{"visits_2024", "visits visits_2024 visits_2024_05", true},
		{"opaque", "opaque", false},
		{"strange", "strange", false},
		{"nowhere", "", false},
	}
	for _, tt := range tests {
		got, all := NewIndex(shop(), Options{}).Reach([]sql.Name{{Name: tt.name}}, public)
		var names []Relation
		for _, n := range strings.Fields(tt.want) {
			names = append(names, Relation{"public", n})
		}
		if !slices.Equal(got, names) || all != tt.all {
			t.Errorf("%s reaches %v %v, want %v %v", tt.name, got, all, names, tt.all)
		}
	}
}
