package postgres

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/sallyport/sallyport/sql"
)

// The key of a statement is a byte for the server's version and its tokens, each
// with a space in front. Words are in lower case, as the server folds them;
// names are without quotes unless they need them; comments are left out; and
// literals are one of these bytes, none of which can stand outside quotes in a
// statement that was cut.
const (
	tagString byte = 1 + iota
	tagInteger
	tagDecimal
	tagFloat
	tagHex
	tagBit
	tagItems // the items of a list that follow the first
	tagRows  // the rows of a VALUES list that are like the one before
	tagLoose // any literal, while rows are compared
	_        // newline
	tagHint
	tagMixed // as tagItems, where a literal is among the items that follow
)

// keyBase is the key's first byte where the version is not known; a known one
// is added to it.
const keyBase byte = 0x40

// maxDepth is how deep parentheses and brackets may nest.
const maxDepth = 128

// What numbers at a depth of parentheses mean.
const (
	numbersPlain uint8 = iota
	numbersOrdinal
	numbersLimit
)

// keyWriter writes the key of cut tokens, in one pass but for lists of rows.
type keyWriter struct {
	text    []byte
	tokens  []sql.Token
	key     []byte
	kept    int
	loose   bool
	first   uint16 // the statement's first word
	depth   int
	numbers [maxDepth + 1]uint8
	prev    int // index of the last token that was written, -1 for none
	prev2   int
	// The run of signs that was looked at last: its first token but one, and the
	// token behind it. A sign in it need not look at the rest again.
	signFrom, signEnd int
	setting           setting
}

func (w *keyWriter) reset() {
	w.kept, w.loose, w.depth, w.prev, w.prev2 = 0, false, 0, -1, -1
	w.signFrom, w.signEnd = 0, 0
	w.numbers[0] = numbersPlain
	w.setting = settingNone
	w.first = w.wordAt(w.skip(0))
}

// skip returns the index of the first token from i on that is no comment.
func (w *keyWriter) skip(i int) int {
	for i < len(w.tokens) && w.tokens[i].Kind.Trivia() {
		i++
	}
	return i
}

// isOp reports whether token i is the operator c, of one byte.
func (w *keyWriter) isOp(i int, c byte) bool {
	return i >= 0 && i < len(w.tokens) && w.tokens[i].Kind == sql.TokenOperator &&
		w.tokens[i].End == w.tokens[i].Start+1 && w.text[w.tokens[i].Start] == c
}

func (w *keyWriter) isCast(i int) bool {
	return i < len(w.tokens) && w.tokens[i].Kind == sql.TokenOperator && string(w.tokens[i].Text(w.text)) == "::"
}

func (w *keyWriter) wordAt(i int) uint16 {
	if i < 0 || i >= len(w.tokens) {
		return wNone
	}
	return w.tokens[i].Word
}

// write writes the tokens from i up to end.
func (w *keyWriter) write(i, end int) error {
	for i < end {
		n, err := w.token(i)
		if err != nil {
			return err
		}
		i = n
	}
	return nil
}

// token writes token i, or the list that starts with it, and returns the index
// behind it.
func (w *keyWriter) token(i int) (int, error) {
	t := w.tokens[i]
	switch t.Kind {
	case sql.TokenComment:
		return i + 1, nil
	case sql.TokenHint:
		w.key = append(w.key, ' ', tagHint)
		return i + 1, nil
	case sql.TokenWord:
		return w.word(i)
	case sql.TokenIdent:
		return w.ident(i)
	case sql.TokenOperator:
		return w.operator(i)
	case sql.TokenString:
		w.stringLiteral(i)
		next := w.unescape(i)
		w.advance(i)
		return next, nil
	case sql.TokenParam:
		w.param(t)
	case sql.TokenSemicolon:
		w.key = append(w.key, " ;"...)
	default:
		w.numberLiteral(i)
	}
	w.advance(i)
	return i + 1, nil
}

func (w *keyWriter) advance(i int) { w.prev2, w.prev = w.prev, i }

func (w *keyWriter) literal(tag byte) {
	if w.loose {
		tag = tagLoose
	}
	w.key = append(w.key, ' ', tag)
}

// param writes $1 without zeros in front.
func (w *keyWriter) param(t sql.Token) {
	if w.loose {
		w.key = append(w.key, " $"...) // rows of parameters are not like rows of literals
		return
	}
	digits := t.Text(w.text)[1:]
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	w.key = append(append(w.key, " $"...), digits...)
}

