package mysqlgate

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// allowAll is openPolicy for an app that comes from far away as well.
const allowAll = openPolicy + `
      - {who: far, tables: ['*'], statements: [select]}
`

func TestLogins(t *testing.T) {
	h := start(t, setup{allow: allowAll, optional: true})
	for _, tc := range []struct {
		name   string
		change func(*driver.Config)
		code   uint16 // 0 for success
		reason string
	}{
		{"right password over TLS", func(c *driver.Config) {}, 0, "rule"},
		{"the next password while rotating", func(c *driver.Config) { c.Passwd = "the next one" }, 0, "rule"},
		{"in the clear, where that may be", func(c *driver.Config) { c.TLS = nil }, 0, "rule"},
		{"a wrong password", func(c *driver.Config) { c.Passwd = "wrong" }, 1045, "bad-credentials"},
		{"no password", func(c *driver.Config) { c.Passwd = "" }, 1045, "bad-credentials"},
		{"an unknown name", func(c *driver.Config) { c.User = "nobody" }, 1045, "bad-credentials"},
		{"an app in the wrong place", func(c *driver.Config) { c.User, c.Passwd = "far", "far away" }, 1045, "wrong-address"},
		{"a database that is not there", func(c *driver.Config) { c.DBName = "missing" }, 1044, "upstream"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := h.config()
			tc.change(cfg)
			err := open(t, cfg).PingContext(t.Context())
			last := h.book.Last(t, "logon")
			if last.Code() != tc.reason {
				t.Errorf("recorded as %s", last.Text)
			}
			if tc.code == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			state := "28000"
			if tc.code == 1044 {
				state = "42000"
			}
			wantError(t, err, tc.code, state, "refused by sallyport", "crossing")
			if strings.Contains(err.Error(), h.db.User) {
				t.Errorf("%v names the gateway's own user", err)
			}
		})
	}
}

// TestUnknownAndWrongLookAlike holds what a guesser sees of an unknown name
// against what he sees of a wrong password.
func TestUnknownAndWrongLookAlike(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	seen := map[string]bool{}
	for _, try := range [][2]string{{"app", "wrong"}, {"nobody", "wrong"}, {"far", "far away"}} {
		cfg := h.config()
		cfg.User, cfg.Passwd = try[0], try[1]
		err := open(t, cfg).PingContext(t.Context())
		var e *driver.MySQLError
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(e.Message, ", crossing")
		seen[text] = true
	}
	if len(seen) != 1 {
		t.Errorf("the answers differ: %v", seen)
	}
}

