package mysql

import (
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/base64"

	"filippo.io/edwards25519"
)

// Ed25519NonceSize is the length in bytes of the challenge of client_ed25519, always
// sent in an AuthSwitch.
const Ed25519NonceSize = 32

// expandEd25519 gives the scalar and the prefix of RFC 8032, section 5.1.5,
// where the hash is that of the password itself instead of a 32-byte seed.
func expandEd25519(password string) (*edwards25519.Scalar, []byte) {
	h := sha512.Sum512([]byte(password))
	s, err := edwards25519.NewScalar().SetBytesWithClamping(h[:32])
	if err != nil {
		panic("mysql: clamping 32 bytes: " + err.Error())
	}
	return s, h[32:]
}

// Ed25519PublicKey is what a MariaDB server stores for a password by its
// ed25519 method.
func Ed25519PublicKey(password string) ed25519.PublicKey {
	s, _ := expandEd25519(password)
	return new(edwards25519.Point).ScalarBaseMult(s).Bytes()
}

// Ed25519AuthString is the public key as written in CREATE USER … IDENTIFIED
// VIA ed25519 USING '…': base64 without padding, 43 characters.
func Ed25519AuthString(password string) string {
	return base64.RawStdEncoding.EncodeToString(Ed25519PublicKey(password))
}

// Ed25519Sign is the client's answer to nonce for client_ed25519: 64 bytes, an
// RFC 8032 signature of the nonce.
func Ed25519Sign(password string, nonce []byte) []byte {
	s, prefix := expandEd25519(password)
	public := new(edwards25519.Point).ScalarBaseMult(s).Bytes()
	r := hashScalar(prefix, nonce)
	commit := new(edwards25519.Point).ScalarBaseMult(r).Bytes()
	k := hashScalar(commit, public, nonce)
	return append(commit, k.MultiplyAdd(k, s, r).Bytes()...)
}

func hashScalar(parts ...[]byte) *edwards25519.Scalar {
	h := sha512.New()
	for _, p := range parts {
		h.Write(p)
	}
	s, err := edwards25519.NewScalar().SetUniformBytes(h.Sum(nil))
	if err != nil {
		panic("mysql: reducing 64 bytes: " + err.Error())
	}
	return s
}

// VerifyEd25519 reports whether signature answers nonce for the password whose
// Ed25519PublicKey is key.
func VerifyEd25519(signature, nonce []byte, key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, nonce, signature)
}
