package postgres

import (
	"fmt"
)

// Login answers a server's authentication requests, and decides which of them a
// client may answer and when it may believe that it is logged in. The zero
// value of each option refuses: without any, only SCRAM is accepted, and
// AuthOK only from a server that has proven that it knows the password. It is
// for one session.
type Login struct {
	User, Password string
	// Salt returns the password after SaltPassword, which may be kept from an
	// earlier login. When it is nil, SaltPassword is called.
	Salt func(c ScramChallenge) (SaltedPassword, error)
	// Binding is ServerEndPoint of the server's certificate, nil without TLS.
	Binding []byte
	// RequireBinding refuses a server that does not offer channel binding.
	RequireBinding bool
	// AllowCleartext lets the password be sent as it is: only over TLS, to a
	// server whose certificate was verified.
	AllowCleartext bool
	// AllowMD5 lets MD5Answer be sent, by which the password can be guessed.
	AllowMD5 bool
	// AllowNone accepts a server that asks for nothing.
	AllowNone bool

	state loginState
	scram *ScramClient
}

type loginState uint8

const (
	loginBegin    loginState = iota
	loginAnswered            // with a password; the server decides
	loginSCRAM
	loginDone
	loginFailed
)

// Answer takes the payload of an Authentication message and returns the message
// to send, nil when there is none. It returns ErrServerUnproven for an AuthOK
// that must not be believed, ErrChannelBinding where RequireBinding is not met,
// ErrUnsupported, wrapped, for a method that is not known or not allowed, and
// a *MalformedError for a message that is that, or out of its turn. After an
// error, end the connection.
func (l *Login) Answer(payload []byte) ([]byte, error) {
	a, err := DecodeAuthentication(payload)
	if err != nil {
		l.state = loginFailed
		return nil, err
	}
	answer, next, err := l.answer(&a)
	if err != nil {
		next = loginFailed
	}
	l.state = next
	return answer, err
}

// Done reports whether the server has let the client in and may be believed.
func (l *Login) Done() bool { return l.state == loginDone }

func (l *Login) answer(a *Authentication) ([]byte, loginState, error) {
	switch a.Method {
	case AuthOK:
		return nil, loginDone, l.believe()
	case AuthSASLContinue, AuthSASLFinal:
		if l.state != loginSCRAM {
			return nil, 0, outOfTurn(a)
		}
		answer, err := l.scramAnswer(a)
		return answer, loginSCRAM, err
	}
	if l.state != loginBegin {
		return nil, 0, outOfTurn(a)
	}
	switch {
	case a.Method == AuthSASL:
		answer, err := l.scramBegin(a.Mechanisms)
		return answer, loginSCRAM, err
	case l.RequireBinding:
		return nil, 0, ErrChannelBinding
	case a.Method == AuthCleartextPassword && l.AllowCleartext:
		return AppendPassword(nil, l.Password), loginAnswered, nil
	case a.Method == AuthMD5Password && l.AllowMD5:
		return AppendPassword(nil, MD5Answer(l.User, l.Password, a.Salt)), loginAnswered, nil
	}
	return nil, 0, fmt.Errorf("postgres: logging in by %v: %w", a.Method, ErrUnsupported)
}

// believe decides on an AuthOK.
func (l *Login) believe() error {
	switch l.state {
	case loginAnswered:
		return nil
	case loginSCRAM:
		if l.scram.Done() {
			return nil
		}
	case loginBegin:
		if l.AllowNone && !l.RequireBinding {
			return nil
		}
	case loginDone:
		return malformed("AuthenticationOk", "a second one")
	}
	return ErrServerUnproven
}

func (l *Login) scramBegin(mechanisms []string) ([]byte, error) {
	c, err := NewScramClient(mechanisms, l.Binding)
	if err != nil {
		return nil, err
	}
	if l.RequireBinding && !c.Bound() {
		return nil, ErrChannelBinding
	}
	l.scram = c
	first, err := c.First()
	if err != nil {
		return nil, err
	}
	return SASLInitialResponse{Mechanism: []byte(c.Mechanism()), Data: first}.Append(nil), nil
}

func (l *Login) scramAnswer(a *Authentication) ([]byte, error) {
	if a.Method == AuthSASLFinal {
		return nil, l.scram.Verify(a.Data)
	}
	challenge, err := l.scram.Challenge(a.Data)
	if err != nil {
		return nil, err
	}
	salt := l.Salt
	if salt == nil {
		salt = func(c ScramChallenge) (SaltedPassword, error) { return SaltPassword(l.Password, c.Salt, c.Iterations) }
	}
	salted, err := salt(challenge)
	if err != nil {
		return nil, err
	}
	final, err := l.scram.Final(salted)
	if err != nil {
		return nil, err
	}
	return AppendSASLResponse(nil, final), nil
}

func outOfTurn(a *Authentication) error { return malformed(a.Method.String(), "out of its turn") }
