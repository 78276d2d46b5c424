// Package export writes entries for others to read: NDJSON and CSV for
// programs, lines and a full account for people at a terminal.
//
// Whatever an entry holds, nothing that is written here can steer a terminal
// (control characters, escape sequences and characters that turn the direction
// of text are shown, not sent) and no CSV cell is read as a formula by a
// spreadsheet.
//
// The package knows the Entry type only. It finds nothing and judges nothing.
package export

import "github.com/sallyport/sallyport/ledger"

// Numbered is an entry with its place in the log.
type Numbered struct {
	Index  uint64
	Sealed bool // a signed checkpoint covers it
	Entry  *ledger.Entry
}
