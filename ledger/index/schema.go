package index

import (
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/sallyport/sallyport/ledger/find"
)

// format is the version of the files; one of another version is not used.
const format = "4"

const indexColumn = "index" // for other readers of the files; ours knows it

// schema has one required column for each find.Column: numbers as 64 bits,
// delta-packed; identities as 16 bytes; texts by dictionary, "" for none,
// lists with one item a line.
var schema = parquet.NewSchema("entry", func() parquet.Group {
	g := parquet.Group{indexColumn: parquet.Encoded(parquet.Uint(64), &parquet.DeltaBinaryPacked)}
	for c := range find.NumColumns {
		g[c.String()] = node(c)
	}
	return g
}())

func node(c find.Column) parquet.Node {
	switch c.Kind() {
	case find.IsNumber:
		if c == find.Time {
			return parquet.Encoded(parquet.Timestamp(parquet.Nanosecond), &parquet.DeltaBinaryPacked)
		}
		return parquet.Encoded(parquet.Uint(64), &parquet.DeltaBinaryPacked)
	case find.IsID:
		if c == find.ID {
			return parquet.UUID()
		}
		return parquet.Encoded(parquet.UUID(), &parquet.RLEDictionary)
	}
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
}

// leaf is where a column stands in a file: a group is ordered by name.
var leaf, indexLeaf = func() (at [find.NumColumns]int, index int) {
	names := []string{indexColumn}
	for c := range find.NumColumns {
		names = append(names, c.String())
	}
	slices.Sort(names)
	for c := range find.NumColumns {
		at[c] = slices.Index(names, c.String())
	}
	return at, slices.Index(names, indexColumn)
}()

var blooms = parquet.BloomFilters(
	parquet.SplitBlockFilter(10, find.ID.String()),
	parquet.SplitBlockFilter(10, find.Session.String()),
	parquet.SplitBlockFilter(10, find.Cause.String()),
)

// unbounded leaves out the least and greatest of texts and identities: texts
// are found by their dictionaries, identities by filters.
var unbounded = func() (options []parquet.WriterOption) {
	for c := range find.NumColumns {
		if c.Kind() != find.IsNumber {
			options = append(options, parquet.SkipPageBounds(c.String()))
		}
	}
	return options
}()
