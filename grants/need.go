package grants

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
)

// Need is what one rule lets a login do.
type Need struct {
	At       sallyport.Position
	Database string       // of the door; "" where it names none
	Kinds    []sql.Kind   // nil for any
	Tables   []string     // as in a policy: table, schema.table, schema.* or *; nil for any
	Dangers  []sql.Danger // that the rule grants
	// Columns are those of each of the tables that may be read, inserted and
	// updated; nil for all. A rule with other columns for each table is a Need
	// for each.
	Columns []string
	// Unkept are columns that the rule lists and no right can keep it to, since
	// it names their table by a wildcard.
	Unkept []string
}

// has tells whether the rule covers statements of a kind.
func (n *Need) has(k sql.Kind) bool {
	if n.Kinds == nil {
		return true
	}
	for _, x := range n.Kinds {
		if x == k {
			return true
		}
	}
	return false
}

// grants tells whether the rule lets a danger pass.
func (n *Need) grants(d sql.Danger) bool {
	for _, x := range n.Dangers {
		if x == d {
			return true
		}
	}
	return false
}

// needOf is what a rule of a door lets its login do, its columns left out. With
// needsOf it is the one place where a policy's rule is read.
func needOf(d *policy.Door, r *policy.Rule) Need {
	n := Need{At: r.At, Database: d.Database, Tables: r.Tables}
	for _, word := range r.Statements {
		if k, ok := sql.ParseKind(word); ok {
			n.Kinds = append(n.Kinds, k)
		}
	}
	for x := sql.DangerNone + 1; x.String() != "invalid"; x++ {
		for _, word := range r.Dangers {
			if word == x.String() {
				n.Dangers = append(n.Dangers, x)
			}
		}
	}
	return n
}
