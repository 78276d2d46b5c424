package mysql

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// NonceSize is the length in bytes of the challenge of MySQL's methods.
const NonceSize = 20

// Data bytes of AuthMoreData, and the client's request, in caching_sha2_password.
const (
	SHA2RequestPublicKey = 0x02
	SHA2FastAuthOK       = 0x03
	SHA2FullAuth         = 0x04
)

// NewNonce returns n bytes from crypto/rand that are neither NUL, which ends a
// nonce on the wire, nor '$', which servers keep out of theirs.
func NewNonce(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	for i := range b {
		for b[i] &= 0x7F; b[i] == 0 || b[i] == '$'; b[i] &= 0x7F {
			rand.Read(b[i : i+1])
		}
	}
	return b
}

// NativeHash is SHA1(SHA1(password)): what a server stores for
// mysql_native_password.
func NativeHash(password string) [sha1.Size]byte {
	h := sha1.Sum([]byte(password))
	return sha1.Sum(h[:])
}

// NativeScramble is the client's answer to nonce for mysql_native_password:
// SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password))). It is empty for an
// empty password.
func NativeScramble(password string, nonce []byte) []byte {
	if password == "" {
		return nil
	}
	stage1 := sha1.Sum([]byte(password))
	stage2 := sha1.Sum(stage1[:])
	out := nativeMix(nonce, stage2)
	subtle.XORBytes(out[:], out[:], stage1[:])
	return out[:]
}

func nativeMix(nonce []byte, stage2 [sha1.Size]byte) [sha1.Size]byte {
	h := sha1.New()
	h.Write(nonce)
	h.Write(stage2[:])
	return [sha1.Size]byte(h.Sum(nil))
}

// VerifyNative reports whether scramble answers nonce for the password whose
// NativeHash is hash. An empty scramble, which stands for an empty password,
// is never right. It takes the same time for every scramble of 20 bytes.
func VerifyNative(scramble, nonce []byte, hash [sha1.Size]byte) bool {
	if len(scramble) != sha1.Size {
		return false
	}
	stage1 := nativeMix(nonce, hash)
	subtle.XORBytes(stage1[:], stage1[:], scramble)
	stage2 := sha1.Sum(stage1[:])
	return subtle.ConstantTimeCompare(stage2[:], hash[:]) == 1
}

// SHA2Hash is SHA256(SHA256(password)): what a server caches for the fast path
// of caching_sha2_password.
func SHA2Hash(password string) [sha256.Size]byte {
	h := sha256.Sum256([]byte(password))
	return sha256.Sum256(h[:])
}

// SHA2Scramble is the client's fast answer to nonce for caching_sha2_password:
// SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce). It is empty
// for an empty password.
func SHA2Scramble(password string, nonce []byte) []byte {
	if password == "" {
		return nil
	}
	stage1 := sha256.Sum256([]byte(password))
	out := sha2Mix(nonce, sha256.Sum256(stage1[:]))
	subtle.XORBytes(out[:], out[:], stage1[:])
	return out[:]
}

func sha2Mix(nonce []byte, stage2 [sha256.Size]byte) [sha256.Size]byte {
	h := sha256.New()
	h.Write(stage2[:])
	h.Write(nonce)
	return [sha256.Size]byte(h.Sum(nil))
}

// VerifySHA2 reports whether scramble answers nonce for the password whose
// SHA2Hash is hash. An empty scramble is never right. It takes the same time
// for every scramble of 32 bytes.
func VerifySHA2(scramble, nonce []byte, hash [sha256.Size]byte) bool {
	if len(scramble) != sha256.Size {
		return false
	}
	stage1 := sha2Mix(nonce, hash)
	subtle.XORBytes(stage1[:], stage1[:], scramble)
	stage2 := sha256.Sum256(stage1[:])
	return subtle.ConstantTimeCompare(stage2[:], hash[:]) == 1
}

// AppendClear appends the payload that carries a password in clear, for
// mysql_clear_password and the full authentication of caching_sha2_password:
// the password and a NUL. Only over TLS.
func AppendClear(dst []byte, password string) []byte { return append(append(dst, password...), 0) }

// Clear returns the password, borrowed, in a payload made by AppendClear.
func Clear(p []byte) ([]byte, error) {
	if len(p) == 0 || p[len(p)-1] != 0 {
		return nil, malformed("clear password")
	}
	return p[:len(p)-1], nil
}

// VerifySHA2Clear reports whether password, from Clear, is the one whose
// SHA2Hash is hash, in constant time. An empty password is never right.
func VerifySHA2Clear(password []byte, hash [sha256.Size]byte) bool {
	h := sha256.Sum256(password)
	h = sha256.Sum256(h[:])
	return len(password) > 0 && subtle.ConstantTimeCompare(h[:], hash[:]) == 1
}

// EncryptPassword is the client's full answer for caching_sha2_password and
// sha256_password without TLS: the password and a NUL, XORed with the nonce,
// encrypted by RSA-OAEP with SHA-1 for the server's public key in PEM. A key
// that came over the same untrusted connection protects from listeners, not
// from whoever can change the bytes: use it only where the key is known
// beforehand or that is accepted.
func EncryptPassword(password string, nonce, publicKeyPEM []byte) ([]byte, error) {
	block, _ := pem.Decode(publicKeyPEM)
	if block == nil || len(nonce) == 0 {
		return nil, malformed("public key: no PEM block, or no nonce")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("mysql: parsing the server's public key: %w", err)
	}
	key, ok := parsed.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("mysql: the server's public key is not an RSA key")
	}
	plain := AppendClear(nil, password)
	for i := range plain {
		plain[i] ^= nonce[i%len(nonce)]
	}
	out, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, key, plain, nil)
	if err != nil {
		return nil, fmt.Errorf("mysql: encrypting for the server's public key: %w", err)
	}
	return out, nil
}

// AuthAnswer is the client's first answer to nonce by the method plugin. clear
// says that the method may send the password in clear: only over verified TLS.
// Methods that it does not know, and ClearPassword without clear, give
// ErrUnsupported, wrapped.
func AuthAnswer(plugin, password string, nonce []byte, clear bool) ([]byte, error) {
	switch {
	case plugin == NativePassword:
		return NativeScramble(password, nonce), nil
	case plugin == CachingSHA2Password:
		return SHA2Scramble(password, nonce), nil
	case plugin == ClientEd25519:
		return Ed25519Sign(password, nonce), nil
	case plugin == ClearPassword && clear:
		return AppendClear(nil, password), nil
	}
	return nil, fmt.Errorf("mysql: authenticating by %q: %w", plugin, ErrUnsupported)
}
