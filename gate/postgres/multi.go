package postgresgate

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// maxStatements bounds the statements of one Query.
const maxStatements = 1024

// multi is a Query of several statements. Each is a crossing of its own; they go
// to the database together, as they came, or none of them does.
type multi struct {
	text  []byte
	parts []sql.Part
	all   []*exchange

	refused int         // the first that may not pass; -1 for none
	answer  *wire.Error // what the app is told of it
}

// several tells whether the door lets a message hold several statements.
func (s *session) several() bool {
	d, ok := s.d.env.Live.Load().Door(s.d.d.Name)
	return ok && d.MultiStatements
}

// queries serves a Query of several statements, whose payload is p.
func (s *session) queries(p, text []byte) error {
	parts, err := s.d.analyst.Texts.Split(s.Gone, text, &s.sql, maxStatements)
	if errors.Is(err, sql.ErrGaveUp) {
		return s.Ended()
	}
	if err != nil {
		return s.uncut(exchanges.Unparsed(err))
	}
	b := &multi{text: text, parts: parts, refused: -1}
	defer b.settled(s)
	for _, part := range parts {
		m, err := s.understand(text[part.Start:part.End])
		if err != nil {
			return err
		}
		b.all = append(b.all, &exchange{m: m, act: m.in(s.path), path: s.path, idle: s.tx == wire.TxIdle && !s.pipe.begun})
	}
	if err := b.admit(s); err != nil {
		return err
	}
	if b.refused >= 0 {
		return s.answerAlone(b.answer)
	}
	s.pipe.now = b.all[0]
	s.cursors.shake(nil)
	if err := s.sendQuery(p); err != nil {
		return err
	}
	return b.respond(s)
}

// uncut refuses a Query of which it is not certain what its statements are. why
// quotes nothing of it.
func (s *session) uncut(why string) error {
	act := oddity(wire.Frontend.Name(wire.MsgQuery))
	act.Multi = true
	c := s.crossing(act)
	return s.answerAlone(s.recorded(&c, sallyport.Reason{Code: sallyport.MultiStatement, Note: why}))
}

// admit opens a passage for each statement. Where one may not pass, the others
// are recorded as refused with it.
func (b *multi) admit(s *session) error {
	wrote := false
	for i, x := range b.all {
		x.behind = wrote
		wrote = wrote || x.act.Writes || x.m.change
		part := b.parts[i]
		no, err := s.admit(x, uint64(part.End-part.Start))
		if err != nil {
			return err
		}
		if no == nil && x.p.Watched() {
			s.d.analyst.NoteText(x.p, b.text[part.Start:part.End], &s.sql)
			if late := x.p.Refusal(); late != nil {
				no = refusal(late.Verdict.Reason(), &x.act, x.p.ID())
			}
		}
		if no != nil {
			b.refuse(i, no)
		}
	}
	if b.refused < 0 {
		d, _ := s.d.env.Live.Load().Door(s.d.d.Name)
		if i, note := together(b.all, d.AsksLineage(), s.touched); note != "" {
			why := sallyport.Reason{Code: sallyport.MultiStatement, Note: note}
			b.all[i].p.Deny(why)
			b.refuse(i, refusal(why, &b.all[i].act, b.all[i].p.ID()))
		}
	}
	if b.refused < 0 {
		return nil
	}
	with := sallyport.Reason{Code: sallyport.MultiStatement, Note: fmt.Sprintf("statement %d of the message may not pass, so none of it was sent", b.refused+1)}
	return b.deny(s, b.all, with)
}

// refuse notes the first statement that may not pass, and where it stands.
func (b *multi) refuse(i int, e *wire.Error) {
	if b.refused >= 0 {
		return
	}
	e.Position = utf8.RuneCount(b.text[:b.parts[i].At]) + 1
	e.Detail = fmt.Sprintf("It is statement %d of %d in the message, none of which was sent.", i+1, len(b.all))
	b.refused, b.answer = i, e
}

// deny closes those passages that are open as refused.
func (b *multi) deny(s *session, all []*exchange, why sallyport.Reason) error {
	for _, x := range all {
		if x.p == nil {
			continue // that it cannot be recorded is the answer
		}
		if x.p.Refusal() == nil {
			x.p.Deny(why)
		}
		if err := s.close(x); err != nil {
			return err
		}
	}
	return nil
}

// settled closes the passages that nothing else ended: the connection has.
func (b *multi) settled(s *session) {
	s.pipe.now = nil
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
	for i, x := range b.all {
		s.pipe.now = x
		x.Ask()
		t, p, err := s.response(x)
		if err != nil {
			return err
		}
		failed := t == wire.MsgErrorResponse
		refused, err := s.finish(x, t, p)
		if err != nil {
			return err
		}
		if refused && !s.pipe.failedUp {
			if err := b.discard(s, b.all[i+1:]); err != nil {
				return err
			}
			return s.ready(true)
		}
		if failed || refused {
			b.unrun(b.all[i+1:])
			return s.ready(refused)
		}
	}
	return s.ready(false)
}

// unrun ends the statements that the database did not come to.
func (b *multi) unrun(rest []*exchange) {
	for _, x := range rest {
		x.p.Close(guard.ErrNotRun)
	}
}

// discard throws away the responses to what stands behind a statement that was
// cut. What the database has run all the same is recorded as refused.
func (b *multi) discard(s *session, rest []*exchange) error {
	for i, x := range rest {
		s.pipe.now = x
		done, rows, err := s.drainResult()
		if err != nil {
			return err
		}
		if x.m.change {
			s.stale, s.touched = true, true
		}
		if !done {
			b.unrun(rest[i:])
			return nil
		}
		why := sallyport.Reason{Code: sallyport.MultiStatement, Note: "a statement before it in the message was cut, so its answer is kept back"}
		if x.act.Writes {
			why.Note += s.fate(x, true)
			x.p.Update(func(*sallyport.Crossing) { x.act.Affected = rows })
		}
		x.p.Deny(why)
		if err := s.close(x); err != nil {
			return err
		}
	}
	return nil
}
