package sql

import "fmt"

// Part is one statement of a text of several: text[Start:End], with the comments
// before it and without the semicolon behind it.
type Part struct {
	Start, End int
	// At is where its first word is.
	At int
}

// Cutter is a Dialect that can tell the statements of a text from one another.
type Cutter interface {
	Dialect
	// Cut returns the statements of a scanned text in their order, without empty
	// ones. It returns an *Error where it is not certain that the server, with
	// several statements switched on, would cut it so.
	Cut(sc *Scan, text []byte) ([]Part, error)
}

// Split cuts text, which is borrowed for the call, into its statements, of which
// there may be up to most. Each is still to be analysed by itself: a text is only
// understood where all of its parts are. Where it is not certain how the server
// cuts it the error is an *Error, and where the session is gone before it is its
// turn ErrGaveUp.
func (a *Analyzer) Split(gone <-chan struct{}, text []byte, s *Session, most int) ([]Part, error) {
	c, ok := a.dialect.(Cutter)
	if !ok {
		return nil, &Error{Reason: ReasonMulti, Offset: -1, What: "more than one statement"}
	}
	st, err := a.AnalyzeUntil(gone, text, s)
	if err != nil {
		return nil, err
	}
	defer st.Release()
	parts, err := c.Cut(st.scan, text)
	switch {
	case err != nil:
		return nil, err
	case len(parts) > most:
		return nil, &Error{Reason: ReasonMulti, Offset: parts[most].At, What: fmt.Sprintf("more than %d statements in one", most)}
	case st.Statements > 0 && st.Statements != len(parts):
		return nil, &Error{Reason: ReasonMulti, Offset: -1, What: "several statements in one, which cannot be told apart"}
	}
	return parts, nil
}

// CutAt returns the parts that lie between the semicolons of a scan for which at
// says so, by their index among the tokens.
func CutAt(tokens []Token, at func(i int) bool) []Part {
	var parts []Part
	open := -1 // the part's first token
	at0 := -1
	flush := func(end int) {
		if at0 >= 0 {
			parts = append(parts, Part{Start: int(tokens[open].Start), End: int(tokens[end-1].End), At: int(tokens[at0].Start)})
		}
		open, at0 = -1, -1
	}
	for i, t := range tokens {
		if t.Kind == TokenSemicolon && at(i) {
			flush(i)
			continue
		}
		if open < 0 {
			open = i
		}
		if at0 < 0 && !t.Kind.Trivia() {
			at0 = i
		}
	}
	flush(len(tokens))
	return parts
}
