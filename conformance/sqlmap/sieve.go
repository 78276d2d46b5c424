package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"net"
	"strings"
	"sync"
)

// window is how many characters of a secret in a row have been seen when it
// counts as seen. Of the 32 letters and digits that secrets are made of, fewer
// could occur by chance in some megabytes.
const window = 8

// sieve looks for a secret in what is written to it, and keeps nothing else of
// it. It is safe for concurrent use.
type sieve struct {
	mu      sync.Mutex
	needles [][]byte // pieces of the secret, as text and in hexadecimal
	tail    []byte   // the end of what came, in which a piece may have begun
	found   bool
}

func newSieve(secret string) *sieve {
	s := &sieve{}
	secret = strings.ToLower(secret)
	for i := 0; i+window <= len(secret); i++ {
		piece := secret[i : i+window]
		s.needles = append(s.needles, []byte(piece), []byte(hex.EncodeToString([]byte(piece))))
	}
	return s
}

// Write never fails.
func (s *sieve) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hay := append(s.tail, bytes.ToLower(b)...)
	for _, n := range s.needles {
		if bytes.Contains(hay, n) {
			s.found = true
		}
	}
	s.tail = bytes.Clone(hay[max(0, len(hay)-(2*window-1)):])
	return len(b), nil
}

// seen reports whether a piece of the secret has come.
func (s *sieve) seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found
}

// tapped dials, and shows the tap all that is received.
func tapped(ctx context.Context, network, addr string, tap *sieve) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return tappedConn{conn, tap}, nil
}

type tappedConn struct {
	net.Conn
	tap *sieve
}

// Read shows the tap what it read.
func (c tappedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.tap.Write(b[:n])
	return n, err
}
