package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"

	"github.com/sallyport/sallyport/internal/testgate"
)

// maxGreeting bounds the one packet that a MySQL server sends before TLS, in bytes.
const maxGreeting = 1 << 10

// sslRequest is how an app asks a PostgreSQL for TLS: eight bytes.
var sslRequest = []byte{0, 0, 0, 8, 4, 210, 22, 47}

// relay stands between the app and a door, to see what the app receives. It
// ends the app's TLS with the door's own certificate, to which a login may be
// bound, and begins TLS anew.
type relay struct {
	addr string // where it listens

	kind, door string
	server     *tls.Config // towards the app
	client     *tls.Config // towards the door
	received   ear         // of all that the door sent

	ln   net.Listener
	work sync.WaitGroup
}

// openRelay listens on loopback. The caller closes it, once the app is gone.
func openRelay(kind, door string, gate *testgate.Process, received ear) (*relay, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(gate.Dir, "gate.pem"), filepath.Join(gate.Dir, "gate-key.pem"))
	if err != nil {
		return nil, fmt.Errorf("reading the door's certificate: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(gate.CA) {
		return nil, errors.New("reading the door's authority: no certificate in it")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening for the app: %w", err)
	}
	r := &relay{
		addr: ln.Addr().String(), kind: kind, door: door, received: received, ln: ln,
		server: &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12},
		client: &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12},
	}
	r.work.Go(func() {
		for {
			app, err := ln.Accept()
			if err != nil {
				return
			}
			// What breaks here is an error of the app's, which the honest page tells of.
			r.work.Go(func() { _ = r.pass(app) })
		}
	})
	return r, nil
}

// close ends the relay when the app's connections are over.
func (r *relay) close() error {
	err := r.ln.Close()
	r.work.Wait()
	return err
}

// pass serves one connection of the app's.
func (r *relay) pass(app net.Conn) (err error) {
	defer app.Close()
	door, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", r.door)
	if err != nil {
		return err
	}
	defer door.Close()
	if err := r.untilTLS(app, door); err != nil {
		return err
	}
	inner, outer := tls.Server(app, r.server), tls.Client(door, r.client)
	var work sync.WaitGroup
	work.Go(func() {
		_, _ = io.Copy(outer, inner) // either end ends both
		door.Close()
	})
	_, err = io.Copy(io.MultiWriter(inner, r.received), outer)
	app.Close()
	work.Wait()
	return err
}

// untilTLS forwards what either side says in the clear: the SSLRequest of
// either protocol, and before it MySQL's greeting, behind it PostgreSQL's S.
func (r *relay) untilTLS(app, door net.Conn) error {
	if r.kind == "postgres" {
		if _, err := io.CopyN(door, app, int64(len(sslRequest))); err != nil {
			return err
		}
		_, err := io.CopyN(app, door, 1)
		return err
	}
	if err := packet(app, door); err != nil {
		return err
	}
	return packet(door, app)
}

// packet forwards one packet of MySQL's, which begins with its length in three
// bytes and a sequence number.
func packet(to, from net.Conn) error {
	head := make([]byte, 4)
	if _, err := io.ReadFull(from, head); err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32([]byte{head[0], head[1], head[2], 0})
	if size > maxGreeting {
		return fmt.Errorf("a packet of %d bytes before TLS", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(from, body); err != nil {
		return err
	}
	_, err := to.Write(append(head, body...))
	return err
}
