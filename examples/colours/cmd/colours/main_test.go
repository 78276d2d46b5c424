package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// lines is a writer whose lines can be waited for.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func (l lines) await(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for {
		select {
		case s := <-l:
			if m := re.FindStringSubmatch(s); m != nil {
				return m[1]
			}
		case <-t.Context().Done():
			t.Fatalf("%q was not written", pattern)
		}
	}
}

func TestMigrateAndServe(t *testing.T) {
	for name, begin := range demodb.Available(t.Logf) {
		t.Run(name, func(t *testing.T) { migrateAndServe(t, begin) })
	}
}

func migrateAndServe(t *testing.T, begin func(context.Context) (*demodb.Server, error)) {
	db, err := begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, db.CA, 0o644); err != nil {
		t.Fatal(err)
	}
	pw := filepath.Join(dir, "password")
	if err := os.WriteFile(pw, []byte(db.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("COLOURS_TEST_PASSWORD", db.Password)
	flags := []string{"-db-kind", string(db.Engine), "-db", db.Addr, "-db-tls-name", db.Name, "-db-ca", ca, "-db-user", db.User}

	var out bytes.Buffer
	if err := run(t.Context(), append([]string{"migrate", "-db-password", "file:" + pw}, flags...), &out); err != nil {
		t.Fatal(err)
	}
	cert, key, pool := certificate(t, dir)
	for _, withTLS := range []bool{false, true} {
		args := append([]string{"-listen", "127.0.0.1:0", "-db-password", "env:COLOURS_TEST_PASSWORD"}, flags...)
		scheme := "http://"
		if withTLS {
			args, scheme = append(args, "-cert", cert, "-key", key), "https://"
		}
		ctx, stop := context.WithCancel(t.Context())
		log := make(lines, 100)
		ended := make(chan error, 1)
		go func() { ended <- run(ctx, args, log) }()
		addr := log.await(t, `The app is up\..* address=(\S+)`)
		_, port, _ := net.SplitHostPort(addr)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
		res, err := client.Get(scheme + "localhost:" + port + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		client.CloseIdleConnections()
		if res.StatusCode != http.StatusOK || string(body) != "ok\n" {
			t.Errorf("healthz: %d %q", res.StatusCode, body)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Setenv("COLOURS_TEST_PASSWORD", "x")
	pw := []string{"-db-password", "env:COLOURS_TEST_PASSWORD"}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-nonsense"}, "not defined"},
		{[]string{"serve"}, `unexpected "serve"`},
		{[]string{"-cert", "x"}, "go together"},
		{[]string{"-db-password", "hunter2"}, "env:NAME or file:PATH"},
		{[]string{"-db-password", "env:COLOURS_NO_SUCH"}, "is empty"},
		{[]string{"migrate", "-db-password", "file:/no/such"}, "reading the database password"},
		{append([]string{"-db-kind", "oracle"}, pw...), "mysql or postgres"},
		{append([]string{"-db-ca", "no-such.pem"}, pw...), "authority"},
	} {
		err := run(t.Context(), c.args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v, want %q", c.args, err, c.says)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}

func TestLoopbackOnlyInTheClear(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:80": true, "127.9.9.9:80": true, "[::1]:80": true, "[::ffff:127.0.0.1]:80": true,
		"0.0.0.0:80": false, "[::]:80": false, "10.0.0.1:80": false,
	} {
		a, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := loopback(a); got != want {
			t.Errorf("loopback(%s) = %v", addr, got)
		}
	}
}

func certificate(t *testing.T, dir string) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	id, err := demodb.NewIdentity("localhost")
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, data := range map[string][]byte{cert: id.Cert, key: id.Key} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(id.CA)
	return cert, key, pool
}
