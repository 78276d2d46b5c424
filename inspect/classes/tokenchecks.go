package classes

import (
	"bytes"
	"hash/crc32"
)

// base62 is the digits of GitHub's and npm's checksums.
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// checksummed is High for a token whose last six bytes are the CRC-32 of those
// before them in base 62, and Medium for another, since the form may change.
func checksummed(token []byte) Confidence {
	random, check := token[:len(token)-6], token[len(token)-6:]
	want := crc32.ChecksumIEEE(random)
	for i := len(check) - 1; i >= 0; i-- {
		if check[i] != base62[want%62] {
			return Medium
		}
		want /= 62
	}
	return High
}

// sendGrid asks for the dot at its place.
func sendGrid(token []byte) Confidence {
	if token[22] != '.' || bytes.Count(token, []byte{'.'}) != 1 {
		return 0
	}
	return High
}
