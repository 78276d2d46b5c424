package mysqlgate

import (
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// narrowest allows one statement, which the states below prepare.
const (
	narrowest = "\n      - {who: app, tables: [shop.open], statements: [select]}\n"
	onlyText  = "SELECT n FROM open WHERE n = ?"
)

// witness is a database that notes the commands that reach it, and answers as
// one does that has one statement with one parameter and one column.
type witness struct {
	evil
	mu   sync.Mutex
	came map[wire.Command]int
	text map[string]int // commands with a statement
}

func newWitness() *witness {
	w := &witness{came: map[wire.Command]int{}, text: map[string]int{}}
	w.packet = w.note
	return w
}

func (w *witness) note(c *wire.Conn, p []byte) bool {
	cmd := wire.Command(p[0])
	w.mu.Lock()
	w.came[cmd]++
	if cmd == wire.ComQuery || cmd == wire.ComStmtPrepare {
		w.text[cmd.String()+" "+string(p[1:])]++
	}
	w.mu.Unlock()
	return answerStatement(c, p)
}

// writeColumn defines the column, or the parameter.
func writeColumn(c *wire.Conn) {
	col := wire.Column{Name: []byte("n"), Charset: 63, Length: 11, Type: wire.TypeLong}
	c.WritePacket(col.Append(nil, 0))
}

// answerStatement answers commands about the one statement: an execution that
// asks for a cursor opens one, others give no rows.
func answerStatement(c *wire.Conn, p []byte) bool {
	end := func(s wire.Status) bool { return c.Send(wire.EOF{Status: s}.Append(nil)) == nil }
	switch wire.Command(p[0]) {
	case wire.ComStmtPrepare:
		c.WritePacket(wire.PrepareOK{StatementID: 1, Columns: 1, Params: 1}.Append(nil))
		writeColumn(c)
		c.WritePacket(wire.EOF{}.Append(nil))
		writeColumn(c)
		return end(0)
	case wire.ComStmtExecute:
		c.WritePacket(wire.AppendColumnCount(nil, 1, 0))
		writeColumn(c)
		if len(p) > 5 && p[5] != 0 {
			return end(wire.StatusCursorExists)
		}
		c.WritePacket(wire.EOF{}.Append(nil))
		return end(0)
	case wire.ComStmtFetch:
		c.WritePacket([]byte{0, 0, 1, 0, 0, 0})
		return end(wire.StatusCursorExists)
	case wire.ComStmtSendLongData, wire.ComStmtClose:
		return true
	}
	return false
}

// value is a parameter of the one statement.
func value() []wire.Value {
	return []wire.Value{{ParamType: wire.ParamType{Type: wire.TypeLong}, Raw: []byte{1, 0, 0, 0}}}
}

// states brings a client that has been greeted into a state.
var states = []struct {
	name  string
	login bool // packets go on with the exchange
	in    func(c *rawClient)
}{
	{"greeted", true, func(c *rawClient) { c.greeting() }},
	{"upgraded to TLS", true, func(c *rawClient) { c.greeting(); c.tls() }},
	{"asked for another method", true, func(c *rawClient) {
		c.greeting()
		c.send((&wire.Response{Capabilities: c.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.NativePassword)}).Append(nil))
		c.read()
	}},
	{"ready", false, func(c *rawClient) { c.enter() }},
	{"prepared", false, func(c *rawClient) { c.enter(); c.prepare(onlyText) }},
	{"executed", false, func(c *rawClient) {
		c.enter()
		c.prepare(onlyText)
		c.command(wire.AppendExecute(nil, 1, 0, value(), 0))
		for range 3 {
			c.read()
		}
	}},
	{"in a result", false, func(c *rawClient) { // its rows are not read
		c.enter()
		c.prepare(onlyText)
		c.c.NewExchange()
		c.send(wire.AppendExecute(nil, 1, 0, value(), 0))
	}},
	{"with long data", false, func(c *rawClient) {
		c.enter()
		c.prepare(onlyText)
		c.c.NewExchange()
		c.send(wire.LongData{StatementID: 1, Data: []byte("1")}.Append(nil))
	}},
	{"with an open cursor", false, func(c *rawClient) {
		c.enter()
		c.prepare(onlyText)
		c.command(wire.AppendExecute(nil, 1, wire.CursorReadOnly, value(), 0))
		for range 2 {
			c.read()
		}
	}},
	{"asked to log in anew", true, func(c *rawClient) {
		c.enter()
		u := wire.ChangeUser{User: []byte("app"), AuthPlugin: []byte(wire.NativePassword)}
		c.command(u.Append(nil, rawCaps))
	}},
	{"logged in anew", false, func(c *rawClient) {
		c.enter()
		c.changeUser("app", doorPassword, "", wire.NativePassword)
	}},
}

