package classes

// IPv6 addresses: RFC 4291, section 2.2. The whole form of eight groups is
// told; a shortened one where it is global, unique local or link-local, since
// a::b is also what programs are written in. MAC addresses: IEEE 802, six
// pairs.

// colon looks for an address around the colon at i: at the first colon of what
// may be one.
func (s *Scanner) colon(i int) {
	b := &s.buf
	from := i - 1
	for i-from < 5 && is(b[from-1], hex) {
		from--
	}
	if is(b[from-1], alnum) || b[from-1] == ':' || b[from-1] == '_' || i-from > 4 {
		return
	}
	if i-from == 2 && s.pairs(from, ':') {
		return
	}
	if to, ok := address6(b, from); ok {
		s.found(ip, from, to, High)
	}
}

// address6 reads the address that begins at from.
func address6(b *[window + ahead]byte, from int) (to int, ok bool) {
	count, short, pairs := 0, false, true
	at := from
	for {
		n := at
		for n-at < 5 && is(b[n], hex) {
			n++
		}
		if n == at || n-at > 4 {
			return 0, false
		}
		if b[n] == '.' && count > 0 { // the last 32 bits as IPv4
			end, dotted := dotted4(b, at)
			return end, dotted && short && count < 7 && !is(b[end], alnum)
		}
		pairs = pairs && n-at == 2
		count++
		at = n
		if b[at] != ':' {
			break
		}
		at++
		if b[at] == ':' {
			if short {
				return 0, false
			}
			short = true
			if at++; !is(b[at], hex) {
				break
			}
			continue
		}
		if !is(b[at], hex) {
			at-- // the colon of a sentence, or of a port
			break
		}
		if count == 8 {
			return 0, false
		}
	}
	if is(b[at], alnum) || b[at] == ':' && short && b[at-1] == ':' || b[at] == '_' {
		return 0, false
	}
	if short {
		return at, count < 8 && routed(b, from)
	}
	return at, count == 8 && !pairs // eight pairs are a hardware address of 64 bits
}

// routed tells whether the first group is of addresses that are given to
// somebody: 2000::/3, fc00::/7, fe80::/10.
func routed(b *[window + ahead]byte, from int) bool {
	v := 0
	for n := range 4 {
		c := b[from+n]
		if !is(c, hex) {
			return false
		}
		d := int(fold(c) - '0')
		if d > 9 {
			d = int(fold(c)-'a') + 10
		}
		v = v<<4 | d
	}
	return v>>13 == 1 || v>>9 == 0x7e || v>>6 == 0x3fa
}

// dotted4 reads four numbers of at most 255 with dots between.
func dotted4(b *[window + ahead]byte, at int) (to int, ok bool) {
	for n := range 4 {
		v, from := 0, at
		for at-from < 3 && is(b[at], digit) {
			v = v*10 + int(b[at]-'0')
			at++
		}
		if at == from || v > 255 || n < 3 && b[at] != '.' {
			return 0, false
		}
		if n < 3 {
			at++
		}
	}
	return at, true
}
