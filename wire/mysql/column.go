package mysql

import "encoding/binary"

// Column is a column definition, Protocol::ColumnDefinition41. Its byte slices
// are borrowed when decoded. What the server says about origins may be wrong:
// through a materialised view or CTE, MariaDB gives the alias as OrgName.
type Column struct {
	Schema, Table, OrgTable, Name, OrgName []byte
	// Extended is MariaDB's extended metadata, with MariaDBExtendedMetadata:
	// see ExtendedType.
	Extended []byte
	Charset  uint16
	// Length is the greatest display width in bytes.
	Length   uint32
	Type     FieldType
	Flags    ColumnFlag
	Decimals byte
	// Default is the default value in the answer to ComFieldList.
	Default []byte
}

// Unsigned reports whether the column's integers are unsigned.
func (c *Column) Unsigned() bool { return c.Flags&FlagUnsigned != 0 }

// Meta is what is needed to split binary rows.
func (c *Column) Meta() ParamType {
	m := ParamType{Type: c.Type, Unsigned: c.Unsigned()}
	// Other types say 31 or 39 for "not fixed".
	if f := forms[c.Type]; (f == formDate || f == formTime) && c.Decimals <= 6 {
		m.Decimals = c.Decimals
	}
	return m
}

// DecodeColumn decodes a column definition of a connection with capabilities
// caps.
func DecodeColumn(p []byte, caps Capability) (Column, error) {
	c := cursor{b: p}
	c.lenencString() // the catalogue, always "def"
	col := Column{
		Schema:   c.lenencString(),
		Table:    c.lenencString(),
		OrgTable: c.lenencString(),
		Name:     c.lenencString(),
		OrgName:  c.lenencString(),
	}
	if caps.Has(MariaDBExtendedMetadata) {
		col.Extended = c.lenencString()
	}
	if c.lenencInt() != 0x0C {
		c.bad = true
	}
	col.Charset = c.u16()
	col.Length = c.u32()
	col.Type = FieldType(c.u8())
	col.Flags = ColumnFlag(c.u16())
	col.Decimals = c.u8()
	c.take(2)
	if !c.empty() && c.b[0] == nullCell {
		c.take(1)
	} else if !c.empty() {
		col.Default = c.lenencString()
	}
	if c.bad || !c.empty() {
		return Column{}, malformed("column definition")
	}
	return col, nil
}

// ExtendedType returns the type name (as "json", "inet6", "uuid", "point") and
// the format name in MariaDB's extended metadata, borrowed, nil when it says
// none.
func (c *Column) ExtendedType() (typeName, format []byte, err error) {
	e := cursor{b: c.Extended}
	for !e.empty() {
		kind, s := e.u8(), e.lenencString()
		if e.bad {
			return nil, nil, malformed("extended column metadata")
		}
		switch kind {
		case 0:
			typeName = s
		case 1:
			format = s
		}
	}
	return typeName, format, nil
}

// Append appends the column definition's payload for capabilities caps.
func (c *Column) Append(dst []byte, caps Capability) []byte {
	dst = AppendLenencString(dst, "def")
	dst = AppendLenencString(dst, c.Schema)
	dst = AppendLenencString(dst, c.Table)
	dst = AppendLenencString(dst, c.OrgTable)
	dst = AppendLenencString(dst, c.Name)
	dst = AppendLenencString(dst, c.OrgName)
	if caps.Has(MariaDBExtendedMetadata) {
		dst = AppendLenencString(dst, c.Extended)
	}
	dst = append(dst, 0x0C, byte(c.Charset), byte(c.Charset>>8))
	dst = binary.LittleEndian.AppendUint32(dst, c.Length)
	dst = append(dst, byte(c.Type), byte(c.Flags), byte(c.Flags>>8), c.Decimals, 0, 0)
	if c.Default != nil {
		dst = AppendLenencString(dst, c.Default)
	}
	return dst
}

// DecodeColumnCount decodes the first packet of a result set. follow tells
// whether column definitions follow: with MariaDBCacheMetadata a server leaves
// them out when the client has them from before.
func DecodeColumnCount(p []byte, caps Capability) (n int, follow bool, err error) {
	c := cursor{b: p}
	v := c.lenencInt()
	follow = true
	if caps.Has(MariaDBCacheMetadata) {
		follow = c.u8() != 0
	}
	if c.bad || !c.empty() || v == 0 || v > 0xFFFF {
		return 0, false, malformed("column count")
	}
	return int(v), follow, nil
}

// AppendColumnCount appends the first packet's payload of a result set whose
// column definitions follow.
func AppendColumnCount(dst []byte, n int, caps Capability) []byte {
	dst = AppendLenencInt(dst, uint64(n))
	if caps.Has(MariaDBCacheMetadata) {
		dst = append(dst, 1)
	}
	return dst
}

// PrepareOK is COM_STMT_PREPARE_OK.
type PrepareOK struct {
	StatementID uint32
	Columns     uint16
	Params      uint16
	Warnings    uint16
}

// DecodePrepareOK decodes a COM_STMT_PREPARE_OK payload.
func DecodePrepareOK(p []byte) (PrepareOK, error) {
	if len(p) < 12 || p[0] != HeaderOK {
		return PrepareOK{}, malformed("prepare response")
	}
	return PrepareOK{
		StatementID: binary.LittleEndian.Uint32(p[1:]),
		Columns:     binary.LittleEndian.Uint16(p[5:]),
		Params:      binary.LittleEndian.Uint16(p[7:]),
		Warnings:    binary.LittleEndian.Uint16(p[10:]),
	}, nil
}

// Append appends the payload.
func (o PrepareOK) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(append(dst, HeaderOK), o.StatementID)
	dst = append(dst, byte(o.Columns), byte(o.Columns>>8), byte(o.Params), byte(o.Params>>8))
	return append(dst, 0, byte(o.Warnings), byte(o.Warnings>>8))
}
