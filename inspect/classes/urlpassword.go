package classes

// Passwords in URLs: the userinfo of RFC 3986, section 3.2.1.

// userinfo tells whether scheme://user:password@ stands before the @ at i, and
// finds the password.
func (s *Scanner) userinfo(i int) bool {
	b := &s.buf
	colon := 0
	at := i
	for i-at < 250 && !is(b[at-1], apart) && b[at-1] != '/' && b[at-1] != '@' {
		at--
		if b[at] == ':' {
			colon = at
		}
	}
	if colon == 0 || b[at-1] != '/' || b[at-2] != '/' || b[at-3] != ':' || !is(b[at-4], alnum) {
		return false
	}
	if colon < i-1 && !placeholder(b[colon+1:i]) {
		s.found(urlPassword, colon+1, i, High)
	}
	return true
}

// placeholder tells what stands for a password in documentation and templates.
func placeholder(p []byte) bool {
	switch p[0] {
	case '$', '{', '<', '%', '[', '*':
		return p[0] != '%' || len(p) < 3 || !is(p[1], hex) || !is(p[2], hex)
	}
	return uniform(p)
}
