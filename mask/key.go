package mask

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// KeySize is how many bytes a master key has at least, and a derived key
// exactly.
const KeySize = 32

// DeriveKey is the key of an app for a purpose, such as "mask", made of a
// master key of at least KeySize random bytes by HKDF-SHA-256 (RFC 5869). Two
// apps or purposes have keys of which neither tells anything of the other, or
// of the master. Whoever changes the master key changes every keyed mask.
func DeriveKey(master []byte, app, purpose string) ([]byte, error) {
	if len(master) < KeySize {
		return nil, fmt.Errorf("mask: the master key has %d bytes and needs %d", len(master), KeySize)
	}
	key, err := hkdf.Key(sha256.New, master, nil, info("key", app, purpose), KeySize)
	if err != nil {
		return nil, fmt.Errorf("mask: deriving a key: %w", err)
	}
	return key, nil
}

// subkey is the part of a key that one kind of masker uses in one domain, so
// that no two of them ever compute with the same bytes.
func subkey(key []byte, kind, domain string) ([]byte, error) {
	return hkdf.Expand(sha256.New, key, info("masker", kind, domain), KeySize)
}

// info separates derivations. Each word has its length before it: "a", "bc"
// and "ab", "c" are not the same.
func info(words ...string) string {
	b := []byte("sallyport mask v1")
	for _, w := range words {
		b = binary.BigEndian.AppendUint32(b, uint32(len(w)))
		b = append(b, w...)
	}
	return string(b)
}
