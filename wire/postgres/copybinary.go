package postgres

import "encoding/binary"

// copySignature begins a stream in binary format.
const copySignature = "PGCOPY\n\xff\r\n\x00"

type copyPart uint8

const (
	copyHead      copyPart = iota // the signature
	copyFlags                     // Int32
	copyExtension                 // Int32, and so many bytes
	copyTuple                     // Int16 fields, -1 at the end
	copyField                     // Int32, and so many bytes
	copyEnd
)

// copyBinary is where a stream in binary format stands.
type copyBinary struct {
	part   copyPart
	word   [4]byte // the number that has begun to come
	got    uint8   // bytes of it, or of the signature
	fields uint16  // still to come in the tuple
	skip   uint32  // bytes of a value still to come
	err    error
}

func (c *CopyLines) countBinary(p []byte) error {
	for len(p) > 0 && c.err == nil {
		if c.skip > 0 {
			n := min(uint64(c.skip), uint64(len(p)))
			c.skip -= uint32(n)
			p = p[n:]
			continue
		}
		switch c.part {
		case copyEnd:
			c.fail("bytes behind the end of its data")
		case copyHead:
			if p[0] != copySignature[c.got] {
				c.fail("not the signature of a binary stream")
			}
			if c.got++; int(c.got) == len(copySignature) {
				c.part, c.got = copyFlags, 0
			}
			p = p[1:]
		default:
			size := 4
			if c.part == copyTuple {
				size = 2
			}
			n := copy(c.word[c.got:size], p)
			c.got += uint8(n)
			p = p[n:]
			if int(c.got) == size {
				c.got = 0
				c.number(binary.BigEndian.Uint32(c.word[:]))
			}
		}
	}
	return c.err
}

// number takes a number that is whole: one of 16 bits in its upper half.
func (c *CopyLines) number(v uint32) {
	switch c.part {
	case copyFlags:
		if c.part = copyExtension; v>>16 != 0 {
			c.fail("flags that have to be understood and are not")
		}
	case copyExtension:
		if c.part, c.skip = copyTuple, v; int32(v) < 0 {
			c.fail(whyNegative)
		}
	case copyTuple:
		switch n := int16(v >> 16); {
		case n == -1:
			c.part = copyEnd
		case n < 0:
			c.fail("a negative number of fields")
		default:
			c.rows++
			c.next(uint16(n))
		}
	case copyField:
		if v != nullLength {
			if c.skip = v; int32(v) < 0 {
				c.fail(whyNegative)
			}
		}
		c.next(c.fields - 1)
	}
}

// next goes to the next field of the tuple, of which there are so many.
func (c *CopyLines) next(fields uint16) {
	if c.part, c.fields = copyField, fields; fields == 0 {
		c.part = copyTuple
	}
}

func (c *CopyLines) fail(why string) { c.err = malformed("CopyData in binary format", why) }

func (c *CopyLines) finishBinary() error {
	if c.err == nil && c.part != copyEnd {
		c.fail(whyShort)
	}
	return c.err
}
