package postgres

import "bytes"

// keyTokens steps through the tokens of a key.
type keyTokens struct {
	rest []byte
}

// next returns the next token without the blank before it, nil at the end.
func (k *keyTokens) next() []byte {
	if len(k.rest) == 0 {
		return nil
	}
	b := k.rest[1:]
	n := 0
	switch b[0] {
	case '"', '\'':
		n = quoted(b)
	default:
		if n = bytes.IndexByte(b, ' '); n < 0 {
			n = len(b)
		}
	}
	k.rest = b[n:]
	return b[:n:n]
}

// quoted returns the length of what stands in quotes at the beginning of b.
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
	if len(tok) == 0 || classes[tok[0]]&classStart == 0 {
		return wNone
	}
	return words.lookup(tok)
}

// renderShape writes the shape of a key: what people read.
func renderShape(key []byte) string {
	out := make([]byte, 0, len(key)+16)
	k := keyTokens{rest: key[1:]}
	glue := true  // no blank before the next token
	name := false // a parenthesis stands close to the token before
	for {
		tok := k.next()
		if tok == nil {
			return string(out)
		}
		c := tok[0]
		one := len(tok) == 1
		switch {
		case glue, one && (c == ')' || c == ']' || c == ',' || c == ';' || c == '.' || c == tagItems || c == tagMixed || c == tagRows),
			one && (c == '(' || c == '[') && name, string(tok) == "::":
		default:
			out = append(out, ' ')
		}
		glue = one && (c == '(' || c == '[' || c == '.') || string(tok) == "::"
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
			name = c == '"' || classes[c]&classStart != 0 && words.flags[keyWord(tok)]&wordCall != 0 ||
				string(tok) == "array" || one && (c == ']' || c == ')')
		}
	}
}

// standIns are the literals that the grammar sees. No string of these stays in
// a key, and no number that does begins with a zero.
var standIns = [tagBit + 1]string{
	tagString: "'?'", tagInteger: "01", tagDecimal: "1.5", tagFloat: "1e0",
	tagHex: "x'0'", tagBit: "b'0'",
}

// unknown is the value of a string that is not in the key.
const unknown = "?"

// grammarText writes the text that the grammar is given for the tokens of a
// key: they are the tokens that the lexer has cut, each on its own.
func grammarText(body []byte) []byte {
	out := make([]byte, 0, len(body)+32)
	k := keyTokens{rest: body}
	for {
		tok := k.next()
		if tok == nil {
			return out
		}
		c := tok[0]
		if c == tagItems || c == tagRows || c == tagHint {
			continue
		}
		if c == tagMixed {
			out = append(append(out, " , "...), standIns[tagString]...)
			continue
		}
		out = append(out, ' ')
		if int(c) < len(standIns) {
			out = append(out, standIns[c]...)
			continue
		}
		out = append(out, tok...)
	}
}
