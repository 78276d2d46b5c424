package learn

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// rule is one learnt rule: of a database door, or of an http door, with methods
// and paths.
type rule struct {
	kinds, tables, dangers []string
	everywhere             bool // no `tables:`: for what writes and names no table
	prepared               bool
	rows                   uint64 // bound; 0 where the rule has none
	methods, paths         []string
	columns                []string // those that its statements use, of the tables that all of them tell of
	open                   []string // those of tables of which columns has none, though all its statements tell what they use

	seen  span
	most  uint64 // rows
	shape string // the one that came as text, or varied, most often; "" for none
	loose uint64 // statements that were not prepared
	extra []string
}

// noTable is a name that stands in a rule for statements without tables: with
// no `tables:` at all it would cover those on every table.
const noTable = "no-table"

// covers tells whether the rule covers the use, as policy.Match does.
func (r *rule) covers(u *use) bool {
	if !subset(u.kinds, r.kinds) || !subset(u.dangers, r.dangers) {
		return false
	}
	if r.everywhere {
		return true
	}
	if len(u.tables) == 0 {
		return !u.changes
	}
	return subset(u.tables, r.tables)
}

// includes tells whether the rule covers whatever o covers.
func (r *rule) includes(o *rule) bool {
	return subset(o.kinds, r.kinds) && subset(o.dangers, r.dangers) &&
		(r.everywhere || !o.everywhere && (subset(o.tables, r.tables) || slices.Equal(o.tables, []string{noTable})))
}

func subset(of, all []string) bool {
	for _, s := range of {
		if !slices.Contains(all, s) {
			return false
		}
	}
	return true
}

// pair is one kind of statement on one table.
type pair struct{ kind, table string }

// pairs are what the use does: a kind that writes is for what is written, any
// other for the rest. Where that cannot be told it is for all of them.
func (u *use) pairs(each func(pair)) {
	for _, k := range u.kinds {
		kind, _ := sql.ParseKind(k)
		for _, t := range u.tables {
			written := slices.Contains(u.written, t)
			if len(u.written) == 0 || kind.Writes() == written {
				each(pair{k, t})
			}
		}
	}
}

// plain tells whether the use does all that a rule grants that covers it: one
// of several kinds need not, `INSERT … SELECT` reads one table and writes another.
func (u *use) plain() bool {
	n := 0
	u.pairs(func(pair) { n++ })
	return n == len(u.kinds)*len(u.tables)
}

// granted are the pairs that the rule grants.
func (r *rule) granted(each func(pair)) {
	for _, k := range r.kinds {
		for _, t := range r.tables {
			each(pair{k, t})
		}
	}
}

// order compares rules for the order that they are written in.
func order(a, b *rule) int {
	for _, lists := range [][2][]string{{a.dangers, b.dangers}, {a.tables, b.tables}, {a.kinds, b.kinds}} {
		if n := strings.Compare(join(lists[0]), join(lists[1])); n != 0 {
			return n
		}
	}
	return 0
}

// headroom is the bound for what was at most so much: at least twice as much,
// and a round number of 10 or more.
func headroom(most uint64) uint64 {
	for unit := uint64(10); unit < 1<<60; unit *= 10 {
		for _, n := range []uint64{1, 2, 5} {
			if n*unit >= 2*most {
				return n * unit
			}
		}
	}
	return most
}
