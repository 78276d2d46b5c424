package postgresgate

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// exchange is one statement on its way: a crossing and what is known of its
// response so far.
type exchange struct {
	c     sallyport.Crossing // the passage's, once there is one
	act   sallyport.Statement
	m     meaning
	path  []string // where its names are looked for
	given []uint32 // types of its parameters: see prepared
	p     *guard.Passage
	from  *portal // of an Execute
	shown *rows   // nil where nobody looks at rows
	idle  bool    // the statement is a transaction of its own
	alone bool    // and its message holds no other
	of    *cursor // that a FETCH or MOVE is of, as far as the door knows it

	behind bool // one before it in the message writes

	exchanges.Rows        // of its response, once there is a passage
	sent           uint64 // rows of a COPY that the app sent
	affected       uint64
}

// admit opens the passage. The error packet is not nil where it may not pass;
// the error is not nil only where the session has to end.
func (s *session) admit(x *exchange, out uint64) (*wire.Error, error) {
	if s.stale && s.tx == wire.TxFailed && !ends(&x.m) {
		// What it means cannot be told, and the database would not run it.
		c := s.crossing(&x.act)
		e := s.recorded(&c, sallyport.Reason{Code: sallyport.Ambiguous, Note: "the transaction has failed, so that the session's state cannot be told: end it first"})
		if e.Code == wire.CodeSyntaxError {
			e.Code = wire.CodeInFailedTransaction
		}
		return e, nil
	}
	s.trace(x, x.path)
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
	v := p.Verdict()
	s.guarded = s.guarded || v.Discreet
	if p.WantsRows() {
		x.shown = new(rows)
	}
	x.Ask()
	return nil, nil
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

// close records the outcome. What cannot be recorded is not released, and the
// session ends.
func (s *session) close(x *exchange) error {
	if err := x.p.Close(nil); err != nil {
		s.farewell(s.errorFor(err, &x.c))
		return errAnswered
	}
	return nil
}

// understand describes the statement in text. The error is why the session has
// to end.
func (s *session) understand(text []byte) (meaning, error) {
	m, err := s.d.analyst.describe(s.Gone, text, &s.sql)
	if err != nil {
		return m, s.Ended()
	}
	return m, nil
}
