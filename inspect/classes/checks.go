package classes

// luhn is the check of ISO/IEC 7812-1, annex B, over all digits.
func luhn(d []byte) bool {
	sum := 0
	for i, c := range d {
		n := int(c)
		if (len(d)-i)%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// verhoeff is the check of J. Verhoeff, Error Detecting Decimal Codes (1969),
// over all digits.
func verhoeff(d []byte) bool {
	c := byte(0)
	for i := range d {
		c = verhoeffProduct[c][verhoeffTurn[i%8][d[len(d)-1-i]]]
	}
	return c == 0
}

var verhoeffProduct = [10][10]byte{
	{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
	{5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
}

var verhoeffTurn = func() (t [8][10]byte) {
	t[0] = [10]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	t[1] = [10]byte{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	for i := 2; i < 8; i++ {
		for d := range 10 {
			t[i][d] = t[i-1][t[1][d]]
		}
	}
	return t
}()

// mod1110 is ISO/IEC 7064 MOD 11,10 over all digits.
func mod1110(d []byte) bool {
	p := 10
	for _, c := range d[:len(d)-1] {
		if p = (p + int(c)) % 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return (p+int(d[len(d)-1]))%10 == 1
}

// weighed is the sum of the digits, each by its weight.
func weighed(d []byte, weights []byte) int {
	sum := 0
	for i, w := range weights {
		sum += int(d[i]) * int(w)
	}
	return sum
}

// uniform tells whether all digits are the same: such numbers stand in forms
// as a filling, and pass many checks.
func uniform(d []byte) bool {
	for _, c := range d {
		if c != d[0] {
			return false
		}
	}
	return true
}

// value is the digits as a number.
func value(d []byte) (v uint64) {
	for _, c := range d {
		v = v*10 + uint64(c)
	}
	return v
}
