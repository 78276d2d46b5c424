package postgres

import (
	"errors"
	"testing"
)

func TestLoginDecides(t *testing.T) {
	payload := func(a Authentication) []byte { return a.Append(nil)[headerSize:] }
	ok := payload(Authentication{})
	clear := payload(Authentication{Method: AuthCleartextPassword})
	md5 := payload(Authentication{Method: AuthMD5Password})
	sasl := payload(Authentication{Method: AuthSASL, Mechanisms: []string{ScramSHA256}})
	final := payload(Authentication{Method: AuthSASLFinal, Data: b("v=")})
	gss := payload(Authentication{Method: AuthGSS})
	for _, c := range []struct {
		name     string
		login    Login
		messages [][]byte
		want     error // of the last one
	}{
		{"nothing was asked", Login{}, [][]byte{ok}, ErrServerUnproven},
		{"nothing was asked, allowed", Login{AllowNone: true}, [][]byte{ok}, nil},
		{"nothing was asked, allowed, and a binding required", Login{AllowNone: true, RequireBinding: true}, [][]byte{ok}, ErrServerUnproven},
		{"in, twice", Login{AllowNone: true}, [][]byte{ok, ok}, ErrMalformed},
		{"in clear", Login{}, [][]byte{clear}, ErrUnsupported},
		{"in clear, allowed", Login{AllowCleartext: true}, [][]byte{clear, ok}, nil},
		{"in clear, allowed, and a binding required", Login{AllowCleartext: true, RequireBinding: true}, [][]byte{clear}, ErrChannelBinding},
		{"in clear after MD5", Login{AllowCleartext: true, AllowMD5: true}, [][]byte{md5, clear}, ErrMalformed},
		{"MD5", Login{AllowCleartext: true}, [][]byte{md5}, ErrUnsupported},
		{"MD5, allowed", Login{AllowMD5: true}, [][]byte{md5, ok}, nil},
		{"GSS", Login{AllowMD5: true, AllowCleartext: true, AllowNone: true}, [][]byte{gss}, ErrUnsupported},
		{"SCRAM, broken off by OK", Login{AllowNone: true}, [][]byte{sasl, ok}, ErrServerUnproven},
		{"SCRAM, and in clear after all", Login{AllowCleartext: true}, [][]byte{sasl, clear}, ErrMalformed},
		{"SCRAM, without its middle", Login{}, [][]byte{sasl, final}, errScramOrder},
		{"SCRAM's end alone", Login{}, [][]byte{final}, ErrMalformed},
		{"SCRAM without a binding", Login{Binding: b("x"), RequireBinding: true}, [][]byte{sasl}, ErrChannelBinding},
		{"garbage", Login{}, [][]byte{{1}}, ErrMalformed},
		{"after a failure", Login{AllowNone: true}, [][]byte{gss, ok}, ErrServerUnproven},
	} {
		var err error
		for _, m := range c.messages {
			_, err = c.login.Answer(m)
		}
		if !errors.Is(err, c.want) || c.login.Done() != (c.want == nil) {
			t.Errorf("%s: %v, done %v; want %v", c.name, err, c.login.Done(), c.want)
		}
	}
}

// TestLoginKeepsWhatWasSalted: a login with a password that was salted before
// costs no PBKDF2.
func TestLoginKeepsWhatWasSalted(t *testing.T) {
	v := verifierOf(t, testPassword, NewSalt())
	var kept SaltedPassword
	for range 2 {
		s, err := NewScramServer(b("cert"), v)
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		l := Login{User: "bob", Binding: b("cert"), RequireBinding: true, Salt: func(c ScramChallenge) (SaltedPassword, error) {
			if asked++; kept == (SaltedPassword{}) {
				var err error
				kept, err = SaltPassword(testPassword, c.Salt, c.Iterations)
				return kept, err
			}
			return kept, nil
		}}
		answer := func(a Authentication) []byte {
			out, err := l.Answer(a.Append(nil)[headerSize:])
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		out := answer(Authentication{Method: AuthSASL, Mechanisms: s.Mechanisms()})
		initial, err := DecodeSASLInitialResponse(out[headerSize:])
		if err != nil {
			t.Fatal(err)
		}
		first, err := s.First(initial.Mechanism, initial.Data)
		if err != nil {
			t.Fatal(err)
		}
		out = answer(Authentication{Method: AuthSASLContinue, Data: first})
		final, err := s.Final(out[headerSize:])
		if err != nil {
			t.Fatal(err)
		}
		if out := answer(Authentication{Method: AuthSASLFinal, Data: final}); out != nil || l.Done() {
			t.Error("in before the server said so")
		}
		if answer(Authentication{}); !l.Done() || asked != 1 {
			t.Error(l.Done(), asked)
		}
	}
}

func TestMD5Answer(t *testing.T) {
	// SELECT 'md5' || md5(md5('secretbob')::bytea || '\x01020304'::bytea)
	if got := MD5Answer("bob", "secret", [4]byte{1, 2, 3, 4}); got != "md5f21dfe33ff3a9e03dbc3e008251fe5cc" {
		t.Error(got)
	}
}
