package postgresgate

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testpki"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// evil is a database that behaves as none should, made of the codec.
type evil struct {
	t      testing.TB
	tls    *tls.Config
	first  func(nc net.Conn, c *wire.Conn) error                                   // in place of all of it
	auth   func(c *wire.Conn) error                                                // in place of a login
	answer func(c *wire.Conn, t wire.MessageType, p []byte) (done bool, err error) // to a message of the session
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
	t.Cleanup(func() {
		ln.Close()
		e.ended.Wait()
	})
	e.ended.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			e.ended.Go(func() {
				defer nc.Close()
				e.serve(nc)
			})
		}
	})
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return port
}

func (e *evil) serve(nc net.Conn) error {
	c := wire.NewConn(nc, wire.Frontend, 1<<20)
	if e.first != nil {
		return e.first(nc, c)
	}
	p, err := c.R.ReadStartup()
	if err != nil {
		return err
	}
	s, err := wire.DecodeStartup(p)
	if s == wire.SSLRequest {
		c.W.WriteEncryptionAnswer(wire.SSLRequest, e.tls != nil)
		if err := c.W.Flush(); err != nil || e.tls == nil {
			return err
		}
		if err := c.Upgrade(tls.Server(nc, e.tls)); err != nil {
			return err
		}
		if p, err = c.R.ReadStartup(); err == nil {
			s, err = wire.DecodeStartup(p)
		}
	}
	if _, ok := s.(*wire.StartupMessage); !ok || err != nil {
		return err
	}
	if e.auth != nil {
		if err := e.auth(c); err != nil {
			return err
		}
	} else if err := e.scram(c); err != nil {
		return err
	}
	b := []byte(nil)
	for name, value := range map[string]string{"server_version": "15.4", "standard_conforming_strings": "on", "client_encoding": "UTF8"} {
		b = wire.Parameter{Name: name, Value: value}.AppendStatus(b)
	}
	b = wire.BackendKeyData{ProcessID: 1, Key: []byte("1234")}.Append(b)
	if err := c.Send(wire.AppendReadyForQuery(b, wire.TxIdle)); err != nil {
		return err
	}
	return e.session(c)
}

// scram takes the gateway through the login that it expects, with any password.
func (e *evil) scram(c *wire.Conn) error {
	v, err := wire.NewVerifier(e.password(), wire.NewSalt(), wire.ScramIterations)
	if err != nil {
		return err
	}
	x, err := wire.NewScramServer(nil, v)
	if err != nil {
		return err
	}
	c.Send((&wire.Authentication{Method: wire.AuthSASL, Mechanisms: x.Mechanisms()}).Append(nil))
	_, p, err := c.ReadMessage()
	if err != nil {
		return err
	}
	r, err := wire.DecodeSASLInitialResponse(p)
	if err != nil {
		return err
	}
	answer, err := x.First(r.Mechanism, r.Data)
	if err != nil {
		return err
	}
	c.Send((&wire.Authentication{Method: wire.AuthSASLContinue, Data: answer}).Append(nil))
	if _, p, err = c.ReadMessage(); err != nil {
		return err
	}
	if answer, err = x.Final(p); err != nil {
		return err
	}
	c.W.Write((&wire.Authentication{Method: wire.AuthSASLFinal, Data: answer}).Append(nil))
	return c.W.Write((&wire.Authentication{Method: wire.AuthOK}).Append(nil))
}

// passwords of the evil servers' databases, by test: the harness makes them.
var evilPasswords sync.Map

func (e *evil) password() string {
	p, _ := evilPasswords.Load(e)
	s, _ := p.(string)
	return s
}

