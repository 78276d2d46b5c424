package mysql

import "github.com/sallyport/sallyport/sql"

// The key of a statement is a flag byte and its tokens, each with a space in
// front (none around a dot, and none before the parenthesis of a call that
// needs it close). Keywords are in lower case, names are as written or in
// backquotes, comments are left out, and literals are one of these bytes, none
// of which can stand outside quotes in a statement that was cut.
const (
	tagString byte = 1 + iota
	tagInteger
	tagDecimal
	tagFloat
	tagHex
	tagBit
	tagItems // the items of an IN list that follow the first
	tagRows  // the rows of a VALUES list that are like the one before
	tagLoose // any literal, while rows are compared
	_        // newline
	tagHint
	_          // form feed
	_          // carriage return
	tagMixed   // tagItems behind a parameter, with a literal among them
	tagOrdinal // a number in the place of an output's position that no output has
)

// The flags in a key's first byte.
const (
	keyBase    byte = 0x40
	keyPipes   byte = 1 << 0
	keyHighNot byte = 1 << 1
	keyMulti   byte = 1 << 2
	keyMariaDB byte = 1 << 3
	keyMySQL   byte = 1 << 4 // with neither, the server is not known
)

// maxDepth is how deep parentheses may nest.
const maxDepth = 128

// What numbers at a depth of parentheses mean.
const (
	numbersPlain uint8 = iota
	numbersOrdinal
	numbersLimit
)

// keyWriter writes the key of cut tokens, in one pass but for lists of rows.
type keyWriter struct {
	text        []byte
	tokens      []sql.Token
	key         []byte
	kept        int
	ignoreSpace bool
	loose       bool
	rowDepth    int    // of the values of rows that are compared
	first       uint16 // the statement's first word
	depth       int
	numbers     [maxDepth + 1]uint8
	prev        int // index of the last token that was written, -1 for none
	prev2       int
	// The run of signs that was looked at last: its first token but one, and the
	// token behind it. A sign in it need not look at the rest again.
	signFrom, signEnd int
}

// skip returns the index of the first token from i on that is no comment.
func (w *keyWriter) skip(i int) int {
	for i < len(w.tokens) && w.tokens[i].Kind.Trivia() && w.tokens[i].Kind != sql.TokenHint {
		i++
	}
	return i
}

