package mask

const (
	maxPhone        = 64 // bytes, with all separators
	maxPhoneDigits  = 15 // ITU-T E.164, without the international prefix
	minSubscriber   = 6  // of fewer digits, two are too much
	phoneKept       = 2
	internationally = "00" // the international prefix that ITU-T E.164 recommends
)

// phone keeps the country code, where one is written behind + or 00, the last
// two digits and the grouping; every other digit becomes a *. What is no phone
// number, or has fewer than six digits behind the country code, becomes ****.
//
//	+49 170 1234567    +49 *** *****67
//	(020) 7946-0018    (***) ****-**18
//	555-01             ****
//
// A number has at most 15 digits and nothing else than digits, blanks, dashes,
// full stops, slashes, brackets and one + at its beginning; an extension is
// none of them. To be seen are the country, the two digits, how many digits
// there were and how they were grouped, which in some countries tells the kind
// of number.
func phone(dst, cell []byte) ([]byte, bool) {
	if len(cell) > maxPhone {
		return hidden(dst)
	}
	var lead [5]byte // the first digits, which hold prefix and country code
	digits := 0
	for i, c := range cell {
		switch {
		case '0' <= c && c <= '9':
			if digits < len(lead) {
				lead[digits] = c
			}
			digits++
		case c == ' ', c == '-', c == '.', c == '/', c == '(', c == ')', c == '+' && i == 0:
		default:
			return hidden(dst)
		}
	}
	kept, prefix := 0, 0
	switch {
	case digits < minSubscriber:
		return hidden(dst)
	case cell[0] == '+':
		kept = countryCode(lead[:])
	case string(lead[:2]) == internationally:
		prefix, kept = 2, countryCode(lead[2:])
	}
	if (cell[0] == '+' || prefix > 0) && kept == 0 || digits-prefix > maxPhoneDigits || digits-prefix-kept < minSubscriber {
		return hidden(dst)
	}
	i := 0
	for _, c := range cell {
		if '0' <= c && c <= '9' {
			i++
			if i > prefix+kept && i <= digits-phoneKept {
				c = '*'
			}
		}
		dst = append(dst, c)
	}
	return dst, true
}

// countryCode is how many of the digits are the country code, by the list of
// assigned codes of ITU-T E.164; those that are not assigned have three. None
// begins with 0.
func countryCode(digits []byte) int {
	switch digits[0] {
	case '0':
		return 0
	case '1', '7':
		return 1
	}
	switch string(digits[:2]) {
	case "20", "27", "30", "31", "32", "33", "34", "36", "39",
		"40", "41", "43", "44", "45", "46", "47", "48", "49",
		"51", "52", "53", "54", "55", "56", "57", "58",
		"60", "61", "62", "63", "64", "65", "66",
		"81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98":
		return 2
	}
	return 3
}
