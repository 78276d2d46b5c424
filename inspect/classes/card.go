package classes

// Payment cards: ISO/IEC 7812-1, with the issuer ranges and lengths that the
// networks publish.

// issuer is a range of the first six digits and the lengths that its numbers
// have, a bit each.
type issuer struct {
	from, to uint32
	lengths  uint32
	name     string
}

func upTo(from, to int) (set uint32) {
	for n := from; n <= to; n++ {
		set |= 1 << n
	}
	return set
}

var issuers = []issuer{ // in order
	{180000, 180099, 1 << 15, "JCB"},
	{213100, 213199, 1 << 15, "JCB"},
	{220000, 220499, upTo(16, 19), "Mir"},
	{222100, 272099, 1 << 16, "Mastercard"},
	{300000, 305999, upTo(14, 19), "Diners Club"},
	{309500, 309599, upTo(14, 19), "Diners Club"},
	{340000, 349999, 1 << 15, "American Express"},
	{350000, 359999, upTo(16, 19), "JCB"}, // issued from 3528 to 3589; many processors take all of 35,
	{360000, 369999, upTo(14, 19), "Diners Club"},
	{370000, 379999, 1 << 15, "American Express"},
	{380000, 399999, upTo(14, 19), "Diners Club"},
	{400000, 499999, 1<<13 | 1<<16 | 1<<19, "Visa"},
	{500000, 509999, upTo(12, 19), "Maestro"},
	{510000, 559999, 1 << 16, "Mastercard"},
	{560000, 589999, upTo(12, 19), "Maestro"},
	{600000, 639999, upTo(12, 19), "Maestro, Discover, UnionPay, RuPay"},
	{644000, 659999, upTo(16, 19), "Discover"},
	{660000, 699999, upTo(12, 19), "Maestro"},
	{810000, 817199, upTo(16, 19), "UnionPay"},
}

// payment tells whether the digits are a card's.
func payment(d []byte) bool {
	if len(d) < 12 || len(d) > 19 || d[0] == 0 || d[0] == 9 || d[0] == 7 {
		return false
	}
	first := uint32(value(d[:6]))
	for _, r := range issuers {
		if first <= r.to {
			return first >= r.from && r.lengths&(1<<len(d)) != 0 && luhn(d)
		}
	}
	return false
}

// usual tells whether the length is that of most cards, from a range in use.
func usual(d []byte) bool {
	first := value(d[:4])
	return (len(d) == 14 || len(d) == 15) && d[0] == 3 || len(d) == 16 && (d[0] != 3 || d[1] != 5 || first >= 3528 && first <= 3589)
}

// card looks for a card without separators. Lengths that few cards and many
// other numbers have want a word beside them to be sure.
func (s *Scanner) card(i, end int) bool {
	var room [19]byte
	d := digitsOf(room[:0], s.buf[i:end])
	if !payment(d) || !closed(&s.buf, end) {
		return false
	}
	how := High
	if !usual(d) && !s.beside(saysCard, i, end) {
		how = Medium
	}
	s.found(card, i, end, how)
	return true
}

// cardGroups is how the digits of cards are grouped in print.
var cardGroups = []struct {
	shape  uint32
	groups int
}{{0x44443, 5}, {0x4444, 4}, {0x465, 3}, {0x464, 3}, {0x4443, 4}, {0x445, 3}, {0x444, 3}, {0x4441, 4}, {0x4442, 4}}

// groupedCard looks for a card in groups, all with a blank or all with a dash
// between.
func (s *Scanner) groupedCard(g *groups) bool {
	if g.to[0]-g.from[0] != 4 || g.n < 3 {
		return false
	}
	sep := g.apart[1]
	if sep != ' ' && sep != '-' || is(s.buf[g.from[0]-2], digit) && g.apart[0] == sep {
		return false
	}
	for _, c := range cardGroups {
		if g.n < c.groups || g.shape>>(4*(g.n-c.groups)) != c.shape || !alike(g.apart[1:c.groups]) {
			continue
		}
		from, to := g.from[0], g.to[c.groups-1]
		if goesOn := g.n > c.groups && g.apart[c.groups] == sep && g.to[c.groups]-g.from[c.groups] == 4; goesOn || !closed(&s.buf, to) {
			continue
		}
		var room [19]byte
		if d := digitsOf(room[:0], s.buf[from:to]); payment(d) {
			how := High
			if !usual(d) && !s.beside(saysCard, from, to) {
				how = Medium
			}
			s.found(card, from, to, how)
			return true
		}
	}
	return false
}

func alike(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}