func TestThrottled(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	cfg := h.config()
	cfg.Passwd = "wrong"
	for range 6 {
		open(t, cfg).PingContext(t.Context())
	}
	cfg = h.config()
	wantError(t, open(t, cfg).PingContext(t.Context()), 1045, "28000")
	if e := h.book.Last(t, "logon"); !strings.Contains(e.Text, "not looked at") {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestTLSIsRequired(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	cfg := h.config()
	cfg.TLS = nil
	// The driver does not ask for TLS and gets to know why that is not enough.
	err := open(t, cfg).PingContext(t.Context())
	wantError(t, err, 3159, "08004", "tls-required", "use TLS")
	if e := h.book.Last(t, "logon"); e.Code() != "tls-required" || e.Effect != "deny" {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestNativePassword(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	for _, password := range []string{doorPassword, "wrong"} {
		c := h.raw(t)
		greeting := c.greeting()
		c.tls()
		r := wire.Response{Capabilities: greeting.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.NativePassword),
			AuthData: wire.NativeScramble(password, greeting.Nonce), Collation: 45}
		c.send(r.Append(nil))
		p := c.read()
		s, err := wire.DecodeAuthSwitch(p)
		if err != nil || s.Plugin != wire.NativePassword {
			t.Fatalf("answered %x, %v", p, err)
		}
		c.send(wire.NativeScramble(password, s.Nonce))
		p = c.read()
		if want := map[bool]byte{true: wire.HeaderOK, false: wire.HeaderErr}[password == doorPassword]; p[0] != want {
			t.Errorf("with password %q answered %x", password, p)
		}
	}
}

// TestClientWithoutMethods logs in as clients do that are older than the choice
// of methods: their answer to the greeting is all that they say.
func TestClientWithoutMethods(t *testing.T) {
	h := start(t, setup{allow: allowAll, optional: true})
	for _, password := range []string{doorPassword, "wrong"} {
		c := h.raw(t)
		greeting := c.greeting()
		r := wire.Response{Capabilities: greeting.Capabilities & rawCaps &^ wire.ClientPluginAuth, User: []byte("app"),
			AuthData: wire.NativeScramble(password, greeting.Nonce), Collation: 45}
		c.send(r.Append(nil))
		p := c.read()
		if want := map[bool]byte{true: wire.HeaderOK, false: wire.HeaderErr}[password == doorPassword]; p[0] != want {
			t.Errorf("with password %q answered %x", password, p)
		}
	}
}

func TestUnknownMethodIsSwitched(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	c := h.raw(t)
	greeting := c.greeting()
	c.tls()
	r := wire.Response{Capabilities: greeting.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte("dialog"), AuthData: []byte("x"), Collation: 45}
	c.send(r.Append(nil))
	s, err := wire.DecodeAuthSwitch(c.read())
	if err != nil || s.Plugin != wire.CachingSHA2Password {
		t.Fatal(s, err)
	}
	c.send(wire.SHA2Scramble(doorPassword, s.Nonce))
	if p := c.read(); p[0] != wire.HeaderAuthMore || p[1] != wire.SHA2FastAuthOK {
		t.Fatalf("answered %x", p)
	}
	if p := c.read(); p[0] != wire.HeaderOK {
		t.Fatalf("answered %x", p)
	}
}

// TestBrokenLogins sends what is no login, cut at every place; each has to end
// in an error or a closed connection, and the door has to live on.
func TestBrokenLogins(t *testing.T) {
	h := start(t, setup{allow: allowAll, optional: true})
	// Plain text where TLS was asked for.
	c := h.raw(t)
	c.greeting()
	ask := wire.Response{Capabilities: rawCaps | wire.ClientSSL}
	c.send(ask.AppendSSLRequest(nil))
	c.nc.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	if _, err := io.Copy(io.Discard, c.nc); err != nil {
		t.Error(err)
	}
	if e := h.book.Last(t, "logon"); e.Code() != "protocol" {
		t.Errorf("recorded as %s", e.Text)
	}
	good := wire.Response{Capabilities: rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password), AuthData: make([]byte, 32), Collation: 45}
	whole := good.Append(nil)
	var cases [][]byte
	for i := range whole {
		cases = append(cases, whole[:i])
	}
	cases = append(cases, []byte{0xff}, make([]byte, 40), make([]byte, 100_000))
	for i, p := range cases {
		c = h.raw(t)
		c.greeting()
		c.send(p)
		c.nc.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, c.nc); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("case %d: %v", i, err)
		}
		c.nc.Close()
	}
	if err := open(t, h.config()).PingContext(t.Context()); err != nil {
		t.Error("the door after it:", err)
	}
}

