package postgresgate

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/gate/gatetest"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// ends says no more, and reads what comes up to the end of the connection, which
// has to be made of messages and to come within testTime.
func (c *rawClient) ends() {
	c.t.Helper()
	c.nc.(*net.TCPConn).CloseWrite()
	for {
		_, _, err := c.c.ReadMessage()
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			c.t.Fatal("the connection does not end")
		case errors.Is(err, wire.ErrMalformed):
			c.t.Fatal("the door sent what is no message:", err)
		default:
			return
		}
	}
}

// until1 reads up to a message of the type.
func (c *rawClient) until1(want wire.MessageType) *rawClient {
	c.t.Helper()
	for {
		if t, _ := c.read(); t == want {
			return c
		}
	}
}

// TestMalformedAtEveryState has a client send each malformed message in each
// state of the protocol. It ends in an error or the end of the connection, and
// what ran is recorded.
func TestMalformedAtEveryState(t *testing.T) {
	log := new(faults)
	h := start(t, setup{allow: openPolicy, optional: true, plain: true, log: slog.New(log),
		more: "    limits: {statement: 64KiB}"})
	h.direct("CREATE TABLE ran (n INT)", "CREATE TABLE colours (n INT)")
	query := func(c *rawClient, text string) *rawClient {
		c.send(wire.AppendQuery(nil, text))
		return c
	}
	startup := func(c *rawClient) *rawClient {
		m := wire.StartupMessage{Version: wire.Version30, Params: []wire.Parameter{{Name: "user", Value: "app"}}}
		c.send(m.Append(nil))
		return c.until1(wire.MsgAuthentication)
	}
	for _, state := range []struct {
		name  string
		enter func(*rawClient) *rawClient
		send  []malformed
	}{
		{"before startup", func(c *rawClient) *rawClient { return c }, startupPackets()},
		{"after a GSSENCRequest", func(c *rawClient) *rawClient {
			c.send(wire.GSSENCRequest.Append(nil))
			c.c.R.ReadEncryptionAnswer(wire.GSSENCRequest)
			return c
		}, startupPackets()},
		{"after an SSLRequest", func(c *rawClient) *rawClient {
			c.send(wire.SSLRequest.Append(nil))
			c.c.R.ReadEncryptionAnswer(wire.SSLRequest)
			return c
		}, startupPackets()},
		{"in SCRAM", startup, frontendMessages()},
		{"ready", (*rawClient).login, frontendMessages()},
		{"in a pipeline", func(c *rawClient) *rawClient {
			c.login().send(executed("INSERT INTO ran VALUES (2)"))
			return c
		}, frontendMessages()},
		{"skipping to Sync", func(c *rawClient) *rawClient {
			c.login().send(executed("SELECT nothing"))
			c.send(wire.AppendEmpty(nil, wire.MsgFlush))
			return c.until1(wire.MsgErrorResponse)
		}, frontendMessages()},
		{"in a COPY in", func(c *rawClient) *rawClient {
			return query(c.login(), "COPY colours FROM STDIN").until1(wire.MsgCopyInResponse)
		}, frontendMessages()},
		{"in a COPY in by Execute", func(c *rawClient) *rawClient {
			c.login().send(executed("COPY colours FROM STDIN"))
			return c.until1(wire.MsgCopyInResponse)
		}, frontendMessages()},
		{"in a COPY out", func(c *rawClient) *rawClient {
			return query(c.login(), "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 2000)) TO STDOUT")
		}, frontendMessages()},
		{"with a portal suspended", func(c *rawClient) *rawClient {
			query(c.login(), "BEGIN").until()
			b := executed("SELECT generate_series(1, 3)")
			b = wire.Execute{MaxRows: 1}.Append(b[:len(b)-len(wire.Execute{}.Append(nil))])
			c.send(wire.AppendEmpty(b, wire.MsgFlush))
			return c.until1(wire.MsgPortalSuspended)
		}, frontendMessages()},
		{"behind a statement", func(c *rawClient) *rawClient {
			return query(c.login(), "INSERT INTO ran VALUES (3)")
		}, frontendMessages()},
		{"while a cancel arrives", func(c *rawClient) *rawClient {
			query(c.login(), "SELECT pg_sleep(0.02)")
			other := h.raw(t)
			other.send(c.key.Append(nil))
			other.ends() // a cancel that came behind the session would count as a guess of its key
			return c
		}, frontendMessages()},
		{"in a failed transaction", func(c *rawClient) *rawClient {
			query(c.login(), "BEGIN").until()
			query(c, "SELECT nothing").until()
			return c
		}, frontendMessages()},
	} {
		t.Run(state.name, func(t *testing.T) {
			for _, m := range state.send {
				c := h.raw(t)
				c = state.enter(c)
				c.c.Send(m.b)
				c.ends()
				c.nc.Close()
				if t.Failed() {
					t.Fatal("it was:", m.name)
				}
			}
		})
	}
	if n := log.n.Load(); n > 0 {
		t.Errorf("the door had %d faults", n)
	}
	h.end()
	var ran int
	if err := h.owner().QueryRow(t.Context(), "SELECT count(*) FROM ran").Scan(&ran); err != nil {
		t.Fatal(err)
	}
	if recorded := crossings(h.book, "insert", "allow"); ran == 0 || ran > recorded {
		t.Errorf("%d statements ran and %d are recorded", ran, recorded)
	}
}

