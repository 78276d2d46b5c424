package classes

// maxGroups is more than any number has that is looked for.
const maxGroups = 8

// groups is digits as they are often written: runs with one byte between.
type groups struct {
	n     int             // how many
	from  [maxGroups]int  // where each begins in the window
	to    [maxGroups]int  // and ends
	apart [maxGroups]byte // what stands before each; before the first, anything
	shape uint32          // the length of each as a hexadecimal digit, the first on the left
}

// separates is the bytes that stand within numbers.
func separates(b byte) bool { return b == ' ' || b == '-' || b == '.' || b == '/' }

// group reads the groups from the run at [from, to) on.
func (s *Scanner) group(g *groups, from, to int) {
	b := &s.buf
	g.n, g.shape = 0, 0
	for {
		g.from[g.n], g.to[g.n], g.apart[g.n] = from, to, b[from-1]
		g.shape = g.shape<<4 | uint32(min(to-from, 15))
		g.n++
		if g.n == maxGroups || !separates(b[to]) || !is(b[to+1], digit) {
			return
		}
		from = to + 1
		for to = from; is(b[to], digit) && to-from < 15; to++ {
		}
		if is(b[to], digit) { // no part of a number is that long
			return
		}
	}
}

// lead is the shape of the first n groups; 0 where there are fewer.
func (g *groups) lead(n int) uint32 {
	if g.n < n {
		return 0
	}
	return g.shape >> (4 * (g.n - n))
}

// with tells whether these bytes stand between the first groups, and a number
// of them ends there: what comes next is no digit or letter, nor goes the
// writing on with another group of digits.
func (g *groups) with(between string, b *[window + ahead]byte) bool {
	n := len(between) + 1
	for i := range len(between) {
		if g.apart[i+1] != between[i] {
			return false
		}
	}
	return closed(b, g.to[n-1]) && !(g.n > n && g.apart[n] == between[len(between)-1])
}

// open tells whether a number can begin at i: it is not the rest of a word or
// of a longer number.
func open(b *[window + ahead]byte, i int) bool {
	before := b[i-1]
	if is(before, alnum) || before == '_' {
		return false
	}
	return !joins(before) || !is(b[i-2], digit)
}

// closed tells the same of a number's end.
func closed(b *[window + ahead]byte, i int) bool {
	next := b[i]
	if is(next, alnum) || next == '_' || next == '@' {
		return false
	}
	return !joins(next) || !is(b[i+1], digit)
}

func joins(b byte) bool { return b == '-' || b == '.' || b == '/' || b == ':' || b == '+' }

// digitsOf gathers the digits in [from, to), at most as many as dst holds.
func digitsOf(dst []byte, b []byte) []byte {
	for _, c := range b {
		if is(c, digit) && len(dst) < cap(dst) {
			dst = append(dst, c-'0')
		}
	}
	return dst
}
