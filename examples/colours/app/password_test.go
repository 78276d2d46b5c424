package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHasher(t *testing.T) {
	h, err := NewHasher()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || len(hash) > 255 {
		t.Errorf("hash %s", hash)
	}
	for _, c := range []struct {
		name, hash, password string
		ok, bad              bool
	}{
		{"right", hash, "correct horse battery", true, false},
		{"wrong", hash, "correct horse batterz", false, false},
		{"no account", "", "correct horse battery", false, false},
		{"other parameters", strings.Replace(hash, "m=19456", "m=99999999", 1), "x", false, true},
		{"cut", hash[:len(hash)-1], "x", false, true},
		{"no key", hash[:strings.LastIndex(hash, "$")], "x", false, true},
		{"bcrypt", "$2a$10$abcdefghijklmnopqrstuu", "x", false, true},
	} {
		ok, err := h.Check(t.Context(), c.hash, c.password)
		if ok != c.ok || (err != nil) != c.bad {
			t.Errorf("%s: %v, %v", c.name, ok, err)
		}
	}
}

func TestHasherIsBounded(t *testing.T) {
	h, err := NewHasher()
	if err != nil {
		t.Fatal(err)
	}
	for range hashers {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("with every slot taken: %v, want ErrBusy", err)
	}
}

func TestSessionsExpireAndAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewSessions(time.Now)
		ask := func(c *http.Cookie) (Session, bool) {
			r, err := http.NewRequest("GET", "/", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.AddCookie(c)
			return s.Of(r)
		}
		first := s.Begin(1, "ada@example.com")
		if got, ok := ask(first); !ok || got.UserID != 1 {
			t.Fatalf("got %v, %v", got, ok)
		}
		for _, bad := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("!", 43)} {
			if _, ok := ask(&http.Cookie{Name: cookieName, Value: bad}); ok {
				t.Errorf("cookie %q opened a session", bad)
			}
		}
		time.Sleep(time.Second)
		for i := range maxSessions {
			s.Begin(int64(i), "b@example.com")
		}
		if len(s.all) != maxSessions {
			t.Errorf("%d sessions, want %d", len(s.all), maxSessions)
		}
		if _, ok := ask(first); ok {
			t.Error("the oldest session outlived its place")
		}
		last := s.Begin(2, "c@example.com")
		time.Sleep(sessionLife)
		if _, ok := ask(last); ok {
			t.Error("a session outlived its time")
		}
	})
}
