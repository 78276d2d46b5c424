package classes

// What a byte can be part of.
const (
	digit  = 1 << iota
	upper  // A to Z
	lower  // a to z
	hex    // 0 to 9, A to F, a to f
	base64 // of RFC 4648's URL alphabet: letters, digits, - and _
	local  // of an address's local part, as people write it
	ends   // nothing but a private key goes on beyond it
	apart  // nothing reaches back over it, save one blank after two letters
)

const (
	letter = upper | lower
	alnum  = letter | digit
)

var kinds = func() (k [256]uint8) {
	for c := range k {
		b := byte(c)
		switch {
		case b >= '0' && b <= '9':
			k[c] = digit | hex | base64 | local
		case b >= 'A' && b <= 'F':
			k[c] = upper | hex | base64 | local
		case b >= 'a' && b <= 'f':
			k[c] = lower | hex | base64 | local
		case b >= 'A' && b <= 'Z':
			k[c] = upper | base64 | local
		case b >= 'a' && b <= 'z':
			k[c] = lower | base64 | local
		case b == '-' || b == '_':
			k[c] = base64 | local
		case b == '.' || b == '+' || b == '%' || b == '\'' || b == '~':
			k[c] = local
		}
		switch {
		case b < ' ' || b == '"' || b == '<' || b == '>' || b == 0x7f:
			k[c] |= ends | apart
		case b == ' ':
			k[c] |= apart
		case b >= 0x80 || b == ',' || b == ';' || b == '[' || b == ']' || b == '{' || b == '}' || b == '|':
			k[c] |= ends
		}
	}
	k['\''] |= ends
	return k
}()

// is tells whether the byte is any of the kinds.
func is(b byte, k uint8) bool { return kinds[b]&k != 0 }

// fold is a letter in lower case.
func fold(b byte) byte {
	if b-'A' < 26 {
		return b + 'a' - 'A'
	}
	return b
}
