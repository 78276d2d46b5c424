package mysql

import "bytes"

// keyTokens steps through the tokens of a key.
type keyTokens struct {
	rest []byte
}

// next returns the next token without the blank before it, nil at the end.
// spaced tells whether there was one. A dotted name is one token each part,
// and the dot another.
func (k *keyTokens) next() (tok []byte, spaced bool) {
	if len(k.rest) > 0 && k.rest[0] == ' ' {
		k.rest = k.rest[1:]
		spaced = true
	}
	if len(k.rest) == 0 {
		return nil, spaced
	}
	n := 1
	switch c := k.rest[0]; {
	case c == '`' || c == '\'':
		n = quoted(k.rest)
	case c == '@':
		for n < len(k.rest) && k.rest[n] == '@' {
			n++
		}
		if n < len(k.rest) && k.rest[n] == '`' {
			n += quoted(k.rest[n:])
		} else {
			n += nameLength(k.rest[n:])
		}
	case classes[c]&classIdent != 0:
		n = nameLength(k.rest)
	case c == '.' || c == '(' || c < ' ':
	default:
		if n = bytes.IndexByte(k.rest, ' '); n < 0 {
			n = len(k.rest)
		}
	}
	tok = k.rest[:n]
	k.rest = k.rest[n:]
	return tok, spaced
}

func nameLength(b []byte) int {
	n := 0
	for n < len(b) && classes[b[n]]&classIdent != 0 {
		n++
	}
	return n
}

func quoted(b []byte) int {
	for i := 1; i < len(b); i++ {
		if b[i] == b[0] {
			if i+1 < len(b) && b[i+1] == b[0] {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(b)
}

// keyWord returns the number of a word of a key, wNone for other tokens.
func keyWord(tok []byte) uint16 {
	if len(tok) == 0 || classes[tok[0]]&classIdent == 0 {
		return wNone
	}
	h := uint32(wordHashSeed)
	for _, c := range tok {
		h = wordHash(h, c)
	}
	return words.find(h, tok)
}

// renderShape writes the shape of a key: what people read.
func renderShape(key []byte) string {
	out := make([]byte, 0, len(key)+16)
	k := keyTokens{rest: key[1:]}
	glue := true // no blank before the next token
	name := false
	for {
		tok, spaced := k.next()
		if tok == nil {
			return string(out)
		}
		c := tok[0]
		switch {
		case glue, !spaced, c == ')', c == ',', c == ';', c == tagItems, c == tagMixed, c == tagRows, c == '(' && name:
		default:
			out = append(out, ' ')
		}
		glue = c == '(' || c == '.'
		name = false
		switch {
		case c == tagItems, c == tagMixed, c == tagRows:
			out = append(out, ", ..."...)
		case c == tagHint:
			out = append(out, "/*+ ? */"...)
		case c < ' ':
			out = append(out, '?')
		default:
			out = append(out, tok...)
			name = c == '`' || classes[c]&classIdent != 0 && callable(words.flags[keyWord(tok)])
		}
	}
}

// callable reports whether a parenthesis stands close to words of these flags.
// Where it stands away from a call that needs it close, it does in the shape.
func callable(f wordFlags) bool {
	return f&wordTight == 0 && f&(wordReserved|wordCall) != wordReserved
}

// standIns are the literals that the grammar sees.
type literals [tagOrdinal + 1]string

// standInText is what the grammar sees for a string: one byte, since it takes no
// more for an ESCAPE. A name of the same text is taken for one too, see
// outputName.
const standInText = "~"

var standIns = literals{
	tagString: "'" + standInText + "'", tagInteger: "1", tagDecimal: "1.5", tagFloat: "1e0",
	tagHex: "0x00", tagBit: "b'0'", tagOrdinal: "99999",
}

// setStandIns are the literals that the grammar sees in SET: none is a value
// that could stand in the shape, see setting.
var setStandIns = func() literals {
	l := standIns
	l[tagInteger] = "1000001"
	return l
}()

// grammarText writes the text that the grammar is given for the tokens of a
// key.
func grammarText(key []byte) []byte {
	if leadOf(key).words[0] == wSet {
		return fillIn(key, &setStandIns)
	}
	return fillIn(key, &standIns)
}

// fillIn writes the tokens of a key with values for its literals.
func fillIn(key []byte, values *literals) []byte {
	out := make([]byte, 0, len(key)+32)
	k := keyTokens{rest: key}
	for {
		tok, spaced := k.next()
		if tok == nil {
			return out
		}
		c := tok[0]
		switch c {
		case tagItems, tagRows, tagHint:
			continue
		case tagMixed:
			out = append(out, ", "...)
			c = tagInteger
		}
		if spaced {
			out = append(out, ' ')
		}
		if int(c) < len(values) {
			out = append(out, values[c]...)
			continue
		}
		out = append(out, tok...)
	}
}
