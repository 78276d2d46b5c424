package sql

// Query is what a statement, or a part of one, computes and writes, in a form
// that the dialects share: enough to tell which stored values come out of it,
// which are tested, and which are written elsewhere. It is made from the text
// alone; package lineage joins it with a Catalogue.
//
// Names are as the dialect means them: PostgreSQL's are folded, MySQL's are as
// written. A Query is part of an Analysis: shared, and not to be changed.
type Query struct {
	// With holds the common table expressions that all the rest may name. Each
	// sees those before it, and where Recursive is set every one of the list,
	// itself included.
	With      []CTE
	Recursive bool

	// Operands holds the queries that a set operation combines by position; From
	// and Outputs are empty then. Values of an EXCEPT's right side do not come
	// out, but decide what does: it is an operand like the others.
	Operands []*Query

	From    []Source // what is listed in FROM, or is written
	Outputs []Output // what comes out, from the left; of VALUES, each with the references of every row

	// Tests holds what decides which rows come out, how many and in what order:
	// WHERE, HAVING, GROUP BY, DISTINCT ON, ORDER BY, LIMIT, FOR UPDATE OF. What
	// windows are made of is Derived in the Output that is over them, and a test.
	Tests []Test
	// Distinct is set where rows that are equal are one: every output is tested
	// too. UNION, INTERSECT and EXCEPT without ALL are distinct.
	Distinct bool

	// Leaves holds what a value goes into beside the result and tables: user
	// variables, SELECT … INTO @x, set_config(), pg_notify().
	Leaves []Expr

	// Write is set for what is written; Outputs is then what RETURNING says.
	Write *Writing

	// Opaque says what was not understood, "" where everything was: then
	// nothing may be concluded from the rest.
	Opaque string
}

// Name is a relation as a statement names it; Schema is empty where it does not
// say it.
type Name struct{ Schema, Name string }

// CTE is one common table expression.
type CTE struct {
	Name    string
	Columns []string // given names, which replace the first of the query's; nil for none
	Query   *Query
}

// Source is one thing that rows come from: exactly one of Table, Query, Call and
// Join is set.
type Source struct {
	Table *Name  // a table, a view, or a common table expression in sight
	Query *Query // a derived table
	Call  *Expr  // a function in FROM, JSON_TABLE, UNNEST: all of its columns derive from the references
	Join  *Join

	// Lateral is set where Query may name what stands to the left of it. A Call
	// always may.
	Lateral bool
	// Hidden is set where the columns are found by a qualified name only, and
	// are not part of a `*`: excluded of PostgreSQL's ON CONFLICT.
	Hidden bool
	// Alias is what the columns are qualified by; "" for the table's own name.
	Alias string
	// Columns holds names given behind the alias, which replace the first of
	// the source's; of a Call, all that is known of its columns.
	Columns []string
}

// Join is two sources side by side.
type Join struct {
	Left, Right Source
	// Natural and Using say which columns are tested for equality and stand
	// once, first, in a `*`; an unqualified name means either side's.
	Natural bool
	Using   []string
	On      *Expr // nil for none
}

// Output is one column of a result, or several of them for a `*`.
type Output struct {
	// Star is set for `*`, and with Of for `t.*` and `s.t.*`; Expr is empty.
	Star bool
	Of   Name
	// Name is the alias, or the name that the server gives the column; "" where
	// that is of its own making.
	Name string
	Expr Expr
}

// Test is an expression that decides which rows there are.
type Test struct {
	Expr Expr
	// Outputs is set where an unqualified name may mean an output's alias as
	// well as a column: then it is both.
	Outputs bool
	// Ordinal is the output that ORDER BY or GROUP BY names by its position,
	// from 1; 0 for none. Expr is empty then.
	Ordinal int
}

// Use says what an expression does with a value that it refers to.
type Use uint8

// The uses, from the least to the most that can be learnt of the value.
const (
	// UseNothing: its presence is all that comes out, as of COUNT(column).
	UseNothing Use = iota
	// UseEqual: it is compared for equality with bound parameters alone:
	// column = ?, column IN (?, ?), (a, b) = (?, ?), and <=> and IS NOT
	// DISTINCT FROM; a negation of them tells no more.
	UseEqual
	// UseTest: it decides in any other way: comparisons with literals or other
	// columns, LIKE, ranges, the condition of a CASE, EXISTS, a JOIN's USING.
	UseTest
	// UseDerived: what comes out is computed from it: functions, operators,
	// casts, aggregates, concatenation, rows and JSON made of it.
	UseDerived
	// UseValue: it may come out as it is stored: parentheses, an alias, a
	// collation, and what picks one of several values (CASE's results, COALESCE,
	// IFNULL, NULLIF, IF, MIN, MAX, ANY_VALUE, a scalar subquery). Where it picks by
	// comparing them (NULLIF, MIN, MAX, GREATEST), each is tested as well.
	UseValue
)

var useWords = [...]string{"nothing", "equal", "test", "derived", "value"}

// String is the lower-case word for u.
func (u Use) String() string {
	if int(u) < len(useWords) {
		return useWords[u]
	}
	return "invalid"
}

// Within is the use of what is used in u by an expression that is itself used
// in outer: the value of a subquery that is a function's argument is derived, and
// what is computed and then compared or counted is tested, since an equality of a
// part of a value tells the part, and its presence can be made to. What is tested stays tested wherever the outcome goes.
func (u Use) Within(outer Use) Use {
	switch {
	case u <= UseTest:
		return u
	case u == UseDerived && outer <= UseEqual:
		return UseTest
	}
	return min(u, outer)
}

// Expr is an expression, by what it refers to.
type Expr struct {
	Refs    []Ref
	Queries []Subquery
	// Opaque says what was not understood, "" where everything was.
	Opaque string
}

// Ref is a column as an expression names it. Whole is set for a whole row: of
// Table where Name is "", as t.* in a row constructor, of every source where that
// is "" too, or, where PostgreSQL finds the name of a relation in the place of a
// column, with that Name, which may mean a column as well and then does.
type Ref struct {
	Schema, Table, Name string
	Whole               bool
	Use                 Use
}

// Subquery is a query in an expression and what its outputs are used for. All of
// its tests are tests.
type Subquery struct {
	Query *Query
	Use   Use
}

// Writing is what a statement writes into one table.
type Writing struct {
	Table Name // "" in an UPDATE of several tables: then Set names them
	// Made is set where the table, view or file does not exist before: CREATE
	// TABLE AS, CREATE VIEW, SELECT INTO.
	Made bool
	// Columns holds those that Source fills, by position; nil for all of them.
	Columns []string
	// Source is VALUES, a SELECT, or what MERGE inserts; nil for none. It sees the
	// common table expressions of the query, and with SourceJoined its From too.
	Source       *Query
	SourceJoined bool // of MERGE
	// Deletes is set where rows are deleted and nothing is given a value: DELETE.
	Deletes bool
	// Given is set where Columns get values that the client sends beside the text:
	// COPY FROM, LOAD DATA. Source is nil then.
	Given bool
	// Set holds assignments: UPDATE SET, ON DUPLICATE KEY UPDATE, ON CONFLICT DO
	// UPDATE, MERGE's UPDATE. Their names are looked up as those of Tests are.
	Set []Assignment
}

// Assignment is a column that is given a value.
type Assignment struct {
	Column Ref // its Use has no meaning
	Value  Expr
}