// word writes a word in lower case. The first 63 bytes of a name count.
func (w *keyWriter) word(i int) (int, error) {
	t := w.tokens[i]
	if w.loose && (t.Word == wNull || t.Word == wTrue || t.Word == wFalse || t.Word == wDefault) {
		w.literal(tagLoose)
		w.advance(i)
		return i + 1, nil
	}
	w.context(t.Word)
	w.settings(i)
	text := t.Text(w.text)
	w.key = append(w.key, ' ')
	for _, c := range text[:min(len(text), maxName)] {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		w.key = append(w.key, c)
	}
	w.advance(i)
	switch t.Word {
	case wIn:
		if next := w.skip(i + 1); w.isOp(next, '(') {
			return w.list(next, ')')
		}
	case wArray:
		if next := w.skip(i + 1); w.isOp(next, '[') {
			return w.list(next, ']')
		}
	case wValues:
		if next := w.skip(i + 1); w.isOp(next, '(') {
			return w.rows(next)
		}
	}
	return i + 1, nil
}

// ident writes a name that stood in quotes, without them where it is the same
// without.
func (w *keyWriter) ident(i int) (int, error) {
	t := w.tokens[i]
	text := t.Text(w.text)
	next := i + 1
	var escape byte
	if text[0] != '"' {
		escape = '\\'
		text = text[2:]
		if n := w.skip(next); w.wordAt(n) == wUescape {
			c := w.uescape(n)
			if c == 0 || n != next {
				return 0, lexError(sql.ReasonAmbiguous, int(t.Start), "UESCAPE that is not understood")
			}
			escape, next = c, w.skip(n+1)+1
		}
	}
	w.key = append(w.key, ' ', '"')
	from := len(w.key)
	var ok bool
	w.key, ok = appendName(w.key, text[1:len(text)-1], escape)
	name := w.key[from:]
	if !ok || len(name) == 0 {
		return 0, lexError(sql.ReasonLexical, int(t.Start), "name with an escape that is not understood")
	}
	if len(name) > maxName {
		for _, c := range name {
			if c >= 0x80 {
				return 0, lexError(sql.ReasonAmbiguous, int(t.Start), "name outside ASCII that is too long to stand for itself")
			}
		}
		w.key = w.key[:from+maxName]
		name = w.key[from:]
	}
	if plainName(name) {
		copy(w.key[from-1:], name)
		w.key = w.key[:len(w.key)-1]
	} else {
		w.quote(from)
	}
	w.context(wNone)
	w.settings(i)
	w.advance(next - 1)
	return next, nil
}

// plainName reports whether a name means the same without quotes.
func plainName(name []byte) bool {
	if classes[name[0]]&classStart == 0 {
		return false
	}
	for _, c := range name {
		if classes[c]&classIdent == 0 || c >= 0x80 || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return words.flags[words.lookup(name)]&wordKeyword == 0
}

// quote doubles the quotes in the name that stands at the end of the key, and
// closes it.
func (w *keyWriter) quote(from int) {
	for i := from; i < len(w.key); i++ {
		if w.key[i] == '"' {
			w.key = append(w.key, 0)
			copy(w.key[i+1:], w.key[i:])
			i++
		}
	}
	w.key = append(w.key, '"')
}

// uescape returns the character that UESCAPE at i names, 0 where it names none
// that can be.
func (w *keyWriter) uescape(i int) byte {
	n := w.skip(i + 1)
	if n != i+1 || n >= len(w.tokens) || w.tokens[n].Kind != sql.TokenString {
		return 0
	}
	s := w.tokens[n].Text(w.text)
	if len(s) != 3 || s[0] != '\'' || isHex(s[1]) || s[1] >= 0x80 || s[1] <= ' ' || s[1] == '+' || s[1] == '"' || s[1] == '\'' {
		return 0
	}
	return s[1]
}

// unescape returns the index behind string i, and behind the UESCAPE that
// belongs to it.
func (w *keyWriter) unescape(i int) int {
	if c := w.text[w.tokens[i].Start]; c != 'u' && c != 'U' {
		return i + 1
	}
	if n := w.skip(i + 1); w.wordAt(n) == wUescape && w.uescape(n) != 0 {
		return n + 2
	}
	return i + 1
}

// fingerprint writes the hash of a string that the server runs: two shapes that
// differ in it are two, and neither tells it.
func (w *keyWriter) fingerprint(text []byte) {
	sum := sha256.Sum256(text)
	w.key = append(w.key, " '#"...)
	w.key = hex.AppendEncode(w.key, sum[:8])
	w.key = append(w.key, '\'')
}
