package mysqlgate

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testpki"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// evil is a database that behaves as none should, made of the codec.
type evil struct {
	t      testing.TB
	ln     net.Listener
	tls    *tls.Config
	caps   wire.Capability
	greet  func(c *wire.Conn) error                   // in place of a greeting
	early  []byte                                     // behind the greeting, ahead of TLS
	odd    func() bool                                // whether greet and auth hold for a connection; nil for all
	auth   func(c *wire.Conn) error                   // in place of the OK of a login
	answer func(c *wire.Conn, q string) (bool, error) // to a statement; false for the ordinary way
	packet func(c *wire.Conn, p []byte) bool          // to a command; false for the ordinary way
	wrap   func(net.Conn) net.Conn                    // around the connection; nil for none
	ended  sync.WaitGroup
}

// listen starts the server; it ends with the test.
func (e *evil) listen(t testing.TB) (port string) {
	t.Helper()
	e.t = t
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.ln = ln
	t.Cleanup(func() {
		ln.Close()
		e.ended.Wait()
	})
	e.ended.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			e.ended.Go(func() {
				defer c.Close()
				e.serve(c)
			})
		}
	})
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

const evilCaps = wire.ClientLongPassword | wire.ClientProtocol41 | wire.ClientSecureConnection | wire.ClientPluginAuth | wire.ClientTransactions |
	wire.ClientConnectWithDB | wire.ClientDeprecateEOF | wire.ClientMultiResults | wire.ClientPluginAuthLenencData | wire.ClientLocalFiles

func (e *evil) serve(nc net.Conn) error {
	if e.wrap != nil {
		nc = e.wrap(nc)
	}
	c := wire.NewConn(nc, 1<<20)
	if e.greet != nil && (e.odd == nil || e.odd()) {
		return e.greet(c)
	}
	caps := evilCaps | e.caps
	if e.tls != nil {
		caps |= wire.ClientSSL
	}
	g := wire.Greeting{ServerVersion: "8.0.36", ThreadID: 7, Nonce: wire.NewNonce(wire.NonceSize), Capabilities: caps, Collation: 45,
		Status: wire.StatusAutocommit, AuthPlugin: wire.NativePassword}
	first := g.Append(nil)
	if err := c.WritePacket(first); err != nil {
		return err
	}
	if len(e.early) > 0 {
		if err := c.WritePacket(e.early); err != nil {
			return err
		}
		c.SetSequence(1)
	}
	if err := c.W.Flush(); err != nil {
		return err
	}
	c.R.SetExact(true)
	p, err := c.ReadPacket()
	if err != nil {
		return err
	}
	if e.tls != nil {
		if err := c.Upgrade(tls.Server(nc, e.tls)); err != nil {
			return err
		}
		if p, err = c.ReadPacket(); err != nil {
			return err
		}
	}
	c.R.SetExact(false)
	r, err := wire.DecodeResponse(p, caps)
	if err != nil {
		return err
	}
	caps &= r.Capabilities
	if e.auth != nil && (e.odd == nil || e.odd()) {
		return e.auth(c)
	}
	if err := c.Send((&wire.OK{Status: wire.StatusAutocommit}).Append(nil, caps)); err != nil {
		return err
	}
	for {
		c.NewExchange()
		p, err := c.ReadPacket()
		if err != nil {
			return err
		}
		if wire.Command(p[0]) == wire.ComQuit {
			return nil
		}
		if e.packet != nil && e.packet(c, p) {
			continue
		}
		if err := e.reply(c, p, caps); err != nil {
			return err
		}
	}
}

func (e *evil) reply(c *wire.Conn, p []byte, caps wire.Capability) error {
	if wire.Command(p[0]) != wire.ComQuery {
		return c.Send((&wire.OK{Status: wire.StatusAutocommit}).Append(nil, caps))
	}
	q, err := wire.DecodeQuery(p, caps)
	if err != nil {
		return err
	}
	cells := []string{"1"}
	if string(q.Text) == question {
		cells = []string{"", "utf8mb4", "shop"}
	} else if e.answer != nil && !strings.HasPrefix(string(q.Text), "KILL ") {
		if done, err := e.answer(c, string(q.Text)); done || err != nil {
			return err
		}
	}
	var row wire.RowBuilder
	c.WritePacket(wire.AppendColumnCount(nil, len(cells), caps))
	row.StartText(len(cells))
	for _, cell := range cells {
		col := wire.Column{Name: []byte("c"), Charset: 45, Length: 1 << 10, Type: wire.TypeVarString}
		c.WritePacket(col.Append(nil, caps))
		row.Text([]byte(cell))
	}
	if !caps.Has(wire.ClientDeprecateEOF) {
		c.WritePacket(wire.EOF{Status: wire.StatusAutocommit}.Append(nil))
	}
	payload, err := row.Row()
	if err != nil {
		return err
	}
	c.WritePacket(payload)
	if !caps.Has(wire.ClientDeprecateEOF) {
		return c.Send(wire.EOF{Status: wire.StatusAutocommit}.Append(nil))
	}
	return c.Send((&wire.OK{EOF: true, Status: wire.StatusAutocommit}).Append(nil, caps))
}

