package mysqlgate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

const (
	// maxHeld bounds a packet of the database that is held whole: definitions,
	// OK and ERR, and rows that somebody watches. Others are never held.
	maxHeld = 16 << 20
	// maxLogin bounds a packet of a login at the database.
	maxLogin = 64 << 10
	// maxHello bounds a packet of a client that has not logged in yet.
	maxHello = 16 << 10
	// maxSwitches bounds how often a server may change its mind in a login.
	maxSwitches = 2
)

// ours are the flags that the gateway asks of every database that has them.
const ours = wire.ClientProtocol41 | wire.ClientSecureConnection | wire.ClientPluginAuth | wire.ClientPluginAuthLenencData |
	wire.ClientTransactions | wire.ClientLongFlag

// carried are the flags that hold end to end: the app's choice among them is
// asked of the database, so that responses can be forwarded untouched.
const carried = wire.ResponseLayout | wire.MariaDBStmtBulkOperations | wire.ClientQueryAttributes | wire.ClientFoundRows | wire.ClientIgnoreSpace |
	wire.ClientInteractive | wire.ClientLocalFiles | wire.ClientNoSchema | wire.ClientODBC | wire.ClientMultiResults | wire.ClientPSMultiResults

// upstream is a connection to the database on which the gateway has logged in.
type upstream struct {
	tcp    net.Conn
	c      *wire.Conn
	server server
	caps   wire.Capability // in force
	thread uint32          // the server's number for the connection
	status wire.Status
	addr   netip.AddrPort

	several bool // it takes several statements in one
}

// server is what a greeting says of a database.
type server struct {
	version   string // as greeted
	caps      wire.Capability
	collation uint8
}

// wanted is how to log in.
type wanted struct {
	login     policy.Login
	caps      wire.Capability // of carried
	collation uint8
	database  []byte
}

// upstreamError is why a database could not be logged in to. Its text is the
// gateway's own and names neither users nor addresses.
type upstreamError struct {
	finding string         // a code where the server behaved as a hostile one would
	code    wire.ErrorCode // what the server answered, 0 for nothing
	note    string
	err     error
}

func (e *upstreamError) Error() string {
	s := e.note
	if e.code != 0 {
		s += fmt.Sprintf(" (error %d)", e.code)
	}
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return s
}

func (e *upstreamError) Unwrap() error { return e.err }

// reason is what the ledger and the app are told: the cause is for the log.
func (e *upstreamError) reason() sallyport.Reason {
	note := e.note
	if e.code != 0 {
		note += fmt.Sprintf(" (error %d)", e.code)
	}
	return sallyport.Reason{Code: sallyport.UpstreamRefused, Note: note}
}

func (e *upstreamError) findings() []sallyport.Finding {
	if e.finding == "" {
		return nil
	}
	return []sallyport.Finding{{Inspector: protocol, Code: e.finding, Where: "upstream", Count: 1}}
}

