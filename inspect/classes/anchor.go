package classes

// anchor is what a byte may be the anchor of, as bits. The zero value is
// nothing.
type anchor = uint16

const (
	digitAnchor  anchor = 1 << iota // where a run of digits begins
	leadAnchor                      // where one begins behind letters
	atAnchor                        // the @ of an address or of a URL's userinfo
	colonAnchor                     // between the groups of an IPv6 or MAC address
	dashAnchor                      // in a MAC address
	pemAnchor                       // the first dash before a PEM label
	prefixAnchor                    // in a token's prefix, but for dashes
	tokenDash
	jwtAnchor // the J of eyJ, which is {" in base64
)

// anchors is what each anchor serves, and which bytes it can be, can stand
// before it and can follow it. All three have to hold before anything looks
// closer, which in bytes without form is seldom the case.
var anchors = []struct {
	bit              anchor
	serves           mask
	at, before, next func(c byte) bool
}{
	{digitAnchor, numbers,
		func(c byte) bool { return is(c, digit) },
		func(c byte) bool { return !is(c, alnum) && c != '_' },
		func(c byte) bool { return is(c, digit) || separates(c) || c == ')' || c == '(' }},
	{leadAnchor, numbers,
		func(c byte) bool { return is(c, digit) },
		func(c byte) bool { return is(c, letter) },
		func(c byte) bool { return is(c, digit) }},
	{atAnchor, email.mask() | urlPassword.mask(),
		func(c byte) bool { return c == '@' },
		func(c byte) bool { return c > ' ' && c != '@' },
		func(c byte) bool { return is(c, alnum) || c == '[' }},
	{colonAnchor, ip.mask() | mac.mask(),
		func(c byte) bool { return c == ':' },
		func(c byte) bool { return is(c, hex) },
		func(c byte) bool { return is(c, hex) || c == ':' }},
	{dashAnchor, mac.mask(),
		func(c byte) bool { return c == '-' },
		func(c byte) bool { return is(c, hex) },
		func(c byte) bool { return is(c, hex) }},
	{tokenDash, tokenClasses,
		func(c byte) bool { return c == '-' },
		func(c byte) bool { return inPrefixes(-1, '-', c) },
		func(c byte) bool { return inPrefixes(1, '-', c) }},
	{pemAnchor, privateKey.mask(),
		func(c byte) bool { return c == '-' },
		func(c byte) bool { return c != '-' },
		func(c byte) bool { return c == '-' }},
	{prefixAnchor, tokenClasses,
		func(c byte) bool { return c != '-' && inPrefixes(0, c, c) },
		func(c byte) bool { return inPrefixes(-1, 0, c) },
		func(c byte) bool { return inPrefixes(1, 0, c) }},
	{jwtAnchor, jwt.mask(),
		func(c byte) bool { return c == 'J' },
		func(c byte) bool { return c == 'y' },
		func(c byte) bool { return is(c, base64) }},
}

// inPrefixes tells whether c stands beside the anchor of a token's prefix, by
// that many bytes: of those whose anchor is at, or where that is 0 of those
// whose anchor is no dash.
func inPrefixes(by int, at, c byte) bool {
	for _, r := range tokenRules {
		anchor := r.prefix[r.at]
		if at != 0 && anchor != at || at == 0 && anchor == '-' {
			continue
		}
		switch place := r.at + by; {
		case place < len(r.prefix) && r.prefix[place] == c:
			return true
		case place == len(r.prefix) && (is(c, r.set) || r.assigned && assigns(c)):
			return true
		}
	}
	return false
}

// sieve is, for each byte, the anchors that it can be, stand before and follow,
// sixteen bits each, and above them whether it joins digits and is one.
type sieve [256]uint64

const (
	before, next   = 16, 32
	joiner, digit1 = 48, 56
)

func newSieve(on mask) (s sieve) {
	for c := range s {
		c := byte(c)
		for _, a := range anchors {
			if on&a.serves == 0 {
				continue
			}
			for i, can := range []func(byte) bool{a.at, a.before, a.next} {
				if can(c) {
					s[c] |= uint64(a.bit) << (16 * i)
				}
			}
		}
		if joins(c) {
			s[c] |= uint64(digitAnchor) << joiner
		}
		if is(c, digit) {
			s[c] |= uint64(digitAnchor) << digit1
		}
	}
	return s
}

// block is how many bytes are sieved at once.
const block = 8

// pick is which of the next bytes are anchors, a bit each. Most often that is
// none, which it finds with one branch: in bytes without form, a branch for
// each byte that could be an anchor by itself would be a gamble.
func (s *sieve) pick(b *[window + ahead]byte, i int) (m uint32) {
	p := (*[block + 3]byte)(b[i-2 : i+block+1])
	k0, k1, k2, k3, k4, k5 := s[p[1]], s[p[2]], s[p[3]], s[p[4]], s[p[5]], s[p[6]]
	t1, t2 := k1&(k0>>before)&(k2>>next), k2&(k1>>before)&(k3>>next)
	t3, t4 := k3&(k2>>before)&(k4>>next), k4&(k3>>before)&(k5>>next)
	k6, k7, k8, k9 := s[p[7]], s[p[8]], s[p[9]], s[p[10]]
	t5, t6 := k5&(k4>>before)&(k6>>next), k6&(k5>>before)&(k7>>next)
	t7, t8 := k7&(k6>>before)&(k8>>next), k8&(k7>>before)&(k9>>next)
	if (t1|t2|t3|t4|t5|t6|t7|t8)&0xffff == 0 {
		return 0
	}
	before2 := s[p[0]]
	for n, t := range [block]uint64{t1, t2, t3, t4, t5, t6, t7, t8} {
		before1 := s[p[n+1]]
		t &^= (before1 >> joiner) & (before2 >> digit1) // no number begins behind a digit and what joins it to this one
		m |= uint32((t&0xffff+0xffff)>>16) << n
		before2 = before1
	}
	return m
}
