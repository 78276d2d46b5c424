package postgres

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
)

// Names of the SASL mechanisms.
const (
	ScramSHA256     = "SCRAM-SHA-256"
	ScramSHA256Plus = "SCRAM-SHA-256-PLUS"
)

// bindingName is the only channel binding of servers and libpq.
const bindingName = "tls-server-end-point"

// maxScram bounds each message of an exchange, in bytes: what a server takes
// (PG_MAX_SASL_MESSAGE_LENGTH).
const maxScram = 1024

var (
	// ErrWrongPassword means that a client's proof is not that of the password,
	// or that the user does not exist: answer with CodeInvalidPassword.
	ErrWrongPassword = errors.New("postgres: SCRAM: wrong password, or no such user")
	// ErrChannelBinding means that the two ends do not see the same TLS
	// connection: somebody stands between them, or made the client believe that
	// the server cannot bind the channel. Answer with
	// CodeInvalidAuthorization.
	ErrChannelBinding = errors.New("postgres: SCRAM: the channel binding does not hold")
	// ErrServerUnproven means that a server wants to be taken for authenticated
	// and has not shown that it knows the password.
	ErrServerUnproven = errors.New("postgres: the server has not proven that it knows the password")

	errScramOrder = errors.New("postgres: SCRAM: a message out of its turn")
)

// scramState is how far an exchange has got. Any error ends it.
type scramState uint8

const (
	scramBegin scramState = iota
	scramFirst
	scramFinal
	scramFinalSent
	scramDone
	scramFailed
)

// newScramNonce returns 24 characters: 18 bytes from crypto/rand, as servers.
func newScramNonce() string {
	var b [18]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

// attributes takes a message of RFC 5802, "a=value,b=value", apart.
type attributes struct {
	b    []byte
	more bool
	bad  bool
}

func attributesOf(b []byte) attributes { return attributes{b: b, more: true} }

// take takes the value of the attribute that has to be next.
func (a *attributes) take(name byte) []byte {
	if a.bad || !a.more || len(a.b) < 2 || a.b[0] != name || a.b[1] != '=' {
		a.bad = true
		return nil
	}
	var v []byte
	v, a.b, a.more = bytes.Cut(a.b[2:], []byte{','})
	return v
}

// extensions passes over what may follow, which must look like attributes.
func (a *attributes) extensions() {
	for a.more && !a.bad {
		if len(a.b) == 0 || !isLetter(a.b[0]) {
			a.bad = true
			return
		}
		a.take(a.b[0])
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// printable reports whether s is a nonce: printable ASCII but for the comma,
// and not empty.
func printable(s []byte) bool {
	for _, c := range s {
		if c < 0x21 || c > 0x7E || c == ',' {
			return false
		}
	}
	return len(s) > 0
}
