package postgres

import "slices"

// Column is a field of a RowDescription.
type Column struct {
	// Name is borrowed when it was decoded.
	Name []byte
	// Table and Attribute are where the column comes from: the OID of a table
	// or view and the number of its attribute, from 1. Both are 0 for what is
	// no column of one, as an expression.
	Table     OID
	Attribute int16
	Type      OID
	// TypeSize is pg_type.typlen; negative for types of varying width.
	TypeSize int16
	// TypeModifier is pg_attribute.atttypmod, -1 for types that have none.
	TypeModifier int32
	// Format is that of the values. Of a statement that was described it is not
	// known yet, and text.
	Format Format
}

// columnSize is that of a field whose name is empty.
const columnSize = 1 + 4 + 2 + 4 + 2 + 4 + 2

// DecodeRowDescription decodes a RowDescription. It appends the columns to dst,
// which may be nil or a former slice cut to nothing, to be used again.
func DecodeRowDescription(dst []Column, p []byte) ([]Column, error) {
	c := cursor{b: p}
	n := int(c.u16())
	if n > len(c.b)/columnSize {
		return dst, malformed("RowDescription", whyShort)
	}
	out := slices.Grow(dst, n)
	for range n {
		col := Column{Name: c.str(), Table: OID(c.u32()), Attribute: int16(c.u16()), Type: OID(c.u32()),
			TypeSize: int16(c.u16()), TypeModifier: int32(c.u32()), Format: Format(c.u16())}
		if col.Format > FormatBinary {
			c.fail(whyFormat)
		}
		out = append(out, col)
	}
	if err := c.done("RowDescription"); err != nil {
		return dst, err
	}
	return out, nil
}

// AppendRowDescription appends a RowDescription.
func AppendRowDescription(dst []byte, columns []Column) []byte {
	dst, at := beginFrame(dst, MsgRowDescription)
	dst = appendCount(dst, len(columns))
	for i := range columns {
		c := &columns[i]
		dst = appendU32(appendString(dst, c.Name), uint32(c.Table))
		dst = appendU32(appendU16(dst, uint16(c.Attribute)), uint32(c.Type))
		dst = appendU32(appendU16(dst, uint16(c.TypeSize)), uint32(c.TypeModifier))
		dst = appendU16(dst, uint16(c.Format))
	}
	return endFrame(dst, at)
}
