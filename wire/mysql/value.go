package mysql

import (
	"encoding/binary"
	"math"
)

// ParamType is the type of a parameter or a column as far as the layout of its
// values needs it.
type ParamType struct {
	Type     FieldType
	Unsigned bool
	// Decimals is a temporal column's number of fraction digits, 0 to 6, which
	// only AppendText heeds. Parameters have none.
	Decimals uint8
}

// Value is one value of the binary protocol, borrowed: a parameter of an
// execution or a cell of a binary row.
type Value struct {
	ParamType
	// Name is that of a query attribute; empty for parameters and cells.
	Name []byte
	Null bool
	// Long means that the value was sent ahead by COM_STMT_SEND_LONG_DATA, so
	// that Raw is nil.
	Long bool
	// Raw is the value as sent, without the length before it.
	Raw []byte
}

// takeValue takes a value of type t off c, without its length.
func takeValue(c *cursor, t FieldType) []byte {
	switch forms[t] {
	case formNone:
		return nil
	case formInt1:
		return c.take(1)
	case formInt2:
		return c.take(2)
	case formInt4, formFloat:
		return c.take(4)
	case formInt8, formDouble:
		return c.take(8)
	case formDate:
		n := int(c.u8())
		if n != 0 && n != 4 && n != 7 && n != 11 {
			c.bad = true
		}
		return c.take(n)
	case formTime:
		n := int(c.u8())
		if n != 0 && n != 8 && n != 12 {
			c.bad = true
		}
		return c.take(n)
	case formString:
		return c.lenencString()
	}
	c.bad = true
	return nil
}

// Int64 returns an integer value; ok is false for every other type, and for an
// unsigned one that does not fit.
func (v Value) Int64() (n int64, ok bool) {
	u, ok := v.bits()
	return int64(u), ok && (!v.Unsigned || u <= math.MaxInt64)
}

// Uint64 returns an integer value; ok is false for every other type, and for a
// negative one.
func (v Value) Uint64() (n uint64, ok bool) {
	u, ok := v.bits()
	return u, ok && (v.Unsigned || int64(u) >= 0)
}

// bits returns an integer extended to 64 bits by its sign.
func (v Value) bits() (uint64, bool) {
	if v.Null || v.Long {
		return 0, false
	}
	switch f := forms[v.Type]; {
	case f == formInt1 && len(v.Raw) == 1:
		if v.Unsigned {
			return uint64(v.Raw[0]), true
		}
		return uint64(int8(v.Raw[0])), true
	case f == formInt2 && len(v.Raw) == 2:
		if u := binary.LittleEndian.Uint16(v.Raw); v.Unsigned {
			return uint64(u), true
		} else {
			return uint64(int16(u)), true
		}
	case f == formInt4 && len(v.Raw) == 4:
		if u := binary.LittleEndian.Uint32(v.Raw); v.Unsigned {
			return uint64(u), true
		} else {
			return uint64(int32(u)), true
		}
	case f == formInt8 && len(v.Raw) == 8:
		return binary.LittleEndian.Uint64(v.Raw), true
	}
	return 0, false
}

// Float64 returns a FLOAT or DOUBLE; ok is false for every other type.
func (v Value) Float64() (f float64, ok bool) {
	if v.Null || v.Long {
		return 0, false
	}
	switch fm := forms[v.Type]; {
	case fm == formFloat && len(v.Raw) == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(v.Raw))), true
	case fm == formDouble && len(v.Raw) == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(v.Raw)), true
	}
	return 0, false
}
