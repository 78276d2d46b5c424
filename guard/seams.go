package guard

import (
	"context"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Decider answers what the policy says. Its methods are pure: the clock, the
// resolved address and the session come in the crossing's Context.
type Decider interface {
	// Digest names the policy.
	Digest() sallyport.Digest
	// Match tells whether the crossing is asked for at all, and under which
	// obligations.
	Match(*sallyport.Crossing) (sallyport.Grant, bool)
	// Decide is the verdict that enforcing gives, for the crossing as it stands.
	Decide(*sallyport.Crossing, sallyport.Grant) sallyport.Verdict
	// Admits tells whether the party has any standing at the door: what a
	// session that outlives a reload is judged by.
	Admits(door string, p sallyport.Party) bool
}

// Recorder is the ledger as the guard writes it; ledger.Log is one.
type Recorder interface {
	// Append returns when the entry is as durable as asked for, or refuses.
	Append(*ledger.Entry, ledger.Durability) error
	// Pressed tells that the memory for entries not yet durable is nearly full.
	Pressed() bool
	// Pseudonym is the keyed hash that stands in the ledger for a value.
	Pseudonym(kind string, value []byte) string
}

// Inspector looks at a crossing before it is decided. Implementations are safe
// for concurrent use and bounded in time and memory.
type Inspector interface {
	Name() string
	Inspect(context.Context, *sallyport.Crossing) []sallyport.Finding
}

// Watcher is an Inspector that also follows what flows. Watch returns nil for
// a crossing that it does not want to follow.
type Watcher interface {
	Inspector
	Watch(*sallyport.Crossing) Tap
}

// Causer is an Inspector that can say which crossing led to this one.
type Causer interface {
	Inspector
	Cause(*sallyport.Crossing) sallyport.Cause
}

// Tap follows one crossing. Its methods are never called at the same time;
// what they are given is borrowed until they return.
type Tap interface {
	Bytes(sallyport.Direction, []byte) []sallyport.Finding
	Row(*Row) []sallyport.Finding
	Fact(sallyport.Fact) []sallyport.Finding
	Done() []sallyport.Finding
}

// Masker changes one value so that it may cross. It returns the replacement,
// which may share dst's memory, and false where it cannot: the cell is then
// made null.
type Masker interface {
	Name() string
	Mask(dst, cell []byte) ([]byte, bool)
}

// Maskers makes the masker of a column that a verdict masks. It is safe for
// concurrent use.
type Maskers interface {
	// Masker is the one of the masking for values of the type, as the app may see
	// them; nil where there is none, which makes the values NULL.
	Masker(app string, m sallyport.Masking, t Type) Masker
}

// Column is one column of a result, by where its values come from; empty where
// that is not known.
type Column struct {
	Schema, Table, Name string
	Type                Type
}

// Row is one row of a result. Cells are borrowed; nil is NULL. Row replaces a
// masked cell by another slice and never grows one in place.
type Row struct {
	Columns []Column
	Cells   [][]byte
}
