package classes

// MAC addresses: IEEE 802: six pairs of hexadecimal digits, all with a colon
// or all with a dash between. Those of all zeros or all ones name nobody.

// pairs looks for a MAC address that begins at from.
func (s *Scanner) pairs(from int, sep byte) bool {
	b := &s.buf
	letters, varied := false, false
	for n := range 6 {
		at := from + 3*n
		if !is(b[at], hex) || !is(b[at+1], hex) || n < 5 && b[at+2] != sep {
			return false
		}
		letters = letters || is(b[at], letter) || is(b[at+1], letter)
		varied = varied || fold(b[at]) != fold(b[from]) || fold(b[at+1]) != fold(b[from])
	}
	end := from + 17
	if before := b[from-1]; !varied || is(before, alnum) || before == '_' || before == sep || is(b[end], alnum) || b[end] == '_' || b[end] == sep && is(b[end+1], alnum) {
		return false
	}
	how := High
	if !letters { // dates and times look so as well
		how = Low
	}
	s.found(mac, from, end, how)
	return true
}

// dash looks for a MAC address whose first dash is at i.
func (s *Scanner) dash(i int) {
	b := &s.buf
	if is(b[i-1], hex) && is(b[i-2], hex) && is(b[i+1], hex) && b[i+3] == '-' {
		s.pairs(i-2, '-')
	}
}
