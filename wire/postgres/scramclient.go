package postgres

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// ScramClient is the client's end of one exchange by SCRAM-SHA-256 or
// SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677; the manual's section "SASL
// Authentication"). Login drives one. The name that it sends is empty, as
// libpq's is: the user is that of the StartupMessage. An error ends the
// exchange.
type ScramClient struct {
	mechanism string
	gs2       string // the header, and what is bound
	binding   []byte
	nonce     string
	state     scramState
	auth      []byte
	signature [sha256.Size]byte
}

// ScramChallenge is what a server wants the password to be hashed with.
type ScramChallenge struct {
	Salt       []byte
	Iterations int
}

// NewScramClient chooses among the mechanisms that a server offers. binding is
// ServerEndPoint of the certificate that the server showed and the client
// verified, nil without TLS: with it the channel is bound where the server
// offers that, and where it does not it is told that the client could have.
// It returns ErrUnsupported, wrapped, when there is nothing to choose.
func NewScramClient(mechanisms []string, binding []byte) (*ScramClient, error) {
	c := &ScramClient{nonce: newScramNonce()}
	switch {
	case binding != nil && slices.Contains(mechanisms, ScramSHA256Plus):
		c.mechanism, c.gs2, c.binding = ScramSHA256Plus, "p="+bindingName+",,", binding
	case !slices.Contains(mechanisms, ScramSHA256):
		return nil, fmt.Errorf("postgres: SCRAM: none of the server's mechanisms: %w", ErrUnsupported)
	case binding != nil:
		c.mechanism, c.gs2 = ScramSHA256, "y,,"
	default:
		c.mechanism, c.gs2 = ScramSHA256, "n,,"
	}
	return c, nil
}

// Mechanism returns the name of the mechanism that was chosen.
func (c *ScramClient) Mechanism() string { return c.mechanism }

// Bound reports whether the channel is bound.
func (c *ScramClient) Bound() bool { return c.mechanism == ScramSHA256Plus }

// First returns the client's first message: the data of a SASLInitialResponse.
func (c *ScramClient) First() ([]byte, error) {
	if c.state != scramBegin {
		return nil, errScramOrder
	}
	c.state = scramFirst
	c.auth = append(c.auth, "n=,r="+c.nonce...)
	return append([]byte(c.gs2), c.auth...), nil
}

// Challenge takes the server's first message. Fewer than 4,096 iterations, or
// more than 10,000,000, are refused as malformed.
func (c *ScramClient) Challenge(message []byte) (ScramChallenge, error) {
	if c.state != scramFirst {
		return ScramChallenge{}, errScramOrder
	}
	c.state = scramFailed
	const what = "server-first-message"
	if len(message) > maxScram {
		return ScramChallenge{}, malformed(what, "too long")
	}
	a := attributesOf(message)
	nonce, salt64, count := a.take('r'), a.take('s'), a.take('i')
	a.extensions()
	salt, err := base64.StdEncoding.Strict().AppendDecode(nil, salt64)
	if a.bad || err != nil || len(salt) == 0 {
		return ScramChallenge{}, malformed(what, "not a nonce, a salt and a number of iterations")
	}
	if !printable(nonce) || len(nonce) <= len(c.nonce) || !bytes.HasPrefix(nonce, []byte(c.nonce)) {
		return ScramChallenge{}, malformed(what, "a nonce that does not go on from the client's")
	}
	n, err := strconv.ParseUint(string(count), 10, 31)
	if err != nil || n < minIterations || n > maxIterations {
		return ScramChallenge{}, malformed(what, "fewer than 4,096 or more than 10,000,000 iterations, or no number")
	}
	c.nonce = string(nonce)
	c.auth = append(append(c.auth, ','), message...)
	c.state = scramFinal
	return ScramChallenge{Salt: salt, Iterations: int(n)}, nil
}

// Final returns the client's final message: the payload of a SASLResponse.
// salted is the password after SaltPassword with the challenge.
func (c *ScramClient) Final(salted SaltedPassword) ([]byte, error) {
	if c.state != scramFinal {
		return nil, errScramOrder
	}
	bound := append([]byte(c.gs2), c.binding...)
	message := "c=" + base64.StdEncoding.EncodeToString(bound) + ",r=" + c.nonce
	authMessage := string(c.auth) + "," + message
	key, server := salted.clientKey(), salted.serverKey()
	stored := sha256.Sum256(key[:])
	proof := mac(stored[:], authMessage)
	subtle.XORBytes(proof[:], proof[:], key[:])
	c.signature = mac(server[:], authMessage)
	c.state = scramFinalSent
	return append([]byte(message+",p="), base64.StdEncoding.EncodeToString(proof[:])...), nil
}

// Verify takes the server's final message. It returns ErrServerUnproven when
// that does not prove that the server knows the password, and an error where
// the server says that it refuses.
func (c *ScramClient) Verify(message []byte) error {
	if c.state != scramFinalSent {
		return errScramOrder
	}
	c.state = scramFailed
	if bytes.HasPrefix(message, []byte("e=")) {
		return errors.New("postgres: SCRAM: the server refuses")
	}
	a := attributesOf(message)
	v := a.take('v')
	a.extensions()
	var signature [sha256.Size]byte
	if a.bad || len(message) > maxScram || !decodeKey(&signature, v) {
		return malformed("server-final-message", "not a signature")
	}
	if !hmac.Equal(signature[:], c.signature[:]) {
		return ErrServerUnproven
	}
	c.state = scramDone
	return nil
}

// Done reports whether the server has proven that it knows the password. Until
// it is true, AuthOK must not be believed.
func (c *ScramClient) Done() bool { return c.state == scramDone }
