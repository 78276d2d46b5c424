package mysqlgate

import (
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// liar is a database that answers as it should until it is armed; from then on
// it says, at one point of the conversation, one packet that it should not, and
// ends the connection.
type liar struct {
	evil
	mu      sync.Mutex
	armed   bool
	last    bool // what is written now is the end
	point   string
	lie     lie
	reached int // judged commands
}

// lie is one packet of a database.
type lie struct {
	payload []byte
	seq     uint8 // is added to its number
	short   bool  // its last byte does not come
}

// Points of the conversation.
const (
	atGreeting = "greeting"
	atLogin    = "login"
	atMore     = "authentication data"
	atQuestion = "question for the session's state"
	atQuery    = "query"
	atColumns  = "columns"
	atRows     = "rows"
	atPrepare  = "prepare"
	atParams   = "parameters"
	atExecute  = "execution"
	atFetch    = "fetch"
	atReset    = "reset of a statement"
	atPing     = "ping"
	atFields   = "list of fields"
)

func newLiar() *liar {
	l := new(liar)
	l.odd = func() bool { return l.lies(atGreeting) || l.lies(atLogin) || l.lies(atMore) }
	l.greet = func(c *wire.Conn) error {
		if l.lies(atGreeting) {
			return l.say(c)
		}
		g := wire.Greeting{ServerVersion: "8.0.36", Nonce: wire.NewNonce(wire.NonceSize), Capabilities: evilCaps, Collation: 45, AuthPlugin: wire.NativePassword}
		c.Send(g.Append(nil))
		if _, err := c.ReadPacket(); err != nil {
			return err
		}
		if l.lies(atMore) {
			c.Send((&wire.AuthSwitch{Plugin: wire.CachingSHA2Password, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil))
			if _, err := c.ReadPacket(); err != nil {
				return err
			}
			c.Send(wire.AppendAuthMore(nil, wire.SHA2FastAuthOK))
		}
		return l.say(c)
	}
	l.wrap = func(nc net.Conn) net.Conn { return &lastWord{nc, l} }
	l.packet = l.answers
	return l
}

// answers takes a command as far as to the point of the lie, if it leads there.
func (l *liar) answers(c *wire.Conn, p []byte) bool {
	cmd := wire.Command(p[0])
	asked := cmd == wire.ComQuery && string(p[1:]) == question
	own := asked || strings.HasPrefix(string(p[1:]), "KILL ") // the gateway's
	if cmd == wire.ComStmtExecute || cmd == wire.ComFieldList || cmd == wire.ComQuery && !own {
		l.mu.Lock()
		l.reached++
		l.mu.Unlock()
	}
	switch {
	case asked && l.lies(atQuestion), cmd == wire.ComStmtPrepare && l.lies(atPrepare), cmd == wire.ComStmtExecute && l.lies(atExecute),
		cmd == wire.ComStmtFetch && l.lies(atFetch), cmd == wire.ComStmtReset && l.lies(atReset), cmd == wire.ComPing && l.lies(atPing),
		cmd == wire.ComFieldList && l.lies(atFields), cmd == wire.ComQuery && !own && l.lies(atQuery):
	case cmd == wire.ComQuery && !own && (l.lies(atColumns) || l.lies(atRows)):
		c.WritePacket(wire.AppendColumnCount(nil, 1, 0))
		if l.lies(atRows) {
			writeColumn(c)
			c.WritePacket(wire.EOF{}.Append(nil))
		}
	case cmd == wire.ComStmtPrepare && l.lies(atParams):
		c.WritePacket(wire.PrepareOK{StatementID: 1, Columns: 1, Params: 1}.Append(nil))
	default:
		return answerStatement(c, p)
	}
	l.say(c)
	return true
}

func (l *liar) lies(point string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.armed && l.point == point
}

// arm makes it lie from now on; the zero lie disarms it.
func (l *liar) arm(point string, what lie) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed, l.point, l.lie, l.last = point != "", point, what, false
}

func (l *liar) say(c *wire.Conn) error {
	l.mu.Lock()
	what := l.lie
	l.mu.Unlock()
	c.SetSequence(c.Sequence() + what.seq)
	c.WritePacket(what.payload)
	l.mu.Lock()
	l.last = true
	l.mu.Unlock()
	return c.W.Flush()
}

// lastWord ends the connection behind what the liar said.
type lastWord struct {
	net.Conn
	l *liar
}

// Write implements net.Conn.
func (w *lastWord) Write(b []byte) (int, error) {
	w.l.mu.Lock()
	last, short := w.l.last, w.l.lie.short
	w.l.mu.Unlock()
	if !last {
		return w.Conn.Write(b)
	}
	defer w.Conn.Close()
	if short {
		b = b[:len(b)-1]
	}
	return w.Conn.Write(b)
}

// lies are packets that lead astray at some point: of every kind, cut, longer
// than they say, shorter than they say, and out of sequence.
func lies() (all []lie) {
	add := func(p []byte) { all = append(all, lie{payload: p}) }
	for b := range 256 {
		switch {
		case b < 4, b > 0xf9:
			for _, p := range odd(byte(b)) {
				add(p)
			}
		case b%8 == 0:
			add([]byte{byte(b)})
		}
	}
	for _, whole := range [][]byte{
		(&wire.OK{AffectedRows: 300, Status: wire.StatusMoreResultsExists}).Append(nil, 0), wire.NewError(1064, "no").Append(nil),
		wire.EOF{Status: wire.StatusCursorExists}.Append(nil), wire.PrepareOK{StatementID: 1, Columns: 0xffff, Params: 0xffff}.Append(nil),
		(&wire.AuthSwitch{Plugin: wire.NativePassword, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil),
		(&wire.Column{Name: []byte("n"), Type: wire.TypeLong}).Append(nil, 0), append([]byte{wire.HeaderLocalInfile}, "/etc/hostname"...),
	} {
		for i := range whole {
			add(whole[:i])
		}
		all = append(all, lie{payload: whole}, lie{payload: whole, seq: 1}, lie{payload: whole, seq: 200}, lie{payload: whole, short: true})
	}
	return all
}

// provoke leads a client from a state of the session to the point.
var provoke = []struct {
	point string
	anew  bool // in a login anew
	in    func(c *rawClient)
	send  [][]byte
}{
	{atGreeting, false, nil, nil}, {atLogin, false, nil, nil}, {atMore, false, nil, nil}, {atQuestion, false, nil, nil},
	{atGreeting, true, nil, nil}, {atLogin, true, nil, nil}, {atMore, true, nil, nil}, {atQuestion, true, nil, nil},
	{atQuery, false, nil, [][]byte{wire.AppendQuery(nil, "SELECT 1", 0)}},
	{atColumns, false, nil, [][]byte{wire.AppendQuery(nil, "SELECT 1", 0)}},
	{atRows, false, nil, [][]byte{wire.AppendQuery(nil, "SELECT 1", 0)}},
	{atPrepare, false, nil, [][]byte{wire.AppendCommand(nil, wire.ComStmtPrepare, onlyText), wire.AppendExecute(nil, 1, 0, value(), 0)}},
	{atParams, false, nil, [][]byte{wire.AppendCommand(nil, wire.ComStmtPrepare, onlyText)}},
	{atExecute, false, func(c *rawClient) { c.prepare(onlyText) }, [][]byte{wire.AppendExecute(nil, 1, wire.CursorReadOnly, value(), 0), wire.Fetch{StatementID: 1, Rows: 1}.Append(nil)}},
	{atFetch, false, func(c *rawClient) { c.prepare(onlyText) }, [][]byte{wire.AppendExecute(nil, 1, wire.CursorReadOnly, value(), 0), wire.Fetch{StatementID: 1, Rows: 1}.Append(nil)}},
	{atReset, false, func(c *rawClient) { c.prepare(onlyText) }, [][]byte{wire.LongData{StatementID: 1, Data: []byte("1")}.Append(nil), wire.AppendStatementCommand(nil, wire.ComStmtReset, 1)}},
	{atPing, false, nil, [][]byte{{byte(wire.ComPing)}}},
	{atFields, false, nil, [][]byte{wire.AppendCommand(nil, wire.ComFieldList, "open\x00")}},
}

// TestAnyAnswerAtAnyPoint has a database lie at every point of the conversation.
// The door has no fault, each connection ends, and what reached the database is
// recorded once.
func TestAnyAnswerAtAnyPoint(t *testing.T) {
	seen, server := new(faults), newLiar()
	h := start(t, setup{allow: openPolicy, plain: true, optional: true, port: server.listen(t), log: slog.New(seen)})
	if _, err := h.door.greets(t.Context()); err != nil {
		t.Fatal(err)
	}
	honest := h.door.known.server
	for _, way := range provoke {
		name := way.point
		if way.anew {
			name += ", anew"
		}
		t.Run(name, func(t *testing.T) {
			for _, what := range lies() {
				h.door.known.learned(honest) // it is not asked again, so the session's own login meets the lie
				server.arm("", lie{})
				c := h.raw(t)
				if first := way.send == nil && !way.anew; first {
					server.arm(way.point, what)
					c.greeting()
					c.c.Send((&wire.Response{Capabilities: c.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
						AuthData: wire.SHA2Scramble(doorPassword, c.g.Nonce), Collation: 45}).Append(nil))
				} else {
					c.enter()
					if way.in != nil {
						way.in(c)
					}
					server.arm(way.point, what)
				}
				if way.anew {
					u := wire.ChangeUser{User: []byte("app"), AuthPlugin: []byte(wire.NativePassword)}
					ask, err := wire.DecodeAuthSwitch(c.command(u.Append(nil, rawCaps)))
					if err != nil {
						t.Fatal(err)
					}
					c.send(wire.NativeScramble(doorPassword, ask.Nonce))
				}
				for _, p := range append(way.send, []byte{byte(wire.ComQuit)}) {
					c.c.NewExchange()
					c.c.Send(p)
				}
				c.gone()
				c.nc.Close()
			}
		})
	}
	if n := seen.n.Load(); n > 0 {
		t.Errorf("the door had %d faults", n)
	}
	h.end() // what is recorded behind the last word is recorded now
	recorded := 0
	for _, e := range h.book.All() {
		if e.Act.Kind == "sql" && e.Act.Verb != "admin" && !strings.Contains(e.Text, `"code":"protocol"`) {
			recorded++
		}
	}
	if server.reached == 0 || recorded != server.reached {
		t.Errorf("%d statements reached the database, %d are recorded", server.reached, recorded)
	}
}
