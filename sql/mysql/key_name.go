package mysql

import "github.com/sallyport/sallyport/sql"

func (w *keyWriter) lower(text []byte) {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		w.key = append(w.key, c)
	}
}

func (w *keyWriter) quote(name []byte) {
	w.key = append(w.key, '`')
	w.key = append(w.key, name...)
	w.key = append(w.key, '`')
}

// ident writes a name that can be no keyword.
func (w *keyWriter) ident(t sql.Token) {
	w.space()
	text := t.Text(w.text)
	if t.Flags&sql.TokenQuoted == 0 {
		if t.Word != wNone || text[0] == '_' || classes[text[0]]&classDigit != 0 {
			w.quote(text)
		} else {
			w.key = append(w.key, text...)
		}
		return
	}
	q := text[0]
	w.key = append(w.key, '`')
	body := text[1 : len(text)-1]
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == q {
			i++
		}
		if c == '`' {
			w.key = append(w.key, '`')
		}
		w.key = append(w.key, c)
	}
	w.key = append(w.key, '`')
}

// variable writes @name, with quotes only where the name needs them, and
// @@name in lower case: names of system variables ignore case.
func (w *keyWriter) variable(t sql.Token) {
	w.key = append(w.key, ' ')
	text := t.Text(w.text)
	n := 1
	if t.Kind == sql.TokenSysVar {
		n = 2
	}
	name := text[n:]
	if t.Flags&sql.TokenQuoted != 0 {
		name = name[1 : len(name)-1]
	}
	w.key = append(w.key, text[:n]...)
	simple := len(name) > 0
	for _, c := range name {
		simple = simple && classes[c]&classIdent != 0
	}
	switch {
	case t.Kind == sql.TokenSysVar && simple:
		w.lower(name)
	case simple:
		w.key = append(w.key, name...)
	default:
		w.quote(name)
	}
}

// dot writes the dot of a qualified name. Servers differ in what blanks around
// it mean, so there may be none.
func (w *keyWriter) dot(i int) error {
	t := w.tokens[i]
	bad := t.Flags&sql.TokenTight == 0 || w.prev != i-1 || i+1 >= len(w.tokens)
	if !bad {
		p, n := w.tokens[i-1], w.tokens[i+1]
		named := p.Kind == sql.TokenIdent || p.Kind == sql.TokenSysVar ||
			p.Kind == sql.TokenWord && words.flags[p.Word]&wordReserved == 0
		follows := n.Kind == sql.TokenIdent || n.Kind == sql.TokenWord && w.text[n.Start] != '\\' || w.isOp(i+1, '*')
		if w.isOp(i-1, '*') { // GRANT … ON *.*
			named, follows = true, w.isOp(i+1, '*')
		}
		bad = !named || !follows || n.Flags&sql.TokenTight == 0
	}
	if bad {
		return lexError(sql.ReasonAmbiguous, int(t.Start), "dot that does not join two names")
	}
	w.key = append(w.key, '.')
	w.advance(i)
	return nil
}
