// Package mask holds the maskers: each changes one value so that it may cross
// a door, keeps the value's type, and says what of the value is still to be
// seen.
//
// It knows the little language that names them (Parse, Names), what each does
// to a value given as text, which types a masker fits, and how the keys of
// those that need one are derived. It does not know which column or class is
// masked, where a value came from or goes, how a database encodes it, or where
// the master key is kept.
//
// A masker is built in three steps: Parse reads the spec of the policy, For
// fits it to the type of a column, and Masker makes a guard.Masker of it. A Set
// does all three for the guard, with a key for each app.
//
// All maskers are safe for concurrent use, take time in proportion to the
// value's length, and answer every input: with a value of the type, or with
// false, which the guard makes NULL. None panics, and none gives a value back
// as it came, other than where its own description says when that can be.
// The dst and the cell that are handed to Mask must not overlap.
package mask
