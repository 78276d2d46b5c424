package lineage

import (
	"strings"
	"unicode"

	"github.com/sallyport/sallyport/sql"
)

// names is the result of a query as its own clauses can name it, in ORDER BY and
// the like. It is looked through once, and not again for each of the names there.
type names struct {
	row    row
	byName map[string][]int // places in row.columns, by the folded name; nil as long as nobody has asked
	made   []column         // those whose names the server makes up
}

// find is the columns of that name, nil for none.
func (n *names) find(x *Index, name string) []int {
	if n.byName == nil {
		n.byName = make(map[string][]int, len(n.row.columns))
		for i, c := range n.row.columns {
			key := x.sameness(c.name)
			n.byName[key] = append(n.byName[key], i)
		}
		n.made = unnamed(n.row)
	}
	return n.byName[x.sameness(name)]
}

// sameness is one text for all names of columns that sameColumn takes for one.
func (x *Index) sameness(name string) string {
	if !x.options.FoldColumns {
		return name
	}
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, name)
}

// refOrOutput is ref where a name can mean an output as well; out is nil where it
// cannot.
func (w *walk) refOrOutput(r sql.Ref, s *scope, out *names) column {
	if r.Table != "" || r.Name == "" || out == nil || len(out.row.columns) == 0 {
		return w.ref(r, s)
	}
	var named column
	found := false
	add := func(c column) { named, found = w.merge(named, c), true }
	for _, i := range out.find(w.index, r.Name) {
		add(out.row.columns[i])
	}
	if !found && !r.Whole {
		// It may be an output whose name the server makes up, where no table has it.
		if _, here, _ := w.unqualified(&scope{sources: s.sources, rows: s.rows}, r.Name); !here {
			for _, c := range out.made {
				add(c)
			}
		}
	}
	if !found {
		return w.ref(r, s)
	}
	if c, also, _ := w.unqualified(s, r.Name); also {
		return w.merge(named, c)
	}
	return named
}
