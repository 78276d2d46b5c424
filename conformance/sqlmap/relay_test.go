package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testgate"
	"github.com/sallyport/sallyport/internal/testpki"
)

// TestRelay: what a door sends behind TLS is heard, and reaches the app as it
// was sent.
func TestRelay(t *testing.T) {
	ca, err := testpki.NewCA("gate")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	gate := &testgate.Process{CA: ca.PEM, Dir: t.TempDir()}
	if _, _, err := pair.WriteFiles(gate.Dir, "gate"); err != nil {
		t.Fatal(err)
	}
	cert, err := tls.LoadX509KeyPair(gate.Dir+"/gate.pem", gate.Dir+"/gate-key.pem")
	if err != nil {
		t.Fatal(err)
	}
	const secret = "abcdefgh23456722"
	greeting := []byte{3, 0, 0, 0, 'a', 'b', 'c'}
	for kind, clear := range map[string]struct{ fromDoor, fromApp, answer []byte }{
		"mysql":    {fromDoor: greeting, fromApp: []byte{2, 0, 0, 1, 'x', 'y'}},
		"postgres": {fromApp: sslRequest, answer: []byte("S")},
	} {
		t.Run(kind, func(t *testing.T) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			go func() {
				conn, err := ln.Accept()
				if err != nil {
					return
				}
				defer conn.Close()
				_, _ = conn.Write(clear.fromDoor)
				_, _ = io.CopyN(io.Discard, conn, int64(len(clear.fromApp)))
				_, _ = conn.Write(clear.answer)
				inner := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
				_, _ = inner.Write([]byte(secret + colour))
				_ = inner.CloseWrite()
				_, _ = io.Copy(io.Discard, inner)
			}()
			heard := newEar(secret)
			r, err := openRelay(kind, ln.Addr().String(), gate, heard)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(clear.fromDoor))
			if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, clear.fromDoor) {
				t.Fatalf("greeted with %q, %v", got, err)
			}
			_, _ = conn.Write(clear.fromApp)
			if _, err := io.CopyN(io.Discard, conn, int64(len(clear.answer))); err != nil {
				t.Fatal(err)
			}
			app := tls.Client(conn, &tls.Config{RootCAs: ca.Pool(), ServerName: "localhost"})
			text := make([]byte, len(secret+colour))
			if _, err := io.ReadFull(app, text); err != nil || string(text) != secret+colour {
				t.Errorf("the app received %q, %v", text, err)
			}
			app.Close()
			if err := r.close(); err != nil {
				t.Error(err)
			}
			if !heard.secret.seen() || !heard.honest.seen() {
				t.Error("what the door sent was not heard")
			}
		})
	}
}

// TestPacketIsBounded: a length is looked at before room is made for it.
func TestPacketIsBounded(t *testing.T) {
	app, door := net.Pipe()
	defer app.Close()
	go func() {
		_, _ = door.Write([]byte{0xff, 0xff, 0xff, 0})
		door.Close()
	}()
	if err := packet(nil, app); err == nil || !strings.Contains(err.Error(), "16777215 bytes") {
		t.Errorf("got %v", err)
	}
}
