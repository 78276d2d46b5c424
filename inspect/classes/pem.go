package classes

import "bytes"

// Private keys: RFC 7468 and RFC 4716's neighbours: PKCS #1, #8 and SEC 1 in
// PEM, OpenSSH's and PGP's own.

var (
	pemBegin   = []byte("-----BEGIN ")
	pemEnd     = []byte("-----END ")
	pemDashes  = []byte("-----")
	pemPrivate = []byte("PRIVATE KEY")
)

// longestTag is longer than what stands between the dashes, with those behind.
const longestTag = 45

// leastKey is less base64 than the shortest key has (Ed25519 in PKCS #8: 64).
const leastKey = 40

// pem looks for a private key whose label begins with the dashes at i. It
// is false where more of the stream has to be seen.
func (s *Scanner) pem(i int, final bool) bool {
	b := &s.buf
	if !bytes.HasPrefix(b[i:], pemBegin) {
		return true
	}
	label := b[i+len(pemBegin) : i+len(pemBegin)+longestTag]
	n := bytes.Index(label, pemDashes)
	if n < 0 && s.end < i+len(pemBegin)+longestTag && !final {
		return false
	}
	if n < 0 || !bytes.Contains(label[:n], pemPrivate) {
		return true
	}
	text := b[i:min(i+MaxLength, s.end)]
	to, tail := bytes.Index(text, pemEnd), -1
	if to > 0 {
		tail = bytes.Index(text[to+len(pemEnd):min(to+len(pemEnd)+longestTag, len(text))], pemDashes)
	}
	if complete := tail >= 0 || to > 0 && len(text) >= to+len(pemEnd)+longestTag; !complete && !final && len(text) < MaxLength {
		return false
	}
	if to < 0 {
		to = len(text)
	}
	body := text[min(len(pemBegin)+n+len(pemDashes), to):to]
	if tail >= 0 {
		to += len(pemEnd) + tail + len(pemDashes)
	}
	letters := 0
	for _, c := range body {
		if is(c, alnum) || c == '+' || c == '/' {
			letters++
		}
		if letters == leastKey { // no need to read on, and labels one behind the other would make that dear
			s.found(privateKey, i, i+to, High)
			break
		}
	}
	return true
}
