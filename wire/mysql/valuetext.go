package mysql

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// AppendText appends the value as the text protocol would write it. NULL, and
// a value that was sent ahead, append nothing.
func (v Value) AppendText(dst []byte) ([]byte, error) {
	if v.Null || v.Long {
		return dst, nil
	}
	switch forms[v.Type] {
	case formInt1, formInt2, formInt4, formInt8:
		u, ok := v.bits()
		if !ok {
			return dst, malformed("integer value")
		}
		if v.Type == TypeYear {
			return appendPadded(dst, uint(u), 4), nil
		}
		if v.Unsigned {
			return strconv.AppendUint(dst, u, 10), nil
		}
		return strconv.AppendInt(dst, int64(u), 10), nil
	case formFloat, formDouble:
		f, ok := v.Float64()
		if !ok {
			return dst, malformed("floating-point value")
		}
		size := 64
		if forms[v.Type] == formFloat {
			size = 32
		}
		format := byte('f')
		if a := math.Abs(f); a >= 1e15 || a < 1e-5 && a > 0 {
			format = 'e'
		}
		return strconv.AppendFloat(dst, f, format, -1, size), nil
	case formDate:
		return appendDateText(dst, v)
	case formTime:
		return appendTimeText(dst, v)
	case formString:
		return append(dst, v.Raw...), nil
	}
	return dst, fmt.Errorf("mysql: value of type %v: %w", v.Type, ErrUnsupported)
}

func appendDateText(dst []byte, v Value) ([]byte, error) {
	raw := v.Raw
	var f [7]byte
	var micro uint32
	switch len(raw) {
	case 0, 4, 7:
		copy(f[:], raw)
	case 11:
		copy(f[:], raw)
		micro = binary.LittleEndian.Uint32(raw[7:])
	default:
		return dst, malformed("date value")
	}
	if micro > 999999 {
		return dst, malformed("date value: microseconds")
	}
	dst = appendPadded(dst, uint(f[0])|uint(f[1])<<8, 4)
	dst = appendPadded(append(dst, '-'), uint(f[2]), 2)
	dst = appendPadded(append(dst, '-'), uint(f[3]), 2)
	if v.Type == TypeDate || v.Type == TypeNewDate {
		return dst, nil
	}
	dst = appendPadded(append(dst, ' '), uint(f[4]), 2)
	return appendMinutes(dst, f[5], f[6], micro, v.Decimals), nil
}

func appendTimeText(dst []byte, v Value) ([]byte, error) {
	raw := v.Raw
	if len(raw) == 0 {
		return appendMinutes(append(dst, "00"...), 0, 0, 0, v.Decimals), nil
	}
	if len(raw) != 8 && len(raw) != 12 {
		return dst, malformed("time value")
	}
	var micro uint32
	if len(raw) == 12 {
		micro = binary.LittleEndian.Uint32(raw[8:])
	}
	if micro > 999999 || raw[0] > 1 {
		return dst, malformed("time value")
	}
	if raw[0] == 1 {
		dst = append(dst, '-')
	}
	hours := uint64(binary.LittleEndian.Uint32(raw[1:]))*24 + uint64(raw[5])
	if hours < 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendUint(dst, hours, 10)
	return appendMinutes(dst, raw[6], raw[7], micro, v.Decimals), nil
}

// appendMinutes appends minutes, seconds and as many digits of the fraction as
// the column has, or all six when it does not say and there is one.
func appendMinutes(dst []byte, minute, second byte, micro uint32, decimals uint8) []byte {
	dst = appendPadded(append(dst, ':'), uint(minute), 2)
	dst = appendPadded(append(dst, ':'), uint(second), 2)
	if decimals == 0 && micro > 0 {
		decimals = 6
	}
	if decimals > 0 {
		dst = appendPadded(append(dst, '.'), uint(micro), 6)
		dst = dst[:len(dst)-6+min(int(decimals), 6)]
	}
	return dst
}

func appendPadded(dst []byte, v uint, width int) []byte {
	var b [20]byte
	s := strconv.AppendUint(b[:0], uint64(v), 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}
