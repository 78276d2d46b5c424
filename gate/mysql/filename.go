package mysqlgate

import (
	"bytes"

	"github.com/sallyport/sallyport/sql"
)

// fileOf is the name of the file that a LOAD DATA LOCAL asks for, as the server
// reads it; nil where that is not certain.
func (a *analyst) fileOf(text []byte, s *sql.Session) []byte {
	st, err := a.Texts.Analyze(text, s)
	if err != nil {
		return nil
	}
	defer st.Release()
	if st.Kind != sql.KindLoad || !st.LocalInfile {
		return nil
	}
	asked := false // the word before was INFILE
	for _, t := range st.Tokens() {
		switch {
		case t.Kind.Trivia():
		case asked && t.Kind == sql.TokenString:
			return unquoted(t.Text(text), s.NoBackslashEscapes)
		case asked:
			return nil
		default:
			asked = t.Kind == sql.TokenWord && bytes.EqualFold(t.Text(text), []byte("INFILE"))
		}
	}
	return nil
}

// unquoted is what a string in quotes stands for; nil where it is not plain: one
// with an introducer, with a zero byte, or with an escape of another character
// than a quote or a backslash (the manual's section "String Literals").
func unquoted(s []byte, plainBackslash bool) []byte {
	if len(s) < 2 || s[0] != '\'' && s[0] != '"' || s[len(s)-1] != s[0] {
		return nil
	}
	quote, s := s[0], s[1:len(s)-1]
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == quote:
			if i++; i == len(s) || s[i] != quote {
				return nil
			}
		case c == '\\' && !plainBackslash:
			if i++; i == len(s) {
				return nil
			}
			if c = s[i]; c != '\\' && c != '\'' && c != '"' {
				return nil
			}
		case c == 0:
			return nil
		}
		out = append(out, c)
	}
	return out
}
