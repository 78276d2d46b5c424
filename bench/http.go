package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"text/template"
	"time"

	"github.com/sallyport/sallyport/internal/testgate"
)

//go:embed http.policy.yaml
var httpPolicyText string

var httpPolicy = template.Must(template.New("http").Parse(httpPolicyText))

const largeBody = 1 << 20

// benchHTTP measures a small GET and a body of 1 MiB, each way.
func benchHTTP(ctx context.Context, s settings) (err error) {
	fmt.Println("== http: starting a backend and a bare reverse proxy, each in a process of its own")
	addr, stopBackend, err := startServer(ctx, "backend")
	if err != nil {
		return err
	}
	backend := "http://" + addr
	defer func() { err = errors.Join(err, stopBackend()) }()
	addr, stopProxy, err := startServer(ctx, backend)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopProxy()) }()
	proxy, door := "http://"+addr, ""
	var gate *testgate.Process
	if !s.direct {
		if gate, door, err = startHTTPDoor(ctx, s, backend); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, gate.Stop()) }()
	}
	var legs []leg
	for _, clients := range []int{1, 8} {
		for _, work := range []struct {
			name, method, path string
		}{
			{"small GET", http.MethodGet, "/small"},
			{"1 MiB response", http.MethodGet, "/large"},
			{"1 MiB request", http.MethodPost, "/small"},
		} {
			legs = append(legs, leg{
				name: fmt.Sprintf("%s, %d clients", work.name, clients), unit: "1/s",
				sides: []measure{httpMeasure(clients, work.method, proxy, work.path), httpMeasure(clients, work.method, door, work.path)},
			})
		}
	}
	fmt.Printf("== http: %d rounds\n", s.rounds)
	var all []series
	if err := profiled(ctx, s.profile, "http", gate, func() (err error) {
		all, err = rounds(ctx, legs, s.rounds, s.duration)
		return err
	}); err != nil {
		return err
	}
	return table(os.Stdout, []string{"ReverseProxy", "door"}, all)
}

func startHTTPDoor(ctx context.Context, s settings, backend string) (*testgate.Process, string, error) {
	listen, err := testgate.FreeAddr()
	if err != nil {
		return nil, "", err
	}
	var policy strings.Builder
	if err := httpPolicy.Execute(&policy, map[string]string{"Listen": listen, "Backend": backend, "Audit": s.audit}); err != nil {
		return nil, "", fmt.Errorf("writing the policy: %w", err)
	}
	gate, err := testgate.Start(ctx, testgate.Config{Program: s.program, Policy: policy.String(), Doors: []string{listen}})
	return gate, "http://" + listen, err
}

// httpMeasure makes clients that share a transport; nil without a base URL.
func httpMeasure(clients int, method, base, path string) measure {
	if base == "" {
		return nil
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	body := bytes.Repeat([]byte("0123456789abcdef"), largeBody/16)
	work := func(ctx context.Context) error {
		var send io.Reader
		if method == http.MethodPost {
			send = bytes.NewReader(body)
		}
		req, err := http.NewRequestWithContext(ctx, method, base+path, send)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		n, err := io.Copy(io.Discard, res.Body)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s %s: %s (%d bytes)", method, path, res.Status, n)
		}
		return err
	}
	workers := make([]func(context.Context) error, clients)
	for i := range workers {
		workers[i] = work
	}
	return func(ctx context.Context, d time.Duration) (float64, error) { return loop(ctx, d, workers) }
}

// serveHTTP is the backend, or a bare reverse proxy before the URL.
func serveHTTP(ln net.Listener, role string) error {
	handler, err := httpHandler(role)
	if err != nil {
		return err
	}
	return http.Serve(ln, handler)
}

func httpHandler(role string) (http.Handler, error) {
	if role != "backend" {
		target, err := url.Parse(role)
		if err != nil {
			return nil, fmt.Errorf("reading the URL to be a proxy for: %w", err)
		}
		return &httputil.ReverseProxy{
			Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target); r.SetXForwarded() },
			Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
		}, nil
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), largeBody/16)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body := []byte("teal\n")
		if r.URL.Path == "/large" {
			body = large
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body) // the client counts what it gets
	}), nil
}
