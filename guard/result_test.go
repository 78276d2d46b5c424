package guard

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
)

// query is a crossing of a statement whose result has so many columns by its
// lineage.
func query(columns int) *sallyport.Crossing {
	return &sallyport.Crossing{
		App: "shop", Door: "front", From: sallyport.Party{Kind: sallyport.AppParty, Name: "shop"},
		Act: &sallyport.Statement{Kind: "select", Kinds: []string{"select"}, Lineage: &sallyport.Lineage{Known: true, Columns: make([]sallyport.ResultColumn, columns)}},
	}
}

func discreet(v *sallyport.Verdict) { v.Discreet = true }

// masked is what becomes of one row of texts under the masks.
func masked(t *testing.T, maskers Maskers, masks []sallyport.Masking, cells ...string) []string {
	t.Helper()
	by := allowing(sallyport.Grant{})
	by.masks, by.also = masks, discreet
	g, _ := opened(t, Door{Name: "front"}, by)
	g.Swap(Settings{Decider: by, Doors: []Door{{Name: "front"}}, Maskers: maskers})
	p := open(t, g, query(len(cells)), nil)
	columns, row := make([]Column, len(cells)), &Row{}
	for i, c := range cells {
		columns[i] = Column{Name: c, Type: Type{Family: Text}}
		row.Cells = append(row.Cells, []byte(c))
	}
	if p.Result(columns) {
		p.Row(row)
	}
	var out []string
	for _, c := range row.Cells {
		if c == nil {
			out = append(out, "NULL")
		} else {
			out = append(out, string(c))
		}
	}
	return out
}

