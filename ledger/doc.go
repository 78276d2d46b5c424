// Package ledger is the append-only record of crossings: a log in the C2SP
// tlog-tiles layout with signed checkpoints, and the tools that verify and
// prove it.
//
// It knows what an entry looks like, when one is durable and how the log is
// sealed. It knows no policy and judges nothing; it is written to by the guard
// alone.
package ledger
