package index

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger/find"
)

// segment is the columns of consecutive entries, in memory or in a file.
type segment interface {
	extent() extent
	// bounds are the smallest and largest number of a column, or wider.
	bounds(find.Column) (lo, hi uint64)
	// mayHold is false where the identity is surely not in the column.
	mayHold(find.Column, sallyport.ID) (bool, error)
	numbers(find.Column) ([]uint64, error)
	ids(find.Column) ([]sallyport.ID, error)
	// dict is every different text of a column, codes which of them each row
	// has.
	dict(find.Column) ([]string, error)
	codes(find.Column) ([]uint16, error)
}

// extent is what part of the log a segment covers.
type extent struct {
	first, end uint64 // entries, half-open
	min, max   uint64 // moments at which they began, inclusive
}

func (x extent) rows() int { return int(x.end - x.first) }
