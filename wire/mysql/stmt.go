package mysql

import "encoding/binary"

// CursorFlags are the flags of COM_STMT_EXECUTE.
type CursorFlags byte

// Cursor flags.
const (
	CursorReadOnly   CursorFlags = 0x01
	CursorForUpdate  CursorFlags = 0x02
	CursorScrollable CursorFlags = 0x04
	// ParameterCountAvailable says that a count comes before the parameters,
	// with ClientQueryAttributes.
	ParameterCountAvailable CursorFlags = 0x08
)

// Execute is COM_STMT_EXECUTE, borrowed.
type Execute struct {
	StatementID uint32
	Flags       CursorFlags
	// Params are the statement's parameters, and behind them the query
	// attributes, which have a name.
	Params Params
}

// Statement is what a decoder of COM_STMT_EXECUTE must know from before.
type Statement struct {
	// Params is the number that COM_STMT_PREPARE_OK announced.
	Params int
	// Types are those of the last execution that carried any.
	Types []ParamType
	// Long tells which parameters were sent by COM_STMT_SEND_LONG_DATA; it may
	// be shorter than Params.
	Long []bool
}

// DecodeExecute decodes a COM_STMT_EXECUTE payload of a connection with
// capabilities caps. Values are decoded by Params, and are not yet checked.
func DecodeExecute(p []byte, caps Capability, s Statement) (Execute, error) {
	c := cursor{b: p}
	cmd := Command(c.u8())
	e := Execute{StatementID: c.u32(), Flags: CursorFlags(c.u8())}
	c.u32() // iteration count, always 1
	if c.bad || cmd != ComStmtExecute || s.Params < 0 {
		return Execute{}, malformed("COM_STMT_EXECUTE")
	}
	e.Params.known, e.Params.long = s.Types, s.Long
	attrs := caps.Has(ClientQueryAttributes)
	count := uint64(s.Params)
	if attrs && (s.Params > 0 || e.Flags&ParameterCountAvailable != 0) {
		if count = c.lenencInt(); count < uint64(s.Params) {
			c.bad = true
		}
	}
	e.Params.parse(&c, count, attrs, false)
	if c.bad || e.Params.count == 0 && !c.empty() {
		return Execute{}, malformed("COM_STMT_EXECUTE: parameters")
	}
	return e, nil
}

// AppendExecute appends a COM_STMT_EXECUTE payload that binds values, each with
// its type. A Value's Raw must have its type's layout; those with Long set must
// have been sent before.
func AppendExecute(dst []byte, id uint32, flags CursorFlags, values []Value, caps Capability) []byte {
	attrs := caps.Has(ClientQueryAttributes)
	if attrs {
		flags |= ParameterCountAvailable
	}
	dst = binary.LittleEndian.AppendUint32(append(dst, byte(ComStmtExecute)), id)
	dst = append(dst, byte(flags), 1, 0, 0, 0)
	if attrs {
		dst = AppendLenencInt(dst, uint64(len(values)))
	}
	if len(values) == 0 {
		return dst
	}
	return appendParams(dst, values, attrs)
}

// appendParams appends what Params.parse takes: the bitmap of NULL, types, with
// names where they are named, and values.
func appendParams(dst []byte, values []Value, named bool) []byte {
	nulls := len(dst)
	dst = append(dst, make([]byte, (len(values)+7)/8)...)
	dst = append(dst, 1)
	for i, v := range values {
		if v.Null {
			dst[nulls+i/8] |= 1 << (i % 8)
		}
		var unsigned byte
		if v.Unsigned {
			unsigned = 0x80
		}
		dst = append(dst, byte(v.Type), unsigned)
		if named {
			dst = AppendLenencString(dst, v.Name)
		}
	}
	for _, v := range values {
		if !v.Null && !v.Long {
			dst = appendValue(dst, v.Type, v.Raw)
		}
	}
	return dst
}

// appendValue appends raw with the length that t's layout puts before it.
func appendValue(dst []byte, t FieldType, raw []byte) []byte {
	switch forms[t] {
	case formString:
		return AppendLenencString(dst, raw)
	case formDate, formTime:
		dst = append(dst, byte(len(raw)))
	}
	return append(dst, raw...)
}

// LongData is COM_STMT_SEND_LONG_DATA; Data is borrowed.
type LongData struct {
	StatementID uint32
	Param       uint16
	Data        []byte
}

// DecodeLongData decodes a COM_STMT_SEND_LONG_DATA payload.
func DecodeLongData(p []byte) (LongData, error) {
	c := cursor{b: p}
	cmd := Command(c.u8())
	l := LongData{StatementID: c.u32(), Param: c.u16(), Data: c.rest()}
	if c.bad || cmd != ComStmtSendLongData {
		return LongData{}, malformed("COM_STMT_SEND_LONG_DATA")
	}
	return l, nil
}

// Append appends the payload.
func (l LongData) Append(dst []byte) []byte {
	dst = AppendStatementCommand(dst, ComStmtSendLongData, l.StatementID)
	return append(append(dst, byte(l.Param), byte(l.Param>>8)), l.Data...)
}

// Fetch is COM_STMT_FETCH.
type Fetch struct {
	StatementID uint32
	Rows        uint32
}

// DecodeFetch decodes a COM_STMT_FETCH payload.
func DecodeFetch(p []byte) (Fetch, error) {
	if len(p) != 9 || Command(p[0]) != ComStmtFetch {
		return Fetch{}, malformed("COM_STMT_FETCH")
	}
	return Fetch{
		StatementID: binary.LittleEndian.Uint32(p[1:]),
		Rows:        binary.LittleEndian.Uint32(p[5:]),
	}, nil
}

// Append appends the payload.
func (f Fetch) Append(dst []byte) []byte {
	dst = AppendStatementCommand(dst, ComStmtFetch, f.StatementID)
	return binary.LittleEndian.AppendUint32(dst, f.Rows)
}

// BulkFlags are the flags of COM_STMT_BULK_EXECUTE.
type BulkFlags uint16

// Bulk flags.
const (
	// BulkUnitResults asks for a result a row, with MariaDBBulkUnitResults.
	BulkUnitResults BulkFlags = 64
	// BulkTypes says that the types of the parameters come before the rows.
	BulkTypes BulkFlags = 128
)

// BulkExecute is COM_STMT_BULK_EXECUTE, MariaDB's execution of a statement with
// many rows of parameters.
type BulkExecute struct {
	StatementID uint32
	Flags       BulkFlags
	// Rows are the types, with BulkTypes, and the rows, borrowed and undecoded.
	Rows []byte
}

// DecodeBulkExecute decodes a COM_STMT_BULK_EXECUTE payload as far as to its
// rows.
func DecodeBulkExecute(p []byte) (BulkExecute, error) {
	c := cursor{b: p}
	cmd := Command(c.u8())
	b := BulkExecute{StatementID: c.u32(), Flags: BulkFlags(c.u16()), Rows: c.rest()}
	if c.bad || cmd != ComStmtBulkExecute || b.Flags&^(BulkUnitResults|BulkTypes) != 0 {
		return BulkExecute{}, malformed("COM_STMT_BULK_EXECUTE")
	}
	return b, nil
}

// Append appends the payload.
func (b BulkExecute) Append(dst []byte) []byte {
	dst = AppendStatementCommand(dst, ComStmtBulkExecute, b.StatementID)
	return append(append(dst, byte(b.Flags), byte(b.Flags>>8)), b.Rows...)
}
