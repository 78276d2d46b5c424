package mysqlgate

import (
	"fmt"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

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
			exchanges.Unseen(x.p, protocol, fmt.Sprintf("parameter %d", n))
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
		exchanges.Unseen(x.p, protocol, "parameters")
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
			exchanges.Unseen(x.p, protocol, where)
		} else if !v.Null {
			x.p.Note(sallyport.Fact{Role: sallyport.Literal, Name: where, Text: text})
		}
	}
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
