// Package lineage joins what a statement says (sql.Query) with what a server
// holds (sql.Catalogue): which stored columns each column of a result may come
// from, which of them decide what comes out, and which are written from which.
//
// It claims too much rather than too little. Where a name could mean two things
// it means both; what is not in the catalogue, what a dialect did not understand
// and what is beyond the bounds is unknown, and says why. Nobody may conclude
// from what is known that an unknown column is harmless.
//
// The package is pure: no I/O, no clock, and nothing of a statement's literals.
package lineage
