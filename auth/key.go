package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

// maxKey is the longest API key that is looked at, in bytes. A longer text is
// no key.
const maxKey = 4096

// Key is the caller that an API key proves under p at the moment now, without
// an address. It is false for a text that is no key, and for a key that has
// expired: why then says which of them it was, for the record and not for the
// client.
//
// The SHA-256 of the text is compared in constant time with every hash of
// every key, so that the time taken tells neither whether a key was found nor
// which. The policy keeps plain SHA-256, so keys have to be random texts of at
// least 128 bits; a text that people choose does not become one by this.
func Key(p *policy.Policy, text string, now time.Time) (party sallyport.Party, why sallyport.Reason, ok bool) {
	sum := sha256.Sum256([]byte(text[:min(len(text), maxKey)]))
	found := -1
	for i := range p.Keys {
		for _, hash := range p.Keys[i].SHA256 {
			if subtle.ConstantTimeCompare(sum[:], hash[:]) == 1 {
				found = i
			}
		}
	}
	if found < 0 || len(text) > maxKey || text == "" {
		return sallyport.Party{}, sallyport.Reason{Code: sallyport.BadCredentials, Note: "the request shows a key that is not valid"}, false
	}
	key := &p.Keys[found]
	if !key.Expires.IsZero() && !now.Before(key.Expires) {
		return sallyport.Party{}, sallyport.Reason{Code: sallyport.BadCredentials, At: key.At, Note: "the key " + key.Name + " has expired"}, false
	}
	return sallyport.Party{Kind: sallyport.CallerParty, Name: key.Name, Proof: sallyport.ProofKey}, sallyport.Reason{}, true
}
