package index

import (
	"errors"
	"fmt"
	"iter"

	"github.com/sallyport/sallyport/ledger"
)

// Source is the log that an index is derived from; *ledger.Reader is one.
type Source interface {
	// Sealed is how many entries the newest checkpoint covers that the source
	// has seen; iterating makes it look again.
	Sealed() uint64
	// Records are the entries from the given one on, sealed or not, in order.
	// What is missing is yielded as a *ledger.HoleError, after which it goes
	// on; any other error ends it.
	Records(from uint64) iter.Seq2[ledger.Record, error]
}

var _ Source = (*ledger.Reader)(nil)

// folder is the log in a ledger's folder, empty until there is one.
type folder string

func (f folder) open() (*ledger.Reader, error) {
	r, err := ledger.OpenReader(string(f))
	if errors.Is(err, ledger.ErrNotBegun) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Sealed is 0 also where the log cannot be read: Records then says why.
func (f folder) Sealed() uint64 {
	if r, err := f.open(); err == nil && r != nil {
		return r.Sealed()
	}
	return 0
}

func (f folder) Records(from uint64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		r, err := f.open()
		if err != nil {
			yield(ledger.Record{}, err)
			return
		}
		if r == nil {
			return
		}
		for rec, err := range r.Records(from) {
			if !yield(rec, err) {
				return
			}
		}
	}
}

// record is the entry at the given place; ok is false where the log has none.
func record(src Source, at uint64) (e *ledger.Entry, ok bool, err error) {
	for r, err := range src.Records(at) {
		var hole *ledger.HoleError
		switch {
		case errors.As(err, &hole):
			return nil, false, nil
		case err != nil:
			return nil, false, fmt.Errorf("reading entry %d: %w", at, err)
		case r.Index != at:
			return nil, false, nil
		}
		e, err := r.Entry()
		return e, err == nil, err
	}
	return nil, false, nil
}

// base is the oldest entry that the log has not dropped.
func base(src Source) (uint64, error) {
	for _, err := range src.Records(0) {
		var hole *ledger.HoleError
		switch {
		case errors.As(err, &hole) && hole.Dropped:
			return hole.To, nil
		case errors.As(err, &hole), err == nil:
			return 0, nil
		}
		return 0, fmt.Errorf("reading the log's first entry: %w", err)
	}
	return 0, nil
}
