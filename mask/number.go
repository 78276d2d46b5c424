package mask

// number is a decimal number as databases write it. Its value is the digits
// whole and fraction put together, divided by 10 to the power of scale.
type number struct {
	negative        bool
	whole, fraction []byte // parts of what was parsed
	scale           int    // digits behind the point; negative where an exponent moves it right
	exponent        bool   // one was written
}

// maxExponent bounds exponents: the largest of a double has three digits.
const maxExponent = 999

// parseNumber reads -12.50 and 1.5e-07, and as Integer only -12. It refuses
// what else is in number columns: NaN, Infinity, money with its currency.
func parseNumber(s []byte, f Family) (number, bool) {
	var n number
	if len(s) > 0 && s[0] == '-' {
		n.negative, s = true, s[1:]
	}
	n.whole, s = leadingDigits(s)
	if len(n.whole) == 0 {
		return n, false
	}
	if len(s) > 0 && s[0] == '.' {
		n.fraction, s = leadingDigits(s[1:])
		if len(n.fraction) == 0 {
			return n, false
		}
	}
	n.scale = len(n.fraction)
	if len(s) > 0 && (s[0] == 'e' || s[0] == 'E') {
		n.exponent, s = true, s[1:]
		sign := -1
		if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			if s[0] == '-' {
				sign = 1
			}
			s = s[1:]
		}
		digits, rest := leadingDigits(s)
		exponent := 0
		for _, c := range digits {
			exponent = min(exponent*10+int(c-'0'), maxExponent+1)
		}
		if len(digits) == 0 || exponent > maxExponent {
			return n, false
		}
		n.scale += sign * exponent
		s = rest
	}
	return n, len(s) == 0 && (f != Integer || n.scale == 0 && !n.exponent && n.fraction == nil)
}

func leadingDigits(s []byte) (digits, rest []byte) {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

// digits is how many digits a number has before and behind its point.
func (n *number) digits() int { return len(n.whole) + len(n.fraction) }

// digit is the i-th of all digits; beyond the last all are 0.
func (n *number) digit(i int) byte {
	switch {
	case i < len(n.whole):
		return n.whole[i]
	case i < n.digits():
		return n.fraction[i-len(n.whole)]
	}
	return '0'
}
