package index

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
)

// Damage is a file of the index that does not say what the log says. The log
// is the truth: Rebuild mends it.
type Damage struct {
	File string `json:"file"` // within the ledger's folder
	From uint64 `json:"from"`
	To   uint64 `json:"to"` // entries [From, To)
	What string `json:"what"`
}

// Check holds every file of the index of the ledger in dir against the log
// that src reads; a nil src is the log in dir. It reads only, and may run while
// the gateway writes. Entries that the log lacks cannot be compared: the files
// that cover them are only read. Files that are no part of the index are passed
// over, as a search does.
func Check(ctx context.Context, dir string, src Source) ([]Damage, error) {
	if src == nil {
		src = folder(dir)
	}
	from, err := base(src)
	if err != nil {
		return nil, fmt.Errorf("checking the index: %w", err)
	}
	chain, _, err := list(filepath.Join(dir, Dir), from, src.Sealed())
	if err != nil {
		return nil, err
	}
	var all []Damage
	for _, n := range chain {
		if err := ctx.Err(); err != nil {
			return all, fmt.Errorf("checking the index: %w", err)
		}
		err := checkFile(filepath.Join(dir, Dir), n, src)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // a longer one has replaced it
			all = append(all, Damage{filepath.Join(Dir, n.String()), n.first, n.end, err.Error()})
		}
	}
	return all, nil
}

func checkFile(dir string, n name, src Source) error {
	s, err := open(dir, n)
	if err != nil {
		return err
	}
	defer s.close()
	t := logged(src, n.extent)
	for c := range find.NumColumns {
		var err error
		switch c.Kind() {
		case find.IsNumber:
			err = agree(s.numbers, t.numbers, c, s, t)
		case find.IsID:
			err = agree(s.ids, t.ids, c, s, t)
		default:
			err = agree(words(s), words(t), c, s, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// logged is what the log says of the entries of a segment, as far as it has
// them: without a hole but where old ones were dropped.
func logged(src Source, x extent) *table {
	t := newTable(x.first)
	for r, err := range src.Records(x.first) {
		if hole := (*ledger.HoleError)(nil); errors.As(err, &hole) && hole.Dropped && t.rows == 0 {
			t.first = min(hole.To, x.end)
			continue
		}
		if err != nil || r.Index != t.end() || r.Index >= x.end {
			break
		}
		e, err := r.Entry()
		if err != nil {
			break
		}
		t.add(e)
	}
	return t
}

// words reads a column of texts.
func words(s segment) func(find.Column) ([]string, error) {
	return func(c find.Column) ([]string, error) {
		dict, err := s.dict(c)
		if err != nil {
			return nil, err
		}
		codes, err := s.codes(c)
		if err != nil {
			return nil, err
		}
		out := make([]string, len(codes))
		for i, code := range codes {
			if int(code) >= len(dict) {
				return nil, fmt.Errorf("%w: code %d of %d", errDamaged, code, len(dict))
			}
			out[i] = dict[code]
		}
		return out, nil
	}
}

// agree compares a column of a file with that of the entries in the log.
func agree[V comparable](stored, logged func(find.Column) ([]V, error), c find.Column, s *file, t *table) error {
	got, err := stored(c)
	if err != nil {
		return err
	}
	want, err := logged(c)
	if err != nil {
		return err
	}
	skipped := int(t.first - s.first)
	for i, v := range want {
		if got[skipped+i] != v {
			return fmt.Errorf("%s: it says otherwise than entry %d of the log", s.name, t.first+uint64(i))
		}
	}
	return nil
}