func TestHostileDatabaseAtLogin(t *testing.T) {
	ca, err := testpki.NewCA("somebody else")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := pair.TLS()
	if err != nil {
		t.Fatal(err)
	}
	stranger := &tls.Config{Certificates: []tls.Certificate{cert}}
	ask := func(plugin string) func(*wire.Conn) error {
		return func(c *wire.Conn) error {
			c.Send((&wire.AuthSwitch{Plugin: plugin, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil))
			p, err := c.ReadPacket()
			if err == nil {
				t.Errorf("asked for %s, the gateway answered %q", plugin, p)
			}
			return err
		}
	}
	for _, tc := range []struct {
		name    string
		server  *evil
		plain   bool
		finding string
	}{
		{"no TLS", &evil{}, false, "no-tls"},
		{"bytes ahead of TLS", &evil{tls: stranger, early: []byte{0, 0, 0, 2, 0, 0, 0}}, false, "early-bytes"},
		{"a stranger's certificate", &evil{tls: stranger}, false, "tls"},
		{"asks for the password in clear", &evil{auth: ask(wire.ClearPassword)}, true, "auth-downgrade"},
		{"asks for the old hash", &evil{auth: ask(wire.OldPassword)}, true, "auth-downgrade"},
		{"asks for what nobody knows", &evil{auth: ask("dialog")}, true, "auth-downgrade"},
		{"asks again and again", &evil{auth: func(c *wire.Conn) error {
			for {
				if err := c.Send((&wire.AuthSwitch{Plugin: wire.NativePassword, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil)); err != nil {
					return err
				}
				if _, err := c.ReadPacket(); err != nil {
					return err
				}
			}
		}}, true, "auth-downgrade"},
		{"asks after the fast way", &evil{auth: func(c *wire.Conn) error {
			c.Send((&wire.AuthSwitch{Plugin: wire.CachingSHA2Password, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil))
			c.ReadPacket()
			c.Send(wire.AppendAuthMore(nil, wire.SHA2FastAuthOK))
			return c.Send((&wire.AuthSwitch{Plugin: wire.NativePassword, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil))
		}}, true, "auth-downgrade"},
		{"goes on talking", &evil{auth: func(c *wire.Conn) error {
			c.WritePacket((&wire.OK{}).Append(nil, evilCaps))
			return c.Send((&wire.OK{}).Append(nil, evilCaps))
		}}, true, "protocol"},
		{"no greeting", &evil{greet: func(c *wire.Conn) error { return c.Send([]byte("HTTP/1.1 400 Bad Request")) }}, true, "malformed"},
		{"an endless greeting", &evil{greet: func(c *wire.Conn) error { return c.Send(make([]byte, 1<<20)) }}, true, ""},
		{"closes", &evil{greet: func(c *wire.Conn) error { return nil }}, true, ""},
		{"an empty packet", &evil{auth: func(c *wire.Conn) error { return c.Send(nil) }}, true, "malformed"},
		{"refuses by name", &evil{auth: func(c *wire.Conn) error {
			return c.Send(wire.NewError(wire.ER_ACCESS_DENIED_ERROR, "Access denied for user 'secretname'@'host'").Append(nil))
		}}, true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := start(t, setup{allow: openPolicy, plain: tc.plain, port: tc.server.listen(t)})
			err := open(t, h.config()).PingContext(t.Context())
			var e *driver.MySQLError
			if !errors.As(err, &e) || e.Number != 3168 || strings.Contains(e.Message, "secretname") || strings.Contains(e.Message, h.db.User) {
				t.Fatalf("the app got %v", err)
			}
			last := h.book.Last(t, "logon")
			if last.Code() != "upstream" || strings.Contains(last.Text, "secretname") {
				t.Errorf("recorded as %s", last.Text)
			}
			if tc.finding != "" && (len(last.Finds) != 1 || last.Finds[0].Code != tc.finding) {
				t.Errorf("found %v, want %s", last.Finds, tc.finding)
			}
		})
	}
}

func TestHostileDatabaseInASession(t *testing.T) {
	file := append([]byte{wire.HeaderLocalInfile}, "/etc/passwd"...)
	for _, tc := range []struct {
		name    string
		answer  func(c *wire.Conn, q string) (bool, error)
		reason  string
		finding string
	}{
		{"asks for a file", func(c *wire.Conn, q string) (bool, error) {
			c.Send(file)
			p, err := c.ReadPacket()
			if err != nil || len(p) != 0 {
				t.Errorf("the request for a file was answered %q, %v", p, err)
			}
			return true, c.Send((&wire.OK{}).Append(nil, evilCaps))
		}, "local-file", "local-infile"},
		{"asks for a file behind rows", func(c *wire.Conn, q string) (bool, error) {
			c.WritePacket((&wire.OK{Status: wire.StatusMoreResultsExists}).Append(nil, evilCaps))
			c.Send(file)
			c.ReadPacket()
			return true, io.EOF
		}, "local-file", "local-infile"},
		{"a malformed answer", func(c *wire.Conn, q string) (bool, error) {
			return true, c.Send([]byte{0xfe, 1, 2, 3})
		}, "upstream", "malformed"},
		{"an empty answer", func(c *wire.Conn, q string) (bool, error) { return true, c.Send(nil) }, "upstream", "malformed"},
		{"out of sequence", func(c *wire.Conn, q string) (bool, error) {
			c.SetSequence(9)
			return true, c.Send((&wire.OK{}).Append(nil, evilCaps))
		}, "upstream", "malformed"},
		{"asks to authenticate again", func(c *wire.Conn, q string) (bool, error) {
			return true, c.Send((&wire.AuthSwitch{Plugin: wire.ClearPassword, Nonce: wire.NewNonce(wire.NonceSize)}).Append(nil))
		}, "upstream", "malformed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := &evil{answer: tc.answer}
			h := start(t, setup{allow: openPolicy, plain: true, port: server.listen(t)})
			c := h.conn(func(c *driver.Config) { c.AllowAllFiles = true })
			_, err := c.ExecContext(t.Context(), "SELECT 1")
			var e *driver.MySQLError
			if !errors.As(err, &e) || !strings.Contains(e.Message, "refused by sallyport: "+tc.reason) {
				t.Errorf("the app got %v", err)
			}
			last := h.book.Last(t, "sql")
			if last.Code() != tc.reason || len(last.Finds) != 1 || last.Finds[0].Code != tc.finding || last.Effect != "deny" {
				t.Errorf("recorded as %s", last.Text)
			}
			if err := c.PingContext(t.Context()); err == nil {
				t.Error("the session goes on")
			}
		})
	}
	t.Run("closes amid a result", func(t *testing.T) {
		server := &evil{answer: func(c *wire.Conn, q string) (bool, error) {
			c.Send(wire.AppendColumnCount(nil, 1, evilCaps))
			return true, io.EOF
		}}
		h := start(t, setup{allow: openPolicy, plain: true, port: server.listen(t)})
		c := h.conn()
		_, err := rowsOf(t, c, "SELECT 1")
		if err == nil {
			t.Fatal("half a result passed for a whole one")
		}
		if last := h.book.Last(t, "sql"); !strings.Contains(last.Text, `"note"`) {
			t.Errorf("recorded as %s", last.Text)
		}
	})
}

// TestMalformedCommands sends every command cut at every place, and bytes out
// of sequence: each ends in an error or in the end of the connection, and is
// recorded where it says anything.
func TestMalformedCommands(t *testing.T) {
	server := &evil{}
	h := start(t, setup{allow: openPolicy, plain: true, optional: true, port: server.listen(t)})
	value := []wire.Value{{ParamType: wire.ParamType{Type: wire.TypeVarString}, Raw: []byte("x")}}
	var cases [][]byte
	for _, whole := range [][]byte{
		wire.AppendQuery(nil, "SELECT 1", 0), wire.AppendCommand(nil, wire.ComStmtPrepare, "SELECT ?"),
		wire.AppendExecute(nil, 1, 0, value, 0), wire.Fetch{StatementID: 1, Rows: 1}.Append(nil),
		wire.LongData{StatementID: 1, Data: []byte("x")}.Append(nil), wire.AppendStatementCommand(nil, wire.ComStmtClose, 1),
		wire.AppendStatementCommand(nil, wire.ComStmtReset, 1), wire.AppendCommand(nil, wire.ComFieldList, "t\x00"),
		{byte(wire.ComSetOption), 1, 0}, {byte(wire.ComProcessKill), 1, 0, 0, 0},
	} {
		for i := range len(whole) {
			cases = append(cases, whole[:i])
		}
	}
	for _, p := range cases {
		c := h.raw(t)
		c.greeting()
		in := wire.Response{Capabilities: c.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
			AuthData: wire.SHA2Scramble(doorPassword, c.g.Nonce), Collation: 45}
		c.send(in.Append(nil))
		c.read()
		c.read()
		c.c.NewExchange()
		c.send(p)
		c.nc.(*net.TCPConn).CloseWrite()
		c.gone()
	}
	c := h.raw(t)
	c.greeting()
	in := wire.Response{Capabilities: c.g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
		AuthData: wire.SHA2Scramble(doorPassword, c.g.Nonce), Collation: 45}
	c.send(in.Append(nil))
	c.read()
	c.read()
	c.c.SetSequence(5)
	c.send(wire.AppendQuery(nil, "SELECT 1", 0))
	c.gone()
	if err := open(t, h.config()).PingContext(t.Context()); err != nil {
		t.Error("the door after it:", err)
	}
}
