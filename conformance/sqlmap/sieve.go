package main

import (
	"bytes"
	"encoding/hex"
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

// ear listens for the secret, and for what an honest visitor is shown: one that
// has not heard that is deaf.
type ear struct{ secret, honest *sieve }

func newEar(secret string) ear { return ear{newSieve(secret), newSieve(colour)} }

// Write never fails.
func (e ear) Write(b []byte) (int, error) {
	_, _ = e.honest.Write(b)
	return e.secret.Write(b)
}

// seen reports whether a piece of the secret has come.
func (s *sieve) seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.found
}