func TestMasksGoByPosition(t *testing.T) {
	stars := func(result int) sallyport.Masking {
		return sallyport.Masking{Where: "app.users.email", Masker: "stars", Class: "email", Result: result}
	}
	null := sallyport.Masking{Where: "app.users.email", Masker: "null", Result: 1}
	for _, tt := range []struct {
		name    string
		maskers Maskers
		masks   []sallyport.Masking
		want    []string
	}{
		{"the second", wardrobe{}, []sallyport.Masking{stars(2)}, []string{"a", "**", "ccc"}},
		{"the first and the last", wardrobe{}, []sallyport.Masking{stars(1), stars(3)}, []string{"*", "bb", "***"}},
		{"every one", wardrobe{}, []sallyport.Masking{stars(sallyport.AllResults)}, []string{"*", "**", "***"}},
		{"by name", wardrobe{}, []sallyport.Masking{{Where: "bb", Masker: "stars"}}, []string{"a", "**", "ccc"}},
		{"not by name where a position is told", wardrobe{}, []sallyport.Masking{{Where: "bb", Masker: "stars", Result: 1}}, []string{"*", "bb", "ccc"}},
		{"none beyond the result", wardrobe{}, []sallyport.Masking{stars(4)}, []string{"a", "bb", "ccc"}},
		{"the same twice", wardrobe{}, []sallyport.Masking{stars(1), stars(1)}, []string{"*", "bb", "ccc"}},
		{"two for one column", wardrobe{}, []sallyport.Masking{stars(1), null}, []string{"NULL", "bb", "ccc"}},
		{"two for one column, the other way round", wardrobe{}, []sallyport.Masking{null, stars(1)}, []string{"NULL", "bb", "ccc"}},
		{"a masker that nobody has", wardrobe{}, []sallyport.Masking{{Masker: "gone", Result: 2}}, []string{"a", "NULL", "ccc"}},
		{"no maskers at all", nil, []sallyport.Masking{stars(2)}, []string{"a", "NULL", "ccc"}},
	} {
		if diff := cmp.Diff(tt.want, masked(t, tt.maskers, tt.masks, "a", "bb", "ccc")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestColumnsThatNobodyKnowsOfCutTheResult: a result of another shape than its
// lineage has masks in the wrong places.
func TestColumnsThatNobodyKnowsOfCutTheResult(t *testing.T) {
	unknown := query(2)
	unknown.Act.(*sallyport.Statement).Lineage.Known = false
	explain := query(2)
	explain.Act.(*sallyport.Statement).Kind = "explain"
	for _, tt := range []struct {
		name     string
		c        *sallyport.Crossing
		mode     Mode
		discreet bool
		columns  int
		cut      bool
	}{
		{"as many", query(2), Enforce, true, 2, false},
		{"one more", query(2), Enforce, true, 3, true},
		{"one less", query(2), Enforce, true, 1, true},
		{"one more, of nothing that is masked", query(2), Enforce, false, 3, false},
		{"one more, in a mode that only reports", query(2), Report, true, 3, false},
		{"a lineage that is not known", unknown, Enforce, true, 3, false},
		{"a plan, not the rows", explain, Enforce, true, 3, false},
	} {
		by := allowing(sallyport.Grant{})
		by.also = func(v *sallyport.Verdict) { v.Discreet = tt.discreet }
		g, b := opened(t, Door{Name: "front", Mode: tt.mode}, by)
		p := open(t, g, tt.c, nil)
		if v := p.Verdict(); v.Discreet != (tt.discreet && tt.mode == Enforce) {
			t.Errorf("%s: the door is told to be discreet: %v", tt.name, v.Discreet)
		}
		watched := p.Result(make([]Column, tt.columns))
		effect := p.Row(&Row{Cells: make([][]byte, tt.columns)})
		if (effect == sallyport.Deny) != tt.cut || tt.cut && !watched {
			t.Errorf("%s: the first row is %s, and rows are shown: %v", tt.name, effect, watched)
		}
		if tt.cut {
			wantReason(t, p.Verdict(), sallyport.UnknownLineage)
		}
		if err := p.Close(nil); err != nil {
			t.Fatal(err)
		}
		if e := b.entries[0]; tt.mode == Report && e.Would != "deny" {
			t.Errorf("%s: the entry would %q", tt.name, e.Would)
		}
	}
}

// TestNoRowsAreNoOtherResult: a DECLARE has the lineage of its query, and no result;
// a FETCH has both.
func TestNoRowsAreNoOtherResult(t *testing.T) {
	c := query(2)
	c.Act.(*sallyport.Statement).Kind = "cursor"
	by := allowing(sallyport.Grant{})
	by.also = discreet
	g, _ := opened(t, Door{Name: "front"}, by)
	p := open(t, g, c, nil)
	if !p.Result(nil) {
		t.Error("rows that nobody has told of would be forwarded unseen")
	}
	p.Result(make([]Column, 2))
	if no := p.Refusal(); no != nil {
		t.Errorf("refused: %v", no)
	}
	p.Result(make([]Column, 3))
	wantReason(t, p.Verdict(), sallyport.UnknownLineage)
}

func TestClassesAreRecordedWithWhatMoved(t *testing.T) {
	for _, tt := range []struct {
		name    string
		rows    uint64
		end     error
		in, out []string
	}{
		{"rows came", 1, nil, []string{"email"}, []string{"card"}},
		{"none came", 0, nil, nil, []string{"card"}},
		{"it did not run", 0, ErrNotRun, nil, nil},
	} {
		by := allowing(sallyport.Grant{})
		by.also = func(v *sallyport.Verdict) {
			v.Classes, v.Written = sallyport.Classes("email"), sallyport.Classes("card")
		}
		g, b := opened(t, Door{Name: "front"}, by)
		p := open(t, g, query(1), nil)
		p.Count(sallyport.Ingress, 1, tt.rows)
		if err := p.Close(tt.end); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]string{tt.in, tt.out}, [][]string{b.entries[0].In.Classes, b.entries[0].Out.Classes}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestReloadCutsWhatIsNotMaskedAsItNowSays: rows that flow cannot be masked
// otherwise half-way.
func TestReloadCutsWhatIsNotMaskedAsItNowSays(t *testing.T) {
	front := []Door{{Name: "front"}}
	masking := func(masker string) *rules {
		by := allowing(sallyport.Grant{})
		by.masks, by.also = []sallyport.Masking{{Where: "app.users.email", Masker: masker, Result: 1}}, discreet
		return by
	}
	plain, reaching := allowing(sallyport.Grant{}), allowing(sallyport.Grant{})
	reaching.also = discreet
	for _, tt := range []struct {
		name      string
		old, next *rules
		cut       bool
	}{
		{"masked as before", masking("stars"), masking("stars"), false},
		{"not masked any more", masking("stars"), plain, false},
		{"masked by now", plain, masking("stars"), true},
		{"masked by another", masking("stars"), masking("null"), true},
		{"by now a result whose columns have to be known", plain, reaching, true},
		{"one whose columns had to be known before", reaching, reaching, false},
	} {
		g, _ := opened(t, front[0], tt.old)
		var told cuts
		open(t, g, query(1), told.cut)
		g.Swap(Settings{Decider: tt.next, Doors: front})
		if cut := len(told.got) == 1; cut != tt.cut {
			t.Errorf("%s: cut is %v", tt.name, cut)
		}
	}
}
