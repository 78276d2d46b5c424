package postgresgate

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// question asks for what gives statements their meaning. Everything in it is
	// qualified, so that no search_path can change what it asks.
	question = "SELECT pg_catalog.current_setting('standard_conforming_strings'), pg_catalog.current_setting('client_encoding'), " +
		"pg_catalog.array_to_json(pg_catalog.current_schemas(false)), pg_catalog.current_setting('search_path'), " +
		"pg_catalog.current_setting('role')"
	questionColumns = 5
	// asking is the name of the statement and of the portal that ask.
	asking = "sallyport asks"
	// certain is for how long the answer counts where nothing changes it: what a
	// search_path comes to changes with the schemas that others make and drop.
	certain = time.Minute
)

// unanswered is the database's error in place of an answer, such as that of a
// statement_timeout that the app has set. The transaction has failed by it.
type unanswered struct{ e *wire.Error }

// Error tells the code alone.
func (u unanswered) Error() string { return "it answers by SQLSTATE " + sqlstate(u.e.Code) }

// ask brings the session's state up to date by asking the database. Nothing else
// may be under way. Where the error is of type unanswered the conversation is
// still whole.
func (s *session) ask() error {
	found := false
	err := s.inquire(question, wire.Formats{}, func(row []byte) error {
		if found = s.answered(row); !found {
			return errors.New("the database gave no usable answer")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return errors.New("the database gave no answer")
	}
	s.stale, s.asked = false, time.Now()
	return nil
}

func (s *session) answered(row []byte) bool {
	cells := wire.RowCells(row)
	var text [questionColumns]string
	for cells.Next() && cells.Index() < questionColumns {
		if cells.Null() {
			return false
		}
		text[cells.Index()] = string(cells.Value())
	}
	var path []string
	if cells.Err() != nil || cells.Len() != questionColumns || json.Unmarshal([]byte(text[2]), &path) != nil {
		return false
	}
	path = slices.DeleteFunc(path, ownOrServers)
	s.sql.NonConformingStrings = text[0] != "on"
	s.sql.Charset, s.path, s.sql.SearchPath, s.sql.Role = text[1], path, text[3], text[4]
	s.tell()
	return true
}

// ownOrServers are the schemas of a search_path in which no table of others is
// that an unqualified name could mean: the session's own temporary ones, and the
// server's, whose names all begin with pg_.
func ownOrServers(schema string) bool {
	return schema == "pg_catalog" || strings.HasPrefix(schema, "pg_temp")
}

// tell makes the state that is recorded with each crossing.
func (s *session) tell() {
	s.context = sallyport.SQLContext{Database: s.sql.Database, Charset: s.sql.Charset, Server: s.sql.Version}
	if s.sql.Role != "none" {
		s.context.Role = s.sql.Role
	}
	if s.sql.NonConformingStrings {
		s.context.Mode = "standard_conforming_strings=off"
	}
}

// heed takes over what the database itself reports of the session.
func (s *session) heed(p wire.Parameter) {
	switch p.Name {
	case "server_version":
		s.sql.Version = p.Value
	case "client_encoding":
		s.sql.Charset = p.Value
	case "standard_conforming_strings":
		s.sql.NonConformingStrings = p.Value != "on"
	case "search_path", "session_authorization", "is_superuser":
		s.stale = true // what it comes to has to be asked for
		return
	default:
		return
	}
	s.tell()
}

// beCertain makes sure that the next message of a pipeline can be judged. Where
// it cannot be the app has been told, and the pipeline skips.
func (s *session) beCertain() error {
	_, err := s.certainFor(wire.MsgParse)
	return err
}

// certainFor makes sure that a message can be judged. A session whose state
// cannot be known cannot be judged: after a transaction has failed nobody can ask
// until it ends, so only what ends it is let pass. It is false where the message
// has been answered.
func (s *session) certainFor(t wire.MessageType) (bool, error) {
	stale := s.stale || time.Since(s.asked) >= certain
	if !stale && !s.cursors.doubted {
		return true, nil
	}
	if err := s.drain(); err != nil || s.pipe.skip {
		return false, err
	}
	if s.tx == wire.TxFailed {
		return true, nil
	}
	var err error
	if stale {
		err = s.ask()
	}
	if err == nil {
		err = s.askCursors()
	}
	if err == nil {
		return true, nil
	}
	if u, ok := err.(unanswered); ok {
		s.stale = true
		c := s.crossing(oddity(wire.Frontend.Name(t)))
		e := s.recorded(&c, sallyport.Reason{Code: sallyport.Ambiguous, Note: "the database does not tell the session's state: " + u.Error()})
		if code := sqlstate(u.e.Code); code != "" && e.Code == wire.CodeSyntaxError {
			e.Code = code
		}
		return false, s.answer(t, e)
	}
	if why := s.Ended(); why != nil {
		return false, why
	}
	s.d.env.Log.Warn("A session ended, since the database does not tell its state.", "door", s.d.d.Name, "error", err)
	return false, errLost
}

// ends tells whether a statement is one that a failed transaction takes.
func ends(m *meaning) bool {
	return m.act.Kind == "transaction" && (strings.HasPrefix(m.detail, "rollback") || m.detail == "commit")
}
