package sallyport

import "slices"

// Lineage is where the values of a statement come from and go to, in stored
// columns of tables and never of views, by the names that the server's catalogue
// has. It claims too much rather than too little.
//
// The zero Lineage knows nothing: it is unknown, and reaches anything.
type Lineage struct {
	// Columns holds every column of the result, from the left.
	Columns []ResultColumn
	// Tests holds the columns that decide which rows come out, how many, or in
	// what order.
	Tests []ColumnTest
	// Writes holds the columns that are given a value.
	Writes []ColumnWrite
	// Relations holds the tables and views that are reached, through views too.
	Relations []TableUse
	// Named is set where Relations is all that the statement can reach: then an
	// unknown lineage is one of these relations, and else of any.
	Named bool
	// Known is set where the lists above are all that there is, but for what a
	// column of them says of itself.
	Known bool
	// Code is set where it runs stored code though no table stands in it: that may
	// read anything.
	Code bool
	// Stars is set where a `*` stands in it, and Unlisted where it gives a table rows
	// without a list of their columns: which ones it uses is then for the database to
	// say, and changes with the table.
	Stars, Unlisted bool
	// Unknown says why not, in words for a person and without a value.
	Unknown string
	// Catalogue is the version of what the server held.
	Catalogue string
}

// Complete tells whether l is all that there is to be known; nil is not.
func (l *Lineage) Complete() bool {
	return l != nil && l.Known && !slices.ContainsFunc(l.Columns, func(c ResultColumn) bool { return c.Unknown != "" })
}

// ResultColumns is how many columns the result of a statement has by its
// lineage. It is not known without one, and of what shows something else than
// the rows that its lineage is of.
func (s *Statement) ResultColumns() (n int, known bool) {
	if s.Lineage == nil || !s.Lineage.Known {
		return 0, false
	}
	switch s.Kind {
	case "select", "insert", "update", "delete", "replace", "merge", "copy", "cursor":
		return len(s.Lineage.Columns), true
	}
	return 0, false
}

// Origin is a stored column. The zero Origin is none: a value that comes from no
// stored column, or that goes into none.
type Origin struct{ Schema, Table, Column string }

// IsZero tells whether o is no column.
func (o Origin) IsZero() bool { return o == Origin{} }

// String is schema.table.column.
func (o Origin) String() string { return o.Schema + "." + o.Table + "." + o.Column }

// ResultColumn is one column of a result.
type ResultColumn struct {
	Name    string   // as the statement names it; "" where the server makes one up
	Origins []Origin // every stored column that a value may come from
	Derived bool     // values may be computed from the origins, and not be one of them as stored
	Unknown string   // why the origins are not all known; "" where they are
}

// ColumnTest is a stored column that decides about rows.
type ColumnTest struct {
	Origin
	Equal bool // it is compared for equality with bound parameters, and nothing else
}

// ColumnWrite is a stored column that is given a value. From is zero where that
// comes from no stored column, To where it goes into none: a variable of the
// session, a notification.
type ColumnWrite struct {
	To, From Origin
	Derived  bool // what is written may be computed from From, and not be it as stored
}
