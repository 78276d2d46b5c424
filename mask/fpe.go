package mask

import "strings"

func parseFPE(s *Spec, arg string) *SpecError {
	if s.alnum = strings.TrimSpace(arg) == "alnum"; !s.alnum {
		return &SpecError{Message: "knows no such alphabet", Hint: "write fpe for digits or fpe(alnum) for letters and digits"}
	}
	return nil
}

func fpeArg(s Spec) (string, bool) { return "alnum", s.alnum }

// Alphabets of fpe.
const (
	radixDigits = 10
	radixAlnum  = 36
	maxNumerals = 38 // what FF1 takes at radix 10
)

// buildFPE makes fpe: it encrypts the digits of a value with FF1, AES-256 and
// no tweak, under the key and the domain, to as many other digits, and leaves
// blanks, dashes and full stops in their places. fpe(alnum) does so with the
// letters a to z and digits together; letters have to be all small or all
// capital, and stay so (where a value has digits only, its letters are small).
//
//	fpe           4111 1111 1111 1111    8692 9863 8123 0910
//	fpe(alnum)    AB-1234-CD             IR-GPEE-RO
//
// To be seen is which values are equal, how many characters a value has and how
// they are grouped. Different values of a domain have different masks, other
// than where they differ in capitals alone. Check digits are not kept.
//
// Refused is what has any other character, fewer than a million values of its
// length (under 6 digits, or 4 letters and digits), more than 38 digits or 24
// letters and digits, or is, one time in a million or less, its own mask.
func buildFPE(s Spec, key []byte, domain string) (apply, error) {
	radix := radixDigits
	if s.alnum {
		radix = radixAlnum
	}
	secret, err := subkey(key, s.String(), domain)
	if err != nil {
		return nil, err
	}
	ff1, err := NewFF1(secret, radix)
	if err != nil {
		return nil, err
	}
	return func(dst, cell []byte) ([]byte, bool) {
		start := len(dst)
		capital, ok := letterCase(cell, s.alnum)
		if !ok {
			return dst, false
		}
		// The numerals stand behind the result until they have been encrypted.
		dst = append(dst, cell...)
		middle := len(dst)
		for _, c := range cell {
			if !separator(rune(c)) {
				dst = append(dst, numeral(c))
			}
		}
		numerals := dst[middle:]
		if ff1.Encrypt(numerals, nil) != nil {
			return dst[:start], false
		}
		different := false
		for i, c := range dst[start:middle] {
			if separator(rune(c)) {
				continue
			}
			dst[start+i] = letter(numerals[0], capital)
			different = different || dst[start+i] != c
			numerals = numerals[1:]
		}
		return dst[:middle], different
	}, nil
}

// letterCase tells whether the letters of a cell are capital, and whether the
// cell has nothing but characters of the alphabet, letters of one case, and
// separators, and not so many that FF1 would refuse them anyway.
func letterCase(cell []byte, alnum bool) (capital, ok bool) {
	numerals, small := 0, false
	for _, c := range cell {
		switch {
		case separator(rune(c)):
			continue
		case isDigit(c):
		case alnum && 'a' <= c && c <= 'z':
			small = true
		case alnum && 'A' <= c && c <= 'Z':
			capital = true
		default:
			return false, false
		}
		if numerals++; numerals > maxNumerals {
			return false, false
		}
	}
	return capital, !(small && capital)
}

// numeral is the value of a letter or digit, from 0 to 35.
func numeral(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}

// letter is the inverse of numeral.
func letter(v byte, capital bool) byte {
	switch {
	case v < 10:
		return '0' + v
	case capital:
		return 'A' + v - 10
	}
	return 'a' + v - 10
}
