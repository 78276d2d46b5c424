package postgresgate

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// rawClient is a client made of the codec, which can send what none would.
type rawClient struct {
	t  testing.TB
	nc net.Conn
	c  *wire.Conn

	key wire.CancelRequest // of the session, once it has logged in
}

// raw connects in the clear and says nothing yet.
func (h *harness) raw(t testing.TB) *rawClient {
	t.Helper()
	return rawTo(t, h.addr)
}

func rawTo(t testing.TB, addr string) *rawClient {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(testTime))
	return &rawClient{t: t, nc: nc, c: wire.NewConn(nc, wire.Backend, 1<<20)}
}

// secure asks for TLS and takes it.
func (c *rawClient) secure(h *harness) *rawClient {
	c.t.Helper()
	c.send(wire.SSLRequest.Append(nil))
	if yes, err := c.c.R.ReadEncryptionAnswer(wire.SSLRequest); err != nil || !yes {
		c.t.Fatal("no TLS:", err)
	}
	conn := tls.Client(c.nc, &tls.Config{RootCAs: h.pool, ServerName: "localhost"})
	if err := c.c.Upgrade(conn); err != nil {
		c.t.Fatal(err)
	}
	return c
}

// login logs in as the app.
func (c *rawClient) login() *rawClient {
	c.t.Helper()
	return c.loginAs("app", doorPassword, "")
}

func (c *rawClient) loginAs(user, password, database string) *rawClient {
	c.t.Helper()
	m := wire.StartupMessage{Version: wire.Version30, Params: []wire.Parameter{{Name: "user", Value: user}, {Name: "database", Value: database}}}
	c.send(m.Append(nil))
	l := wire.Login{User: user, Password: password}
	for {
		t, p := c.read()
		switch t {
		case wire.MsgAuthentication:
			answer, err := l.Answer(p)
			if err != nil {
				c.t.Fatal(err)
			}
			if len(answer) > 0 {
				c.send(answer)
			}
		case wire.MsgBackendKeyData:
			k, err := wire.DecodeBackendKeyData(p)
			if err != nil {
				c.t.Fatal(err)
			}
			c.key = wire.CancelRequest(k)
		case wire.MsgReadyForQuery:
			if !l.Done() {
				c.t.Fatal("ready without a login")
			}
			return c
		case wire.MsgErrorResponse:
			e, _ := wire.DecodeError(p)
			c.t.Fatal(e)
		}
	}
}

func (c *rawClient) send(b []byte) {
	c.t.Helper()
	if err := c.c.Send(b); err != nil {
		c.t.Fatal(err)
	}
}

func (c *rawClient) read() (wire.MessageType, []byte) {
	c.t.Helper()
	t, p, err := c.c.ReadMessage()
	if err != nil {
		c.t.Fatal(err)
	}
	return t, bytes.Clone(p)
}

// until reads up to ReadyForQuery and returns the types of what came, as one
// word, with the SQLSTATEs of errors and the status at the end.
func (c *rawClient) until() string {
	c.t.Helper()
	var all strings.Builder
	for {
		t, p := c.read()
		all.WriteByte(byte(t))
		switch t {
		case wire.MsgErrorResponse:
			e, err := wire.DecodeError(p)
			if err != nil {
				c.t.Fatal(err)
			}
			all.WriteString("(" + e.Code + ")")
		case wire.MsgReadyForQuery:
			return all.String() + string(p)
		}
	}
}

// refused reads the last error of the connection and its end.
func (c *rawClient) refused(code string, words ...string) {
	c.t.Helper()
	t, p := c.read()
	e, err := wire.DecodeError(p)
	if t != wire.MsgErrorResponse || err != nil || e.Code != code || e.SeverityCode != wire.SeverityFatal {
		c.t.Errorf("answered by %s %v, %v; want %s", wire.Backend.Name(t), e, err, code)
		return
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			c.t.Errorf("%q does not say %q", e.Message, w)
		}
	}
	c.gone()
}

// gone wants the end of the connection.
func (c *rawClient) gone() {
	c.t.Helper()
	if _, _, err := c.c.ReadMessage(); !errors.Is(err, io.EOF) {
		c.t.Errorf("the connection did not end: %v", err)
	}
}
