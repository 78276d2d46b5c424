package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"sync"
)

const (
	hashBytes  = 16 // 128 bits
	tokenBytes = 10 // 80 bits
)

// buildHash makes hash: HMAC-SHA-256 of the value under the key and the
// domain, cut to 128 bits, as 32 hexadecimal digits.
//
//	ann@example.com    8ccb51ac4ec16ea165d167061fc5df49
//
// To be seen is which values of a domain are equal, and nothing else: not even
// whoever can guess values can check them without the key. Of 2^48 different
// values two have the same hash with a probability of 2^-33. A text column
// needs 32 characters for it.
func buildHash(_ Spec, key []byte, domain string) (apply, error) {
	secret, err := subkey(key, "hash", domain)
	if err != nil {
		return nil, err
	}
	macs := newMACs(secret)
	return func(dst, cell []byte) ([]byte, bool) {
		m := macs.Get().(*mac)
		dst = hex.AppendEncode(dst, m.of(cell)[:hashBytes])
		macs.Put(m)
		return dst, true
	}, nil
}

// tokenAlphabet is that of RFC 4648 in lower case, so that a collation that
// takes capitals for small letters takes no two tokens for one.
var tokenAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// buildToken makes token: a pseudonym of the value under the key and the
// domain, tok_ and 16 letters and digits, which hold 80 bits of HMAC-SHA-256.
//
//	Ann Example    tok_v35g4mvaqcwtltur
//
// To be seen is which values of a domain are equal. Of a million different
// values two have the same token with a probability of 4 in 10^13, of 2^30
// values with one of 2^-21: where no two may be one, use hash. A text column
// needs 20 characters for it.
func buildToken(_ Spec, key []byte, domain string) (apply, error) {
	secret, err := subkey(key, "token", domain)
	if err != nil {
		return nil, err
	}
	macs := newMACs(secret)
	return func(dst, cell []byte) ([]byte, bool) {
		m := macs.Get().(*mac)
		dst = append(dst, "tok_"...)
		dst = tokenAlphabet.AppendEncode(dst, m.of(cell)[:tokenBytes])
		macs.Put(m)
		return dst, true
	}, nil
}

// mac is HMAC-SHA-256 under one key, with room for its result: both would
// otherwise be allocated for each value.
type mac struct {
	hash.Hash
	sum [sha256.Size]byte
}

func newMACs(key []byte) *sync.Pool {
	return &sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, key)} }}
}

// of is the code of value, valid until the next call.
func (m *mac) of(value []byte) []byte {
	m.Reset()
	m.Write(value)
	return m.Sum(m.sum[:0])
}
