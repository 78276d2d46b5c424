package testpki

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"testing"
)

// handshake runs a TLS handshake over an in-memory pipe and returns what each
// side said about it.
func handshake(t *testing.T, server, client *tls.Config) (serverErr, clientErr error) {
	t.Helper()
	a, b := net.Pipe()
	done := make(chan error, 1)
	go func() {
		conn := tls.Server(a, server)
		err := conn.Handshake()
		if err == nil {
			_, err = io.WriteString(conn, "x")
		}
		a.Close()
		done <- err
	}()
	conn := tls.Client(b, client)
	clientErr = conn.Handshake()
	if clientErr == nil {
		_, clientErr = io.ReadFull(conn, make([]byte, 1))
	}
	b.Close()
	return <-done, clientErr
}

func TestHandshakes(t *testing.T) {
	ca, err := NewCA("authority")
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewCA("another authority")
	if err != nil {
		t.Fatal(err)
	}
	serverPair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	clientPair, err := ca.Client("colours.example.com")
	if err != nil {
		t.Fatal(err)
	}
	strangerPair, err := other.Client("colours.example.com")
	if err != nil {
		t.Fatal(err)
	}
	parse := func(p Pair) tls.Certificate {
		t.Helper()
		c, err := p.TLS()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	server := &tls.Config{
		Certificates: []tls.Certificate{parse(serverPair)},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    ca.Pool(),
	}
	cert, stranger := parse(clientPair), parse(strangerPair)

	tests := []struct {
		name   string
		client *tls.Config
		ok     bool
	}{
		{"by name", &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost", Certificates: []tls.Certificate{cert}}, true},
		{"by address", &tls.Config{RootCAs: ca.Pool(), ServerName: "127.0.0.1", Certificates: []tls.Certificate{cert}}, true},
		{"by IPv6 address", &tls.Config{RootCAs: ca.Pool(), ServerName: "::1", Certificates: []tls.Certificate{cert}}, true},
		{"wrong name", &tls.Config{RootCAs: ca.Pool(), ServerName: "db.example.com", Certificates: []tls.Certificate{cert}}, false},
		{"wrong authority", &tls.Config{RootCAs: other.Pool(), ServerName: "localhost", Certificates: []tls.Certificate{cert}}, false},
		{"client of another authority", &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost", Certificates: []tls.Certificate{stranger}}, false},
		{"no client certificate", &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			serverErr, clientErr := handshake(t, server, tt.client)
			if ok := serverErr == nil && clientErr == nil; ok != tt.ok {
				t.Errorf("handshake succeeded = %v, want %v (server: %v, client: %v)", ok, tt.ok, serverErr, clientErr)
			}
		})
	}
}

func TestWriteFiles(t *testing.T) {
	ca, err := NewCA("authority")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server("db.example.com")
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile, err := pair.WriteFiles(t.TempDir(), "server")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tls.LoadX509KeyPair(certFile, keyFile); err != nil {
		t.Errorf("loading what was written: %v", err)
	}
	info, err := os.Stat(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the key's mode is %o, want 600", got)
	}
}