// session answers messages as a server does that has nothing in it.
func (e *evil) session(c *wire.Conn) error {
	asked := false
	for {
		t, p, err := c.ReadMessage()
		if err != nil || t == wire.MsgTerminate {
			return err
		}
		if t == wire.MsgParse {
			asked = strings.Contains(string(p), question)
		}
		if e.answer != nil && !asked {
			if done, err := e.answer(c, t, p); done || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		b := []byte(nil)
		switch t {
		case wire.MsgParse:
			b = wire.AppendEmpty(b, wire.MsgParseComplete)
		case wire.MsgBind:
			b = wire.AppendEmpty(b, wire.MsgBindComplete)
		case wire.MsgDescribe:
			b = wire.AppendEmpty(b, wire.MsgNoData)
		case wire.MsgExecute:
			if asked {
				var row wire.RowBuilder
				row.Start(questionColumns)
				for _, cell := range []string{"on", "UTF8", `["public"]`, "public", "none"} {
					row.Text(cell)
				}
				made, _ := row.Row()
				b = append(b, made...)
			}
			b = wire.CommandTag{Verb: []byte("SELECT"), Counted: true}.Append(b)
		case wire.MsgClose:
			b = wire.AppendEmpty(b, wire.MsgCloseComplete)
		case wire.MsgSync:
			asked = false
			b = wire.AppendReadyForQuery(b, wire.TxIdle)
		case wire.MsgQuery:
			b = wire.CommandTag{Verb: []byte("SELECT"), Counted: true}.Append(b)
			b = wire.AppendReadyForQuery(b, wire.TxIdle)
		}
		if err := c.Send(b); err != nil {
			return err
		}
	}
}

// startBefore runs a door before an evil server.
func startBefore(t testing.TB, e *evil, s setup) *harness {
	t.Helper()
	s.port = e.listen(t)
	h := start(t, s)
	evilPasswords.Store(e, h.db.Password)
	t.Cleanup(func() { evilPasswords.Delete(e) })
	return h
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
	ask := func(a wire.Authentication) func(*wire.Conn) error {
		return func(c *wire.Conn) error {
			c.Send(a.Append(nil))
			if _, p, err := c.ReadMessage(); err == nil {
				t.Errorf("asked by %v, the gateway answered %q", a.Method, p)
			}
			return io.EOF
		}
	}
	for _, tc := range []struct {
		name    string
		server  *evil
		plain   bool
		finding string
	}{
		{"no TLS", &evil{}, false, "no-tls"},
		{"bytes ahead of TLS", &evil{first: func(nc net.Conn, c *wire.Conn) error {
			c.R.ReadStartup()
			nc.Write(append([]byte("S"), (&wire.Authentication{Method: wire.AuthOK}).Append(nil)...))
			io.Copy(io.Discard, nc)
			return nil
		}}, false, "early-bytes"},
		{"an error ahead of TLS", &evil{first: func(nc net.Conn, c *wire.Conn) error {
			c.R.ReadStartup()
			return c.Send(wire.NewError(wire.SeverityFatal, "28000", "secretname").Append(nil))
		}}, false, "malformed"},
		{"a stranger's certificate", &evil{tls: stranger}, false, "tls"},
		{"asks for the password in clear", &evil{auth: ask(wire.Authentication{Method: wire.AuthCleartextPassword})}, true, "auth-downgrade"},
		{"asks for MD5", &evil{auth: ask(wire.Authentication{Method: wire.AuthMD5Password})}, true, "auth-downgrade"},
		{"asks for Kerberos", &evil{auth: ask(wire.Authentication{Method: wire.AuthGSS})}, true, "auth-downgrade"},
		{"asks for what nobody knows", &evil{auth: ask(wire.Authentication{Method: wire.AuthSASL, Mechanisms: []string{"PLAIN"}})}, true, "auth-downgrade"},
		{"asks for nothing", &evil{auth: func(c *wire.Conn) error {
			return c.Send((&wire.Authentication{Method: wire.AuthOK}).Append(nil))
		}}, true, "unproven"},
		{"a wrong signature", &evil{auth: func(c *wire.Conn) error {
			x, _ := wire.NewScramServer(nil, wire.Verifier{Salt: []byte("salt"), Iterations: 4096})
			c.Send((&wire.Authentication{Method: wire.AuthSASL, Mechanisms: x.Mechanisms()}).Append(nil))
			_, p, _ := c.ReadMessage()
			r, _ := wire.DecodeSASLInitialResponse(p)
			answer, _ := x.First(r.Mechanism, r.Data)
			c.Send((&wire.Authentication{Method: wire.AuthSASLContinue, Data: answer}).Append(nil))
			c.ReadMessage()
			c.Send((&wire.Authentication{Method: wire.AuthSASLFinal, Data: []byte("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")}).Append(nil))
			return c.Send((&wire.Authentication{Method: wire.AuthOK}).Append(nil))
		}}, true, "unproven"},
		{"hardly any iterations", &evil{auth: func(c *wire.Conn) error {
			c.Send((&wire.Authentication{Method: wire.AuthSASL, Mechanisms: []string{wire.ScramSHA256}}).Append(nil))
			_, p, _ := c.ReadMessage()
			r, _ := wire.DecodeSASLInitialResponse(p)
			_, nonce, _ := strings.Cut(string(r.Data), "r=")
			return c.Send((&wire.Authentication{Method: wire.AuthSASLContinue, Data: []byte("r=" + nonce + "x,s=c2FsdA==,i=1")}).Append(nil))
		}}, true, "malformed"},
		{"rows in a login", &evil{auth: func(c *wire.Conn) error {
			return c.Send(wire.CommandTag{Verb: []byte("SELECT")}.Append(nil))
		}}, true, "protocol"},
		{"no database", &evil{first: func(nc net.Conn, c *wire.Conn) error { return c.Send([]byte("HTTP/1.1 400 Bad Request")) }}, true, "malformed"},
		{"closes", &evil{first: func(nc net.Conn, c *wire.Conn) error { return nil }}, true, ""},
		{"refuses by name", &evil{auth: func(c *wire.Conn) error {
			return c.Send(wire.NewError(wire.SeverityFatal, "28P01", "password authentication failed for user \"secretname\"").Append(nil))
		}}, true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := startBefore(t, tc.server, setup{allow: openPolicy, plain: tc.plain})
			_, err := pgx.ConnectConfig(t.Context(), h.config())
			e, ok := errors.AsType[*pgconn.PgError](err)
			if !ok || e.Code != "57P03" || strings.Contains(e.Message, "secretname") || strings.Contains(e.Message, h.db.User) {
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
	say := func(b ...byte) func(*wire.Conn, wire.MessageType, []byte) (bool, error) {
		return func(c *wire.Conn, t wire.MessageType, _ []byte) (bool, error) {
			if t != wire.MsgQuery && t != wire.MsgExecute {
				return false, nil
			}
			return true, c.Send(b)
		}
	}
	for name, answer := range map[string]func(*wire.Conn, wire.MessageType, []byte) (bool, error){
		"no such message":         say('?', 0, 0, 0, 4),
		"a length of nothing":     say('C', 0, 0, 0, 0),
		"a length beyond reason":  say('C', 0x7f, 0xff, 0xff, 0xff),
		"a malformed tag":         say('C', 0, 0, 0, 5, 'x'),
		"a malformed error":       say('E', 0, 0, 0, 6, 'M', 'x'),
		"a malformed parameter":   say('S', 0, 0, 0, 6, 'a', 'b'),
		"a copy that nobody asks": say('G', 0, 0, 0, 7, 0, 0, 0),
		"a copy to the app":       say('H', 0, 0, 0, 7, 0, 0, 0),
		"a copy both ways":        say('W', 0, 0, 0, 7, 0, 0, 0),
		"asks to log in again":    say((&wire.Authentication{Method: wire.AuthCleartextPassword}).Append(nil)...),
		"another key":             say(wire.BackendKeyData{ProcessID: 1, Key: []byte("1234")}.Append(nil)...),
		"ready without an end":    say(wire.AppendReadyForQuery(nil, wire.TxIdle)...),
	} {
		t.Run(name, func(t *testing.T) {
			h := startBefore(t, &evil{answer: answer}, setup{allow: openPolicy, plain: true})
			for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeExec} {
				c := h.conn()
				_, err := c.Exec(context.Background(), "SELECT $1::text", mode, "x")
				if e, ok := errors.AsType[*pgconn.PgError](err); !ok || !strings.Contains(e.Message, "refused by sallyport: upstream") {
					t.Errorf("%s: the app got %v", mode, err)
				}
				last := h.book.Last(t, "sql")
				if last.Code() != "upstream" || len(last.Finds) != 1 || last.Finds[0].Code != "malformed" || last.Effect != "deny" {
					t.Errorf("recorded as %s", last.Text)
				}
			}
		})
	}
}
