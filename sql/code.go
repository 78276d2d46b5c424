package sql

// Code is what runs stored code on a PostgreSQL where no statement calls a
// function by its name: operators, casts and types that somebody has made. What
// runs nothing but pure functions of the server's own is left out, so that most
// servers have none. The zero value is such a server.
type Code struct {
	Types     []MadeType
	Holders   []Holder
	Operators []MadeOperator
	Casts     []MadeCast
}

// MadeType is a type that somebody has made, and on which stored code hangs. A
// Name of the other lists that is none of these is a type of the server's own.
type MadeType struct {
	Name
	// Runs is set where values of it cannot be shown, taken in or compared without
	// stored code; Checks where only being made a value of it runs some: a domain.
	Runs, Checks bool
	// Everywhere is set where a value may be of the type though nothing says so.
	Everywhere bool
}

// Holder is a type by whose values those of a made type come along: itself, its
// array, a domain over it, a row with a column of it.
type Holder struct {
	OID  uint32
	Name string // without its schema
	Of   Name
}

// MadeOperator is an operator that runs stored code.
type MadeOperator struct {
	Schema, Name string
	Prefix       bool
	// Types holds the made types among its operands: it is meant only where there
	// is a value of one of them. None, and where the server has no operator of its
	// own by this name, Alone: whatever it is applied to.
	Types []Name
	Alone bool
}

// MadeCast is a cast that somebody has made, and that runs stored code or is
// Implicit.
type MadeCast struct {
	From, To Name
	// Implicit: it is made wherever a value of From is to be one of To. Assigned: where
	// one is stored, too. Neither: only where it is written.
	Implicit, Assigned bool
	Runs               bool // stored code, and not only the server's own
}

// OperatorName is an operator as a statement writes it, or as what it writes
// comes to: BETWEEN is >= and <=, ORDER BY <. Schema is "" where it does not say it.
type OperatorName struct {
	Schema, Name string
	Prefix       bool
}
