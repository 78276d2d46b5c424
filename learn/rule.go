package learn

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// Rule is one learnt rule. Of a database door it has Statements, of an http door
// Methods and Paths.
type Rule struct {
	Statements, Tables, Dangers []string
	Everywhere                  bool // no `tables:`: for what writes and names no table
	Prepared                    bool
	Rows                        uint64 // bound; 0 where the rule has none
	Methods, Paths              []string

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
func (r *Rule) covers(u *use) bool {
	if !subset(u.kinds, r.Statements) || !subset(u.dangers, r.Dangers) {
		return false
	}
	if r.Everywhere {
		return true
	}
	if len(u.tables) == 0 {
		return !u.changes
	}
	return subset(u.tables, r.Tables)
}

// includes tells whether the rule covers whatever o covers.
func (r *Rule) includes(o *Rule) bool {
	return subset(o.Statements, r.Statements) && subset(o.Dangers, r.Dangers) &&
		(r.Everywhere || !o.Everywhere && (subset(o.Tables, r.Tables) || slices.Equal(o.Tables, []string{noTable})))
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
func (r *Rule) granted(each func(pair)) {
	for _, k := range r.Statements {
		for _, t := range r.Tables {
			each(pair{k, t})
		}
	}
}

// order compares rules for the order that they are written in.
func order(a, b *Rule) int {
	for _, lists := range [][2][]string{{a.Dangers, b.Dangers}, {a.Tables, b.Tables}, {a.Statements, b.Statements}} {
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
