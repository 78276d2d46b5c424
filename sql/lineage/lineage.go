package lineage

// Origin is a stored column, of a table and never of a view, by the names that
// the catalogue has.
type Origin struct{ Schema, Table, Column string }

// Column is one column of a result, from the left.
type Column struct {
	Name    string   // as the query names it; "" where the server makes one up
	Origins []Origin // every stored column that a value may come from, in order
	Derived bool     // values may be computed from the origins, and not be one of them as stored
	Unknown string   // why the origins are not all known; "" where they are
}

// Test is a stored column that decides which rows come out, how many, or in what
// order.
type Test struct {
	Origin
	Equal bool // it is compared for equality with bound parameters, and nothing else
}

// Write is a stored column that is given a value. From is the zero Origin where
// that comes from no stored column; To is where it goes into no column: a
// variable of the session, a notification. Derived is set where what is written
// may be computed from From, and not be it as stored.
type Write struct {
	To, From Origin
	Derived  bool
}

// Relation is a stored relation, or a view.
type Relation struct{ Schema, Name string }

// Lineage is what became of a statement. Each list is in order, and has each
// element once.
type Lineage struct {
	Columns   []Column
	Tests     []Test
	Writes    []Write
	Relations []Relation // that were reached, through views as well
	// Beyond is set where what is unknown may come from others than Relations: from
	// what a rule, a trigger, a default, a computed column or a view of the
	// administrator's reads.
	Beyond bool
	// Fields holds the names that stand behind that of a table in references, and
	// whether each is a column of it wherever it does.
	Fields map[string]bool
	// Unknown is why the rest is not all that there is, "" where it is. Columns
	// may then be too few, or none.
	Unknown string
}

// What an analysis may come to at most. Beyond it everything is unknown.
const (
	maxDepth = 64      // queries in queries
	maxViews = 32      // views in views
	maxWork  = 1 << 16 // queries, and columns and origins that are brought together, in all
)
