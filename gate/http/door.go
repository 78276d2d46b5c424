package httpgate

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/policy"
)

// Kind is the HTTP door, as the list of kinds wants it.
var Kind = gate.Kind{Name: "http", New: New, Legs: legsOf}

// legsOf is how many connections to its app a door may have open.
func legsOf(l policy.Limits) int { return l.Requests }

// What a door does where its `limits:` do not say.
const (
	defaultHandshake   = 10 * time.Second // from connect to the end of TLS, and for each head
	defaultIdle        = 2 * time.Minute  // between two requests of a connection
	defaultHeaderBytes = 64 << 10         // of one head
	defaultRequests    = 1024             // in flight, and connections to the app
	maxStreams         = 128              // requests at once on an HTTP/2 connection
	stall              = time.Minute      // a body that makes no progress for so long is ended
	cutGrace           = time.Second      // for answers that say why, when a connection is cut
)

// door is one HTTP door at work.
type door struct {
	env       gate.Env
	d         policy.Door
	tls       *tls.Config // nil where the door is plain only
	up        *upstream
	throttle  *auth.Throttle
	challenge string // of WWW-Authenticate
	handshake time.Duration
	idle      time.Duration
	headBytes int
	open      tally
	breaches  breaches
}

var _ gate.Gate = (*door)(nil)

// New makes the gate of an HTTP door. It does no I/O.
func New(d policy.Door, env gate.Env) (gate.Gate, error) {
	conf, err := gate.ServerTLS(d.TLS)
	if err != nil {
		return nil, err
	}
	if conf != nil {
		conf.NextProtos = []string{"h2", "http/1.1"}
	}
	up, err := newUpstream(d.To, d.Limits.Requests)
	if err != nil {
		return nil, err
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	g := &door{
		env: env, d: d, tls: conf, up: up, throttle: auth.NewThrottle(nil),
		challenge: fmt.Sprintf("Bearer realm=%q", d.Name),
		handshake: d.Limits.Handshake, idle: d.Limits.Idle, headBytes: d.Limits.HeaderBytes,
		breaches: breaches{more: make(chan struct{}, 1)},
	}
	if g.handshake <= 0 {
		g.handshake = defaultHandshake
	}
	if g.idle <= 0 {
		g.idle = defaultIdle
	}
	if g.headBytes <= 0 {
		g.headBytes = defaultHeaderBytes
	}
	return g, nil
}

// Serve implements gate.Gate.
func (g *door) Serve(ctx context.Context, ln net.Listener) error {
	defer g.up.close()
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	srv := &http.Server{
		Handler:                      http.HandlerFunc(g.serveHTTP),
		TLSConfig:                    g.tls,
		ReadHeaderTimeout:            g.handshake,
		IdleTimeout:                  g.idle,
		MaxHeaderBytes:               g.headBytes,
		DisableGeneralOptionsHandler: true,
		HTTP2:                        &http.HTTP2Config{MaxConcurrentStreams: maxStreams, SendPingTimeout: g.idle, CountError: g.breaches.count},
		BaseContext:                  func(net.Listener) context.Context { return base },
		ConnContext:                  withConn,
		ErrorLog:                     slog.NewLogLogger(g.env.Log.Handler(), slog.LevelDebug),
	}
	recorded := make(chan struct{})
	// The last are recorded once nobody can add to them.
	defer func() { <-recorded }()
	serving, over := context.WithCancel(base)
	defer over()
	go func() {
		defer close(recorded)
		g.recordBreaches(serving)
	}()
	in := newListener(g, ln)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(in) }()
	var failed error
	select {
	case <-ctx.Done():
	case err := <-served:
		failed = fmt.Errorf("accepting connections: %w", err)
	}
	in.Close()
	g.drain(srv, in, cut)
	if failed != nil && !errors.Is(failed, http.ErrServerClosed) {
		return failed
	}
	return nil
}

// errDrained is why what was still open at the end of a drain was cut.
var errDrained = errors.New("the gateway stops")

// drain ends gracefully: requests and tunnels that are open may finish within
// Env.Drain, then they are cut. It returns when the last has ended.
func (g *door) drain(srv *http.Server, in *listener, cut context.CancelCauseFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), max(g.env.Drain, 0))
	defer cancel()
	in.closeUnused()
	err := srv.Shutdown(ctx)
	if err == nil {
		err = g.open.wait(ctx)
	}
	if err != nil {
		cut(errDrained)
		grace, cancel := context.WithTimeout(context.Background(), cutGrace)
		defer cancel()
		// What has not begun to answer still says that the gateway stops.
		if g.open.wait(grace) == nil {
			srv.Shutdown(grace) // what they answered is still on its way
		}
	}
	srv.Close()
	in.closeAll()
	g.open.wait(context.Background())
}

// upstream is the app behind a door and how it is reached.
type upstream struct {
	scheme, host string // of the policy's URL
	main         *http.Transport
	plain        *http.Transport // HTTP/1 only, for what an Upgrade needs
}

func newUpstream(to policy.Upstream, requests int) (*upstream, error) {
	if requests <= 0 {
		requests = defaultRequests
	}
	if to.URL == nil || to.URL.Host == "" {
		return nil, errors.New("reading to: an HTTP door needs the url of its app")
	}
	u := &upstream{scheme: to.URL.Scheme, host: to.URL.Host}
	port := to.URL.Port()
	var conf *tls.Config
	switch u.scheme {
	case "https":
		var err error
		if conf, err = gate.ClientTLS(to.TLS, to.URL.Hostname()); err != nil {
			return nil, err
		}
		if port == "" {
			port = "443"
		}
		if conf == nil {
			return nil, errors.New("reading to: an https url cannot be plain")
		}
	case "http":
		if !to.TLS.Plain {
			return nil, errors.New("reading to: an http url is plain, which the policy has to allow")
		}
		if port == "" {
			port = "80"
		}
	default:
		return nil, fmt.Errorf("reading to: the scheme of the url is %q, not http or https", u.scheme)
	}
	addr := net.JoinHostPort(to.URL.Hostname(), port)
	l := newLegs(requests, u.close)
	u.main = newTransport(l, addr, conf, true)
	u.plain = newTransport(l, addr, conf, false)
	return u, nil
}

const (
	upstreamDial     = 10 * time.Second
	upstreamHeader   = 2 * time.Minute  // for the app to begin its answer
	upstreamIdle     = 90 * time.Second // a pooled connection is kept
	upstreamPool     = 256              // idle connections
	upstreamHeadSize = 256 << 10        // bytes of an answer's head
)

// newTransport dials addr and nothing else, whatever a request asks for; it
// knows no proxy, follows no redirect and leaves bodies as they are.
func newTransport(l *legs, addr string, conf *tls.Config, h2 bool) *http.Transport {
	pool := min(upstreamPool, l.most)
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return l.dial(ctx, addr)
		},
		TLSHandshakeTimeout:    upstreamDial,
		ResponseHeaderTimeout:  upstreamHeader,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        upstreamIdle,
		MaxIdleConns:           pool,
		MaxIdleConnsPerHost:    pool,
		MaxResponseHeaderBytes: upstreamHeadSize,
		DisableCompression:     true,
		ReadBufferSize:         8 << 10,
		WriteBufferSize:        8 << 10,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	t.Protocols.SetHTTP2(h2)
	if conf != nil {
		t.TLSClientConfig = conf.Clone()
	}
	return t
}

func (u *upstream) close() {
	u.main.CloseIdleConnections()
	u.plain.CloseIdleConnections()
}
