package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Anchor keeps checkpoints where the log's own disk cannot take them back.
type Anchor interface {
	// Put keeps a checkpoint. It takes at most some ten seconds.
	Put(checkpoint []byte) error
	// String is the anchor's URL without credentials.
	String() string
}

// anchorTimeout bounds one Put over a network.
const anchorTimeout = 10 * time.Second

// ParseAnchor reads the URL of an anchor:
//
//	file:/path                  appended and synced, never overwritten
//	syslog:                     the socket /dev/log
//	syslog:/path                another socket
//	syslog://127.0.0.1:514      UDP; a loopback address, as nothing protects it
//	https://host/path           POST of text/plain; any 2xx is a success
//	http://127.0.0.1/path       the same in the clear: only a loopback address
//
// It does no I/O.
func ParseAnchor(text string) (Anchor, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("reading anchor: %w", err)
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || !filepath.IsAbs(u.Path) {
			return nil, fmt.Errorf("reading anchor %q: want file:/absolute/path", text)
		}
		return fileAnchor(filepath.Clean(u.Path)), nil
	case "syslog":
		if u.Host == "" {
			if u.Path == "" {
				u.Path = "/dev/log"
			}
			return syslogAnchor{network: "unixgram", address: u.Path}, nil
		}
		if at, err := netip.ParseAddrPort(u.Host); err != nil || !at.Addr().IsLoopback() {
			return nil, fmt.Errorf("reading anchor %q: syslog over UDP is not protected: want a loopback address and a port", text)
		}
		return syslogAnchor{network: "udp", address: u.Host}, nil
	case "https", "http":
		if u.Scheme == "http" {
			if at, err := netip.ParseAddr(u.Hostname()); err != nil || !at.IsLoopback() {
				return nil, fmt.Errorf("reading anchor %q: http is not protected: use https, or a loopback address", u.Redacted())
			}
		}
		if u.Host == "" {
			return nil, fmt.Errorf("reading anchor %q: it has no host", u.Redacted())
		}
		return &httpAnchor{url: u, client: &http.Client{
			Timeout:       anchorTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}, nil
	}
	return nil, fmt.Errorf("reading anchor %q: want a file:, syslog:, https: or http: URL", u.Redacted())
}

// fileAnchor appends checkpoints to a file, on another disk one hopes.
type fileAnchor string

var _ Anchor = fileAnchor("")

// Put appends with an empty line before each checkpoint but the first.
func (a fileAnchor) Put(checkpoint []byte) error {
	f, err := os.OpenFile(string(a), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err == nil {
		if info.Size() > 0 {
			checkpoint = append([]byte("\n"), checkpoint...)
		}
		_, err = f.Write(checkpoint)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func (a fileAnchor) String() string { return "file:" + string(a) }

// syslogAnchor sends a message of RFC 3164 with the checkpoint on one line.
type syslogAnchor struct{ network, address string }

var _ Anchor = syslogAnchor{}

func (a syslogAnchor) Put(checkpoint []byte) error {
	c, err := net.DialTimeout(a.network, a.address, anchorTimeout)
	if err != nil {
		return err
	}
	const authprivNotice = 10<<3 | 5
	line := strings.ReplaceAll(strings.TrimSuffix(string(checkpoint), "\n"), "\n", `\n`)
	_, err = fmt.Fprintf(c, "<%d>%s sallyport[%d]: checkpoint %s", authprivNotice, time.Now().Format(time.Stamp), os.Getpid(), line)
	return errors.Join(err, c.Close())
}

func (a syslogAnchor) String() string {
	if a.network == "udp" {
		return "syslog://" + a.address
	}
	return "syslog:" + a.address
}

// httpAnchor posts checkpoints.
type httpAnchor struct {
	url    *url.URL
	client *http.Client
}

var _ Anchor = (*httpAnchor)(nil)

func (a *httpAnchor) Put(checkpoint []byte) error {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, a.url.String(), bytes.NewReader(checkpoint))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	answer, err := a.client.Do(r)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode/100 != 2 {
		err = errors.Join(err, fmt.Errorf("answered %s", answer.Status))
	}
	return errors.Join(err, answer.Body.Close())
}

func (a *httpAnchor) String() string { return a.url.Redacted() }

// anchorRunner gives an anchor the newest checkpoint, and tries again where it
// does not take it. It never holds the log up: checkpoints that come meanwhile
// replace the one that waits, and the newest vouches for all before it.
type anchorRunner struct {
	anchor Anchor
	log    *slog.Logger
	m      *metrics
	latest chan []byte
	ended  chan struct{}
	done   chan struct{}
}

func startAnchor(a Anchor, log *slog.Logger, m *metrics, first []byte) *anchorRunner {
	r := &anchorRunner{anchor: a, log: log, m: m, latest: make(chan []byte, 1), ended: make(chan struct{}), done: make(chan struct{})}
	r.give(first)
	go r.run()
	return r
}

// give is called by one goroutine at a time.
func (r *anchorRunner) give(checkpoint []byte) {
	select {
	case <-r.latest:
	default:
	}
	r.latest <- checkpoint
}

func (r *anchorRunner) run() {
	defer close(r.done)
	failing := false
	for {
		var checkpoint []byte
		select {
		case checkpoint = <-r.latest:
		case <-r.ended:
			select {
			case checkpoint = <-r.latest:
			default:
				return
			}
		}
		wait := time.Second
		for {
			err := r.anchor.Put(checkpoint)
			if err == nil {
				if failing {
					r.log.Info("The anchor takes checkpoints again.", "anchor", r.anchor.String())
				}
				failing = false
				break
			}
			r.m.failures.WithLabelValues("anchor").Inc()
			r.log.Warn("The anchor did not take a checkpoint; it is tried again.", "anchor", r.anchor.String(), "error", err)
			failing = true
			select {
			case <-time.After(wait):
			case <-r.ended:
				return
			}
			wait = min(2*wait, anchorTimeout)
			select {
			case checkpoint = <-r.latest:
			default:
			}
		}
	}
}

// stop gives the newest checkpoint a last chance for at most this long.
func (r *anchorRunner) stop(wait time.Duration) {
	close(r.ended)
	select {
	case <-r.done:
	case <-time.After(wait):
	}
}
