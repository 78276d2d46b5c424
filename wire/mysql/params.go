package mysql

// Params are the parameters of an execution or the attributes of a query,
// borrowed and decoded one by one as they are asked for:
//
//	for p.Next() {
//		v := p.Value()
//	}
//	if err := p.Err(); err != nil {
type Params struct {
	count int
	nulls []byte
	// sent are the types in the packet; known those of an earlier execution.
	sent  []byte
	named bool
	known []ParamType
	long  []bool

	types  cursor
	values cursor
	i      int
	value  Value
	bad    bool
}

// maxParams is the most that the 16-bit count of a prepared statement allows.
const maxParams = 0xFFFF

// parse takes count parameters off c: NULL bitmap, flag, types, values. The
// values are the rest of c, unless tail is set: then the end of the last value
// is found by walking, and c continues behind it.
func (p *Params) parse(c *cursor, count uint64, named, tail bool) {
	p.named = named
	if count == 0 || c.bad {
		return
	}
	if count > maxParams {
		c.bad = true
		return
	}
	p.count = int(count)
	p.nulls = c.take((p.count + 7) / 8)
	switch bound := c.u8(); {
	case c.bad:
		return
	case bound == 1:
		start := c.b
		for range p.count {
			c.take(2)
			if named {
				c.lenencString()
			}
			if c.bad {
				return
			}
		}
		p.sent = start[:len(start)-len(c.b)]
	case bound != 0 || len(p.known) < p.count:
		// Neither sent now nor known from before: nothing can be decoded.
		c.bad = true
		return
	}
	p.rewind(c.b)
	if !tail {
		return
	}
	for p.Next() {
	}
	if p.bad {
		c.bad = true
		return
	}
	all := c.b
	c.b = p.values.b
	p.rewind(all[:len(all)-len(c.b)])
}

func (p *Params) rewind(values []byte) {
	p.types, p.values, p.i, p.bad = cursor{b: p.sent}, cursor{b: values}, 0, false
}

// Len returns how many there are.
func (p *Params) Len() int { return p.count }

// Bound reports whether the packet carried types of its own; if not, those of
// an earlier execution hold.
func (p *Params) Bound() bool { return p.sent != nil }

// Next goes to the next value. It is false after the last one and at the first
// malformed one: see Err.
func (p *Params) Next() bool {
	if p.bad || p.i >= p.count {
		return false
	}
	v := Value{}
	if p.sent != nil {
		v.Type = FieldType(p.types.u8())
		v.Unsigned = p.types.u8()&0x80 != 0
		if p.named {
			v.Name = p.types.lenencString()
		}
	} else {
		v.ParamType = p.known[p.i]
	}
	switch {
	case p.i < len(p.long) && p.long[p.i]:
		v.Long = true
	case p.nulls[p.i/8]&(1<<(p.i%8)) != 0 || v.Type == TypeNull:
		v.Null = true
	default:
		v.Raw = takeValue(&p.values, v.Type)
	}
	p.i++
	if p.types.bad || p.values.bad {
		p.bad = true
		return false
	}
	p.value = v
	return true
}

// Value returns what Next went to.
func (p *Params) Value() Value { return p.value }

// Err returns an error when Next stopped at a malformed value, or when bytes
// are left behind the last one.
func (p *Params) Err() error {
	if p.bad || p.i == p.count && !p.values.empty() {
		return malformed("parameters")
	}
	return nil
}

// AppendTypes appends the types in the packet, to be kept for executions that
// carry none; none are appended when Bound is false.
func (p *Params) AppendTypes(dst []ParamType) []ParamType {
	c := cursor{b: p.sent}
	for !c.empty() && !c.bad {
		t := ParamType{Type: FieldType(c.u8()), Unsigned: c.u8()&0x80 != 0}
		if p.named {
			c.lenencString()
		}
		dst = append(dst, t)
	}
	return dst
}
