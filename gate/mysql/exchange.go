package mysqlgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// exchange is one statement on its way: a crossing and what is known of its
// response so far.
type exchange struct {
	c   sallyport.Crossing // the passage's, once there is one
	act sallyport.Statement
	meaning
	p      *guard.Passage
	forget bool        // prepared statements are gone on success
	from   *prepared   // where it is an execution
	text   []byte      // of the statement, until it is sent
	rest   []*exchange // what follows it in the message
	file   []byte      // the name of the one that the database may ask for; nil for none

	attributes wire.Params // of the query, until it is sent
	shown      *rows       // nil where nobody looks at rows

	exchanges.Rows // of its response, once there is a passage
	affected       uint64
}

// query serves COM_QUERY.
func (s *session) query(p []byte) error {
	q, err := wire.DecodeQuery(p, s.caps)
	if err != nil {
		return s.offence("COM_QUERY is malformed")
	}
	if err := q.CheckAttributes(p); err != nil {
		// The database may find another text in it than the one judged here.
		return s.offence("COM_QUERY has attributes that a database may read otherwise")
	}
	x := new(exchange)
	if err := s.understand(x, q.Text); err != nil {
		return err
	}
	if x.act.Multi && s.several && s.caps.Has(wire.ClientMultiResults) && s.d.several() {
		return s.queries(q, p)
	}
	if x.act.Infile && s.caps.Has(wire.ClientLocalFiles) {
		x.file = s.d.analyst.fileOf(q.Text, &s.sql)
	}
	x.text, x.attributes = q.Text, q.Attrs
	return s.cross(x, wire.ComQuery, p)
}

// cross takes a command through the guard and, where it may pass, to the
// database and back.
func (s *session) cross(x *exchange, cmd wire.Command, p []byte) error {
	ok, err := s.admit(x, uint64(len(p)))
	if !ok {
		return err
	}
	// Every way out of here has closed the passage; this is for a panic.
	defer s.abandon(x)
	if x.text != nil && x.p.Watched() {
		s.d.analyst.NoteText(x.p, x.text, &s.sql)
		s.noteAttributes(x)
		if done, err := s.stopped(x); done {
			return err
		}
	}
	x.text, x.attributes = nil, wire.Params{}
	if err := s.send(p); err != nil {
		x.p.Close(err)
		return err
	}
	return s.respond(x, cmd)
}

// abandon closes the passage of an exchange that nothing else ended. A portal
// stays open.
func (s *session) abandon(x *exchange) {
	if x.from == nil || x.from.portal != x {
		x.p.Close(errLost)
	}
}

// send sends one command to the database. It is not held any longer than that:
// p is not valid any more. A database takes several statements in one only where
// they were told apart here: of any other text it refuses what is not one.
func (s *session) send(p []byte) error {
	if s.up.several != s.batch {
		if err := s.up.setSeveral(s.batch); err != nil {
			return s.upError(err)
		}
	}
	s.up.c.NewExchange()
	if err := s.up.c.Send(p); err != nil {
		return s.upError(err)
	}
	s.down.R.Drop()
	return nil
}

// admit opens the passage. Where it is false the app has been told; the error
// is not nil only where the session has to end.
func (s *session) admit(x *exchange, out uint64) (bool, error) {
	no, err := s.enter(x, out)
	if no != nil {
		return false, s.answer(no)
	}
	return err == nil, err
}

// enter opens the passage. The error packet is not nil where it may not pass; the
// error is not nil only where the session has to end.
func (s *session) enter(x *exchange, out uint64) (*wire.Error, error) {
	if s.discreet && quotes(x.analysis) {
		c := s.crossing(&x.act)
		return s.recorded(&c, sallyport.Reason{Code: sallyport.Inspected, Note: "the statement before it reaches guarded columns, and warnings quote values"}), nil
	}
	if no := s.unsendable(x); no != nil {
		return no, nil
	}
	s.trace(x)
	x.c = s.crossing(&x.act)
	x.c.Out.Bytes = out
	p, err := s.d.env.Guard.Open(s.base, &x.c, s.stop)
	if err != nil {
		return s.errorFor(err, &x.c), nil
	}
	x.p, x.Rows = p, exchanges.Of(p)
	if no := p.Refusal(); no != nil {
		return refusal(no.Verdict.Reason(), &x.act, p.ID()), nil
	}
	grant := p.Grant()
	if grant.Login != "" && grant.Login != s.login {
		return nil, s.cutShort(x, sallyport.Reason{Code: sallyport.PolicyChanged, At: grant.Rules[0], Note: "the rule wants another login at the database than the session has"})
	}
	if p.WantsRows() {
		x.shown = new(rows)
	}
	x.Ask()
	return nil, nil
}

// warns notes whose warnings the database tells of once x has begun: one of no
// table leaves those of the one before.
func (s *session) warns(x *exchange) {
	if len(x.act.Tables) > 0 {
		s.discreet = x.p.Verdict().Discreet
	}
}

// cutShort refuses an open crossing before anything was sent, and ends the
// session.
func (s *session) cutShort(x *exchange, why sallyport.Reason) error {
	x.p.Deny(why)
	e := refusal(why, &x.act, x.p.ID())
	if err := x.p.Close(nil); err != nil {
		e = s.errorFor(err, &x.c)
	}
	s.farewell(e)
	return errAnswered
}
