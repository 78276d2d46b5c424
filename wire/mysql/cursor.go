package mysql

import (
	"bytes"
	"encoding/binary"
)

// AppendLenencInt appends v as a length-encoded integer in its shortest form.
func AppendLenencInt(dst []byte, v uint64) []byte {
	switch {
	case v < 0xFB:
		return append(dst, byte(v))
	case v <= 0xFFFF:
		return append(dst, 0xFC, byte(v), byte(v>>8))
	case v <= 0xFFFFFF:
		return append(dst, 0xFD, byte(v), byte(v>>8), byte(v>>16))
	}
	return binary.LittleEndian.AppendUint64(append(dst, 0xFE), v)
}

// AppendLenencString appends s preceded by its length-encoded length.
func AppendLenencString[S ~string | ~[]byte](dst []byte, s S) []byte {
	return append(AppendLenencInt(dst, uint64(len(s))), s...)
}

// LenencInt decodes the length-encoded integer at the start of b and returns
// it with the number of bytes it takes. n is 0 when b is too short or starts
// with 0xFB (NULL in a row) or 0xFF (an ERR packet), which are no integers.
// Forms longer than needed are accepted, as servers and clients do.
func LenencInt(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case 0xFC:
		if len(b) >= 3 {
			return uint64(b[1]) | uint64(b[2])<<8, 3
		}
	case 0xFD:
		if len(b) >= 4 {
			return uint64(b[1]) | uint64(b[2])<<8 | uint64(b[3])<<16, 4
		}
	case 0xFE:
		if len(b) >= 9 {
			return binary.LittleEndian.Uint64(b[1:]), 9
		}
	case 0xFB, 0xFF:
	default:
		return uint64(b[0]), 1
	}
	return 0, 0
}

// LenencString decodes the length-encoded string at the start of b, borrowed,
// and returns it with the number of bytes it takes with its length. n is 0
// when b does not hold one whole.
func LenencString(b []byte) (s []byte, n int) {
	v, n := LenencInt(b)
	if n == 0 || v > uint64(len(b)-n) {
		return nil, 0
	}
	end := n + int(v)
	return b[n:end:end], end
}

// cursor takes fields off the front of a payload. After the first field that
// is not there it is bad, and gives zero values.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if c.bad || n < 0 || n > len(c.b) {
		c.bad = true
		return nil
	}
	s := c.b[:n:n]
	c.b = c.b[n:]
	return s
}

func (c *cursor) u8() byte {
	if s := c.take(1); s != nil {
		return s[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if s := c.take(2); s != nil {
		return binary.LittleEndian.Uint16(s)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if s := c.take(4); s != nil {
		return binary.LittleEndian.Uint32(s)
	}
	return 0
}

func (c *cursor) lenencInt() uint64 {
	if c.bad {
		return 0
	}
	v, n := LenencInt(c.b)
	if n == 0 {
		c.bad = true
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) lenencString() []byte {
	if c.bad {
		return nil
	}
	s, n := LenencString(c.b)
	if n == 0 {
		c.bad = true
		return nil
	}
	c.b = c.b[n:]
	return s
}

// nulString takes the bytes up to a NUL, and the NUL.
func (c *cursor) nulString() []byte {
	if c.bad {
		return nil
	}
	i := bytes.IndexByte(c.b, 0)
	if i < 0 {
		c.bad = true
		return nil
	}
	s := c.take(i)
	c.take(1)
	return s
}

func (c *cursor) rest() []byte { return c.take(len(c.b)) }

func (c *cursor) empty() bool { return len(c.b) == 0 }
