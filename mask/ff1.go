package mask

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"sync"
)

const (
	// MinDomain is how many values there must be of a number's length at
	// least, as NIST SP 800-38G Rev. 1 asks of the parameters of FF1. Of fewer,
	// whoever sees enough pairs can find the rest.
	MinDomain = 1_000_000
	// MaxTweak bounds a tweak in bytes.
	MaxTweak = 256

	ff1Rounds = 10
)

var (
	errDomain  = fmt.Errorf("mask: FF1: there are fewer than %d numbers of this length", MinDomain)
	errLength  = errors.New("mask: FF1: the number is too long: its halves do not fit 64 bits")
	errNumeral = errors.New("mask: FF1: a numeral is not less than the radix")
	errTweak   = fmt.Errorf("mask: FF1: the tweak is over %d bytes long", MaxTweak)
)

// FF1 is the format-preserving encryption of NIST SP 800-38G with the bounds of
// its Revision 1, under one AES key and one radix. It is a permutation of the
// numbers of each length, another for each tweak.
//
// Each half of a number must fit 64 bits, which bounds numbers in radix 10 to
// 38 numerals and in radix 36 to 24: time and memory of a call are constant. It
// is safe for concurrent use.
type FF1 struct {
	block   cipher.Block
	radix   uint64
	powers  []uint64 // of the radix, as far as they fit 64 bits
	scratch sync.Pool
}

// NewFF1 makes FF1 under a key of 16, 24 or 32 bytes, of which it keeps
// nothing, for numerals less than radix, which is from 2 to 256.
func NewFF1(key []byte, radix int) (*FF1, error) {
	if radix < 2 || radix > 256 {
		return nil, fmt.Errorf("mask: FF1: the radix %d is not from 2 to 256", radix)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("mask: FF1: %w", err)
	}
	f := &FF1{block: block, radix: uint64(radix), powers: []uint64{1}}
	for {
		high, low := bits.Mul64(f.powers[len(f.powers)-1], f.radix)
		if high > 0 {
			break
		}
		f.powers = append(f.powers, low)
	}
	f.scratch.New = func() any { return new([aes.BlockSize]byte) }
	return f, nil
}

// Encrypt replaces a number, most significant numeral first, by its encryption
// of the same length. On an error the number is as it was.
func (f *FF1) Encrypt(numerals, tweak []byte) error { return f.run(numerals, tweak, true) }

// Decrypt undoes Encrypt under the same tweak.
func (f *FF1) Decrypt(numerals, tweak []byte) error { return f.run(numerals, tweak, false) }

// run is algorithms 7 and 8 of SP 800-38G. What it calls x and y are their A
// and B when encrypting, and B and A when decrypting: of the rounds, which are
// then gone through backwards, both do the same.
func (f *FF1) run(numerals, tweak []byte, encrypt bool) error {
	n := len(numerals)
	u := n / 2
	v := n - u
	if v >= len(f.powers) {
		return errLength
	}
	if high, low := bits.Mul64(f.powers[u], f.powers[v]); high == 0 && low < MinDomain {
		return errDomain
	}
	if len(tweak) > MaxTweak {
		return errTweak
	}
	for _, c := range numerals {
		if uint64(c) >= f.radix {
			return errNumeral
		}
	}
	b := (bits.Len64(f.powers[v]-1) + 7) / 8 // bytes of a half
	a := f.scratch.Get().(*[aes.BlockSize]byte)
	defer f.scratch.Put(a)

	*a = [aes.BlockSize]byte{1, 2, 1, 0, byte(f.radix >> 8), byte(f.radix), ff1Rounds, byte(u)}
	binary.BigEndian.PutUint32(a[8:], uint32(n))
	binary.BigEndian.PutUint32(a[12:], uint32(len(tweak)))
	f.block.Encrypt(a[:], a[:])
	head := *a

	x, y := f.number(numerals[:u]), f.number(numerals[u:])
	if !encrypt {
		x, y = y, x
	}
	for i := range byte(ff1Rounds) {
		if !encrypt {
			i = ff1Rounds - 1 - i
		}
		modulus := f.powers[u]
		if i%2 == 1 {
			modulus = f.powers[v]
		}
		*a = head
		f.prf(a, tweak, i, y, b)
		c := truncate(a, 4*((b+3)/4)+4, modulus)
		if encrypt {
			x, y = y, addMod(x, c, modulus)
		} else {
			x, y = y, addMod(x, modulus-c, modulus)
		}
	}
	if !encrypt {
		x, y = y, x
	}
	f.digits(numerals[:u], x)
	f.digits(numerals[u:], y)
	return nil
}

// prf takes the blocks of Q = tweak || zeros || round || half into the
// CBC-MAC a, where the half has b bytes and ends a block.
func (f *FF1) prf(a *[aes.BlockSize]byte, tweak []byte, round byte, half uint64, b int) {
	at := 0
	put := func(c byte) {
		a[at] ^= c
		if at++; at == aes.BlockSize {
			f.block.Encrypt(a[:], a[:])
			at = 0
		}
	}
	for _, c := range tweak {
		put(c)
	}
	for at != aes.BlockSize-1-b {
		put(0)
	}
	put(round)
	for i := b - 1; i >= 0; i-- {
		put(byte(half >> (8 * i)))
	}
}

// truncate is the number in the first d bytes of a block, of 8 or 12, modulo m.
func truncate(a *[aes.BlockSize]byte, d int, m uint64) uint64 {
	high, low := uint64(0), binary.BigEndian.Uint64(a[:])
	if d == 12 {
		high, low = low>>32, low<<32|uint64(binary.BigEndian.Uint32(a[8:]))
	}
	return bits.Rem64(high, low, m)
}

// addMod is a+b modulo m, for a less than m and b at most m.
func addMod(a, b, m uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	return bits.Rem64(carry, sum, m)
}

func (f *FF1) number(numerals []byte) uint64 {
	v := uint64(0)
	for _, c := range numerals {
		v = v*f.radix + uint64(c)
	}
	return v
}

func (f *FF1) digits(numerals []byte, v uint64) {
	for i := len(numerals) - 1; i >= 0; i-- {
		numerals[i] = byte(v % f.radix)
		v /= f.radix
	}
}