// connect logs in to the door's host. The error is an *upstreamError.
func (d *door) connect(ctx context.Context, w wanted) (*upstream, error) {
	host, ok := d.env.Live.Load().Host(d.d.To.Host)
	if !ok {
		return nil, &upstreamError{note: "the policy has no host for the door"}
	}
	conf, err := gate.ClientTLS(d.d.To.TLS, host.DNS)
	if err != nil {
		return nil, &upstreamError{note: "the database's TLS cannot be set up", err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, d.handshake)
	defer cancel()
	tcp, err := gate.DialHost(ctx, host)
	if err != nil {
		return nil, &upstreamError{note: "the database cannot be reached", err: err}
	}
	tcp = gate.Lean(tcp)
	if deadline, ok := ctx.Deadline(); ok {
		tcp.SetDeadline(deadline)
	}
	// A cancelled login must not wait for the deadline.
	stop := context.AfterFunc(ctx, func() { tcp.SetDeadline(time.Unix(1, 0)) })
	u := &upstream{tcp: tcp, c: wire.NewConn(tcp, maxLogin), addr: gate.RemoteAddr(tcp)}
	if err := u.login(ctx, conf, w); err != nil {
		stop()
		tcp.Close()
		var known *upstreamError
		if !errors.As(err, &known) {
			known = &upstreamError{note: "the database broke off the login", err: err}
			if errors.Is(err, wire.ErrMalformed) {
				known.finding, known.note = "malformed", "the database sent a malformed packet"
			} else if gate.Alerted(err) {
				known.finding, known.note = "tls", gate.AlertedNote
			}
		}
		return nil, known
	}
	if !stop() {
		tcp.Close()
		return nil, &upstreamError{note: "the login at the database took too long", err: ctx.Err()}
	}
	tcp.SetDeadline(time.Time{})
	u.c.R.SetLimit(maxHeld)
	return u, nil
}

func (u *upstream) login(ctx context.Context, conf *tls.Config, w wanted) error {
	p, err := u.c.ReadPacket()
	if err != nil {
		return err
	}
	if len(p) > 0 && p[0] == wire.HeaderErr {
		return refusedBy(p)
	}
	g, err := wire.DecodeGreeting(p)
	if err != nil {
		return err
	}
	nonce := append([]byte(nil), g.Nonce...)
	u.server = server{version: g.ServerVersion, caps: g.Capabilities, collation: g.Collation}
	u.thread = g.ThreadID
	r := wire.Response{
		Capabilities: g.Capabilities & (ours | w.caps), MaxPacketSize: 1 << 30, Collation: w.collation,
		User: []byte(w.login.User), AuthPlugin: []byte(g.AuthPlugin),
	}
	if len(w.database) > 0 {
		r.Capabilities |= g.Capabilities & wire.ClientConnectWithDB
		r.Database = w.database
	}
	if g.Capabilities.Has(wire.ClientConnectAttrs) {
		r.Capabilities |= wire.ClientConnectAttrs
		r.Attributes = wire.AppendAttribute(nil, "program_name", "sallyport")
	}
	if missing := w.caps &^ g.Capabilities; missing != 0 {
		return &upstreamError{note: "the database is not the one that the door greeted for; connect again"}
	}
	if conf != nil {
		if err := u.secure(ctx, conf, &g, &r); err != nil {
			return err
		}
	}
	u.caps = r.Capabilities
	a := authentication{u: u, password: string(w.login.Password.Reveal()), tls: conf != nil, nonce: nonce}
	plugin := g.AuthPlugin
	if plugin == "" {
		plugin = wire.NativePassword
	}
	if r.AuthData, err = a.first(plugin); err != nil {
		return err
	}
	if err := u.c.Send(r.Append(nil)); err != nil {
		return err
	}
	return a.run()
}

// secure takes the connection to TLS before anything secret is sent. A server
// that does not offer it, or that sends more than its greeting in the clear, is
// not the one that the policy means.
func (u *upstream) secure(ctx context.Context, conf *tls.Config, g *wire.Greeting, r *wire.Response) error {
	if !g.Capabilities.Has(wire.ClientSSL) {
		return &upstreamError{finding: "no-tls", note: "the database does not offer TLS, which the policy wants"}
	}
	r.Capabilities |= wire.ClientSSL
	if u.c.R.Buffered() > 0 {
		return &upstreamError{finding: "early-bytes", note: "the database sent bytes ahead of TLS"}
	}
	if err := u.c.Send(r.AppendSSLRequest(nil)); err != nil {
		return err
	}
	t := tls.Client(u.tcp, conf)
	if err := u.c.Upgrade(t); err != nil {
		return &upstreamError{finding: "early-bytes", note: "the database sent bytes ahead of TLS", err: err}
	}
	if err := t.HandshakeContext(ctx); err != nil {
		note := "the TLS handshake with the database did not succeed"
		var bad *tls.CertificateVerificationError
		if errors.As(err, &bad) {
			note = "the database's certificate is not one that the policy trusts"
		} else if gate.Alerted(err) {
			note = gate.AlertedNote
		}
		return &upstreamError{finding: "tls", note: note, err: err}
	}
	return nil
}

// refusedBy is the server's refusal, cut to its code.
func refusedBy(p []byte) error {
	e, err := wire.DecodeError(p)
	if err != nil {
		return err
	}
	return &upstreamError{code: e.Code, note: "the database refused the login"}
}

// close ends the connection; with quit the server is told first.
func (u *upstream) close(quit bool) {
	if quit {
		u.tcp.SetDeadline(time.Now().Add(time.Second))
		u.c.NewExchange()
		u.c.Send([]byte{byte(wire.ComQuit)})
	}
	u.tcp.Close()
}
