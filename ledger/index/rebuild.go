package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sallyport/sallyport/ledger"
)

// Rebuilt says what Rebuild did.
type Rebuilt struct {
	Entries  uint64 // that are in files now
	Segments int
	Bytes    int64
	Holes    []error // *ledger.HoleError: entries that the log lacks
}

// Rebuild makes the index of the ledger in dir anew from the log that src
// reads, up to its newest checkpoint; a nil src is the log in dir. The old one is replaced file by file
// only once the new one is whole. It may run while the gateway writes.
func Rebuild(ctx context.Context, dir string, src Source) (Rebuilt, error) {
	return rebuild(ctx, dir, src, SegmentEntries)
}

func rebuild(ctx context.Context, dir string, src Source, entries int) (done Rebuilt, err error) {
	final := filepath.Join(dir, Dir)
	if err := os.MkdirAll(final, 0o750); err != nil {
		return done, fmt.Errorf("rebuilding index: %w", err)
	}
	fresh, err := os.MkdirTemp(dir, "reindex-*")
	if err != nil {
		return done, fmt.Errorf("rebuilding index: %w", err)
	}
	defer os.RemoveAll(fresh)
	x := newIndex(dir, src, entries)
	x.dir = fresh
	if err := x.replay(ctx); err != nil {
		return done, fmt.Errorf("rebuilding index: %w", err)
	}
	sealed := x.hot.first
	if x.spill != "" {
		return done, errors.Join(fmt.Errorf("rebuilding index: %s cannot be written to", dir), x.Close())
	}
	done.Holes = x.holes
	chain, rest, err := list(final, 0, ^uint64(0))
	if err != nil {
		return done, err
	}
	keep := make(map[name]bool)
	for _, p := range x.chain {
		from, to := filepath.Join(fresh, p.name.String()), filepath.Join(final, p.name.String())
		info, err := os.Stat(from)
		if err == nil {
			err = os.Rename(from, to)
		}
		if err != nil {
			return done, fmt.Errorf("rebuilding index: %w", err)
		}
		keep[p.name] = true
		done.Entries += uint64(p.rows())
		done.Segments++
		done.Bytes += info.Size()
	}
	for _, old := range append(chain, rest...) {
		// What lies beyond is the running gateway's and newer than src.
		if !keep[old] && old.first < sealed {
			remove(final, []name{old})
		}
	}
	return done, nil
}

// replay writes all entries that are sealed.
func (x *Index) replay(ctx context.Context) error {
	for r, err := range x.src.Records(0) {
		if hole := (*ledger.HoleError)(nil); errors.As(err, &hole) {
			x.holes = append(x.holes, hole)
			continue
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if !r.Sealed {
			break
		}
		e, err := r.Entry()
		if err != nil {
			return fmt.Errorf("entry %d: %w", r.Index, err)
		}
		if err := x.take(r.Index, e); err != nil {
			return err
		}
	}
	if x.hot.rows > 0 {
		return x.flush()
	}
	return nil
}
