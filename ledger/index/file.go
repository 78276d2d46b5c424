package index

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger/find"
)

// file is a sealed segment that is open.
type file struct {
	name
	f      *os.File
	chunks []parquet.ColumnChunk
	ends   [2]string // identities of the first and last entry
}

var _ segment = (*file)(nil)

// errDamaged is the cause of every error that a file's content gives.
var errDamaged = errors.New("the index file is damaged")

// guarded turns a panic of the Parquet reader over wild bytes into an error.
func guarded(n name, read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", n, errDamaged, r)
		}
	}()
	if err := read(); err != nil {
		return fmt.Errorf("%s: %w: %w", n, errDamaged, err)
	}
	return nil
}

// open opens a segment and checks all of it but the pages, which check
// themselves when they are read.
func open(dir string, n name) (s *file, err error) {
	f, err := os.Open(filepath.Join(dir, n.String()))
	if err != nil {
		return nil, fmt.Errorf("opening index: %w", err)
	}
	s = &file{name: n, f: f}
	if err := guarded(n, s.check); err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

func (s *file) check() error {
	info, err := s.f.Stat()
	if err != nil {
		return err
	}
	p, err := parquet.OpenFile(s.f, info.Size(), parquet.SkipPageIndex(true))
	if err != nil {
		return err
	}
	sum, err := sumFrom(s.f, info.Size(), p)
	if err != nil {
		return err
	}
	groups := p.RowGroups()
	version, _ := p.Lookup("sallyport.index")
	switch {
	case sum != s.sum:
		return errors.New("its sum differs")
	case version != format:
		return fmt.Errorf("it is of version %.10q", version)
	case len(groups) != 1 || groups[0].NumRows() != int64(s.rows()):
		return fmt.Errorf("it does not hold %d entries", s.rows())
	}
	s.ends[0], _ = p.Lookup("sallyport.first")
	s.ends[1], _ = p.Lookup("sallyport.last")
	s.chunks = groups[0].ColumnChunks()
	if len(s.chunks) != int(find.NumColumns)+1 {
		return fmt.Errorf("it has %d columns", len(s.chunks))
	}
	return nil
}

func (s *file) close() { s.f.Close() }

func (s *file) extent() extent { return s.name.extent }

func (s *file) bounds(c find.Column) (lo, hi uint64) {
	chunk, ok := s.chunks[leaf[c]].(*parquet.FileColumnChunk)
	if !ok || c == find.Time {
		return 0, math.MaxUint64
	}
	low, high, ok := chunk.Bounds()
	if !ok {
		return 0, math.MaxUint64
	}
	return low.Uint64(), high.Uint64()
}

func (s *file) mayHold(c find.Column, id sallyport.ID) (may bool, err error) {
	err = guarded(s.name, func() error {
		filter := s.chunks[leaf[c]].BloomFilter()
		if filter == nil {
			may = true
			return nil
		}
		may, err = filter.Check(parquet.FixedLenByteArrayValue(id[:]))
		return err
	})
	return may, err
}

// pages gives each page of a column to visit, with the dictionary or nil.
func (s *file) pages(c find.Column, visit func(parquet.Page) error) error {
	return guarded(s.name, func() error {
		pages := s.chunks[leaf[c]].Pages()
		defer pages.Close()
		for {
			page, err := pages.ReadPage()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			err = visit(page)
			parquet.Release(page)
			if err != nil {
				return err
			}
		}
	})
}

func (s *file) whole(got int) error {
	if got == s.rows() {
		return nil
	}
	return fmt.Errorf("%s: %w: a column has %d of %d rows", s.name, errDamaged, got, s.rows())
}

func (s *file) numbers(c find.Column) ([]uint64, error) {
	out := make([]uint64, 0, s.rows())
	flip := int64(0)
	if c == find.Time {
		flip = math.MinInt64
	}
	err := s.pages(c, func(p parquet.Page) error {
		data := p.Data()
		for _, n := range data.Int64() {
			out = append(out, uint64(n^flip))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.whole(len(out))
}

func (s *file) ids(c find.Column) ([]sallyport.ID, error) {
	out := make([]sallyport.ID, 0, s.rows())
	err := s.pages(c, func(p parquet.Page) error {
		data := p.Data()
		if dict := p.Dictionary(); dict != nil {
			for _, code := range data.Int32() {
				out = append(out, sallyport.ID(dict.Index(code).ByteArray()))
			}
			return nil
		}
		bytes, _ := data.FixedLenByteArray()
		for ; len(bytes) >= 16; bytes = bytes[16:] {
			out = append(out, sallyport.ID(bytes[:16]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.whole(len(out))
}

func (s *file) dict(c find.Column) (out []string, err error) {
	err = guarded(s.name, func() error {
		chunk, ok := s.chunks[leaf[c]].(*parquet.FileColumnChunk)
		if !ok {
			return errors.New("a column cannot be read by its dictionary")
		}
		pages := chunk.PagesFrom(s.f)
		defer pages.Close()
		dict, err := pages.ReadDictionary()
		if err != nil {
			return err
		}
		if dict == nil || dict.Len() > SegmentEntries+1 {
			return errors.New("a column of texts has no dictionary")
		}
		out = make([]string, dict.Len())
		for i := range out {
			out[i] = string(dict.Index(int32(i)).ByteArray())
		}
		return nil
	})
	return out, err
}

func (s *file) codes(c find.Column) ([]uint16, error) {
	out := make([]uint16, 0, s.rows())
	err := s.pages(c, func(p parquet.Page) error {
		dict := p.Dictionary()
		if dict == nil {
			return errors.New("a page of texts has no codes")
		}
		data, different := p.Data(), dict.Len()
		for _, code := range data.Int32() {
			if uint32(code) >= uint32(different) {
				return fmt.Errorf("code %d of %d", code, different)
			}
			out = append(out, uint16(code))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, s.whole(len(out))
}
