package classes

import (
	"bytes"
	"math/bits"
	"strings"
)

// rule is a token that its issuer has given a prefix of its own, or a secret
// beside its name.
type rule struct {
	class    class
	prefix   string
	at       int    // the byte of the prefix that is the anchor
	assigned bool   // the prefix is a name, from which = or : leads to the secret
	set      uint8  // the kinds of the bytes that follow
	extra    string // and others
	least    int    // how many follow at least
	most     int    // and at most
	mark     string // stands somewhere within, where the issuer has such a mark
	check    func(token []byte) Confidence
	how      Confidence
}

// What the bytes of a token can be.
const (
	ofWord  = alnum
	ofURL   = base64
	ofHex   = hex
	ofUpper = digit | upper
)

// unlimited is the most where the issuer names no limit.
const unlimited = MaxLength

// tokenClasses is the classes that the rules find.
const tokenClasses = 1<<awsKey | 1<<gcpKey | 1<<azureKey | 1<<githubToken | 1<<gitlabToken | 1<<slackToken |
	1<<stripeKey | 1<<twilioKey | 1<<sendgridKey | 1<<npmToken | 1<<pypiToken | 1<<aiKey

// token looks for the tokens whose prefix has its anchor at i. It is false
// where more of the stream has to be seen.
func (s *Scanner) token(i int, final bool) bool {
	b := &s.buf
	for m := rulesBefore[b[i-1]] & rulesAt[b[i]]; m != 0; m &= m - 1 {
		r := &tokenRules[bits.TrailingZeros64(m)]
		from := i - r.at
		if string(b[from:from+len(r.prefix)]) != r.prefix {
			continue
		}
		from, at := from, from+len(r.prefix)
		if r.assigned {
			named := at
			if at = s.assignment(at); at == s.end && !final {
				return false
			}
			if at == named {
				continue
			}
			from = at
		} else if is(b[from-1], base64) {
			continue
		}
		if !s.follows(r, from, at, final) {
			return false
		}
	}
	return true
}

// assignment is where a value begins behind its name: after a sign such as =,
// in quotes or not.
func (s *Scanner) assignment(at int) int {
	for n := 0; n < 8 && at < s.end; n++ {
		if !assigns(s.buf[at]) {
			break
		}
		at++
	}
	return at
}

// assigns tells whether a byte can stand between a name and its value.
func assigns(c byte) bool {
	return c == ' ' || c == '"' || c == '\'' || c == '=' || c == ':' || c == '>' || c == '\\'
}

// follows judges what stands from at on; the hit begins at from. It is false
// where more of the stream has to be seen.
func (s *Scanner) follows(r *rule, from, at int, final bool) bool {
	b := &s.buf
	start := at
	for at < s.end && at-start <= r.most && at-from < MaxLength && (is(b[at], r.set) || strings.IndexByte(r.extra, b[at]) >= 0) {
		at++
	}
	if at == s.end && !final && at-start <= r.most && at-from < MaxLength {
		return false
	}
	token := b[start:at]
	if n := len(token); n < r.least || n > r.most || !varied(token) || !bytes.Contains(token, []byte(r.mark)) {
		return true
	}
	how := r.how
	if r.check != nil {
		how = r.check(token)
	}
	if how > 0 {
		s.found(r.class, from, at, how)
	}
	return true
}

// varied tells a token from what stands for one in documentation: it has at
// least seven different bytes.
func varied(token []byte) bool {
	var low, high uint64
	for _, c := range token {
		if c < 64 {
			low |= 1 << c
		} else {
			high |= 1 << (c & 63)
		}
	}
	return bits.OnesCount64(low)+bits.OnesCount64(high) >= 7
}

// rulesBefore is the rules by the byte before their anchor, a bit each.
var rulesBefore = func() (t [256]uint64) {
	for n, r := range tokenRules {
		t[r.prefix[r.at-1]] |= 1 << n
	}
	return t
}()

// rulesAt is the same by their anchor.
var rulesAt = func() (t [256]uint64) {
	for n, r := range tokenRules {
		t[r.prefix[r.at]] |= 1 << n
	}
	return t
}()
