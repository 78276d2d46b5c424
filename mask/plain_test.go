package mask

import (
	"crypto/aes"
	"math/big"
)

// plainFF1 is algorithm 7 of NIST SP 800-38G as it is written there, with big
// integers, for numbers of any length.
func plainFF1(key []byte, radix int, x, tweak []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	bigRadix := big.NewInt(int64(radix))
	num := func(numerals []byte) *big.Int {
		v := new(big.Int)
		for _, c := range numerals {
			v.Add(v.Mul(v, bigRadix), big.NewInt(int64(c)))
		}
		return v
	}
	n, t := len(x), len(tweak)
	u := n / 2
	v := n - u
	a, b := x[:u], x[u:]
	most := new(big.Int).Exp(bigRadix, big.NewInt(int64(v)), nil)
	bytesB := (most.Sub(most, big.NewInt(1)).BitLen() + 7) / 8
	d := 4*((bytesB+3)/4) + 4
	p := []byte{1, 2, 1, byte(radix >> 16), byte(radix >> 8), byte(radix), 10, byte(u),
		byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), byte(t >> 24), byte(t >> 16), byte(t >> 8), byte(t)}
	for i := range 10 {
		q := append([]byte(nil), tweak...)
		q = append(q, make([]byte, ((-t-bytesB-1)%16+16)%16)...)
		q = append(q, byte(i))
		q = append(q, num(b).FillBytes(make([]byte, bytesB))...)
		r := make([]byte, 16)
		for in := append(append([]byte(nil), p...), q...); len(in) > 0; in = in[16:] {
			for j := range r {
				r[j] ^= in[j]
			}
			block.Encrypt(r, r)
		}
		s := append([]byte(nil), r...)
		for j := 1; len(s) < d; j++ {
			more := big.NewInt(int64(j)).FillBytes(make([]byte, 16))
			for k := range more {
				more[k] ^= r[k]
			}
			block.Encrypt(more, more)
			s = append(s, more...)
		}
		y := new(big.Int).SetBytes(s[:d])
		m := u
		if i%2 == 1 {
			m = v
		}
		c := y.Add(y, num(a))
		c.Mod(c, new(big.Int).Exp(bigRadix, big.NewInt(int64(m)), nil))
		str := make([]byte, m)
		for j, digit := m-1, new(big.Int); j >= 0; j-- {
			c.DivMod(c, bigRadix, digit)
			str[j] = byte(digit.Int64())
		}
		a, b = b, str
	}
	return append(append([]byte(nil), a...), b...)
}
