package mysqlgate

import (
	"errors"
	"fmt"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// maxStatements bounds the statements of one COM_QUERY.
const maxStatements = 1024

// multi is a COM_QUERY of several statements. Each is a crossing of its own; they
// go to the database together, as they came, or none of them does.
type multi struct {
	text  []byte
	parts []sql.Part
	all   []*exchange

	refused int         // the first that may not pass; -1 for none
	answer  *wire.Error // what the app is told of it
}

// queries serves a COM_QUERY of several statements, whose payload is p.
func (s *session) queries(q wire.Query, p []byte) error {
	parts, err := s.d.analyst.Texts.Split(s.Gone, q.Text, &s.sql, maxStatements)
	if errors.Is(err, sql.ErrGaveUp) {
		return s.Ended()
	}
	if err != nil {
		act := oddity(wire.ComQuery)
		act.Multi = true
		return s.refuse(act, sallyport.Reason{Code: sallyport.MultiStatement, Note: exchanges.Unparsed(err)})
	}
	b := &multi{text: q.Text, parts: parts, refused: -1}
	defer b.settled()
	for _, part := range parts {
		x := new(exchange)
		if err := s.understand(x, q.Text[part.Start:part.End]); err != nil {
			return err
		}
		x.text = q.Text[part.Start:part.End]
		b.all = append(b.all, x)
	}
	for i, x := range b.all {
		x.rest = b.all[i+1:]
	}
	b.all[0].attributes = q.Attrs
	warned := s.discreet
	err = b.admit(s)
	s.discreet = warned // none of them has run
	if err != nil {
		return err
	}
	if b.refused >= 0 {
		return s.answer(b.answer)
	}
	s.batch = true
	err = s.send(p)
	s.batch = false
	if err != nil {
		return err
	}
	return b.respond(s)
}

// admit opens a passage for each statement. Where one may not pass, the others
// are recorded as refused with it.
func (b *multi) admit(s *session) error {
	for i, x := range b.all {
		no, err := s.enter(x, uint64(b.parts[i].End-b.parts[i].Start))
		if err != nil {
			return err
		}
		if no == nil && x.p.Watched() {
			s.d.analyst.NoteText(x.p, x.text, &s.sql)
			s.noteAttributes(x)
			if late := x.p.Refusal(); late != nil {
				no = refusal(late.Verdict.Reason(), &x.act, x.p.ID())
			}
		}
		x.text, x.attributes = nil, wire.Params{}
		if no != nil {
			b.refuse(i, no)
			continue
		}
		s.warns(x) // to the next of them
	}
	if b.refused < 0 {
		d, _ := s.d.env.Live.Load().Door(s.d.d.Name)
		if i, note := together(b.all, d.AsksLineage()); note != "" {
			why := sallyport.Reason{Code: sallyport.MultiStatement, Note: note}
			b.all[i].p.Deny(why)
			b.refuse(i, refusal(why, &b.all[i].act, b.all[i].p.ID()))
		}
	}
	if b.refused < 0 {
		return nil
	}
	return s.deny(b.all, fmt.Sprintf("statement %d of the message may not pass, so none of it was sent", b.refused+1))
}

// refuse notes the first statement that may not pass, and where it stands.
func (b *multi) refuse(i int, e *wire.Error) {
	if b.refused >= 0 {
		return
	}
	where := fmt.Sprintf("; it is statement %d of %d, at byte %d", i+1, len(b.all), b.parts[i].At+1)
	if len(e.Message)+len(where) <= exchanges.MaxMessage {
		e.Message += where
	}
	b.refused, b.answer = i, e
}

// deny closes those passages that are open as refused.
func (s *session) deny(all []*exchange, note string) error {
	for _, x := range all {
		if x.p == nil {
			continue // that it cannot be recorded is the answer
		}
		if x.p.Refusal() == nil {
			x.p.Deny(sallyport.Reason{Code: sallyport.MultiStatement, Note: note})
		}
		if err := s.closed(x); err != nil {
			return err
		}
	}
	return nil
}

// settled closes the passages that nothing else ended: the connection has.
func (b *multi) settled() {
	for _, x := range b.all {
		if x.p != nil {
			x.Count()
			x.p.Close(errLost)
		}
	}
}

// respond brings the responses to the app. A statement that fails ends them, and
// what stands behind it was not run.
func (b *multi) respond(s *session) error {
	if err := s.scan.Start(wire.ComQuery, s.caps); err != nil {
		return s.hostile(b.all[0], "protocol", err)
	}
	for _, x := range b.all {
		x.Ask()
		if err := s.relay(x, wire.ComQuery); err != nil {
			return err
		}
		switch {
		case len(x.rest) == 0:
		case x.p.Verdict().Denied():
			return b.discard(s, x)
		case x.act.Error != "":
			return nil
		case s.scan.Done():
			return s.hostile(x.rest[0], "protocol", errors.New("fewer results than statements"))
		}
	}
	return nil
}

// unmet records what becomes of the statements behind x, which has failed or, if
// cut, was ended by the door: those the database may have run all the same, and
// they are recorded as refused.
func (s *session) unmet(x *exchange, cut bool) error {
	if cut {
		for _, behind := range x.rest {
			s.halted(behind)
			s.discreet = s.discreet || behind.p.Verdict().Discreet
		}
		return s.deny(x.rest, "a statement before it in the message was cut, so its answer is kept back; what it changes may have been changed")
	}
	for _, behind := range x.rest {
		behind.p.Close(guard.ErrNotRun)
	}
	return nil
}

// discard throws away the responses to what stands behind x, which was cut.
func (b *multi) discard(s *session, x *exchange) error {
	if s.scan.Done() {
		return nil
	}
	if _, err := s.step(); err != nil {
		return s.upError(err)
	}
	if _, err := s.drainResult(x); err != nil {
		return err
	}
	s.settle(s.scan.Status())
	return nil
}
