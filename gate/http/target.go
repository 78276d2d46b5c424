package httpgate

import (
	"strings"
	"unicode/utf8"
)

// target is the request target in canonical form (RFC 3986, section 6.2.2).
type target struct {
	path  string // decoded once: what rules are matched against
	raw   string // path encoded again: what is forwarded
	query string // without "?"; as sent, but that bytes beyond ASCII are encoded
}

// parseTarget reads an origin-form request target (RFC 9112, section 3.2.1).
// What servers are known to read in different ways is refused: dot segments,
// empty segments, encoded slashes, backslashes, path parameters, control
// characters, text that is not UTF-8, and anything that would decode again
// into something else.
func parseTarget(s string) (target, error) {
	if s == "" || s[0] != '/' {
		return target{}, ambiguous("the target is not a path")
	}
	path, query, _ := strings.Cut(s, "?")
	t := target{path: path, raw: path}
	if !plain(path) {
		decoded, err := unescape(path)
		if err != nil {
			return target{}, err
		}
		if err := checkText(decoded); err != nil {
			return target{}, err
		}
		t.path, t.raw = decoded, escapePath(decoded)
	}
	if err := checkSegments(t.path); err != nil {
		return target{}, err
	}
	var err error
	t.query, err = canonicalQuery(query)
	return t, err
}

// plain tells whether a path has only characters that stand for themselves
// and need no second look.
func plain(path string) bool {
	for i := 0; i < len(path); i++ {
		if !plainByte[path[i]] {
			return false
		}
	}
	return true
}

// plainByte is pchar of RFC 3986 and "/", without "%" and ";".
var plainByte = bytesOf("/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@")

func bytesOf(s string) (set [256]bool) {
	for i := 0; i < len(s); i++ {
		set[s[i]] = true
	}
	return set
}

// unescape decodes a path once. Bytes that have to be encoded in a path and
// are not are refused here, since "é" in Latin-1 and in UTF-8 look alike to
// nobody.
func unescape(path string) (string, error) {
	var b strings.Builder
	b.Grow(len(path))
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case c == '%':
			if i+2 >= len(path) || !isHex(path[i+1]) || !isHex(path[i+2]) {
				return "", ambiguous("the path has an invalid percent-encoding")
			}
			d := unhex(path[i+1])<<4 | unhex(path[i+2])
			if d == '/' {
				return "", ambiguous("the path has an encoded slash")
			}
			b.WriteByte(d)
			i += 2
		case c == '#':
			return "", ambiguous("the target has a fragment")
		case c >= utf8.RuneSelf:
			return "", ambiguous("the path has bytes that are not percent-encoded")
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// checkText refuses what a decoded path must not hold.
func checkText(path string) error {
	if !utf8.ValidString(path) {
		return ambiguous("the path is not UTF-8")
	}
	for i, r := range path {
		switch {
		case r < ' ' || r >= 0x7f && r <= 0x9f:
			return ambiguous("the path has a control character")
		case r == '\\':
			return ambiguous("the path has a backslash")
		case r == ';':
			return ambiguous("the path has a path parameter")
		case r == '%' && i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2]):
			return ambiguous("the path is percent-encoded twice")
		}
	}
	return nil
}

// checkSegments refuses empty segments, but for a trailing slash, and those
// of dots only: some servers take more than two dots for the parent as well.
func checkSegments(path string) error {
	for rest := path[1:]; ; {
		segment, after, more := strings.Cut(rest, "/")
		switch {
		case segment == "" && more:
			return ambiguous("the path has an empty segment")
		case segment != "" && strings.Trim(segment, ".") == "":
			return ambiguous("the path has a dot segment")
		case !more:
			return nil
		}
		rest = after
	}
}

const upperHex = "0123456789ABCDEF"

// escapePath is the only encoding of a decoded path: pchar stands for itself,
// every other byte is encoded in upper case.
func escapePath(path string) string {
	if plain(path) {
		return path
	}
	var b strings.Builder
	b.Grow(len(path) + 16)
	for i := 0; i < len(path); i++ {
		if c := path[i]; plainByte[c] {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// canonicalQuery checks a query and encodes its bytes beyond ASCII. It stays
// otherwise as it was sent: apps sign queries, and read "+" and ";" each in
// their own way. A NUL is refused in any form.
func canonicalQuery(q string) (string, error) {
	wide := 0
	for i := 0; i < len(q); i++ {
		c := q[i]
		switch {
		case c == '%':
			if i+2 >= len(q) || !isHex(q[i+1]) || !isHex(q[i+2]) {
				return "", ambiguous("the query has an invalid percent-encoding")
			}
			if q[i+1] == '0' && q[i+2] == '0' {
				return "", ambiguous("the query has a NUL")
			}
			i += 2
		case c == '#':
			return "", ambiguous("the target has a fragment")
		case c <= ' ' || c == 0x7f:
			return "", ambiguous("the query has a control character")
		case c >= utf8.RuneSelf:
			wide++
		}
	}
	if wide == 0 {
		return q, nil
	}
	if !utf8.ValidString(q) {
		return "", ambiguous("the query is not UTF-8")
	}
	b := make([]byte, 0, len(q)+2*wide)
	for i := 0; i < len(q); i++ {
		if c := q[i]; c < utf8.RuneSelf {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b), nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	default:
		return c - 'A' + 10
	}
}
