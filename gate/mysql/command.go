package mysqlgate

import (
	"strconv"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// command serves one command to the end of its response. Every command has a
// verdict: those that say what a statement says too are judged as that
// statement, those that only concern the connection pass, and all others,
// known or not, are refused. The error ends the session.
func (s *session) command(h wire.Head) error {
	cmd := wire.Command(h.First)
	switch {
	case h.Len == 0:
		return s.offence("an empty packet is no command")
	case cmd == wire.ComQuit:
		return errQuit
	}
	s.cmd = cmd
	late := s.down.R.Buffered() < h.Len // it has not come whole, so the watch has to look after it
	if late {
		s.Arriving(true)
	}
	if cmd == wire.ComStmtSendLongData {
		err := s.longData(h)
		s.Arriving(false)
		return err
	}
	p, err := s.receive(cmd, h)
	if late {
		s.Arriving(false)
	}
	if p == nil {
		return err
	}
	if cmd == wire.ComChangeUser {
		return s.changeUser(p) // whatever the session was, it is no more
	}
	if s.stale {
		if err := s.askAgain(); err != nil {
			return err
		}
	}
	switch cmd {
	case wire.ComQuery:
		return s.query(p)
	case wire.ComStmtPrepare:
		return s.prepare(p)
	case wire.ComStmtExecute:
		return s.execute(p)
	case wire.ComStmtBulkExecute:
		return s.executeBulk(p)
	case wire.ComStmtFetch:
		return s.fetch(p)
	case wire.ComStmtClose:
		return s.closeStatement(p)
	case wire.ComStmtReset:
		return s.resetStatement(p)
	case wire.ComPing:
		_, err := s.pass(cmd, p, nil)
		return err
	case wire.ComInitDB:
		return s.equivalent(cmd, p, "USE "+quoted(p[1:]))
	case wire.ComCreateDB:
		return s.equivalent(cmd, p, "CREATE DATABASE "+quoted(p[1:]))
	case wire.ComDropDB:
		return s.equivalent(cmd, p, "DROP DATABASE "+quoted(p[1:]))
	case wire.ComFieldList:
		f, err := wire.DecodeFieldList(p)
		if err != nil {
			return s.offence("COM_FIELD_LIST is malformed")
		}
		return s.equivalent(cmd, p, "SHOW COLUMNS FROM "+quoted(f.Table))
	case wire.ComProcessKill:
		thread, err := wire.DecodeProcessKill(p)
		if err != nil {
			return s.offence("COM_PROCESS_KILL is malformed")
		}
		return s.equivalent(cmd, p, "KILL "+strconv.FormatUint(uint64(thread), 10))
	case wire.ComSetOption:
		return s.setOption(p)
	case wire.ComResetConnection:
		return s.reset(p)
	case wire.ComStatistics, wire.ComDebug, wire.ComShutdown, wire.ComRefresh:
		return s.administer(cmd, p)
	default:
		return s.unserved(cmd)
	}
}

// quoted is a name as SQL text writes it, whatever is in it.
func quoted(name []byte) string {
	return "`" + strings.ReplaceAll(string(name), "`", "``") + "`"
}

// oddity is the act of a command that no statement stands for.
func oddity(cmd wire.Command) *sallyport.Statement {
	return &sallyport.Statement{
		Protocol: protocol, Kind: sql.KindAdmin.String(), Kinds: []string{sql.KindAdmin.String()}, Writes: true,
		Dangers: []string{sql.DangerAdmin.String()}, Shape: cmd.String(),
	}
}

// administer serves the commands that ask or tell the server itself.
func (s *session) administer(cmd wire.Command, p []byte) error {
	x := &exchange{act: *oddity(cmd)}
	return s.cross(x, cmd, p)
}

// equivalent serves a command that does what the statement in text does, and
// is judged as it.
func (s *session) equivalent(cmd wire.Command, p []byte, text string) error {
	x := new(exchange)
	if err := s.understand(x, []byte(text)); err != nil {
		return err
	}
	return s.cross(x, cmd, p)
}

// reset serves COM_RESET_CONNECTION: the session is as new, and has to be
// asked for what that is.
func (s *session) reset(p []byte) error {
	x := &exchange{act: sallyport.Statement{
		Protocol: protocol, Kind: sql.KindSet.String(), Kinds: []string{sql.KindSet.String()}, Session: true,
		Shape: wire.ComResetConnection.String(),
	}}
	x.change = &sql.SessionChange{Opaque: true}
	x.forget = true
	return s.cross(x, wire.ComResetConnection, p)
}

// unserved refuses a command that this door does not serve.
func (s *session) unserved(cmd wire.Command) error {
	act := oddity(cmd)
	c := s.crossing(act)
	e := recoded(s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the door does not serve " + cmd.String()}), wire.ER_UNKNOWN_COM_ERROR)
	return s.answer(e)
}

// refuse records a refusal of the door's own and answers it; the session goes
// on.
func (s *session) refuse(act *sallyport.Statement, why sallyport.Reason) error {
	c := s.crossing(act)
	return s.answer(s.recorded(&c, why))
}

// answer sends one packet to the app.
func (s *session) answer(e *wire.Error) error {
	return s.appError(s.down.Send(e.Append(nil)))
}

// askAgain asks for the session's state where it is not certain any more. A
// session whose state cannot be known cannot be judged.
func (s *session) askAgain() error {
	if err := s.ask(); err != nil {
		if why := s.Ended(); why != nil {
			return why
		}
		s.d.env.Log.Warn("A session ended, since the database does not tell its state.", "door", s.d.d.Name, "error", err)
		return errLost
	}
	return nil
}
