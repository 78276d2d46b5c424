package postgresgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// maxHeld bounds a message of the database that is held whole: errors,
	// descriptions, and rows that somebody watches. Others are never held.
	maxHeld = 16 << 20
	// maxLogin bounds a message of a login, on either leg.
	maxLogin = 32 << 10
	// maxStatuses bounds the parameters that a database reports in a login.
	maxStatuses = 64
)

// upstream is a connection to the database on which the gateway has logged in.
type upstream struct {
	tcp      net.Conn
	conn     net.Conn // TLS over tcp, or tcp
	c        *wire.Conn
	binding  []byte // to the database's certificate; nil without TLS
	asked    bool   // the database has asked for the gateway's certificate, and has it
	key      wire.CancelRequest
	statuses []wire.Parameter
	addr     netip.AddrPort
}

// wanted is how to log in.
type wanted struct {
	login    policy.Login
	database string
	params   []wire.Parameter // of the app, which its session begins with
}

// upstreamError is why a database could not be logged in to. Its text is the
// gateway's own and names neither users nor addresses.
type upstreamError struct {
	finding string // a code where the server behaved as a hostile one would
	code    string // SQLSTATE that the server answered, "" for nothing
	note    string
	err     error
}

func (e *upstreamError) Error() string {
	s := e.reason().Note
	if e.err != nil {
		s += ": " + e.err.Error()
	}
	return s
}

func (e *upstreamError) Unwrap() error { return e.err }

// reason is what the ledger and the app are told: the cause is for the log.
func (e *upstreamError) reason() sallyport.Reason {
	note := e.note
	if e.code != "" {
		note += fmt.Sprintf(" (SQLSTATE %s)", e.code)
	}
	return sallyport.Reason{Code: sallyport.UpstreamRefused, Note: note}
}

func (e *upstreamError) findings() []sallyport.Finding {
	if e.finding == "" {
		return nil
	}
	return []sallyport.Finding{{Inspector: protocol, Code: e.finding, Where: "upstream", Count: 1}}
}

// asUpstreamError finds the reason in an error of a login.
func asUpstreamError(err error) *upstreamError {
	if e, ok := errors.AsType[*upstreamError](err); ok {
		return e
	}
	e := &upstreamError{note: "the database broke off the login", err: err}
	switch {
	case errors.Is(err, wire.ErrUnsupported):
		e.finding, e.note = "auth-downgrade", "the database asks for a way to log in that would give the password away or is not known"
	case errors.Is(err, wire.ErrServerUnproven):
		e.finding, e.note = "unproven", "the database has not proven that it knows the password"
	case errors.Is(err, wire.ErrChannelBinding):
		e.finding, e.note = "tls", "the database does not see the same TLS connection"
	case errors.Is(err, wire.ErrMalformed):
		e.finding, e.note = "malformed", "the database sent a malformed message"
	case gate.Alerted(err):
		e.finding, e.note = "tls", gate.AlertedNote
	}
	return e
}

// dial connects to the door's host, over TLS where the policy wants it. The
// connection has the deadline of ctx.
func (d *door) dial(ctx context.Context) (*upstream, error) {
	host, ok := d.env.Live.Load().Host(d.d.To.Host)
	if !ok {
		return nil, &upstreamError{note: "the policy has no host for the door"}
	}
	conf, err := gate.ClientTLS(d.d.To.TLS, host.DNS)
	if err != nil {
		return nil, &upstreamError{note: "the database's TLS cannot be set up", err: err}
	}
	tcp, err := gate.DialHost(ctx, host)
	if err != nil {
		return nil, &upstreamError{note: "the database cannot be reached", err: err}
	}
	tcp = gate.Lean(tcp)
	if deadline, ok := ctx.Deadline(); ok {
		tcp.SetDeadline(deadline)
	}
	u := &upstream{tcp: tcp, conn: tcp, c: wire.NewConn(tcp, wire.Backend, maxLogin), addr: gate.RemoteAddr(tcp)}
	if conf != nil {
		if err := u.secure(ctx, conf); err != nil {
			tcp.Close()
			return nil, asUpstreamError(err)
		}
	}
	return u, nil
}

// secure takes the connection to TLS before anything secret is sent. A server
// that does not offer it, or that sends more than its answer in the clear, is
// not the one that the policy means.
func (u *upstream) secure(ctx context.Context, conf *tls.Config) error {
	if err := u.c.Send(wire.SSLRequest.Append(nil)); err != nil {
		return err
	}
	yes, err := u.c.R.ReadEncryptionAnswer(wire.SSLRequest)
	if err != nil {
		return err
	}
	if !yes {
		return &upstreamError{finding: "no-tls", note: "the database does not offer TLS, which the policy wants"}
	}
	if show := conf.GetClientCertificate; show != nil {
		conf.GetClientCertificate = func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			u.asked = true
			return show(r)
		}
	}
	t := tls.Client(u.tcp, conf)
	if err := u.c.Upgrade(t); err != nil {
		return &upstreamError{finding: "early-bytes", note: "the database sent bytes ahead of TLS", err: err}
	}
	if err := t.HandshakeContext(ctx); err != nil {
		note := "the TLS handshake with the database did not succeed"
		if _, bad := errors.AsType[*tls.CertificateVerificationError](err); bad {
			note = "the database's certificate is not one that the policy trusts"
		} else if gate.Alerted(err) {
			note = gate.AlertedNote
		}
		return &upstreamError{finding: "tls", note: note, err: err}
	}
	u.conn = t
	u.binding, err = endPoint(t.ConnectionState().PeerCertificates)
	return err
}

