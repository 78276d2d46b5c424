package classes

import (
	"slices"
	"testing"

	"github.com/sallyport/sallyport/internal/housetest"
)

// TestPageHasEveryClass compares the page's table with the built-in classes.
func TestPageHasEveryClass(t *testing.T) {
	const page = "../../docs/classes.md"
	var documented []string
	for _, row := range housetest.Table(t, page, "| class | finds |") {
		documented = append(documented, row.Codes(0)...)
	}
	housetest.WantSame(t, page+"'s classes", Names(), documented)
}

func TestBuiltin(t *testing.T) {
	if _, err := Builtin("email", "cart"); err == nil {
		t.Error("an unknown class is taken")
	}
	text := everyVector()
	for _, group := range Groups() {
		var members, found []string
		for _, c := range builtin {
			if c.group == group {
				members = append(members, c.name)
			}
		}
		for _, h := range scanCut(t, every(t, group), text, nil) {
			found = append(found, h.Class)
		}
		slices.Sort(found)
		slices.Sort(members)
		if found = slices.Compact(found); !slices.Equal(found, members) {
			t.Errorf("%s finds %v, want %v", group, found, members)
		}
	}
}
