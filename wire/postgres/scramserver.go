package postgres

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
)

// ScramServer is the server's end of one exchange by SCRAM-SHA-256 or
// SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677; the manual's section "SASL
// Authentication"):
//
//	s, err := postgres.NewScramServer(binding, verifier)
//	ask := postgres.Authentication{Method: postgres.AuthSASL, Mechanisms: s.Mechanisms()}
//	…                                        // a SASLInitialResponse
//	answer, err := s.First(r.Mechanism, r.Data) // send by AuthSASLContinue
//	…                                        // a SASLResponse
//	answer, err = s.Final(payload)           // send by AuthSASLFinal, then AuthOK
//
// The name in the client's messages is ignored, as servers do: the user is that
// of the StartupMessage. An error ends the exchange; none says more than the
// client may know.
type ScramServer struct {
	verifiers []Verifier
	binding   []byte
	state     scramState
	nonce     string // both parts, after First
	bound     []byte // what the client must send as its channel binding
	plus      bool
	auth      []byte // client-first-message-bare and server-first-message
}

// NewScramServer begins an exchange. verifier is that of the user, or
// ScramSecret.Unknown's; more of them let one of several passwords be right,
// and must have its salt and number of iterations. Each costs a microsecond or
// two of Final, so give every user as many where that must not tell. binding is ServerEndPoint of
// the certificate that the server showed, nil without TLS or where there is
// none: only with it SCRAM-SHA-256-PLUS is offered.
func NewScramServer(binding []byte, verifier Verifier, more ...Verifier) (*ScramServer, error) {
	s := &ScramServer{binding: binding, verifiers: append([]Verifier{verifier}, more...), nonce: newScramNonce()}
	if len(verifier.Salt) == 0 || verifier.Iterations < 1 {
		return nil, errors.New("postgres: SCRAM: a verifier without a salt or iterations")
	}
	for _, v := range more {
		if !bytes.Equal(v.Salt, verifier.Salt) || v.Iterations != verifier.Iterations {
			return nil, errors.New("postgres: SCRAM: verifiers of different salts or iterations")
		}
	}
	return s, nil
}

// Mechanisms returns the names to offer by AuthSASL.
func (s *ScramServer) Mechanisms() []string {
	if s.binding != nil {
		return []string{ScramSHA256Plus, ScramSHA256}
	}
	return []string{ScramSHA256}
}

// First takes the client's choice and its first message, and returns the
// server's. A client that could bind the channel and was led to believe that
// the server cannot gives ErrChannelBinding; one that asks for another binding,
// to act as somebody else or for an extension, ErrUnsupported.
func (s *ScramServer) First(mechanism, message []byte) ([]byte, error) {
	if s.state != scramBegin {
		return nil, errScramOrder
	}
	s.state = scramFailed
	const what = "client-first-message"
	s.plus = string(mechanism) == ScramSHA256Plus
	if !s.plus && string(mechanism) != ScramSHA256 || s.plus && s.binding == nil {
		return nil, malformed("SASLInitialResponse", "a mechanism that was not offered")
	}
	flag, rest, _ := bytes.Cut(message, []byte{','})
	authzid, bare, ok := bytes.Cut(rest, []byte{','})
	if !ok || len(message) > maxScram {
		return nil, malformed(what, "too long, or no header of channel binding")
	}
	switch name, bind := bytes.CutPrefix(flag, []byte("p=")); {
	case bind != s.plus:
		return nil, malformed(what, "another channel binding than that of the mechanism")
	case bind && string(name) != bindingName:
		return nil, fmt.Errorf("postgres: SCRAM: a channel binding other than %s: %w", bindingName, ErrUnsupported)
	case bind, string(flag) == "n":
	case string(flag) != "y":
		return nil, malformed(what, "no flag of channel binding")
	case s.binding != nil:
		return nil, ErrChannelBinding
	}
	switch {
	case bytes.HasPrefix(authzid, []byte("a=")):
		return nil, fmt.Errorf("postgres: SCRAM: an authorization identity: %w", ErrUnsupported)
	case len(authzid) > 0:
		return nil, malformed(what, "no authorization identity where it belongs")
	case bytes.HasPrefix(bare, []byte("m=")):
		return nil, fmt.Errorf("postgres: SCRAM: a mandatory extension: %w", ErrUnsupported)
	}
	a := attributesOf(bare)
	a.take('n')
	nonce := a.take('r')
	a.extensions()
	if a.bad || !printable(nonce) {
		return nil, malformed(what, "not a name and a nonce")
	}
	s.bound = append(s.bound, message[:len(message)-len(bare)]...)
	if s.plus {
		s.bound = append(s.bound, s.binding...)
	}
	s.nonce = string(nonce) + s.nonce
	answer := "r=" + s.nonce + ",s=" + base64.StdEncoding.EncodeToString(s.verifiers[0].Salt) +
		",i=" + strconv.Itoa(s.verifiers[0].Iterations)
	s.auth = append(append(append(s.auth, bare...), ','), answer...)
	s.state = scramFirst
	return []byte(answer), nil
}

// Final takes the client's final message and returns the server's, which proves
// to the client that the server knows the password. It returns ErrWrongPassword
// when the proof is not right, ErrChannelBinding when the client sees another
// certificate than the server showed, and otherwise a *MalformedError.
func (s *ScramServer) Final(message []byte) ([]byte, error) {
	if s.state != scramFirst {
		return nil, errScramOrder
	}
	s.state = scramFailed
	const what = "client-final-message"
	if len(message) > maxScram {
		return nil, malformed(what, "too long")
	}
	at := bytes.LastIndex(message, []byte(",p="))
	if at < 0 {
		return nil, malformed(what, "no proof")
	}
	a := attributesOf(message[:at])
	binding, nonce := a.take('c'), a.take('r')
	a.extensions()
	var proof [sha256.Size]byte
	if a.bad || !decodeKey(&proof, message[at+len(",p="):]) {
		return nil, malformed(what, "not a channel binding, a nonce and a proof")
	}
	if string(binding) != base64.StdEncoding.EncodeToString(s.bound) {
		return nil, ErrChannelBinding
	}
	if subtle.ConstantTimeCompare(nonce, []byte(s.nonce)) != 1 {
		return nil, malformed(what, "another nonce")
	}
	authMessage := string(s.auth) + "," + string(message[:at])
	var right *Verifier
	for i := range s.verifiers {
		if v := &s.verifiers[i]; v.verify(authMessage, proof) {
			right = v
		}
	}
	if right == nil {
		return nil, ErrWrongPassword
	}
	s.state = scramDone
	signature := mac(right.serverKey[:], authMessage)
	return append([]byte("v="), base64.StdEncoding.EncodeToString(signature[:])...), nil
}

// Done reports whether the client has proven that it knows the password.
func (s *ScramServer) Done() bool { return s.state == scramDone }

// Bound reports whether the client chose channel binding.
func (s *ScramServer) Bound() bool { return s.plus }