// crossings is how many statements of a kind are recorded with an effect, also
// those that are counted in one entry. "" means any.
func crossings(b *gatetest.Book, verb, effect string) (n int) {
	for _, e := range b.All() {
		if e.Act.Kind == "sql" && (verb == "" || e.Act.Verb == verb) && (effect == "" || e.Effect == effect) {
			n += max(1, e.Count)
		}
	}
	return n
}

// TestMalformedFromTheDatabase has a database send each malformed message in
// each state of a session.
func TestMalformedFromTheDatabase(t *testing.T) {
	var (
		log  = new(faults)
		mu   sync.Mutex
		when wire.MessageType // of the client's, which is answered so
		say  []byte
	)
	e := &evil{answer: func(c *wire.Conn, t wire.MessageType, _ []byte) (bool, error) {
		mu.Lock()
		defer mu.Unlock()
		if t != when {
			return false, nil
		}
		if err := c.Send(say); err != nil {
			return true, err
		}
		return true, net.ErrClosed // a database that says no more
	}}
	h := startBefore(t, e, setup{allow: openPolicy, optional: true, plain: true, log: slog.New(log)})
	copies := wire.CopyResponse{}
	row := whole(wire.MsgDataRow, "\x00\x00")
	sent := 0
	for _, state := range []struct {
		name   string
		when   wire.MessageType
		before []byte // what the database says ahead of it
		send   []byte
	}{
		{"to a Query", wire.MsgQuery, nil, wire.AppendQuery(nil, "SELECT 1")},
		{"amid rows", wire.MsgQuery, slices.Concat(whole(wire.MsgRowDescription, "\x00\x00"), row, row), wire.AppendQuery(nil, "SELECT 1")},
		{"after a Query", wire.MsgQuery, wire.CommandTag{Verb: []byte("SELECT"), Counted: true}.Append(nil), wire.AppendQuery(nil, "SELECT 1")},
		{"to a Parse", wire.MsgParse, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgSync)...)},
		{"to a Bind", wire.MsgBind, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgSync)...)},
		{"to a Describe", wire.MsgDescribe, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgSync)...)},
		{"to an Execute", wire.MsgExecute, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgSync)...)},
		{"to a Sync", wire.MsgSync, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgSync)...)},
		{"to a Flush", wire.MsgFlush, nil, append(executed("SELECT 1"), wire.AppendEmpty(nil, wire.MsgFlush)...)},
		{"in a COPY in", wire.MsgQuery, copies.Append(nil, wire.MsgCopyInResponse), wire.AppendQuery(nil, "COPY colours FROM STDIN")},
		{"in a COPY out", wire.MsgQuery, slices.Concat(copies.Append(nil, wire.MsgCopyOutResponse), wire.AppendCopyData(nil, []byte("1\n"))), wire.AppendQuery(nil, "COPY colours TO STDOUT")},
		{"in a COPY in by Execute", wire.MsgExecute, copies.Append(nil, wire.MsgCopyInResponse), executed("COPY colours FROM STDIN")},
	} {
		t.Run(state.name, func(t *testing.T) {
			for _, m := range backendMessages() {
				mu.Lock()
				when, say = state.when, append(bytes.Clone(state.before), m.b...)
				mu.Unlock()
				c := h.raw(t).login()
				c.send(state.send)
				sent++
				c.ends()
				c.nc.Close()
				if t.Failed() {
					t.Fatal("it was:", m.name)
				}
			}
		})
	}
	if n := log.n.Load(); n > 0 {
		t.Errorf("the door had %d faults", n)
	}
	h.end()
	if recorded := crossings(h.book, "", ""); recorded < sent {
		t.Errorf("%d statements were sent and %d are recorded", sent, recorded)
	}
}