// enter logs in as the app, in the clear.
func (r *rawClient) enter() {
	r.t.Helper()
	r.greeting()
	in := wire.Response{Capabilities: r.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
		AuthData: wire.SHA2Scramble(doorPassword, r.g.Nonce), Collation: 45}
	r.send(in.Append(nil))
	r.read()
	if p := r.read(); p[0] != wire.HeaderOK {
		r.t.Fatalf("login answered %q", p)
	}
}

// odd is what a peer may say that begins with b: nothing more, the number of the
// statement and too little, lengths and counts that lead beyond the packet.
func odd(b byte) [][]byte {
	const statement = "\x01\x00\x00\x00"
	said := make([][]byte, 0, 16)
	for _, rest := range []string{
		"", "\x00", "x", statement, statement + "\x00\x00", "\xfc\xff", "\xfd\xff\xff\xffx", "\xfe" + strings.Repeat("\xff", 8),
		statement + strings.Repeat("\xff", 8),
		statement + "\x00\x01\x00\x00\x00\x00\x01\xfd\x00\xfc\xff\xff",         // a string longer than the packet
		statement + "\x08\x01\x00\x00\x00\xfe\xff\xff\xff\xff\xff\xff\xff\x7f", // more parameters than there are
		strings.Repeat("\x00", 40), strings.Repeat("\xff", 40),
	} {
		said = append(said, append([]byte{b}, rest...))
	}
	return said
}

// TestAnythingInAnyState says every command there can be in every state of a
// connection, with everything odd behind it, in sequence and out of it. The
// door has no fault, each connection ends, and what reached the database is
// what is recorded.
func TestAnythingInAnyState(t *testing.T) {
	seen, server := new(faults), newWitness()
	h := start(t, setup{allow: narrowest, plain: true, optional: true, patient: true, port: server.listen(t), log: slog.New(seen)})
	for _, state := range states {
		t.Run(state.name, func(t *testing.T) {
			say := func(outOf uint8, packets ...[]byte) {
				c := h.raw(t)
				state.in(c)
				for _, p := range packets {
					if !state.login {
						c.c.NewExchange()
					}
					c.c.SetSequence(c.c.Sequence() + outOf)
					if c.c.Send(p) != nil {
						break // the door has ended it
					}
				}
				if err := c.nc.(*net.TCPConn).CloseWrite(); err == nil {
					c.gone()
				}
				c.nc.Close()
			}
			for b := range 256 {
				if state.login && b%16 != 0 {
					continue // no command is asked for: the lengths are what matters
				}
				said := odd(byte(b))
				say(7, said[0])
				if served(wire.Command(b)) || state.login {
					for _, p := range said {
						say(0, p)
					}
				} else {
					say(0, said...) // each is refused alike, and the session goes on
				}
			}
		})
	}
	if n := seen.n.Load(); n > 0 {
		t.Errorf("the door had %d faults", n)
	}
	server.check(t, h)
}

// served tells whether the protocol's documents know the command.
func served(cmd wire.Command) bool {
	return cmd <= wire.ComSubscribeGroup || cmd >= wire.ComStmtBulkExecute
}

// check holds what reached the database against what is recorded.
func (w *witness) check(t *testing.T, h *harness) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for cmd := range w.came {
		switch cmd {
		case wire.ComQuery, wire.ComStmtPrepare, wire.ComStmtExecute, wire.ComStmtFetch, wire.ComStmtClose, wire.ComStmtReset,
			wire.ComStmtSendLongData, wire.ComPing, wire.ComSetOption, wire.ComResetConnection:
		default:
			t.Errorf("%s reached the database", cmd)
		}
	}
	// A statement with nothing in it does nothing, and every app may say it.
	for text := range w.text {
		if !slices.Contains([]string{"COM_QUERY " + question, "COM_STMT_PREPARE " + onlyText, "COM_QUERY ", "COM_STMT_PREPARE "}, text) {
			t.Errorf("%q reached the database", text)
		}
	}
	passed := 0
	for _, e := range h.book.All() {
		if e.Act.Kind == "sql" && e.Effect == "allow" {
			passed++
		}
	}
	if want := w.came[wire.ComStmtExecute] + w.came[wire.ComResetConnection] + w.text["COM_QUERY "]; passed != want || passed == 0 {
		t.Errorf("%d statements are recorded as passed, %d reached the database", passed, want)
	}
}
