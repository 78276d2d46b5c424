package auth

import (
	"errors"
	"net/http"
	"strings"
)

// KeyHeader is the other place than Authorization where a caller may show an
// API key.
const KeyHeader = "X-Api-Key"

// ErrShownTwice says that a request carries more than one credential, or one
// that cannot be read in one way only.
var ErrShownTwice = errors.New("reading credentials: the request shows more than one, or an empty one")

// HeaderKey is the API key that a request shows: `Authorization: Bearer KEY`
// (RFC 6750, section 2.1) or `X-API-Key: KEY`. It is "" where the request
// shows none; Authorization with another scheme is not ours to judge. A
// request that shows two keys, equal or not, or an empty one, is
// ErrShownTwice.
func HeaderKey(h http.Header) (string, error) {
	shown, n := "", 0
	for _, v := range h[KeyHeader] {
		shown, n = v, n+1
	}
	auths := h["Authorization"]
	for _, v := range auths {
		if key, bearer := bearer(v); bearer {
			shown, n = key, n+1
		}
	}
	if n > 1 || n == 1 && shown == "" || len(auths) > 1 {
		return "", ErrShownTwice
	}
	return shown, nil
}

// DropKey takes out of a request what HeaderKey reads, so that the app behind
// a door never holds a caller's key.
func DropKey(h http.Header) {
	delete(h, KeyHeader)
	if len(h["Authorization"]) == 1 {
		if _, ours := bearer(h["Authorization"][0]); ours {
			delete(h, "Authorization")
		}
	}
}

func bearer(v string) (string, bool) {
	const scheme = "bearer"
	v = strings.Trim(v, " \t")
	if len(v) < len(scheme) || !strings.EqualFold(v[:len(scheme)], scheme) {
		return "", false
	}
	rest := v[len(scheme):]
	if rest == "" {
		return "", true
	}
	if rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return strings.Trim(rest, " \t"), true
}
