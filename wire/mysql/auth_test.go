package mysql

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"testing"
)

func TestNative(t *testing.T) {
	// SELECT PASSWORD('password') on any server.
	hash := NativeHash("password")
	check(t, "hash", hex.EncodeToString(hash[:]), "2470c0c06dee42fd1618bb99005adca2ec9d1e19")
	nonce := NewNonce(NonceSize)
	answer := NativeScramble("password", nonce)
	if !VerifyNative(answer, nonce, hash) {
		t.Error("the right password was refused")
	}
	for name, ok := range map[string]bool{
		"wrong password": VerifyNative(NativeScramble("passwore", nonce), nonce, hash),
		"other nonce":    VerifyNative(answer, NewNonce(NonceSize), hash),
		"empty":          VerifyNative(nil, nonce, hash),
		"empty password": VerifyNative(nil, nonce, NativeHash("")),
		"too long":       VerifyNative(append(answer, 0), nonce, hash),
		"zero hash":      VerifyNative(answer, nonce, [20]byte{}),
	} {
		if ok {
			t.Error(name, "was accepted")
		}
	}
}

func TestCachingSHA2(t *testing.T) {
	hash := SHA2Hash("password")
	nonce := NewNonce(NonceSize)
	answer := SHA2Scramble("password", nonce)
	if !VerifySHA2(answer, nonce, hash) || !VerifySHA2Clear([]byte("password"), hash) {
		t.Error("the right password was refused")
	}
	for name, ok := range map[string]bool{
		"wrong password":       VerifySHA2(SHA2Scramble("passwore", nonce), nonce, hash),
		"other nonce":          VerifySHA2(answer, NewNonce(NonceSize), hash),
		"empty":                VerifySHA2(nil, nonce, hash),
		"wrong clear password": VerifySHA2Clear([]byte("passwore"), hash),
		"empty clear password": VerifySHA2Clear(nil, SHA2Hash("")),
	} {
		if ok {
			t.Error(name, "was accepted")
		}
	}
}

func TestEd25519(t *testing.T) {
	// The example of MariaDB's ed25519 plugin page.
	check(t, "string", Ed25519AuthString("secret"), "ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY")
	nonce := NewNonce(Ed25519NonceSize)
	key := Ed25519PublicKey("secret")
	answer := Ed25519Sign("secret", nonce)
	if !VerifyEd25519(answer, nonce, key) {
		t.Error("the right password was refused")
	}
	for name, ok := range map[string]bool{
		"wrong password": VerifyEd25519(Ed25519Sign("secreT", nonce), nonce, key),
		"other nonce":    VerifyEd25519(answer, NewNonce(32), key),
		"no key":         VerifyEd25519(answer, nonce, nil),
		"empty":          VerifyEd25519(nil, nonce, key),
	} {
		if ok {
			t.Error(name, "was accepted")
		}
	}
}

func TestEncryptPassword(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	nonce := NewNonce(NonceSize)
	password := "longer than the nonce of twenty bytes"
	out, err := EncryptPassword(password, nonce, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := rsa.DecryptOAEP(sha1.New(), nil, key, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range plain {
		plain[i] ^= nonce[i%len(nonce)]
	}
	check(t, "password", string(plain), password+"\x00")
	if _, err := EncryptPassword("x", nonce, []byte("no key")); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

func TestNonce(t *testing.T) {
	for range 200 {
		n := NewNonce(NonceSize)
		if len(n) != NonceSize || bytes.ContainsAny(n, "\x00$") || bytes.Equal(n, NewNonce(NonceSize)) {
			t.Fatalf("%x", n)
		}
	}
}

func TestAuthAnswer(t *testing.T) {
	if _, err := AuthAnswer(ClearPassword, "secret", nil, false); !errors.Is(err, ErrUnsupported) {
		t.Error("clear password without leave:", err)
	}
	if _, err := AuthAnswer("dialog", "secret", nil, true); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
	if p, err := AuthAnswer(ClearPassword, "secret", nil, true); err != nil || string(p) != "secret\x00" {
		t.Error(p, err)
	}
}
