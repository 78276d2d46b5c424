// Package index finds entries of a ledger without reading the ledger: for
// every entry it keeps the columns that the query language of package find
// looks at.
//
// The index is derived. It lives beside the log in <ledger dir>/index as
// Parquet files, each of up to SegmentEntries entries that a checkpoint has
// sealed; what the log has beyond them is held in memory, replayed from the
// log when the index is opened. A file that is missing, damaged, ahead of the
// log or of another log is not used: its part is replayed and written again.
// A hit names an entry by its place in the log; what the entry says is read
// there.
//
// What it cannot notice is a file that somebody forged with care, sums
// included, so that it hides entries: Rebuild makes the index anew from the
// log, which ledger verify proves.
//
// The package knows columns and files. It knows neither how the log keeps its
// entries ([Source]) nor what a query means ([find.Term]).
package index
