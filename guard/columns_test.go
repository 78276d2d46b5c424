package guard

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

func column(name string) sallyport.Origin {
	return sallyport.Origin{Schema: "shop", Table: "orders", Column: name}
}

// moving is a statement that reads note, tests id, and writes state from note.
func moving(change ...func(*sallyport.Statement)) *sallyport.Statement {
	s := &sallyport.Statement{
		Protocol: "mysql", Kind: "update", Kinds: []string{"update"}, Writes: true, Shape: "update orders set state = note where id = ?",
		Tables: []sallyport.TableUse{{Name: "orders", Write: true}},
		Lineage: &sallyport.Lineage{
			Known: true, Named: true, Relations: []sallyport.TableUse{{Schema: "shop", Name: "orders"}},
			Tests:  []sallyport.ColumnTest{{Origin: column("id")}, {Origin: column("state")}},
			Writes: []sallyport.ColumnWrite{{To: column("state"), From: column("note")}},
		},
	}
	for _, c := range change {
		c(s)
	}
	return s
}

func TestColumnsOf(t *testing.T) {
	used := []ledger.Column{
		{Table: "shop.orders", Name: "id", Use: "test"}, {Table: "shop.orders", Name: "note", Use: "read"}, {Table: "shop.orders", Name: "state", Use: "test write"},
	}
	users := sallyport.Origin{Schema: "shop", Table: "users", Column: "name"}
	anyOrder := []ledger.Column{{Table: "orders", Name: "*"}, {Table: "shop.orders", Name: "*"}}
	lineage := func(change func(*sallyport.Lineage)) *sallyport.Statement {
		return moving(func(s *sallyport.Statement) { change(s.Lineage) })
	}
	danger := func(name string, known bool) *sallyport.Statement {
		return moving(func(s *sallyport.Statement) { s.Dangers, s.Lineage.Known = []string{name}, known })
	}
	for _, tt := range []struct {
		name   string
		act    *sallyport.Statement
		want   []ledger.Column
		traced bool
	}{
		{"what is used", moving(), used, true},
		{"nothing is used", moving(func(s *sallyport.Statement) { s.Tables, s.Lineage = nil, &sallyport.Lineage{Known: true} }), nil, true},
		{"nobody traced it", moving(func(s *sallyport.Statement) { s.Lineage = nil }), nil, false},
		{"it was not understood", moving(func(s *sallyport.Statement) { s.Unparsed = "near x" }), nil, false},
		{"statements in strings", danger("dynamic_sql", true), nil, false},
		{"another server's", danger("network", true), nil, false},
		{"a danger beside what is known", danger("time", true), used, true},
		{"a danger beside what is not", danger("file", false), nil, false},
		{"a star", lineage(func(l *sallyport.Lineage) { l.Stars = true }), anyOrder, true},
		{"not known, of its tables", lineage(func(l *sallyport.Lineage) { l.Known = false }), anyOrder, true},
		{"not known, of any table", lineage(func(l *sallyport.Lineage) { l.Known, l.Named = false, false }), nil, false},
		{"a result that is not known", lineage(func(l *sallyport.Lineage) { l.Columns = []sallyport.ResultColumn{{Unknown: "a function"}} }), anyOrder, true},
		{"a whole database", moving(func(s *sallyport.Statement) { s.Tables = []sallyport.TableUse{{Schema: "shop", Name: "*"}} }), nil, false},
		{"rows without a list of columns", lineage(func(l *sallyport.Lineage) {
			l.Unlisted = true
			l.Columns = []sallyport.ResultColumn{{Origins: []sallyport.Origin{users}}}
		}), []ledger.Column{{Table: "shop.orders", Name: "*"}, {Table: "shop.users", Name: "name", Use: "read"}}, true},
		{"more than an entry has", lineage(func(l *sallyport.Lineage) {
			for i := range maxColumns {
				l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: column(fmt.Sprint("c", i))})
			}
		}), anyOrder, true},
		{"more tables than that", lineage(func(l *sallyport.Lineage) {
			for i := range maxColumns {
				l.Tests = append(l.Tests, sallyport.ColumnTest{Origin: sallyport.Origin{Table: fmt.Sprint("t", i), Column: "c"}})
			}
		}), nil, false},
	} {
		got, traced := columnsOf(tt.act)
		if diff := cmp.Diff(tt.want, got); diff != "" || traced != tt.traced {
			t.Errorf("%s: traced is %v (-want +got):\n%s", tt.name, traced, diff)
		}
	}
}

// TestColumnsAreOfDoorsThatLearn: no other door's entries have columns, and none
// that was cut.
func TestColumnsAreOfDoorsThatLearn(t *testing.T) {
	for _, mode := range []Mode{Enforce, Report, Learn} {
		g, b := opened(t, Door{Name: "front", Mode: mode}, allowing(sallyport.Grant{}))
		if err := open(t, g, &sallyport.Crossing{Door: "front", Act: moving()}, nil).Close(nil); err != nil {
			t.Fatal(err)
		}
		e := b.entries[0]
		if learns := mode == Learn; e.Act.Traced != learns || slices.Equal(e.Act.Columns, nil) == learns {
			t.Errorf("mode %v: %+v", mode, e.Act)
		}
		if fit(&e); e.Act.Traced || e.Act.Columns != nil {
			t.Errorf("cut to fit, the entry has %+v", e.Act)
		}
	}
}
