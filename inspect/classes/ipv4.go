package classes

// IPv4 addresses: RFC 791 in the dotted form, without leading zeros. Those
// that name nobody are left out: 0/8, 127/8 and what lies beyond 239 (RFC 6890).

// address4 looks for an address in the first four groups.
func (s *Scanner) address4(g *groups) bool {
	b := &s.buf
	if g.apart[1] != '.' || g.apart[2] != '.' || g.apart[3] != '.' || g.n > 4 && g.apart[4] == '.' {
		return false
	}
	for n := range 4 {
		length := g.to[n] - g.from[n]
		if length > 3 || length > 1 && b[g.from[n]] == '0' || pick(b, g.from[n], length) > 255 {
			return false
		}
	}
	from, end := g.from[0], g.to[3]
	first := pick(b, from, g.to[0]-from)
	if first == 0 || first == 127 || first > 239 || b[from-1] == '-' && is(b[from-2], alnum) || is(b[end], alnum) || b[end] == '_' || b[end] == '-' && is(b[end+1], alnum) {
		return false
	}
	how := Medium
	if g.to[3]-from >= 11 || s.named(saysIP, from) {
		how = High
	} else if s.named(saysVersion, from) {
		how = Low
	}
	s.found(ip, from, end, how)
	return true
}
