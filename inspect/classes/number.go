package classes

import (
	"encoding/binary"
	"math/bits"
)

// fewest is how many digits a number has at least, but for an IPv4 address.
const fewest = 6

// number looks at the run of digits that begins at i, where a number can
// begin.
func (s *Scanner) number(i int) {
	b := &s.buf
	near := digits16(b, i)
	end := i + bits.TrailingZeros32(^near)
	if bits.OnesCount32(near) < fewest && b[end] != '.' || s.base+int64(i) < s.claimed {
		return
	}
	for is(b[end], digit) {
		if end++; end-i > longestRun {
			return
		}
	}
	switch next := b[end+1]; {
	case separates(b[end]) && (is(next, digit) || next == '('):
		s.grouped(i, end)
	case b[end] == ')' || b[end] == '(':
		s.telephone(i)
	case end-i == 6 && s.insurance(i):
	case end-i >= 6:
		s.bare(i, end)
	}
}

// longestRun is more digits than any number has that is looked for.
const longestRun = 20

// digits16 is which of the sixteen bytes at i are digits, a bit each.
func digits16(b *[window + ahead]byte, i int) uint32 {
	p := b[i : i+16]
	return digits8(binary.LittleEndian.Uint64(p)) | digits8(binary.LittleEndian.Uint64(p[8:]))<<8
}

func digits8(x uint64) uint32 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	low := x &^ high
	digit := (low + (0x80-'0')*ones) &^ (low + (0x80-'9'-1)*ones) &^ x & high
	return uint32((digit >> 7) * 0x0102040810204080 >> 56)
}

// lettered is for numbers that letters lead: an IBAN, a national number. The
// strongest comes first, and keeps the others off. The first digit is at i.
func (s *Scanner) lettered(i int) {
	b := &s.buf
	letters := 1
	for letters < 8 && is(b[i-letters-1], letter) {
		letters++
	}
	from := i - letters
	if !open(b, from) || s.base+int64(i) < s.claimed {
		return
	}
	end := i + bits.TrailingZeros32(^digits16(b, i))
	switch {
	case letters == 2 && s.account(from):
	case letters == 2 && s.insurance(i):
	case letters == 6 && end-i == 2 && s.fiscal(from):
	case letters == 5 && end-i == 4 && s.permanent(from):
	case letters == 1 && s.foreigner(from):
	default:
		s.document(from, i, end)
	}
}

// bare is for a run without separators.
func (s *Scanner) bare(i, end int) {
	n := end - i
	if is(s.buf[end], alnum) || s.buf[end] == '_' {
		if n == 8 && s.identity(i, end) {
			return
		}
		s.document(i, i, end)
		return
	}
	if s.buf[i-1] == '+' {
		s.telephone(i)
		return
	}
	if !closed(&s.buf, end) {
		return
	}
	switch {
	case n == 8 && s.buf[end] == '-' && s.identity(i, end):
		return
	case n >= 12 && n <= 19 && s.card(i, end):
		return
	case n == 9 && s.security(i, i+3, i+5, end, false):
		return
	case n == 10 && s.health(i, end, false):
		return
	case n == 11 && (s.person(i, end, false) || s.taxpayer(i, end)):
		return
	case n == 12 && s.unique(i, end, false):
		return
	case n == 14 && s.company(i, end, false):
		return
	case n == 15 && s.registered(i, end):
		return
	}
	s.document(i, i, end)
	s.telephone(i)
}

// grouped is for digits with separators between, from the first group on.
func (s *Scanner) grouped(i, end int) {
	b := &s.buf
	if b[i-1] == '+' {
		s.telephone(i)
		return
	}
	var g groups
	s.group(&g, i, end)
	if s.shaped(&g) {
		return
	}
	if end-i >= 7 && b[end] == ' ' { // what follows the blank may have nothing to do with it
		s.bare(i, end)
		return
	}
	if b[end] == '-' && s.drivers(i, i) {
		return
	}
	s.telephone(i)
}

// shaped is for numbers that are told by the lengths of their groups and what
// stands between. It is true where the digits need no other look.
func (s *Scanner) shaped(g *groups) bool {
	b, i := &s.buf, g.from[0]
	switch g.lead(3) {
	case 0:
		return g.to[0]-i == 2 && b[g.to[0]] == ' ' && s.insurance(i)
	case 0x324:
		if dashes := g.with("--", b); dashes || g.with("  ", b) {
			return s.security(i, g.from[1], g.from[2], g.to[2], dashes)
		}
	case 0x334:
		if blanks := g.with("  ", b); blanks || g.with("--", b) {
			return s.health(i, g.to[2], blanks)
		}
	case 0x333:
		if g.lead(4) == 0x3332 && g.with("..-", b) {
			return s.person(i, g.to[3], true)
		}
	case 0x233:
		switch {
		case g.lead(4) == 0x2333 && g.with("   ", b):
			return s.taxpayer(i, g.to[3])
		case g.lead(5) == 0x23342 && g.with("../-", b):
			return s.company(i, g.to[4], true)
		}
		if s.pointed(g) {
			return true
		}
	case 0x444:
		if s.groupedCard(g) {
			return true
		}
		return (g.with("  ", b) || g.with("--", b)) && s.unique(i, g.to[2], true)
	case 0x445, 0x464, 0x465:
		return s.groupedCard(g)
	case 0x122:
		if g.lead(7) == 0x1222332 && g.with("      ", b) {
			return s.registered(i, g.to[6])
		}
	case 0x222:
		if s.insurance(i) {
			return true
		}
	}
	return g.n >= 4 && s.address4(g) || s.born(g)
}
