package mysql

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// lineComment cuts # and -- up to the end of the line. A NUL ends it in some
// servers, so there may be none.
func (l *lexer) lineComment() error {
	start := l.pos
	end := len(l.text)
	if n := bytes.IndexByte(l.text[start:], '\n'); n >= 0 {
		end = start + n + 1
	}
	if n := bytes.IndexByte(l.text[start:end], 0); n >= 0 {
		return l.lexical(start+n, "NUL byte in a comment")
	}
	l.pos = end
	l.add(sql.TokenComment, start, 0, 0)
	return nil
}

// longComment cuts what starts with /*: a comment, a hint, or the opening of a
// versioned comment. A comment inside a versioned one is refused, since
// servers count such nesting differently.
func (l *lexer) longComment() error {
	start := l.pos
	c := l.at(start + 2)
	m := c == 'M' && l.at(start+3) == '!'
	if l.inVersion {
		return lexError(sql.ReasonAmbiguous, start, "comment inside a versioned comment")
	}
	if c == '!' || m {
		done, err := l.versionOpen(start, m)
		if done || err != nil {
			return err
		}
	}
	n := bytes.Index(l.text[start+2:], []byte("*/"))
	if n < 0 {
		return l.lexical(start, "comment is not closed")
	}
	body := l.text[start+2 : start+2+n]
	if at := bytes.IndexByte(body, 0); at >= 0 {
		return l.lexical(start+2+at, "NUL byte in a comment")
	}
	if (c == '!' || m) && bytes.Contains(body, []byte("/*")) {
		return lexError(sql.ReasonAmbiguous, start, "comment inside a versioned comment")
	}
	l.pos = start + n + 4
	k := sql.TokenComment
	// MariaDB obeys hints from 12.0 on.
	if c == '+' && n > 0 && !(l.server.maria && l.server.version != 0 && l.server.version < 120000) {
		k = sql.TokenHint
		l.hints = true
	}
	l.add(k, start, 0, 0)
	return nil
}

// versionOpen cuts the opening of a versioned comment when its body is code.
func (l *lexer) versionOpen(start int, m bool) (bool, error) {
	l.versioned = true
	i := start + 3
	if m {
		i++
	}
	end := l.digits(i)
	version := 0
	switch end - i {
	case 0:
	case 5, 6:
		for _, d := range l.text[i:end] {
			version = version*10 + int(d-'0')
		}
	default:
		// Five or six digits are a version; what the others are differs.
		return false, lexError(sql.ReasonAmbiguous, start, "versioned comment with an unusual version")
	}
	if end > i && end < len(l.text) && classes[l.text[end]]&classIdent != 0 {
		return false, lexError(sql.ReasonAmbiguous, start, "name stuck to the version of a comment")
	}
	code, sure := l.server.runs(m, version)
	if !sure {
		l.ambiguous = true
	}
	if !code {
		return false, nil
	}
	l.pos = end
	l.inVersion = true
	l.openedAt = start
	l.add(sql.TokenVersionOpen, start, 0, 0)
	return true, nil
}
