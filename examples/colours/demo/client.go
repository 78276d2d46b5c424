package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// client speaks to the app, directly or through the front door. It keeps
// cookies and follows no redirect, so that one call is one crossing.
type client struct {
	base string
	http *http.Client
}

func newClient(base string, ca *x509.CertPool) (*client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &client{base: base, http: &http.Client{
		Jar:     jar,
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig:       &tls.Config{RootCAs: ca, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:     true,
			ExpectContinueTimeout: 2 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// answer is a response, its body read and cut at 64 KiB.
type answer struct {
	status int
	body   string
}

func (c *client) do(ctx context.Context, method, path, body string, header ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("asking for %s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return answer{}, fmt.Errorf("reading the answer to %s %s: %w", method, path, err)
	}
	return answer{res.StatusCode, strings.TrimSpace(plain(string(b)))}, nil
}

func (c *client) get(ctx context.Context, path string, header ...string) (answer, error) {
	return c.do(ctx, http.MethodGet, path, "", header...)
}

func (c *client) form(ctx context.Context, path string, form url.Values, header ...string) (answer, error) {
	header = append(header, "Content-Type", "application/x-www-form-urlencoded")
	return c.do(ctx, http.MethodPost, path, form.Encode(), header...)
}
