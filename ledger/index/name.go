package index

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// A segment's name says what it covers and how its last part, filters and
// footer, sums up: pages have sums of their own. A reader so knows which files
// a query needs before it opens one.
type name struct {
	extent
	sum uint32
}

const nameLayout = "%016x-%016x-%016x-%016x-%08x.parquet"

func (n name) String() string {
	return fmt.Sprintf(nameLayout, n.first, n.end, n.min, n.max, n.sum)
}

func parseName(s string) (n name, ok bool) {
	_, err := fmt.Sscanf(s, nameLayout, &n.first, &n.end, &n.min, &n.max, &n.sum)
	ok = err == nil && n.String() == s && n.first < n.end && n.end-n.first <= SegmentEntries && n.min <= n.max
	return n, ok
}

// list is the chain of segments in dir that cover the log without a hole from
// its entry base on, none of them beyond size; the rest is of no use.
func list(dir string, base, size uint64) (chain, rest []name, err error) {
	found, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("listing the index: %w", err)
	}
	var all []name
	for _, f := range found {
		if n, ok := parseName(f.Name()); ok {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b name) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.end, a.end))
	})
	for _, n := range all {
		follows := len(chain) == 0 && n.first <= base || len(chain) > 0 && chain[len(chain)-1].end == n.first
		if n.end > size || n.end <= base || !follows {
			rest = append(rest, n)
			continue
		}
		chain = append(chain, n)
	}
	return chain, rest, nil
}

func remove(dir string, names []name) {
	for _, n := range names {
		os.Remove(filepath.Join(dir, n.String()))
	}
}
