package classes

import "strings"

// UK national insurance numbers: HMRC's National Insurance Manual, NIM39110.

// insurance looks for a national insurance number whose first digits begin at
// i: two letters, six digits and a letter from A to D, in one piece or in
// pairs with blanks between.
func (s *Scanner) insurance(i int) bool {
	b := &s.buf
	from, at, gap := i-2, i, false
	if b[i-1] == ' ' {
		from, gap = i-3, true
	}
	first, second := b[from], b[from+1]
	if !is(first, upper) || !is(second, upper) || is(b[from-1], alnum) || b[from-1] == '_' || strings.IndexByte("DFIQUV", first) >= 0 || strings.IndexByte("DFIQUVO", second) >= 0 {
		return false
	}
	switch string(b[from : from+2]) {
	case "BG", "GB", "NK", "KN", "TN", "NT", "ZZ": // never given
		return false
	}
	for n := range 6 {
		if n > 0 && n%2 == 0 && gap && b[at] == ' ' {
			at++
		}
		if !is(b[at], digit) {
			return false
		}
		at++
	}
	if gap && b[at] == ' ' {
		at++
	}
	if b[at] < 'A' || b[at] > 'D' || !closed(b, at+1) {
		return false
	}
	how := Medium
	if s.beside(saysNINO, i, at+1) {
		how = High
	}
	s.found(ukNINO, from, at+1, how)
	return true
}
