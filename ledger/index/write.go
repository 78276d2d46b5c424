package index

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"unsafe"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/snappy"

	"github.com/sallyport/sallyport/ledger/find"
)

const temporary = "segment-*.tmp"

// write puts the table into a file of dir, under its name only once it is
// whole. It is not synced: a file that a crash tore is noticed by its sums and
// written again.
func write(dir string, t *table) (n name, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing index of entries %d to %d: %w", t.first, t.end()-1, err)
		}
	}()
	f, err := os.CreateTemp(dir, temporary)
	if err != nil {
		return name{}, err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err := encode(f, t); err != nil {
		return name{}, err
	}
	n.extent = t.extent()
	if n.sum, err = tailSum(f); err != nil {
		return name{}, err
	}
	if err := f.Chmod(0o640); err != nil {
		return name{}, err
	}
	return n, os.Rename(f.Name(), filepath.Join(dir, n.String()))
}

func encode(w io.Writer, t *table) error {
	options := append(slices.Clone(unbounded), schema, blooms,
		parquet.Compression(&snappy.Codec{}),
		parquet.KeyValueMetadata("sallyport.index", format),
		parquet.KeyValueMetadata("sallyport.first", t.identity(0)),
		parquet.KeyValueMetadata("sallyport.last", t.identity(t.rows-1)),
		parquet.CreatedBy("sallyport", format, ""),
	)
	p := parquet.NewWriter(w, options...)
	columns := p.ColumnWriters()
	values := make([]parquet.Value, t.rows)
	put := func(at int, value func(row int) parquet.Value) error {
		for i := range values {
			values[i] = value(i)
		}
		_, err := columns[at].WriteRowValues(values)
		return err
	}
	errs := []error{put(indexLeaf, func(i int) parquet.Value { return parquet.Int64Value(int64(t.first) + int64(i)) })}
	for c := range find.NumColumns {
		errs = append(errs, put(leaf[c], t.values(c)))
	}
	return errors.Join(append(errs, p.Close())...)
}

// identity tells the entry of a row from those of other logs.
func (t *table) identity(row int) string {
	return fmt.Sprintf("%016x %s", t.number[find.Time][row], t.id[0][row])
}

// values is how a column's rows are written.
func (t *table) values(c find.Column) func(row int) parquet.Value {
	switch c.Kind() {
	case find.IsNumber:
		column, flip := t.number[c], uint64(0)
		if c == find.Time {
			flip = 1 << 63
		}
		return func(i int) parquet.Value { return parquet.Int64Value(int64(column[i] ^ flip)) }
	case find.IsID:
		column := t.id[c-find.ID]
		return func(i int) parquet.Value { return parquet.FixedLenByteArrayValue(column[i][:]) }
	}
	column := &t.text[c-find.Type]
	dict := make([]parquet.Value, len(column.dict))
	for i, s := range column.dict {
		dict[i] = parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s))) // only read
	}
	return func(i int) parquet.Value { return dict[column.codes[i]] }
}

// tailSum is the sum of what stands behind the last page of the file.
func tailSum(f *os.File) (uint32, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	p, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true))
	if err != nil {
		return 0, err
	}
	return sumFrom(f, info.Size(), p)
}

func sumFrom(f io.ReaderAt, size int64, p *parquet.File) (uint32, error) {
	at := int64(0)
	for _, group := range p.Metadata().RowGroups {
		for _, chunk := range group.Columns {
			m := &chunk.MetaData
			start := m.DataPageOffset
			if m.DictionaryPageOffset > 0 && m.DictionaryPageOffset < start {
				start = m.DictionaryPageOffset
			}
			at = max(at, start+m.TotalCompressedSize)
		}
	}
	if at < 0 || at > size || size-at > maxTail {
		return 0, fmt.Errorf("the pages end at byte %d of %d", at, size)
	}
	tail := make([]byte, size-at)
	if _, err := f.ReadAt(tail, at); err != nil {
		return 0, err
	}
	return crc32.Checksum(tail, crc32.MakeTable(crc32.Castagnoli)), nil
}

// maxTail bounds what is read to check a file: filters, page index and footer.
const maxTail = 8 << 20
