package classes

// International bank account numbers: ISO 13616-1, with the structures of the
// IBAN registry. The check is ISO/IEC 7064 MOD 97-10.

// registry is the structure of what follows the check digits, by country: n for
// digits, a for letters, c for either.
const registry = "AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c CZ20n " +
	"DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT24c " +
	"HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n " +
	"MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c " +
	"RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c"

// structures is the kind of each byte that follows the check digits, by
// country; empty where no account is.
var structures = func() (t [26 * 26][]uint8) {
	of := map[byte]uint8{'n': digit, 'a': letter, 'c': alnum}
	for i := 0; i < len(registry); i++ {
		at := country(registry[i], registry[i+1])
		for i += 2; i < len(registry) && registry[i] != ' '; i++ {
			n := 0
			for ; is(registry[i], digit); i++ {
				n = n*10 + int(registry[i]-'0')
			}
			for range n {
				t[at] = append(t[at], of[registry[i]])
			}
		}
	}
	return t
}()

// country is the place of two letters among all pairs.
func country(a, b byte) int { return int(fold(a)-'a')*26 + int(fold(b)-'a') }

// account looks for an IBAN whose country code begins at from: in one piece, or
// in groups of four with blanks or dashes between.
func (s *Scanner) account(from int) bool {
	b := &s.buf
	want := structures[country(b[from], b[from+1])]
	if len(want) == 0 || !is(b[from+3], digit) {
		return false
	}
	rest, at, sep := uint64(0), from+4, byte(0)
	for n, kind := range want {
		if n%4 == 0 && (b[at] == ' ' || b[at] == '-') && (sep == 0 && n == 0 || b[at] == sep) {
			sep = b[at]
			at++
		}
		if !is(b[at], kind) {
			return false
		}
		rest = append97(rest, b[at])
		at++
	}
	for _, c := range b[from : from+4] {
		rest = append97(rest, c)
	}
	if rest != 1 || is(b[at], alnum) || b[at] == '_' {
		return false
	}
	s.found(iban, from, at, High)
	return true
}

// append97 is the remainder by 97 with one more digit or letter, where A is 10.
func append97(rest uint64, c byte) uint64 {
	if is(c, digit) {
		return (rest*10 + uint64(c-'0')) % 97
	}
	return (rest*100 + uint64(fold(c)-'a') + 10) % 97
}