func TestSilentClientsAreEnded(t *testing.T) {
	h := start(t, setup{allow: allowAll, more: "    limits: {handshake: 1s}"})
	c := h.raw(t)
	c.greeting()
	if _, err := io.Copy(io.Discard, c.nc); err != nil {
		t.Error(err)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	h := start(t, setup{allow: allowAll, more: "    limits: {sessions: 1}"})
	h.conn()
	err := open(t, h.config()).PingContext(t.Context())
	var e *driver.MySQLError
	if !errors.As(err, &e) || e.Number != 1040 {
		t.Fatal(err)
	}
	if last := h.book.Last(t, "logon"); last.Code() != "quota" {
		t.Errorf("recorded as %s", last.Text)
	}
}

func TestUpstreamDown(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	ln.Close()
	h := start(t, setup{allow: allowAll, port: port})
	err = open(t, h.config()).PingContext(t.Context())
	var e *driver.MySQLError
	if !errors.As(err, &e) || e.Number != 3168 || !strings.Contains(e.Message, "the database cannot be reached") || strings.Contains(e.Message, port) {
		t.Fatal(err)
	}
	if last := h.book.Last(t, "logon"); last.Code() != "upstream" {
		t.Errorf("recorded as %s", last.Text)
	}
}

func TestUnrecordedLoginsAreRefused(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	if err := open(t, h.config()).PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.book.Fail(errDisk)
	wantError(t, open(t, h.config()).PingContext(t.Context()), 1105, "HY000", "the ledger cannot record it")
}

// rawClient is a client made of the codec, for what no driver would say.
type rawClient struct {
	t  *testing.T
	h  *harness
	nc net.Conn
	c  *wire.Conn
	g  wire.Greeting
}

// rawTime bounds what a raw client waits for: a door that says nothing is told
// from one that is slow.
const rawTime = 20 * time.Second

const rawCaps = wire.ClientProtocol41 | wire.ClientSecureConnection | wire.ClientPluginAuth | wire.ClientConnectWithDB |
	wire.ClientPluginAuthLenencData | wire.ClientTransactions | wire.ClientMultiResults | wire.ClientPSMultiResults

func (h *harness) raw(t *testing.T) *rawClient {
	t.Helper()
	nc, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(rawTime))
	return &rawClient{t: t, h: h, nc: nc, c: wire.NewConn(nc, 64<<20)}
}

func (r *rawClient) greeting() wire.Greeting {
	r.t.Helper()
	g, err := wire.DecodeGreeting(r.read())
	if err != nil {
		r.t.Fatal(err)
	}
	g.Nonce = append([]byte(nil), g.Nonce...)
	r.g = g
	return g
}

func (r *rawClient) tls(certs ...tls.Certificate) {
	r.t.Helper()
	ask := wire.Response{Capabilities: r.g.Capabilities & (rawCaps | wire.ClientSSL)}
	r.send(ask.AppendSSLRequest(nil))
	if err := r.c.Upgrade(tls.Client(r.nc, &tls.Config{RootCAs: r.h.pool, ServerName: "localhost", Certificates: certs})); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rawClient) send(p []byte) {
	r.t.Helper()
	if err := r.c.Send(p); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rawClient) read() []byte {
	r.t.Helper()
	p, err := r.c.ReadPacket()
	if err != nil {
		r.t.Fatal(err)
	}
	return append([]byte(nil), p...)
}

// login logs in as the app.
func (r *rawClient) login(extra wire.Capability) *rawClient {
	r.t.Helper()
	r.greeting()
	r.tls()
	in := wire.Response{Capabilities: r.g.Capabilities & (rawCaps | extra | wire.ClientSSL), User: []byte("app"), Database: []byte(r.h.db.Name),
		AuthPlugin: []byte(wire.CachingSHA2Password), AuthData: wire.SHA2Scramble(doorPassword, r.g.Nonce), Collation: 45}
	r.send(in.Append(nil))
	if p := r.read(); p[0] != wire.HeaderAuthMore {
		r.t.Fatalf("login answered %x", p)
	}
	if p := r.read(); p[0] != wire.HeaderOK {
		r.t.Fatalf("login answered %x", p)
	}
	return r
}

// command sends a command and returns the first packet of the answer.
func (r *rawClient) command(p []byte) []byte {
	r.t.Helper()
	r.c.NewExchange()
	r.send(p)
	return r.read()
}

// gone waits until the door has closed the connection.
func (r *rawClient) gone() {
	r.t.Helper()
	_, err := io.Copy(io.Discard, r.nc)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		r.t.Fatal("the door does not close the connection")
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		r.t.Log("the connection ended by", err)
	}
}

func rowsOf(t testing.TB, c *sql.Conn, query string, args ...any) (n int, err error) {
	t.Helper()
	rows, err := c.QueryContext(context.Background(), query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}
