package classes

// Mail addresses: RFC 5321, sections 4.1.2 and 4.5.3.1, in the form that
// people have: a dot-string of at most 64 octets, a domain name that ends in a
// top-level domain, 254 octets in all.

const (
	longestLocal   = 64
	longestAddress = 254
	longestLabel   = 63
)

// address looks for a mail address around the @ at i, or for the password of
// a URL before it.
func (s *Scanner) address(i int) {
	b := &s.buf
	from := i
	for i-from <= longestLocal {
		if is(b[from-1], local) {
			from--
		} else if b[from-1]&0xc0 == 0x80 && b[from-2]&0xe0 == 0xc0 { // a letter of two bytes (RFC 6531)
			from -= 2
		} else {
			break
		}
	}
	if s.userinfo(i) {
		return
	}
	for from < i && (b[from] == '\'' || b[from] == '.' || b[from] == '-') { // quotes, dots and dashes around it
		from++
	}
	if n := i - from; n == 0 || n > longestLocal || b[i-1] == '.' || b[from-1] == '/' && b[from-2] == '/' || doubled(b[from:i]) {
		return
	}
	if end := domain(b, i+1); end > 0 && end-from <= longestAddress {
		s.found(email, from, end, High)
	}
}

func doubled(b []byte) bool {
	for i := 1; i < len(b); i++ {
		if b[i] == '.' && b[i-1] == '.' {
			return true
		}
	}
	return false
}

// domain is where the domain name that begins at i ends, or 0 where there is
// none with a top-level domain.
func domain(b *[window + ahead]byte, i int) int {
	labels, end, last := 0, 0, i
	for at := i; at-i <= longestAddress; {
		from := at
		for is(b[at], alnum) || b[at] == '-' {
			at++
			if at-from > longestLabel {
				return 0
			}
		}
		if at == from || b[from] == '-' || b[at-1] == '-' {
			break
		}
		labels, end, last = labels+1, at, from
		if b[at] != '.' {
			break
		}
		at++
	}
	if labels < 2 || !topLevel(b[last:end]) || b[end] == '_' {
		return 0
	}
	return end
}

// topLevel tells whether a label can be a top-level domain: two letters or
// more, or the ASCII form of an international one; and no ending of a file, as
// in logo@2x.png.
func topLevel(label []byte) bool {
	if len(label) > 4 && string(label[:4]) == "xn--" {
		return true
	}
	if len(label) < 2 {
		return false
	}
	for _, c := range label {
		if !is(c, letter) {
			return false
		}
	}
	switch string(label) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "scss", "js", "mjs", "ts", "jsx", "tsx", "json", "html", "htm", "php", "xml", "yaml", "yml", "txt", "md", "pdf", "local", "localhost", "internal", "service", "target", "socket", "timer":
		return false
	}
	return true
}
