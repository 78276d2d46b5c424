package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
)

// Bounds and defaults of SCRAM-SHA-256.
const (
	// ScramIterations is how many times a password is hashed by default: that
	// of RFC 7677 and of servers.
	ScramIterations = 4096
	// A ScramClient refuses fewer iterations than RFC 7677 asks for, since they
	// make it cheap to guess the password from what it sends, and more than a
	// few seconds' worth, with which a server could keep it busy.
	minIterations = 4096
	maxIterations = 10_000_000

	saltSize = 16
)

// SaltedPassword is a password after PBKDF2: what costs a login its time, one
// millisecond or two. It may be kept for as long as password, salt and number
// of iterations are the same, and is as good as the password. It prints as
// [secret].
type SaltedPassword struct{ key [sha256.Size]byte }

// Format writes [secret], whatever the verb.
func (SaltedPassword) Format(s fmt.State, _ rune) { io.WriteString(s, "[secret]") }

// SaltPassword prepares the password (RFC 4013, as servers do) and hashes it:
// RFC 5802's SaltedPassword. It is an error when iterations is below 1, or when
// the program runs in a FIPS mode that refuses the salt.
func SaltPassword(password string, salt []byte, iterations int) (SaltedPassword, error) {
	if iterations < 1 {
		return SaltedPassword{}, fmt.Errorf("postgres: hashing a password %d times", iterations)
	}
	key, err := pbkdf2.Key(sha256.New, preparePassword(password), salt, iterations, sha256.Size)
	if err != nil {
		return SaltedPassword{}, fmt.Errorf("postgres: hashing a password: %w", err)
	}
	return SaltedPassword{key: [sha256.Size]byte(key)}, nil
}

func (p *SaltedPassword) clientKey() [sha256.Size]byte { return mac(p.key[:], "Client Key") }

func (p *SaltedPassword) serverKey() [sha256.Size]byte { return mac(p.key[:], "Server Key") }

// mac is HMAC-SHA-256.
func mac(key []byte, message string) [sha256.Size]byte {
	h := hmac.New(sha256.New, key)
	io.WriteString(h, message)
	return [sha256.Size]byte(h.Sum(nil))
}

// ScramSecret is a server's own secret, from which salts are derived. With it,
// the salt of a user that does not exist cannot be told from that of one that
// does: both are always the same. It prints as [secret]. The zero value is not
// secret: use NewScramSecret.
type ScramSecret struct{ key [sha256.Size]byte }

// NewScramSecret makes a secret by crypto/rand. Keep it as long as the
// program runs: with another one all salts change.
func NewScramSecret() ScramSecret {
	var s ScramSecret
	rand.Read(s.key[:])
	return s
}

// Format writes [secret], whatever the verb.
func (ScramSecret) Format(s fmt.State, _ rune) { io.WriteString(s, "[secret]") }

// Salt returns the 16 bytes of salt for a user, known or not. A verifier whose
// salt is random is as safe, but a salt that is new after each reload of the
// passwords tells that the user exists.
func (s ScramSecret) Salt(user string) []byte {
	h := mac(s.key[:], "salt "+user)
	return h[:saltSize]
}

// Unknown returns the verifier to go on with for a user that does not exist:
// no answer is right, and every message and its work are as for one that does.
func (s ScramSecret) Unknown(user string) Verifier {
	return Verifier{Salt: s.Salt(user), Iterations: ScramIterations, unknown: true,
		storedKey: mac(s.key[:], "stored "+user), serverKey: mac(s.key[:], "server "+user)}
}

// NewSalt returns 16 bytes from crypto/rand.
func NewSalt() []byte {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return salt
}
