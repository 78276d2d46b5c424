package app

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"sync"
	"time"
)

// cookieName carries the prefix by which browsers insist on Secure, on Path=/
// and on no Domain (RFC 6265bis, section 4.1.3.2).
const cookieName = "__Host-colours"

const (
	sessionLife = 12 * time.Hour
	maxSessions = 10_000 // about 2 MB
)

// Session is somebody who is logged in.
type Session struct {
	UserID  int64
	Email   string
	expires time.Time
}

// Sessions are kept in memory, under the SHA-256 of their id: they end with
// the process, and one process has to serve all of a person's requests. It is
// safe for concurrent use.
type Sessions struct {
	now func() time.Time

	mu  sync.Mutex
	all map[[sha256.Size]byte]Session
}

// NewSessions makes an empty set that reads the time from now.
func NewSessions(now func() time.Time) *Sessions {
	return &Sessions{now: now, all: map[[sha256.Size]byte]Session{}}
}

// Begin opens a session for a user and returns the cookie that carries its id
// of 256 random bits.
func (s *Sessions) Begin(user int64, email string) *http.Cookie {
	id := make([]byte, 32)
	rand.Read(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom()
	s.all[sha256.Sum256(id)] = Session{UserID: user, Email: email, expires: s.now().Add(sessionLife)}
	return cookie(base64.RawURLEncoding.EncodeToString(id), int(sessionLife/time.Second))
}

// makeRoom drops what has expired when the set is full, and if nothing has,
// the session that would expire first.
func (s *Sessions) makeRoom() {
	if len(s.all) < maxSessions {
		return
	}
	var first [sha256.Size]byte
	var when time.Time
	now := s.now()
	for k, v := range s.all {
		if !v.expires.After(now) {
			delete(s.all, k)
		} else if when.IsZero() || v.expires.Before(when) {
			first, when = k, v.expires
		}
	}
	if len(s.all) >= maxSessions {
		delete(s.all, first)
	}
}

// Of finds the session of a request, if it has one that has not expired.
func (s *Sessions) Of(r *http.Request) (Session, bool) {
	key, ok := keyOf(r)
	if !ok {
		return Session{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.all[key]
	if ok && !found.expires.After(s.now()) {
		delete(s.all, key)
		ok = false
	}
	if !ok {
		return Session{}, false
	}
	return found, true
}

// End closes the session of a request and returns the cookie that unsets it.
func (s *Sessions) End(r *http.Request) *http.Cookie {
	if key, ok := keyOf(r); ok {
		s.mu.Lock()
		delete(s.all, key)
		s.mu.Unlock()
	}
	return cookie("", -1)
}

func keyOf(r *http.Request) ([sha256.Size]byte, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) != 43 {
		return [sha256.Size]byte{}, false
	}
	id, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return [sha256.Size]byte{}, false
	}
	return sha256.Sum256(id), true
}

func cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: maxAge,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
