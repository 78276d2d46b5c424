package mysql

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

var _ sql.Cutter = (*dialect)(nil)

// Cut implements sql.Cutter. A server takes one statement after the other from
// the text, and each goes up to the next semicolon, but for the body of a stored
// program: one of which it is not certain that it ends with the text is not cut.
// Other compound statements, which a MariaDB has, are in no grammar here, so that
// what is cut off of them is refused.
func (*dialect) Cut(sc *sql.Scan, text []byte) ([]sql.Part, error) {
	if sc.Versioned {
		return nil, lexError(sql.ReasonAmbiguous, -1, "a versioned comment among several statements in one")
	}
	var c cutter
	for i, t := range sc.Tokens {
		if !t.Kind.Trivia() {
			c.add(i, t, text)
		}
	}
	body, end := len(sc.Tokens), len(sc.Tokens) // tokens of a body, which no semicolon parts
	for i, begins := 0, true; i < len(c.words); i++ {
		if begins && c.program(i) {
			last := c.lastBody(i)
			if last < 0 {
				return nil, lexError(sql.ReasonMulti, int(sc.Tokens[c.at[i]].Start), "a stored program among several statements in one: send it alone")
			}
			body, end = c.at[i], c.at[last]
			break
		}
		if begins && c.words[i] == ";" {
			return nil, lexError(sql.ReasonEmpty, int(sc.Tokens[c.at[i]].Start), "an empty statement among several in one, which servers refuse")
		}
		begins = c.words[i] == ";"
	}
	return sql.CutAt(sc.Tokens, func(i int) bool { return i < body || i > end }), nil
}

// cutter is the tokens of a text without comments: their places among all, and
// what each is, with a word that can be a keyword in lower case, "" for a name in
// quotes or a value.
type cutter struct {
	at    []int
	words []string
}

func (c *cutter) add(i int, t sql.Token, text []byte) {
	w := ""
	switch {
	case t.Kind == sql.TokenSemicolon:
		w = ";"
	case t.Kind == sql.TokenWord && t.End-t.Start <= 32:
		w = strings.ToLower(string(t.Text(text)))
	case t.Kind == sql.TokenOperator && t.End == t.Start+1:
		w = string(t.Text(text))
	}
	c.at, c.words = append(c.at, i), append(c.words, w)
}

// plain are the words behind CREATE or ALTER that no stored program has.
var plain = []string{"table", "temporary", "index", "unique", "fulltext", "spatial", "view", "database", "schema", "sequence", "user", "role"}

// program tells whether the statement at i may have a body: what defines
// something, and has the word of a stored program anywhere.
func (c *cutter) program(i int) bool {
	if w := c.words[i]; w != "create" && w != "alter" || i+1 < len(c.words) && slices.Contains(plain, c.words[i+1]) {
		return false
	}
	for _, w := range c.words[i:] {
		switch w {
		case "procedure", "function", "trigger", "event", "package":
			return true
		case ";":
			return false
		}
	}
	return false
}

// lastBody returns the index of the END with which the procedure that is defined
// at i ends, and the text but for semicolons; -1 where that is not certain. It is
// for one whose body is a BEGIN … END in which neither word stands again but in
// END IF and the like, so that no name can be taken for either.
func (c *cutter) lastBody(i int) int {
	next := func(words ...string) bool {
		if len(c.words)-i >= len(words) && slices.Equal(c.words[i:i+len(words)], words) {
			i += len(words)
			return true
		}
		return false
	}
	next("create")
	next("or", "replace")
	if !next("procedure") {
		return -1
	}
	next("if", "not", "exists")
	for i < len(c.words) && c.words[i] != "(" && c.words[i] != ";" {
		i++ // the name
	}
	for depth := 0; i < len(c.words); i++ {
		switch c.words[i] {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			i++
			break
		}
	}
	if !next("begin") {
		return -1
	}
	for ; i < len(c.words); i++ {
		switch c.words[i] {
		case "begin", "case":
			return -1
		case "end":
			if i+1 < len(c.words) && slices.Contains([]string{"if", "loop", "while", "repeat", "for"}, c.words[i+1]) {
				continue
			}
			for _, w := range c.words[i+1:] {
				if w != ";" {
					return -1
				}
			}
			return i
		}
	}
	return -1
}
