package mysqlgate

import (
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

const (
	// maxPrepared bounds the prepared statements of one session.
	maxPrepared = 1024
	// lastPrepared is what MariaDB's clients call the statement prepared last.
	lastPrepared = 0xFFFFFFFF
)

// prepared is a statement that the database holds for the session. It is
// judged at each execution: the policy may have changed.
type prepared struct {
	id      uint32
	act     sallyport.Statement // of an execution
	meaning meaning
	charset string           // of the session when it was judged
	text    int              // bytes of the statement
	long    int64            // bytes of long data that wait at the database
	types   []wire.ParamType // that the parameters had when somebody last looked at them
	longs   []bool           // the parameters that long data came for
	spoiled bool             // long data was refused, so the next execution has to be
	portal  *exchange
}

// closePortal ends the crossing of a cursor, whose rows came by fetches.
func (st *prepared) closePortal(err error) {
	if st.portal != nil {
		st.portal.p.Close(err)
		st.portal = nil
	}
}

// prepare serves COM_STMT_PREPARE. A refusal is recorded; what is allowed is
// no crossing yet, each execution is.
func (s *session) prepare(p []byte) error {
	text := p[1:]
	x := new(exchange)
	if err := s.understand(x, text); err != nil {
		return err
	}
	x.act.Prepared = true
	x.act.Varies = x.act.Literals > 0 && s.d.analyst.Varies(s.from.Name, s.Gone, text, &s.sql)
	s.last = nil
	if len(s.prepared) >= maxPrepared {
		return s.refuseCode(&x.act, wire.ER_MAX_PREPARED_STMT_COUNT_REACHED,
			sallyport.Reason{Code: sallyport.QuotaSpent, Note: "the session holds " + strconv.Itoa(maxPrepared) + " prepared statements already"})
	}
	if x.act.Infile || s.foreseen(x).Denied() { // no file is sent for what is prepared
		ok, err := s.admit(x, uint64(len(p)))
		if !ok {
			return err
		}
		x.p.Close(nil)
	}
	st := &prepared{act: x.act, meaning: x.meaning, charset: s.sql.Charset, text: len(text)}
	kind, err := s.pass(wire.ComStmtPrepare, p, func(kind wire.PacketKind, p []byte) {
		if kind != wire.KindPrepareOK {
			return
		}
		if ok, err := wire.DecodePrepareOK(p); err == nil {
			st.id, st.act.Params = ok.StatementID, int(ok.Params)
			if before := s.prepared[st.id]; before != nil {
				// Only a hostile database gives a number twice. What was open
				// by it has to be recorded all the same.
				s.dropStatement(before)
			}
			s.prepared[st.id], s.last = st, st
		}
	})
	if err == nil && kind == wire.KindErr && s.last == st {
		// It was announced and broken off: nobody can execute it.
		delete(s.prepared, st.id)
		s.last = nil
	}
	return err
}

// foreseen is the verdict that an execution would get now, without recording
// anything.
func (s *session) foreseen(x *exchange) sallyport.Verdict {
	s.trace(x)
	live := s.d.env.Live.Load()
	c := s.crossing(&x.act)
	grant, _ := live.Match(&c)
	v := live.Decide(&c, grant)
	if d, ok := live.Door(s.d.d.Name); ok && d.Mode != policy.Enforce && !v.Reason().Code.BuiltIn() {
		v.Effect = sallyport.Allow
	}
	return v
}

// statement finds the one that a packet speaks of, and writes its real number
// into the packet where the client used the one for the last.
func (s *session) statement(p []byte) (*prepared, bool) {
	id, err := wire.StatementID(p)
	if err != nil {
		return nil, false
	}
	if id != lastPrepared {
		return s.prepared[id], true
	}
	if s.last != nil {
		wire.SetStatementID(p, s.last.id)
	}
	return s.last, true
}

// unknown answers a command about a statement that the session does not have.
func (s *session) unknown(cmd wire.Command) error {
	return s.refuseCode(oddity(cmd), wire.ER_UNKNOWN_STMT_HANDLER, sallyport.Reason{Code: sallyport.Protocol, Note: "the session has no such prepared statement"})
}

// refuseCode is refuse with an error code of its own.
func (s *session) refuseCode(act *sallyport.Statement, code wire.ErrorCode, why sallyport.Reason) error {
	c := s.crossing(act)
	e := s.recorded(&c, why)
	if e.Code != wire.ER_UNKNOWN_ERROR {
		e.Code, e.State = code, code.SQLState()
	}
	return s.answer(e)
}

// execute serves COM_STMT_EXECUTE.
func (s *session) execute(p []byte) error {
	st, ok := s.statement(p)
	if !ok {
		return s.offence("COM_STMT_EXECUTE is malformed")
	}
	if ok, err := s.executable(st, wire.ComStmtExecute); !ok {
		return err
	}
	return s.executed(st, wire.ComStmtExecute, p, s.noteParams)
}

// executable tells whether the statement can be executed. Where it is false the
// app has been told.
func (s *session) executable(st *prepared, cmd wire.Command) (bool, error) {
	if st == nil {
		return false, s.unknown(cmd)
	}
	st.closePortal(nil)
	if st.spoiled {
		st.spoiled = false
		return false, s.refuseCode(&st.act, wire.ER_NET_PACKET_TOO_LARGE, sallyport.Reason{Code: sallyport.Protocol, Note: "its long data was longer than the door's `limits: statement`"})
	}
	if st.charset != s.sql.Charset {
		// After DDL the database reads the text anew, in the character set of
		// now: it may then say what nobody judged.
		return false, s.refuseCode(&st.act, wire.ER_NEED_REPREPARE, sallyport.Reason{Code: sallyport.Ambiguous, Note: "the session's character set is not the one that it was prepared in: prepare it again"})
	}
	return true, nil
}

// executed takes an execution through the guard and to the database. note shows
// its parameters to who watches.
func (s *session) executed(st *prepared, cmd wire.Command, p []byte, note func(*exchange, []byte)) error {
	x := &exchange{act: st.act, meaning: st.meaning, from: st}
	if ok, err := s.admit(x, uint64(st.text)+uint64(len(p))+uint64(st.long)); !ok {
		return err
	}
	defer s.abandon(x)
	if x.p.Watched() {
		note(x, p)
		if done, err := s.stopped(x); done {
			return err
		}
	}
	s.forgetLong(st)
	if err := s.send(p); err != nil {
		x.p.Close(err)
		return err
	}
	return s.respond(x, cmd)
}

// closeStatement serves COM_STMT_CLOSE, which has no answer.
func (s *session) closeStatement(p []byte) error {
	st, ok := s.statement(p)
	if !ok {
		return s.offence("COM_STMT_CLOSE is malformed")
	}
	if st == nil {
		return nil
	}
	s.dropStatement(st)
	return s.send(p)
}

func (s *session) dropStatement(st *prepared) {
	st.closePortal(nil)
	s.long -= st.long
	delete(s.prepared, st.id)
	if s.last == st {
		s.last = nil
	}
}

func (s *session) forgetStatements(err error) {
	for _, st := range s.prepared {
		st.closePortal(err)
	}
	clear(s.prepared)
	s.last, s.long = nil, 0
}

// resetStatement serves COM_STMT_RESET: the cursor and the long data are gone.
func (s *session) resetStatement(p []byte) error {
	st, ok := s.statement(p)
	if !ok {
		return s.offence("COM_STMT_RESET is malformed")
	}
	if st == nil {
		return s.unknown(wire.ComStmtReset)
	}
	st.closePortal(nil)
	s.forgetLong(st)
	st.spoiled = false
	_, err := s.pass(wire.ComStmtReset, p, nil)
	return err
}
