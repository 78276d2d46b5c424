package exchanges

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
)

// NoteText tells the passage each literal of a statement, and what stands
// between them as code. Spans count in the text. It is lexed once more, which
// only those statements pay for that somebody watches.
func NoteText(p *guard.Passage, a *sql.Analyzer, text []byte, s *sql.Session) {
	st, err := a.Analyze(text, s)
	if err != nil {
		return // such a statement is refused whatever was found in it
	}
	defer st.Release()
	note := func(role sallyport.Role, start, end uint32) {
		if start < end {
			p.Note(sallyport.Fact{Role: role, Text: text[start:end], Span: sallyport.Span{Start: int(start), End: int(end)}})
		}
	}
	var code, end uint32 // what is not noted yet
	for _, t := range st.Tokens() {
		switch {
		case t.Kind.Literal():
			note(sallyport.Code, code, end)
			note(sallyport.Literal, t.Start, t.End)
			code, end = 0, 0
		case end == 0:
			code, end = t.Start, t.End
		default:
			end = t.End
		}
	}
	note(sallyport.Code, code, end)
}

// Unseen records a part of a statement that no watcher could be shown.
func Unseen(p *guard.Passage, protocol, where string) {
	p.Update(func(c *sallyport.Crossing) {
		c.Findings = append(c.Findings, sallyport.Finding{Inspector: protocol, Code: "unseen", Where: where, Count: 1})
	})
}
