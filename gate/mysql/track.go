package mysqlgate

import (
	"errors"
	"strconv"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// question asks for what gives statements their meaning.
const question = "SELECT @@sql_mode, @@character_set_client, DATABASE()"

// ask brings the session's state up to date by asking the database. Nothing
// of it reaches the app.
func (s *session) ask() error {
	found := false
	status, err := s.up.rows(question, func(cells [][]byte) error {
		if found = s.answered(cells); !found {
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
	s.status = status
	s.stale = false
	return nil
}

func (s *session) answered(cells [][]byte) bool {
	if len(cells) != 3 || cells[0] == nil || cells[1] == nil {
		return false
	}
	s.sql.SetSQLMode(string(cells[0]))
	s.sql.Charset, s.sql.Database = string(cells[1]), string(cells[2])
	s.tell()
	return true
}

// tell makes the state that is recorded with each crossing.
func (s *session) tell() {
	s.context = sallyport.SQLContext{
		Database: s.sql.Database, Mode: s.sql.SQLMode, Charset: s.sql.Charset, Server: s.sql.Version,
	}
}

// changed takes over what a statement changed, after the database said OK.
func (s *session) changed(c *sql.SessionChange) {
	if c == nil {
		return
	}
	if !c.Apply(&s.sql) {
		s.stale = true
	}
	s.tell()
}

// heed takes over what an OK packet itself says of the session, and notices
// where the database reads backslashes otherwise than it was thought to.
func (s *session) heed(ok *wire.OK) {
	if len(ok.Session) == 0 {
		return
	}
	err := wire.EachSessionChange(ok.Session, func(t wire.SessionChange, data []byte) {
		switch t {
		case wire.SessionSchema:
			if name, n := wire.LenencString(data); n > 0 && string(name) != s.sql.Database {
				s.sql.Database = string(name)
				s.tell()
			}
		case wire.SessionSystemVariables:
			s.heedVariables(data)
		}
	})
	if err != nil {
		s.stale = true
	}
}

func (s *session) heedVariables(data []byte) {
	for len(data) > 0 {
		name, n := wire.LenencString(data)
		value, m := wire.LenencString(data[n:])
		if n == 0 || m == 0 {
			s.stale = true
			return
		}
		data = data[n+m:]
		switch string(name) {
		case "sql_mode":
			s.sql.SetSQLMode(string(value))
			s.tell()
		case "character_set_client":
			s.sql.Charset = string(value)
			s.tell()
		}
	}
}

// settle notes the status after a response. A server that says otherwise than
// the session is thought to be has to be asked.
func (s *session) settle(status wire.Status) {
	s.status = status
	if status.Has(wire.StatusNoBackslashEscapes) != s.sql.NoBackslashEscapes || status.Has(wire.StatusDBDropped) {
		s.stale = true
	}
}

// codeWord is an error code as it stands in a record; "" for none.
func codeWord(c wire.ErrorCode) string {
	if c == 0 {
		return ""
	}
	return strconv.Itoa(int(c))
}
