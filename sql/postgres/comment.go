package postgres

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// lineComment cuts -- up to the end of the line, which a carriage return ends
// as well.
func (l *lexer) lineComment() error {
	start := l.pos
	l.pos = len(l.text)
	if n := bytes.IndexAny(l.text[start:], "\n\r"); n >= 0 {
		l.pos = start + n
	}
	l.add(sql.TokenComment, start, 0, 0)
	return nil
}

// longComment cuts /* … */, in which others may nest. One that begins with /*+
// is a hint, which pg_hint_plan obeys where a server has it.
func (l *lexer) longComment() error {
	start := l.pos
	i := start + 2
	for depth := 1; depth > 0; {
		n := bytes.IndexAny(l.text[i:], "*/")
		if n < 0 {
			return l.lexical(start, "comment is not closed")
		}
		i += n
		switch {
		case l.text[i] == '/' && l.at(i+1) == '*':
			depth++
			i += 2
		case l.text[i] == '*' && l.at(i+1) == '/':
			depth--
			i += 2
		default:
			i++
		}
	}
	l.pos = i
	k := sql.TokenComment
	if l.text[start+2] == '+' {
		k, l.hints = sql.TokenHint, true
	}
	l.add(k, start, 0, 0)
	return nil
}

// operator cuts an operator: as many of its characters as follow one another,
// up to where a comment begins. One of several characters ends in + or - only
// where a character of no SQL operator is in it (manual, "Operators").
func (l *lexer) operator() error {
	start := l.pos
	if start < l.signs {
		return l.operatorTo(start, start+1, false)
	}
	i := start
	free := false
	for ; classes[l.at(i)]&classOperator != 0; i++ {
		switch c := l.text[i]; c {
		case '-':
			if i > start && l.at(i+1) == '-' {
				return l.operatorTo(start, i, free)
			}
		case '/':
			if i > start && l.at(i+1) == '*' {
				return l.operatorTo(start, i, free)
			}
		case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%':
			free = true
		}
	}
	return l.operatorTo(start, i, free)
}

func (l *lexer) operatorTo(start, end int, free bool) error {
	run := end
	for !free && end > start+1 && (l.text[end-1] == '+' || l.text[end-1] == '-') {
		end--
	}
	l.signs = max(l.signs, run)
	if end-start > maxName {
		return l.lexical(start, "operator is too long")
	}
	l.pos = end
	l.add(sql.TokenOperator, start, 0, 0)
	return nil
}