// endPoint is what the channel to a server is bound to, nil where its
// certificate has no hash for that.
func endPoint(chain []*x509.Certificate) ([]byte, error) {
	binding, err := wire.ServerEndPoint(chain[0])
	if errors.Is(err, wire.ErrUnsupported) {
		return nil, nil
	}
	return binding, err
}

// connect logs in to the door's host. The error is an *upstreamError.
func (d *door) connect(ctx context.Context, w wanted) (*upstream, error) {
	ctx, cancel := context.WithTimeout(ctx, d.handshake)
	defer cancel()
	u, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	// A cancelled login must not wait for the deadline.
	stop := context.AfterFunc(ctx, func() { u.tcp.SetDeadline(time.Unix(1, 0)) })
	if err := u.login(w); err != nil {
		stop()
		u.tcp.Close()
		return nil, asUpstreamError(err)
	}
	if !stop() {
		u.tcp.Close()
		return nil, &upstreamError{note: "the login at the database took too long", err: ctx.Err()}
	}
	u.tcp.SetDeadline(time.Time{})
	u.c.R.SetLimit(maxHeld)
	return u, nil
}

func (u *upstream) login(w wanted) error {
	m := wire.StartupMessage{Version: wire.Version30, Params: append([]wire.Parameter{
		{Name: "user", Value: w.login.User}, {Name: "database", Value: w.database}, {Name: "client_encoding", Value: "UTF8"},
	}, w.params...)}
	if err := u.c.Send(m.Append(nil)); err != nil {
		return err
	}
	// MD5 is as good as the password in the clear to whoever listens, so both
	// are for verified TLS alone.
	safe := u.conn != u.tcp
	// A server that asks for no password is believed only where the certificate
	// that it asked for can be the proof: its own has been verified.
	password := string(w.login.Password.Reveal())
	l := wire.Login{User: w.login.User, Password: password, Binding: u.binding,
		AllowCleartext: safe && password != "", AllowMD5: safe && password != "", AllowNone: safe && u.asked}
	for !l.Done() {
		t, p, err := u.c.ReadMessage()
		if err != nil {
			return err
		}
		switch t {
		case wire.MsgAuthentication:
			answer, err := l.Answer(p)
			if err != nil {
				return err
			}
			if len(answer) > 0 {
				if err := u.c.Send(answer); err != nil {
					return err
				}
			}
		case wire.MsgErrorResponse:
			return refusedBy(p)
		case wire.MsgNoticeResponse:
		default:
			return &upstreamError{finding: "protocol", note: "the database sent what is no part of a login"}
		}
	}
	return u.settle()
}

// settle reads what a database says between the login and the first statement.
func (u *upstream) settle() error {
	for {
		t, p, err := u.c.ReadMessage()
		if err != nil {
			return err
		}
		switch t {
		case wire.MsgParameterStatus:
			s, err := wire.DecodeParameterStatus(p)
			if err != nil {
				return err
			}
			if len(u.statuses) == maxStatuses {
				return &upstreamError{finding: "protocol", note: "the database reports too many parameters"}
			}
			u.statuses = append(u.statuses, s)
		case wire.MsgBackendKeyData:
			k, err := wire.DecodeBackendKeyData(p)
			if err != nil {
				return err
			}
			u.key = wire.CancelRequest{ProcessID: k.ProcessID, Key: slices.Clone(k.Key)}
		case wire.MsgErrorResponse:
			return refusedBy(p)
		case wire.MsgNoticeResponse:
		case wire.MsgReadyForQuery:
			if status, err := wire.DecodeReadyForQuery(p); err != nil || status != wire.TxIdle {
				return &upstreamError{finding: "protocol", note: "the database begins amid a transaction"}
			}
			return nil
		default:
			return &upstreamError{finding: "protocol", note: "the database sent what is no part of a login"}
		}
	}
}

// refusedBy is the server's refusal, cut to its code.
func refusedBy(p []byte) error {
	e, err := wire.DecodeError(p)
	if err != nil {
		return err
	}
	return &upstreamError{code: sqlstate(e.Code), note: "the database refused the login"}
}

// close ends the connection; politely where the server is told first.
func (u *upstream) close(politely bool) {
	if politely {
		u.tcp.SetDeadline(time.Now().Add(time.Second))
		u.c.Send(wire.AppendEmpty(nil, wire.MsgTerminate))
	}
	u.tcp.Close()
}
