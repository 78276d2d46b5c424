package guard

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// The masked cells of a row share memory, and none of them another's place:
// short and long ones, empty ones and NULL, row after row.
func TestMaskedCellsOfARow(t *testing.T) {
	by := allowing(sallyport.Grant{})
	by.masks = []sallyport.Masking{{Result: sallyport.AllResults, Masker: "stars"}}
	g, _ := opened(t, Door{Name: "front"}, by, func(*Options) {})
	g.Swap(Settings{Decider: by, Doors: []Door{{Name: "front"}}, Maskers: wardrobe{}})
	p := open(t, g, query(4), nil)
	text := Column{Type: Type{Family: Text}}
	if !p.Result([]Column{text, text, text, text}) {
		t.Fatal("the rows are not to be shown")
	}
	for _, n := range []int{1, 40, 3, 700, 0, 2} {
		lengths := []int{n, 0, 2 * n, 5}
		r := &Row{Cells: [][]byte{[]byte(strings.Repeat("x", lengths[0])), {}, []byte(strings.Repeat("y", lengths[2])), []byte("fives")}}
		if n == 3 {
			r.Cells[2] = nil
		}
		if e := p.Row(r); e != sallyport.Mask {
			t.Fatalf("the row is %s", e)
		}
		for i, cell := range r.Cells {
			if n == 3 && i == 2 {
				if cell != nil {
					t.Errorf("NULL became %q", cell)
				}
				continue
			}
			if cell == nil || len(cell) != lengths[i] || len(bytes.Trim(cell, "*")) != 0 {
				t.Errorf("with %d bytes: cell %d is %q", n, i, cell)
			}
		}
	}
}
