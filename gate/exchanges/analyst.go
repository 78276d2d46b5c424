package exchanges

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
)

// Analyst reads the text of statements. What it remembers is analysis, never a
// verdict.
type Analyst struct {
	Texts     *sql.Analyzer
	constants *sql.Constants // of what is prepared
}

// NewAnalyst reads statements in the dialect of texts.
func NewAnalyst(texts *sql.Analyzer) Analyst {
	return Analyst{Texts: texts, constants: sql.NewConstants()}
}

// Varies tells whether the app has prepared the shape of text with other
// literals before. It is lexed once more, which only those statements pay for
// that are prepared with literals in them. What cannot be told, varies.
func (a *Analyst) Varies(app string, gone <-chan struct{}, text []byte, s *sql.Session) bool {
	st, err := a.Texts.AnalyzeUntil(gone, text, s)
	if err != nil {
		return true
	}
	defer st.Release()
	return a.constants.Vary(app, st, text)
}

// NoteText tells the passage each literal of a statement, and what stands
// between them as code. Spans count in the text. It is lexed once more, which
// only those statements pay for that somebody watches.
func (a *Analyst) NoteText(p *guard.Passage, text []byte, s *sql.Session) {
	st, err := a.Texts.Analyze(text, s)
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
