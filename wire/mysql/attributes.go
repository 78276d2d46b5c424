package mysql

import (
	"bytes"
	"fmt"
)

// What CheckAttributes takes: so many attributes, in so many bytes.
const (
	maxQueryAttributes     = 256
	maxQueryAttributeBytes = 64 << 10
)

// plainType tells whether every server is known to read a value of type t as
// this codec does.
func plainType(t FieldType) bool {
	switch t {
	case TypeNull, TypeTiny, TypeShort, TypeLong, TypeLongLong, TypeFloat, TypeDouble, TypeDate, TypeDateTime, TypeTimestamp, TypeTime,
		TypeVarchar, TypeVarString, TypeString, TypeTinyBlob, TypeMediumBlob, TypeLongBlob, TypeBlob:
		return true
	}
	return false
}

// CheckAttributes tells whether every server finds the text of q where this
// codec found it in p, the payload that q was decoded from: whether lengths and
// counts of the attributes come in their shortest form, and their types are
// those that servers agree on. What is otherwise, and more than 256 attributes
// or 64 KiB of them, gives ErrUnsupported, wrapped.
func (q *Query) CheckAttributes(p []byte) error {
	if q.Attrs.Len() == 0 {
		return nil // nothing but two counts
	}
	came := p[:len(p)-len(q.Text)]
	if q.Attrs.Len() > maxQueryAttributes || len(came) > maxQueryAttributeBytes {
		return fmt.Errorf("mysql: %d query attributes in %d bytes: %w", q.Attrs.Len(), len(came), ErrUnsupported)
	}
	attrs := q.Attrs // the caller's own walk is not disturbed
	values := make([]Value, 0, attrs.Len())
	for attrs.Next() {
		v := attrs.Value()
		if !plainType(v.Type) {
			return fmt.Errorf("mysql: a query attribute of type %d: %w", v.Type, ErrUnsupported)
		}
		values = append(values, v)
	}
	if err := attrs.Err(); err != nil {
		return err
	}
	again := append(AppendLenencInt([]byte{byte(ComQuery)}, uint64(len(values))), 1)
	if !bytes.Equal(appendParams(again, values, true), came) {
		return fmt.Errorf("mysql: query attributes in a form of their own: %w", ErrUnsupported)
	}
	return nil
}
