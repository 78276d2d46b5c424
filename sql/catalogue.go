package sql

// Catalogue is what a server holds, as far as the meaning of names hangs on it,
// at one moment. It is a snapshot: shared, and not to be changed.
type Catalogue struct {
	// Version is a digest of the whole: two catalogues of one version mean the
	// same.
	Version string
	// Relations holds every table and view that the door's login can see.
	Relations []Relation
	// Routines holds every stored function and procedure, those that a server
	// brings left out.
	Routines []Routine
	// Code is what runs stored code where nothing calls it by its name.
	Code Code
}

// RelationKind says what a relation is. The zero value is not known, and its
// columns are nobody's.
type RelationKind uint8

// The kinds of relation.
const (
	RelationUnknown      RelationKind = iota
	RelationTable                     // stored rows, partitioned or not
	RelationView                      // computed when it is read, from Query
	RelationMaterialized              // stored rows that were computed by Query
	RelationForeign                   // rows of another server: foreign tables, FEDERATED, CONNECT
	RelationSystem                    // the server's own: information_schema, pg_catalog, mysql
	RelationTemporary                 // seen by one session alone, where it hides others of its name
	RelationSequence
)

// Relation is a table or a view.
type Relation struct {
	Schema, Name string
	Kind         RelationKind
	Columns      []string // all that `*` stands for, from the left
	// Hidden holds columns that exist without being part of `*`: MariaDB's
	// INVISIBLE ones, PostgreSQL's ctid and tableoid.
	Hidden []string
	// Partial is set where it may have columns that whoever read the catalogue has
	// no right to see: Columns is then not what `*` stands for.
	Partial bool
	// Query is what a view computes, with the names of its own schema; nil where
	// its definition was not to be had or not understood: what comes out of it is
	// then unknown.
	Query *Query
	// Path holds the schemas in which Query's unqualified names are looked for.
	Path []string
	// Parents holds the tables that this one inherits from or is a partition of:
	// rows of it are rows of theirs.
	Parents []Name
	// Partition is set where it is a partition, and not only inherits: a row is in
	// it by its values, which are so told by its being there.
	Partition bool
	// Triggers is set where a trigger may give what is written another value than
	// the statement does, Rules where PostgreSQL rewrites what is done: what they do
	// beyond the statement is unknown.
	Triggers, Rules bool
	// Filled is set where the default of a column runs stored code, or a function
	// that brings values no lineage tells of.
	Filled bool
	// Coded is set of a view that calls stored code, which may read any relation.
	Coded bool
	// Types holds those of Code.Types of which there are values in it.
	Types []Name
	// Computed holds the columns that the server fills from others of the row.
	Computed []Computed
}

// Computed is a column that the server computes: GENERATED ALWAYS AS (…), and
// MariaDB's and MySQL's DEFAULT (…) where that names columns.
type Computed struct {
	Column string
	// Value names columns of the same relation. Nil is what was not understood: it
	// may be computed from all of them. Where it is Opaque, it may be anything.
	Value *Expr
	// Coded is set where stored code computes it, which may read any relation.
	Coded bool
}

// ComputedBy is the expression of a query that is nothing but one, nil for
// another query.
func ComputedBy(q *Query) *Expr {
	if q == nil || q.Opaque != "" || len(q.Outputs) != 1 || q.Outputs[0].Star || len(q.From)+len(q.Operands)+len(q.With) > 0 {
		return nil
	}
	return &q.Outputs[0].Expr
}

// Routine is a stored function or procedure.
type Routine struct {
	Schema, Name string
	// Definer is set where it runs with its owner's rights (SQL SECURITY
	// DEFINER), whoever calls it.
	Definer bool
	// Tables holds what its body touches, as written; Known is set where that is
	// all there is: a body that could not be read is anything.
	Tables []Table
	Known  bool
}
