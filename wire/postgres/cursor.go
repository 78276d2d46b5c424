package postgres

import (
	"bytes"
	"encoding/binary"
)

// Why a message is malformed.
const (
	whyShort    = "cut short"
	whyTrailing = "bytes behind its end"
	whyNoNUL    = "a string without its NUL"
	whyNegative = "a negative length"
	whyFormat   = "a format that is neither text nor binary"
)

// cursor takes fields off the front of a payload. After the first field that
// is not there it says why, and gives zero values.
type cursor struct {
	b   []byte
	why string
}

func (c *cursor) fail(why string) {
	if c.why == "" {
		c.why = why
	}
}

func (c *cursor) take(n int) []byte {
	if c.why != "" || n > len(c.b) {
		c.fail(whyShort)
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
		return binary.BigEndian.Uint16(s)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if s := c.take(4); s != nil {
		return binary.BigEndian.Uint32(s)
	}
	return 0
}

// str takes the bytes up to a NUL, and the NUL.
func (c *cursor) str() []byte {
	if c.why != "" {
		return nil
	}
	i := bytes.IndexByte(c.b, 0)
	if i < 0 {
		c.fail(whyNoNUL)
		return nil
	}
	s := c.b[:i:i]
	c.b = c.b[i+1:]
	return s
}

// value takes an Int32 length and so many bytes: nil for NULL, length -1.
func (c *cursor) value() []byte {
	n := int32(c.u32())
	switch {
	case n == -1:
		return nil
	case n < 0:
		c.fail(whyNegative)
		return nil
	}
	return c.take(int(n))
}

// done returns what is wrong with the message, bytes that are left included.
func (c *cursor) done(message string) error {
	if c.why == "" && len(c.b) > 0 {
		c.why = whyTrailing
	}
	if c.why != "" {
		return malformed(message, c.why)
	}
	return nil
}
