package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/internal/testgate"
)

// pageTimeout bounds one page of the app.
const pageTimeout = 10 * time.Second

// build compiles the example's app into dir.
func build(ctx context.Context, example, dir string) (app string, err error) {
	app = filepath.Join(dir, "colours")
	cmd := exec.CommandContext(ctx, "go", "build", "-C", example, "-o", app, "./cmd/colours")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the app of %s: %w: %s", example, err, out)
	}
	return app, nil
}

// database is where the app finds its database, or the door before it, and
// whom it says it is.
type database struct {
	kind, addr           string
	ca                   []byte // PEM
	user, password, name string
}

// site is the running app, and before it a proxy that sees all that it answers.
type site struct {
	URL      string // http://127.0.0.1:port, of the proxy
	answered ear    // of all that the app answered
	app      *testgate.Process
	requests atomic.Int64
	proxy    *http.Server
	served   chan error
}

// openSite starts the app with its vulnerable endpoints. The caller closes it.
func openSite(ctx context.Context, app string, db database, secret string) (*site, error) {
	listen, err := testgate.FreeAddr()
	if err != nil {
		return nil, err
	}
	s := &site{answered: newEar(secret), served: make(chan error, 1)}
	s.app, err = testgate.Start(ctx, testgate.Config{
		Program: app,
		Args: []string{"-listen", listen, "-vulnerable", "-db-kind", db.kind, "-db", db.addr, "-db-tls-name", "localhost",
			"-db-ca", "db-ca.pem", "-db-user", db.user, "-db-password", "file:db-password", "-db-name", db.name},
		Files: map[string][]byte{"db-ca.pem": db.ca, "db-password": []byte(db.password)},
		Doors: []string{listen},
	})
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening for sqlmap: %w", err), s.app.Stop())
	}
	s.URL = "http://" + ln.Addr().String()
	s.proxy = &http.Server{Handler: s.before(&url.URL{Scheme: "http", Host: listen}), ReadHeaderTimeout: pageTimeout}
	go func() { s.served <- s.proxy.Serve(ln) }()
	return s, nil
}

// before is the proxy. It forwards a query as it came, also one that a careful
// proxy would clean.
func (s *site) before(app *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			s.requests.Add(1)
			r.SetURL(app)
			r.Out.URL.RawQuery = r.In.URL.RawQuery
		},
		ModifyResponse: func(res *http.Response) error {
			res.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(res.Body, s.answered), res.Body}
			return nil
		},
	}
}

func (s *site) close() error {
	err := s.proxy.Close()
	if e := <-s.served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return errors.Join(err, s.app.Stop())
}

// works reports whether a page does for an honest visitor what it is for.
func (s *site) works(ctx context.Context, page honest) error {
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+page.path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("asking for the honest page: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("reading the honest page: %w", err)
	}
	if res.StatusCode != http.StatusOK || !strings.Contains(string(body), page.want) {
		return fmt.Errorf("the honest page %s answers %d and not with %s: %.200s", page.path, res.StatusCode, page.want, body)
	}
	return nil
}
