package mysqlgate

import (
	"fmt"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// noteText tells the passage each literal of a statement, and what stands
// between them as code. Spans count in the text. It is lexed once more, which
// only those statements pay for that somebody watches.
func (a *analyst) noteText(p *guard.Passage, text []byte, s *sql.Session) {
	st, err := a.texts.Analyze(text, s)
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

// noteParams tells the passage the parameters of an execution, in the form that
// they have as text. They stand in no text, so they have no span. What was not
// to be read is a finding.
func (s *session) noteParams(x *exchange, p []byte) {
	st := x.from
	e, err := wire.DecodeExecute(p, s.caps, wire.Statement{Params: st.act.Params, Types: st.types, Long: st.longs})
	var text []byte
	for n := 1; err == nil && e.Params.Next(); n++ {
		v := e.Params.Value()
		if v.Long {
			s.unseen(x, fmt.Sprintf("parameter %d", n))
			continue
		}
		if text, err = v.AppendText(text[:0]); err == nil && !v.Null {
			x.p.Note(sallyport.Fact{Role: sallyport.Literal, Name: fmt.Sprintf("parameter %d", n), Text: text})
		}
	}
	if err == nil {
		err = e.Params.Err()
	}
	if err != nil {
		s.unseen(x, "parameters")
	} else if e.Params.Bound() {
		st.types = e.Params.AppendTypes(st.types[:0])
	}
}

// noteAttributes tells the passage the attributes of a query, which are data
// that leaves like a parameter.
func (s *session) noteAttributes(x *exchange) {
	var text []byte
	for n := 1; x.attributes.Next(); n++ {
		where := fmt.Sprintf("attribute %d", n)
		v := x.attributes.Value()
		var err error
		if text, err = v.AppendText(text[:0]); err != nil {
			s.unseen(x, where)
		} else if !v.Null {
			x.p.Note(sallyport.Fact{Role: sallyport.Literal, Name: where, Text: text})
		}
	}
}

// unseen records a part of the statement that no watcher could be shown.
func (s *session) unseen(x *exchange, where string) {
	x.p.Update(func(c *sallyport.Crossing) {
		c.Findings = append(c.Findings, sallyport.Finding{Inspector: protocol, Code: "unseen", Where: where, Count: 1})
	})
}

// stopped refuses a statement whose facts made the verdict a denial. It has not
// been sent, so the session goes on.
func (s *session) stopped(x *exchange) (bool, error) {
	no := x.p.Refusal()
	if no == nil {
		return false, nil
	}
	e := refusal(no.Verdict.Reason(), &x.act, x.p.ID())
	if err := x.p.Close(nil); err != nil {
		e = s.errorFor(err, &x.c)
	}
	return true, s.answer(e)
}