// skipAll is skip that steps over hints too.
func (w *keyWriter) skipAll(i int) int {
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

func (w *keyWriter) wordAt(i int) uint16 {
	if i < 0 || i >= len(w.tokens) || w.tokens[i].Kind != sql.TokenWord {
		return wNone
	}
	return w.tokens[i].Word
}

// write writes the tokens from i up to end.
func (w *keyWriter) write(i, end int) error {
	for i = w.skip(i); i < end; i = w.skip(i) {
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
	case sql.TokenWord:
		w.word(i)
		w.advance(i)
		switch t.Word {
		case wIn:
			if next := w.skipAll(i + 1); w.isOp(next, '(') {
				return w.inList(next)
			}
		case wValues, wValue:
			if next := w.skipAll(i + 1); w.isOp(next, '(') {
				return w.rows(next)
			}
		}
		return i + 1, nil
	case sql.TokenOperator:
		return w.operator(i)
	case sql.TokenIdent:
		w.ident(t)
	case sql.TokenUserVar, sql.TokenSysVar:
		w.variable(t)
	case sql.TokenParam:
		w.literal('?', i+1)
	case sql.TokenSemicolon:
		w.key = append(w.key, " ;"...)
	case sql.TokenHint:
		w.key = append(w.key, ' ', tagHint)
		return i + 1, nil
	case sql.TokenString:
		return w.stringLiteral(i)
	default:
		w.numberLiteral(i)
	}
	w.advance(i)
	return i + 1, nil
}

func (w *keyWriter) advance(i int) { w.prev2, w.prev = w.prev, i }

// space writes the blank in front of a token, unless a dot stands there.
func (w *keyWriter) space() {
	if n := len(w.key); w.prev < 0 || w.key[n-1] != '.' || !w.isOp(w.prev, '.') {
		w.key = append(w.key, ' ')
	}
}

// literal writes a literal or a parameter that ends before token end. Rows that are
// compared are like each other where they differ in values by themselves: deeper
// inside, a comparison with a parameter is another than with a literal, and an
// ORDER BY a number another than by a string.
func (w *keyWriter) literal(tag byte, end int) {
	if w.loose && w.byItself(end) {
		tag = tagLoose
	}
	w.key = append(w.key, ' ', tag)
}

// byItself reports whether what stands here, up to token end, is a value of a row
// by itself.
func (w *keyWriter) byItself(end int) bool {
	next := w.skipAll(end)
	return w.depth == w.rowDepth && (w.isOp(w.prev, '(') || w.isOp(w.prev, ',')) && (w.isOp(next, ',') || w.isOp(next, ')'))
}

func (w *keyWriter) word(i int) {
	t := w.tokens[i]
	flags := words.flags[t.Word]
	text := t.Text(w.text)
	if t.Word == wNull && text[0] == '\\' {
		text = []byte("null")
	}
	if w.loose && (t.Word == wNull || t.Word == wTrue || t.Word == wFalse || t.Word == wDefault) && w.byItself(i+1) {
		w.literal(tagLoose, i+1)
		return
	}
	w.context(t.Word)
	w.space()
	next := i + 1
	call := false
	if flags&(wordTight|wordWindow) != 0 {
		next = w.skipAll(next)
		call = w.isOp(next, '(')
	}
	switch {
	case text[0] == '_', flags&wordBareName != 0, flags&wordWindow != 0 && !call:
		w.quote(text)
	case flags&wordReserved != 0, w.prev < 0 && !w.isOp(i+1, '.'), w.steering(),
		call && flags&wordTight != 0 && w.close(next):
		w.lower(text)
	default:
		w.key = append(w.key, text...)
	}
}

// steering reports whether the statement only has words that ignore case.
func (w *keyWriter) steering() bool {
	switch w.first {
	case wSet, wBegin, wStart, wCommit, wRollback:
		return w.depth == 0
	}
	return false
}

// close reports whether the parenthesis at i belongs to the call before it.
func (w *keyWriter) close(i int) bool {
	return w.ignoreSpace || w.tokens[i].Flags&sql.TokenTight != 0 && w.tokens[i-1].Kind == sql.TokenWord
}

// context notes what numbers mean behind a keyword.
func (w *keyWriter) context(id uint16) {
	n := &w.numbers[w.depth]
	switch id {
	case wBy:
		*n = numbersPlain
		if p := w.wordAt(w.prev); p == wOrder || p == wGroup {
			*n = numbersOrdinal
		}
	case wLimit, wOffset:
		*n = numbersLimit
	case wNone, wAsc, wDesc:
		if *n == numbersLimit {
			*n = numbersPlain
		}
	default:
		if words.flags[id]&wordReserved != 0 || *n == numbersLimit {
			*n = numbersPlain
		}
	}
}

// stringLiteral writes the tag of a string and of those that follow it, which
// the server joins, or the string where it names a character set or a mode.
func (w *keyWriter) stringLiteral(i int) (int, error) {
	end := i + 1
	for {
		n := w.skipAll(end)
		if n >= len(w.tokens) || w.tokens[n].Kind != sql.TokenString {
			break
		}
		if c := w.text[w.tokens[n].Start]; c != '\'' && c != '"' {
			return 0, lexError(sql.ReasonAmbiguous, int(w.tokens[n].Start), "string with a character set behind another string")
		}
		end = n + 1
	}
	text := w.tokens[i].Text(w.text)
	if end == i+1 && w.keeps(text) {
		w.kept++
		w.key = append(w.key, ' ', '\'')
		w.key = append(w.key, text[1:len(text)-1]...)
		w.key = append(w.key, '\'')
	} else {
		w.literal(tagString, end)
	}
	w.advance(i)
	return end, nil
}

// operator writes an operator. The sign of a number belongs to the literal.
func (w *keyWriter) operator(i int) (int, error) {
	t := w.tokens[i]
	c := w.text[t.Start]
	next := w.skipAll(i + 1)
	switch {
	case w.isOp(i, '.'):
		return i + 1, w.dot(i)
	case w.isOp(i, '('):
		if w.depth++; w.depth > maxDepth {
			return 0, lexError(sql.ReasonUnsupported, int(t.Start), "parentheses nest too deep")
		}
		w.numbers[w.depth] = numbersPlain
		if id := w.wordAt(w.prev); id == wNone || words.flags[id]&wordTight == 0 || !w.close(i) {
			w.key = append(w.key, ' ')
		}
		w.key = append(w.key, '(')
		w.advance(i)
		return i + 1, nil
	case w.isOp(i, ')'):
		w.depth = max(0, w.depth-1)
	case (c == '-' || c == '+') && w.isOp(i, c) && w.sign(next):
		return i + 1, nil
	}
	w.space()
	w.key = append(w.key, t.Text(w.text)...)
	w.advance(i)
	return i + 1, nil
}
