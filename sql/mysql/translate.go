package mysql

import "bytes"

// The grammar does not know every form that servers take. Those that say the
// same as another form are written in that one before the grammar sees them:
// the same tables, columns and functions, and the same lineage or more of it.
// A form that is not recognised to its end stays as it is, so that the grammar
// refuses it.

// keyToken is one token of a key.
type keyToken struct {
	text   []byte
	spaced bool // a blank stands before it
	word   uint16
}

// translator rewrites the tokens of one statement, from the left.
type translator struct {
	in, out []keyToken
	at      int // the token of in that is next
	flags   byte
	lead    lead
	opened  []uint16 // the words before the parentheses that are open
	defines bool     // a definition, before any SELECT in it
	renamed bool     // behind ON DUPLICATE
	written int      // bytes of text that was written for more than one column
	after   []func(*walker)
}

// form rewrites what begins at the next token, and reports whether it did. It
// has then moved at behind it.
type form func(t *translator) bool

// translate returns a key that the grammar knows, and what the walker has to
// note besides. The key that it was given is not changed.
func translate(body []byte, flags byte, lead lead) ([]byte, []func(*walker)) {
	if !hasForm(body) {
		return body, nil
	}
	t := &translator{flags: flags, lead: lead}
	k := keyTokens{rest: body}
	for {
		tok, spaced := k.next()
		if tok == nil {
			break
		}
		t.in = append(t.in, keyToken{text: tok, spaced: spaced, word: formWord(tok)})
	}
	t.out = make([]keyToken, 0, len(t.in)+16)
	switch lead.words[0] {
	case wCreate, wAlter, wRename:
		t.defines = true
	}
	t.run(len(t.in))
	out := make([]byte, 0, len(body)+64)
	for _, tok := range t.out {
		if tok.spaced {
			out = append(out, ' ')
		}
		out = append(out, tok.text...)
	}
	return out, t.after
}

// hasForm reports whether any word with a form stands in a key.
func hasForm(body []byte) bool {
	k := keyTokens{rest: body}
	for {
		tok, _ := k.next()
		if tok == nil {
			return false
		}
		if formOf(formWord(tok)) != nil {
			return true
		}
	}
}

// run rewrites the tokens up to end.
func (t *translator) run(end int) {
	for t.at < end {
		tok := t.in[t.at]
		if f := formOf(tok.word); f != nil && !t.named() && f(t) {
			continue
		}
		t.copy()
	}
}

// named reports whether the next token is a part of a dotted name, which is no
// keyword.
func (t *translator) named() bool {
	return t.at > 0 && t.in[t.at-1].is('.') || t.at+1 < len(t.in) && t.in[t.at+1].is('.')
}

// copy takes the next token over as it is.
func (t *translator) copy() {
	tok := t.in[t.at]
	switch {
	case tok.is('('):
		var before uint16
		if t.at > 0 {
			before = t.in[t.at-1].word
		}
		t.opened = append(t.opened, before)
	case tok.is(')'):
		t.opened = t.opened[:max(0, len(t.opened)-1)]
	case tok.word == fSelect:
		t.defines = false
	case tok.word == fDuplicate:
		t.renamed = true
	}
	t.out = append(t.out, tok)
	t.at++
}

// inside is the word before the innermost parenthesis that is open.
func (t *translator) inside() uint16 {
	if len(t.opened) == 0 {
		return fNone
	}
	return t.opened[len(t.opened)-1]
}

// emit writes tokens, each with a blank before it.
func (t *translator) emit(list ...string) {
	for _, s := range list {
		t.out = append(t.out, keyToken{text: []byte(s), spaced: true, word: formWord([]byte(s))})
	}
}

// word is the word of the n-th token from the next on, fNone where there is none.
func (t *translator) word(n int) uint16 { return t.peek(n).word }

// peek is the n-th token from the next on, an empty one behind the end.
func (t *translator) peek(n int) keyToken {
	if i := t.at + n; i >= 0 && i < len(t.in) {
		return t.in[i]
	}
	return keyToken{}
}

// drop leaves n tokens out.
func (t *translator) drop(n int) bool {
	t.at += n
	return true
}

// follow reports whether these words come next.
func (t *translator) follow(list ...uint16) bool {
	for i, w := range list {
		if t.word(i) != w {
			return false
		}
	}
	return true
}

// closing is the index behind the parenthesis that closes the one at open, -1
// for none.
func (t *translator) closing(open int) int {
	depth := 0
	for i := open; i < len(t.in); i++ {
		switch {
		case t.in[i].is('('):
			depth++
		case t.in[i].is(')'):
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

func (t keyToken) is(c byte) bool { return len(t.text) == 1 && t.text[0] == c }

// literal reports whether a token is a literal, a number that stayed in the
// shape, or a parameter.
func (t keyToken) literal() bool {
	if len(t.text) == 0 {
		return false
	}
	switch c := t.text[0]; {
	case c == '?':
		return true
	case classes[c]&classDigit != 0:
		return len(bytes.TrimLeft(t.text, "0123456789")) == 0
	default:
		return c >= tagString && c <= tagBit || c == tagOrdinal
	}
}

// name reports whether a token can be a name: in quotes, or a word that is not
// reserved.
func (t keyToken) name() bool {
	return len(t.text) > 0 && (t.text[0] == '`' || classes[t.text[0]]&classIdent != 0 &&
		classes[t.text[0]]&classDigit == 0 && words.flags[keyWord(t.text)]&wordReserved == 0)
}

// operand reports whether a token can be the end of a value.
func (t keyToken) operand() bool { return t.name() || t.literal() || t.is(')') }
