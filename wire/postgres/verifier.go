package postgres

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Verifier is what a server needs to check a password by SCRAM-SHA-256, and
// what PostgreSQL keeps of it (pg_authid.rolpassword): RFC 5802's salt,
// iteration count, StoredKey and ServerKey. Whoever has it can try passwords
// and pass for the server. It prints as [secret].
type Verifier struct {
	Salt       []byte
	Iterations int

	storedKey, serverKey [sha256.Size]byte
	unknown              bool // of a user that does not exist
}

// NewVerifier makes the verifier of a password, with NewSalt's salt or, better,
// ScramSecret.Salt's. It takes as long as SaltPassword, so make it when the
// password is loaded and not in a login, whose time would tell.
func NewVerifier(password string, salt []byte, iterations int) (Verifier, error) {
	if len(salt) == 0 {
		return Verifier{}, errors.New("postgres: making a verifier without a salt")
	}
	salted, err := SaltPassword(password, salt, iterations)
	if err != nil {
		return Verifier{}, err
	}
	clientKey := salted.clientKey()
	return Verifier{Salt: salt, Iterations: iterations, storedKey: sha256.Sum256(clientKey[:]), serverKey: salted.serverKey()}, nil
}

// Format writes [secret], whatever the verb.
func (Verifier) Format(s fmt.State, _ rune) { io.WriteString(s, "[secret]") }

const verifierPrefix = "SCRAM-SHA-256$"

// AuthString is the verifier as CREATE ROLE … PASSWORD '…' takes it:
// SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY, in base64.
func (v Verifier) AuthString() string {
	e := base64.StdEncoding
	return verifierPrefix + strconv.Itoa(v.Iterations) + ":" + e.EncodeToString(v.Salt) +
		"$" + e.EncodeToString(v.storedKey[:]) + ":" + e.EncodeToString(v.serverKey[:])
}

// ParseVerifier reads what AuthString returns.
func ParseVerifier(s string) (Verifier, error) {
	bad := malformed("SCRAM verifier", "not of the form SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY")
	rest, ok := strings.CutPrefix(s, verifierPrefix)
	head, keys, ok2 := strings.Cut(rest, "$")
	count, salt64, ok3 := strings.Cut(head, ":")
	stored64, server64, ok4 := strings.Cut(keys, ":")
	if !ok || !ok2 || !ok3 || !ok4 {
		return Verifier{}, bad
	}
	var v Verifier
	var err error
	if v.Iterations, err = strconv.Atoi(count); err != nil || v.Iterations < 1 || v.Iterations > maxIterations {
		return Verifier{}, bad
	}
	if v.Salt, err = base64.StdEncoding.DecodeString(salt64); err != nil || len(v.Salt) == 0 {
		return Verifier{}, bad
	}
	if !decodeKey(&v.storedKey, []byte(stored64)) || !decodeKey(&v.serverKey, []byte(server64)) {
		return Verifier{}, bad
	}
	return v, nil
}

// decodeKey decodes exactly 32 bytes of base64.
func decodeKey(dst *[sha256.Size]byte, src []byte) bool {
	var buf [sha256.Size + 1]byte // 44 characters can be 33 bytes
	if len(src) != base64.StdEncoding.EncodedLen(sha256.Size) {
		return false
	}
	n, err := base64.StdEncoding.Strict().Decode(buf[:], src)
	copy(dst[:], buf[:])
	return err == nil && n == sha256.Size
}

// verify reports whether proof is the client's for this exchange, in the same
// time whatever it is.
func (v *Verifier) verify(authMessage string, proof [sha256.Size]byte) bool {
	key := mac(v.storedKey[:], authMessage)
	subtle.XORBytes(key[:], key[:], proof[:])
	stored := sha256.Sum256(key[:])
	return subtle.ConstantTimeCompare(stored[:], v.storedKey[:]) == 1 && !v.unknown
}
