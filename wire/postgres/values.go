package postgres

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Format is how a value is written.
type Format uint16

// The formats.
const (
	FormatText   Format = 0
	FormatBinary Format = 1
)

// Formats is a list of format codes as it stands in a message, without its
// number; borrowed when it was decoded. The zero value is the empty list.
type Formats struct{ raw []byte }

// NewFormats makes a list.
func NewFormats(formats ...Format) Formats {
	var f Formats
	for _, v := range formats {
		f.raw = appendU16(f.raw, uint16(v))
	}
	return f
}

// Clone is a list of its own.
func (f Formats) Clone() Formats { return Formats{raw: bytes.Clone(f.raw)} }

// Len returns how many codes the list has.
func (f Formats) Len() int { return len(f.raw) / 2 }

// At returns the code at place i, from 0.
func (f Formats) At(i int) Format { return Format(binary.BigEndian.Uint16(f.raw[2*i:])) }

// Of returns the format of value i, from 0, by the rule of Bind: an empty list
// means text, one code is that of every value, and else each has its own. Past
// the end of a list it is text.
func (f Formats) Of(i int) Format {
	switch n := f.Len(); {
	case n == 1:
		return f.At(0)
	case i < n:
		return f.At(i)
	}
	return FormatText
}

func (f Formats) append(dst []byte) []byte { return append(appendCount(dst, f.Len()), f.raw...) }

func (c *cursor) formats() Formats {
	f := Formats{raw: c.take(2 * int(c.u16()))}
	for i := range f.Len() {
		if f.At(i) > FormatBinary {
			c.fail(whyFormat)
			return Formats{}
		}
	}
	return f
}

// OID identifies an object of a database, such as a type or a table.
type OID uint32

// OIDs is a list of OIDs as it stands in a message, without its number;
// borrowed when it was decoded. The zero value is the empty list.
type OIDs struct{ raw []byte }

// NewOIDs makes a list.
func NewOIDs(oids ...OID) OIDs {
	var o OIDs
	for _, v := range oids {
		o.raw = appendU32(o.raw, uint32(v))
	}
	return o
}

// Len returns how many OIDs the list has.
func (o OIDs) Len() int { return len(o.raw) / 4 }

// At returns the OID at place i, from 0.
func (o OIDs) At(i int) OID { return OID(binary.BigEndian.Uint32(o.raw[4*i:])) }

func (o OIDs) append(dst []byte) []byte { return append(appendCount(dst, o.Len()), o.raw...) }

func (c *cursor) oids() OIDs { return OIDs{raw: c.take(4 * int(c.u16()))} }

// DecodeParameterDescription returns the types of a statement's parameters.
func DecodeParameterDescription(p []byte) (OIDs, error) {
	c := cursor{b: p}
	types := c.oids()
	if err := c.done("ParameterDescription"); err != nil {
		return OIDs{}, err
	}
	return types, nil
}

// AppendParameterDescription appends a ParameterDescription.
func AppendParameterDescription(dst []byte, types OIDs) []byte {
	dst, at := beginFrame(dst, MsgParameterDescription)
	return endFrame(types.append(dst), at)
}

// Values is a list of values as it stands in a message, without its number;
// borrowed when it was decoded. The zero value is the empty list.
type Values struct {
	n   int
	raw []byte
}

// NewValues makes a list. A nil value is NULL.
func NewValues(values ...[]byte) Values {
	v := Values{n: len(values)}
	for _, b := range values {
		v.raw = appendValue(v.raw, b)
	}
	return v
}

// Len returns how many values the list has.
func (v Values) Len() int { return v.n }

// Cells splits the list. When it was decoded, it is known to be well formed.
func (v Values) Cells() Cells { return Cells{b: v.raw, n: v.n} }

func (v Values) append(dst []byte) []byte { return append(appendCount(dst, v.n), v.raw...) }

func (c *cursor) values() Values {
	v := Values{n: int(c.u16()), raw: c.b}
	for range v.n {
		if c.value(); c.why != "" {
			return Values{}
		}
	}
	v.raw = v.raw[: len(v.raw)-len(c.b) : len(v.raw)-len(c.b)]
	return v
}

const nullLength = math.MaxUint32 // -1

// appendValue appends the length of b and b; of nil, the length of NULL.
func appendValue(dst, b []byte) []byte {
	if b == nil {
		return appendU32(dst, nullLength)
	}
	return append(appendU32(dst, frameLength(len(b)+4)-4), b...)
}
