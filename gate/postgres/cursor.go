package postgresgate

import (
	"errors"
	"reflect"
	"slices"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// maxCursors bounds the cursors that a session is known to have.
	maxCursors = 64
	// maxCursorName is in bytes. A longer name the server may have cut.
	maxCursorName = 62
)

// cursors are those that SQL text has declared, by their names: a FETCH is judged
// as its DECLARE was. What a name stands for by now can hang on savepoints, on the
// names of the protocol's portals, and on stored code that nobody has read. So
// nothing is believed of it: the database is asked whether it is the same cursor,
// wherever anything has run since that could have made it another.
type cursors struct {
	known   map[string]*cursor
	doubted bool // the database has to be asked before the next message is judged
}

// cursor is one that is known.
type cursor struct {
	act      sallyport.Statement // of its DECLARE
	analysis *sql.Analysis
	path     []string
	given    []uint32
	policy   sallyport.Digest // that its DECLARE was judged by
	made     string           // when, as the database says; "" where it has not been asked yet
	sure     bool             // nothing has run since the database said so
	alone    bool             // its DECLARE was a transaction and a message of its own
}

func (m *meaning) declares() bool {
	return m.act.Kind == sql.KindCursor.String() && m.detail == "declare"
}

func (m *meaning) fetches() bool {
	return m.act.Kind == sql.KindCursor.String() && (m.detail == "fetch" || m.detail == "move")
}

// of is the cursor that a statement fetches from, nil for none.
func (k *cursors) of(m *meaning) *cursor {
	if !m.fetches() {
		return nil
	}
	return k.known[m.cursor]
}

// lookUp finds the cursor of a FETCH or MOVE, which is then judged as its DECLARE
// was. It is false where the message, of type t, has been answered.
func (s *session) lookUp(x *exchange, t wire.MessageType) (bool, error) {
	if !x.m.fetches() {
		return true, nil
	}
	// What is under way may declare it, or close it.
	if err := s.drain(); err != nil || s.pipe.skip {
		return false, err
	}
	c := s.cursors.of(&x.m)
	if c == nil {
		return true, nil
	}
	if !c.sure {
		s.cursors.doubted = true
		if certain, err := s.certainFor(t); err != nil || !certain {
			return false, err
		}
		if c = s.cursors.of(&x.m); c == nil || !c.sure {
			return true, nil
		}
	}
	x.of = c
	act := &x.act
	act.Kinds, act.Tables, act.Columns = c.act.Kinds, c.act.Tables, c.act.Columns
	act.Functions, act.Dangers, act.Writes = c.act.Functions, c.act.Dangers, c.act.Writes
	return true, nil
}

// lineageOf is where the rows of a cursor come from. They are those of the
// database as it was at the DECLARE, so names are taken for what they meant then:
// by the policy of then, or in a catalogue that has not changed. It is unknown
// where what it reads may be another by now.
func (s *session) lineageOf(c *cursor) *sallyport.Lineage {
	then := c.act.Lineage
	held, err := s.d.catalogue.Snapshot(s.Gone)
	if err != nil || then == nil {
		return nil
	}
	if held.Version() == then.Catalogue {
		return then
	}
	now := *held.Lineage(c.analysis, append([]string{"pg_catalog"}, c.path...), c.given...)
	now.Catalogue = then.Catalogue
	if s.d.env.Live.Load().Digest() == c.policy && reflect.DeepEqual(&now, then) {
		return then
	}
	return &sallyport.Lineage{Unknown: "what its cursor reads has changed since the DECLARE", Catalogue: held.Version()}
}

// shake says that a message is sent which may put others in the place of all
// cursors but one.
func (k *cursors) shake(but *cursor) {
	for name, c := range k.known {
		if c.made == "" {
			delete(k.known, name)
		}
		c.sure = c.sure && c == but
	}
}

// followed says that a statement has ended. Where a DECLARE stood before it in the
// same message, the time at which its cursor was made is not its own.
func (k *cursors) followed() {
	for name, c := range k.known {
		if c.made == "" {
			delete(k.known, name)
		}
	}
}

// over is the end of a transaction, or its failure. What runs when it is committed
// does so at the time of the message before, whose DECLARE it may imitate.
func (k *cursors) over(status wire.TxStatus) {
	for name, c := range k.known {
		if c.made == "" && !(c.alone && status == wire.TxIdle) {
			delete(k.known, name)
		}
		c.sure = false
	}
}

// replaced forgets a name that the protocol's Bind or Close is about: portals
// share theirs with cursors.
func (k *cursors) replaced(name string) { delete(k.known, name) }

// heed takes in a statement that has succeeded.
func (k *cursors) heed(x *exchange) {
	switch {
	case x.m.declares():
		k.declared(x)
	case x.act.Kind == sql.KindCursor.String() && x.m.detail == "close":
		if delete(k.known, x.m.cursor); x.m.cursor == "" {
			clear(k.known)
		}
	}
}

// declared takes in a cursor that was made. Those whose names the server may have
// folded or cut otherwise than the door are left out.
func (k *cursors) declared(x *exchange) {
	name := x.m.cursor
	delete(k.known, name)
	foreign := slices.ContainsFunc([]byte(name), func(b byte) bool { return b >= 0x80 })
	if name == "" || len(name) > maxCursorName || foreign || len(k.known) >= maxCursors {
		return
	}
	if k.known == nil {
		k.known = map[string]*cursor{}
	}
	k.known[name] = &cursor{
		act: x.act, analysis: x.m.analysis, path: x.path, given: x.given,
		policy: x.p.Verdict().Policy, alone: x.alone,
	}
	k.doubted = true
}

// cursorQuestion asks for the cursors that there are. The time at which one was
// made is that of the message, and tells it from any other of its name.
const cursorQuestion = "SELECT name, creation_time FROM pg_catalog.pg_cursors"

// askCursors asks the database which of the cursors there still are.
func (s *session) askCursors() error {
	k := &s.cursors
	if !k.doubted {
		return nil
	}
	k.doubted = false
	if len(k.known) == 0 {
		return nil
	}
	for _, c := range k.known {
		c.sure = false
	}
	// In binary the time is exact, whatever the session's settings are.
	err := s.inquire(cursorQuestion, wire.NewFormats(wire.FormatBinary), k.answered)
	if err != nil {
		clear(k.known)
		return err
	}
	for name, c := range k.known {
		if !c.sure {
			delete(k.known, name)
		}
	}
	return nil
}

// answered takes in a row of the answer.
func (k *cursors) answered(row []byte) error {
	cells := wire.RowCells(row)
	var text [2]string
	for i := 0; cells.Next() && i < len(text); i++ {
		text[i] = string(cells.Value())
	}
	if cells.Err() != nil || cells.Len() != len(text) || text[1] == "" {
		return errors.New("the database gave no usable answer")
	}
	if c := k.known[text[0]]; c != nil {
		if c.made == "" {
			c.made = text[1]
		}
		c.sure = c.made == text[1]
	}
	return nil
}
